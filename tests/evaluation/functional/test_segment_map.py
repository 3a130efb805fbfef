"""mAP of segments against OpenTAD's numbers and a slow reference."""
import math

import numpy as np
import pytest

from mmgesture.evaluation.functional import segment_map
from mmgesture.evaluation.functional.segment_map import (average_precision,
                                                         ranked_hits)
from mmgesture.ops.segments import segment_iou

from .detection_cases import build, golden_cases, random_videos


def test_map_equals_opentads(golden):
    for videos, expected, _ in golden_cases(golden):
        found = segment_map(videos, 8).by_tiou
        for tiou, value in expected.items():
            assert found[float(tiou)] == pytest.approx(value, abs=1e-12)


def slow_hits(videos, label, tiou):
    rows = [(-v.scores[i], n, i) for n, v in enumerate(videos)
            for i in range(len(v)) if v.labels[i] == label]
    taken, hits = set(), []
    for _, n, i in sorted(rows):
        v = videos[n]
        best, best_iou = None, -1.
        for j in range(len(v.gt_labels)):
            iou = segment_iou(v.segments[i:i + 1], v.gt_segments[j:j + 1])
            if v.gt_labels[j] == label and (n, j) not in taken and \
                    iou > best_iou:
                best, best_iou = j, float(iou[0, 0])
        hits.append(best_iou >= tiou)
        if best_iou >= tiou:
            taken.add((n, best))
    return hits


@pytest.mark.parametrize('seed', range(6))
def test_hits_equal_their_definition(seed):
    videos = random_videos(seed)
    for label in range(3):
        hits, owner, row, taken = ranked_hits(videos, label, (0.3, 0.7))
        for level, tiou in enumerate((0.3, 0.7)):
            assert hits[level].tolist() == slow_hits(videos, label, tiou)
        scores = [videos[v].scores[r] for v, r in zip(owner, row)]
        assert scores == sorted(scores, reverse=True)
        assert ((taken >= 0) == hits).all()


def test_average_precision_of_a_worked_case():
    # precision 1, 1/2, 2/3; raised: 1, 2/3, 2/3; recall steps of 1/4
    assert average_precision(np.array([True, False, True]), 4) == \
        pytest.approx((1 + 2 / 3) / 4)
    assert average_precision(np.zeros(0, bool), 3) == 0


def test_only_annotated_classes_enter_the_mean():
    videos = [build('a', [[0, 0, 10]], [[0, 0, 10, .5], [1, 0, 10, .9]])]
    found = segment_map(videos, 3)
    assert found.mean == 1
    assert np.isnan(found.ap[:, 1:]).all()
    assert math.isnan(segment_map([build('a', [], [])], 2).mean)


def test_an_overlap_of_exactly_the_threshold_is_enough():
    videos = [build('a', [[0, 0, 10]], [[0, 0, 5, 1]])]
    assert segment_map(videos, 1, (0.5, )).mean == 1
