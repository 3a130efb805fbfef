import math

import pytest
import torch

from mmgesture.models.localizers.detections import suppress

SEGMENTS = torch.tensor([[5., 15.], [0., 10.], [0., 10.]])
SCORES = torch.tensor([.8, .9, .7])
LABELS = torch.tensor([0, 0, 1])


def test_soft_suppression_lowers_scores():
    found = suppress(SEGMENTS, SCORES, LABELS, dict(type='soft_nms'))
    assert found.scores.tolist() == pytest.approx(
        [.9, .7, .8 * math.exp(-2 / 9)])
    assert found.labels.tolist() == [0, 1, 0]
    assert found.segments.dtype == torch.float32


def test_hard_suppression_removes():
    found = suppress(SEGMENTS, SCORES, LABELS,
                     dict(type='nms', iou_threshold=.3))
    assert found.scores.tolist() == pytest.approx([.9, .7])


def test_no_suppression_only_sorts():
    found = suppress(SEGMENTS, SCORES, LABELS)
    assert found.scores.tolist() == pytest.approx([.9, .8, .7])


@pytest.mark.parametrize('how', [None, dict(type='soft_nms'),
                                 dict(type='nms', iou_threshold=.9)])
def test_number_of_results_is_limited(how):
    assert len(suppress(SEGMENTS, SCORES, LABELS, how, 2).scores) == 2
    empty = suppress(SEGMENTS[:0], SCORES[:0], LABELS[:0], how, 2)
    assert empty.segments.shape == (0, 2)


def test_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match='soft_nms'):
        suppress(SEGMENTS, SCORES, LABELS, dict(type='softnms'))
