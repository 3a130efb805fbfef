"""Windows over sequences, and windows of a whole set (window_plan)."""
import numpy as np
import pytest

from mmgesture.datasets.window_plan import Oversampling, plan_windows
from mmgesture.datasets.windows import (copies_per_class, segments_in_window,
                                        window_starts)


@pytest.mark.parametrize('overlap', [0, 0.25, 0.5, 0.75, 0.9])
@pytest.mark.parametrize('window', [1, 2, 7, 16])
def test_windows_cover_every_step_of_every_length(window, overlap):
    for length in range(1, 70):
        starts = window_starts(length, window, overlap)
        shown = {s + k for s in starts for k in range(window)}
        assert set(range(length)) <= shown, (length, starts)
        assert starts[0] == 0 and starts == sorted(set(starts))
        assert starts[-1] == max(length - window, 0)


def test_the_tail_keeps_the_overlap_of_its_neighbours():
    assert window_starts(100, 40, 0.5) == [0, 20, 40, 60]
    assert window_starts(101, 40, 0.5) == [0, 20, 40, 60, 61]
    assert window_starts(40, 40, 0) == [0]
    assert window_starts(39, 40, 0) == [0]


@pytest.mark.parametrize('wrong', [(0, 4, 0), (4, 0, 0), (4, 4, 1),
                                   (4, 4, -0.1)])
def test_windows_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match='expected'):
        window_starts(*wrong)


def test_straddling_segments_are_clipped_if_enough_is_inside():
    segments = np.array([[-5.5, 14.5], [7.5, 9.5], [16.5, 24.5], [40, 50]])
    # the window shows the steps 0 to 19, that is -0.5 to 19.5
    shown, keep = segments_in_window(segments, 0, 20, 20, 0.75)
    assert keep.tolist() == [True, True, False, False]  # 15/20, 1, 3/8, 0
    assert shown.tolist() == [[-0.5, 14.5], [7.5, 9.5]]
    _, keep = segments_in_window(segments, 0, 20, 20, 0.76)
    assert keep.tolist() == [False, True, False, False]


def test_segments_are_counted_from_the_windows_start():
    shown, _ = segments_in_window([[30, 34]], 28, 10, 10, 1)
    assert shown.tolist() == [[2, 6]]


def test_a_segment_longer_than_the_window_counts_where_it_fills_it():
    segment = [[0, 100]]
    assert segments_in_window(segment, 40, 10, 10, 0.75)[1].all()
    assert not segments_in_window(segment, 95, 10, 10, 0.75)[1].any()


def test_a_padded_window_clips_at_its_last_step():
    shown, keep = segments_in_window([[2, 9.5]], 0, 10, 64, 1)
    assert shown.tolist() == [[2, 9.5]] and keep.all()


def test_copies_are_those_of_the_paper_at_alpha_100():
    counts = np.array([0, 9, 11, 14, 21, 39, 48, 63, 100, 101, 724])
    assert copies_per_class(counts, 100).tolist() == [
        1, 5, 5, 4, 4, 3, 3, 2, 1, 1, 1]


def train_plan(**more):
    steps = [np.array([[2., 6.], [30., 34.]]), np.zeros((0, 2))]
    labels = [np.array([0, 1]), np.zeros(0, np.int64)]
    return plan_windows([40, 30], 10, 0, steps, labels, num_classes=2, **more)


def test_windows_without_a_gesture_are_counted_and_thinned_out():
    plan, counts = train_plan()
    assert counts == dict(regular=2, background=5, background_left_out=0,
                          oversampled=0)
    assert [w.label for w in plan if w.video == 1] == [2, 2, 2]
    plan, counts = train_plan(background_ratio=1)
    assert (counts['background'], counts['background_left_out']) == (2, 3)
    assert len(plan) == 4
    assert train_plan(background_ratio=0)[1]['background'] == 0
    # which ones is a matter of the seed alone
    assert train_plan(background_ratio=1)[0] == plan


def test_rare_instances_get_windows_of_their_own():
    plan, counts = train_plan(oversample=Oversampling(4))
    assert counts['oversampled'] == 4  # R = ceil(log2(4 / 1)) + 1 = 3
    extra = [w for w in plan if w.instance is not None]
    assert sorted((w.instance, w.label) for w in extra) == [
        (0, 0), (0, 0), (1, 1), (1, 1)]
    assert len({(w.video, w.name) for w in plan}) == len(plan)


def test_literal_oversampling_adds_no_window():
    assert train_plan(oversample=Oversampling(4, 'literal'))[1][
        'oversampled'] == 0


def test_a_window_is_labelled_by_its_rarest_class():
    steps = [np.array([[0., 2.], [3., 5.], [6., 8.]])]
    plan, _ = plan_windows([10], 10, 0, steps, [np.array([1, 1, 0])],
                           num_classes=2)
    assert plan[0].label == 0


def test_a_test_has_every_window_and_no_label():
    plan, counts = plan_windows([25, 3], 10, 0.5)
    assert [(w.video, w.start) for w in plan] == [
        (0, 0), (0, 5), (0, 10), (0, 15), (1, 0)]
    assert counts['regular'] == 5


@pytest.mark.parametrize('wrong', [dict(alpha=-1), dict(alpha=1, mode='x')])
def test_unknown_oversampling_is_refused(wrong):
    with pytest.raises(ValueError, match='expected a mode'):
        Oversampling(**wrong)
