import pytest
import torch

from mmgesture.models.localizers.step_targets import step_targets


def make(segments, labels, end=10, length=10, width=1.):
    return step_targets(
        [(torch.tensor(segments).view(-1, 2).float(), torch.tensor(labels))],
        torch.tensor([end]), length, 3, width)


def test_a_step_is_in_a_segment_if_its_centre_is():
    # step i covers i - 1/2 to i + 1/2
    targets = make([[1.5, 3.5], [6.2, 7.9]], [0, 2])
    assert targets.labels[0].tolist() == [3, 3, 0, 0, 3, 3, 3, 2, 3, 3]


def test_of_overlapping_segments_the_later_one_counts():
    targets = make([[3.5, 6.5], [-.5, 8.5]], [1, 0])
    assert targets.labels[0].tolist() == [0] * 4 + [1] * 3 + [0] * 2 + [3]


def test_boundaries_are_bumps_around_their_place():
    bounds = make([[2, 6]], [1], width=2.).bounds[0]
    assert bounds[2, 0] == 1 and bounds[6, 1] == 1
    assert bounds[4, 0] == pytest.approx(torch.tensor(-.5).exp().item())
    assert bounds[4, 1] == bounds[4, 0]


def test_of_two_starts_the_nearer_one_counts():
    bounds = make([[2, 4], [6, 8]], [0, 1]).bounds[0, :, 0]
    assert bounds[2] == bounds[6] == 1 and bounds[5] == bounds[3]


def test_what_a_window_cuts_off_is_no_boundary():
    bounds = make([[-.5, 3], [5, 6.5]], [0, 1], end=7).bounds[0]
    assert bounds[:3, 0].max() < .02  # the start of the second alone
    assert bounds[5, 0] == 1
    assert bounds[3, 1] == 1 and bounds[6, 1] < .02


def test_no_segment_gives_background():
    targets = make([], [])
    assert (targets.labels == 3).all() and not targets.bounds.any()
