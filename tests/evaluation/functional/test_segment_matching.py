"""Matching detections to annotations."""
import itertools

import numpy as np
import pytest

from mmgesture.evaluation.functional.segment_matching import (match,
                                                              starterkit_hits)
from mmgesture.ops.segments import segment_iou

from .detection_cases import build, random_videos


def slow_one_to_one(video, tiou, strict):
    """The definition, step by step."""
    taken, found = set(), [-1] * len(video)
    pairs = []
    for i, j in itertools.product(range(len(video)),
                                  range(len(video.gt_labels))):
        iou = segment_iou(video.segments[i:i + 1],
                          video.gt_segments[j:j + 1])[0, 0]
        enough = iou > tiou if strict else iou >= tiou
        if enough and video.labels[i] == video.gt_labels[j]:
            pairs.append((-video.scores[i], -iou, i, j))
    for _, _, i, j in sorted(pairs):
        if found[i] < 0 and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def most_pairs(video, tiou):
    """Largest number of pairs, by trying all, for few annotations."""
    iou = segment_iou(video.segments, video.gt_segments)
    allowed = (iou > tiou) & (video.labels[:, None] == video.gt_labels)

    def grow(column, used):
        if column == allowed.shape[1]:
            return 0
        best = grow(column + 1, used)
        for row in np.flatnonzero(allowed[:, column]):
            if row not in used:
                best = max(best, 1 + grow(column + 1, used | {row}))
        return best

    return grow(0, frozenset())


@pytest.mark.parametrize('seed', range(8))
@pytest.mark.parametrize('tiou, strict', [(0.3, True), (0.5, False), (0, True)])
def test_greedy_matching_equals_its_definition(seed, tiou, strict):
    for video in random_videos(seed):
        assert match(video, tiou, strict).tolist() == slow_one_to_one(
            video, tiou, strict)


@pytest.mark.parametrize('seed', range(6))
def test_the_hungarian_matching_finds_as_many_pairs_as_there_are(seed):
    for video in random_videos(seed, gestures=5):
        found = match(video, 0.3, matching='hungarian')
        used = found[found >= 0]
        assert len(used) == len(set(used)) == most_pairs(video, 0.3)
        assert len(used) >= (match(video, 0.3) >= 0).sum()
        assert (video.gt_labels[used] == video.labels[found >= 0]).all()


def test_what_a_detection_gets_does_not_depend_on_lower_scores():
    for seed in range(10):
        for video in random_videos(seed):
            whole = match(video)
            for cut in (0.3, 0.6):
                kept = video.scores >= cut
                assert (match(video.above(cut)) == whole[kept]).all()


def test_an_overlap_of_exactly_the_threshold_is_not_strict():
    video = build('v', [[0, 0, 10]], [[0, 0, 3, 1]])  # tIoU 0.3
    assert match(video, 0.3, True).tolist() == [-1]
    assert match(video, 0.3, False).tolist() == [0]


def test_of_two_annotations_the_better_overlap_is_taken():
    video = build('v', [[0, 0, 10], [0, 8, 20]], [[0, 8, 19, .9],
                                                  [0, 0, 19, .8]])
    assert match(video).tolist() == [1, 0]


def test_one_detection_over_two_neighbours_counts_twice_in_the_kit():
    video = build('v', [[0, 0, 50], [0, 50, 100]], [[0, 0, 100, 1]])
    assert starterkit_hits(video).tolist() == [0, 0]
    assert (match(video) >= 0).sum() == 1


def test_the_kit_takes_the_first_by_start_and_not_the_best():
    video = build('v', [[0, 10, 30]], [[0, 10, 30, .9], [0, 5, 20, .1]])
    assert starterkit_hits(video).tolist() == [1]
    same = build('v', [[0, 10, 30]], [[0, 10, 31, .1], [0, 10, 30, .9]])
    assert starterkit_hits(same).tolist() == [0]  # order of the list


def test_the_kit_compares_last_frames():
    # frames 0-9 and 3-12 inclusive: (9 - 3) / 12 = 0.5; half-open 7 / 13
    video = build('v', [[0, 0, 10]], [[0, 3, 13, 1]])
    assert starterkit_hits(video, 0.5, shorten=1).tolist() == [-1]
    assert starterkit_hits(video, 0.5).tolist() == [0]
    # single frames, where the organisers would divide by zero
    video = build('v', [[0, 4, 5]], [[0, 4, 5, 1]])
    assert starterkit_hits(video, 0.3, shorten=1).tolist() == [-1]


@pytest.mark.parametrize('truth, found', [([], []), ([[0, 1, 2]], []),
                                          ([], [[0, 1, 2, 1]])])
def test_nothing_matches_nothing(truth, found):
    video = build('v', truth, found)
    for kind in ('one_to_one', 'hungarian'):
        assert match(video, matching=kind).tolist() == [-1] * len(found)
    assert starterkit_hits(video).tolist() == [-1] * len(truth)


def test_unknown_matchings_are_refused():
    with pytest.raises(ValueError, match='expected matching'):
        match(build('v', [[0, 1, 9]], [[0, 1, 9, 1]]), matching='best')
