import numpy as np
import pytest
import torch

from mmgesture.evaluation import GestureMetric
from mmgesture.evaluation.metrics.score_parts import checked_scores, part_path
from mmgesture.submission import read_scores

CLASSES = ['a', 'b', 'c']


def sample(name, label, rgb, pose, **more):
    result = dict(
        sample_id=name,
        pred_score=dict(rgb=torch.tensor(rgb), pose=torch.tensor(pose)),
        **more)
    if label is not None:
        result['gt_label'] = torch.tensor([label])
    return result


SAMPLES = [
    sample('s0', 0, [.7, .2, .1], [.1, .8, .1]),  # .4 .5 .1: wrong
    sample('s1', 1, [.5, .4, .1], [.1, .8, .1]),  # .3 .6 .1: right
    sample('s2', 1, [.1, .8, .1], [.2, .3, .5]),  # .15 .55 .3: right
    sample('s3', None, [.1, .1, .8], [.2, .2, .6]),
    sample('s4', 2, [.1, .1, .8], [.2, .2, .6], unreadable=True),
]


def evaluate(samples, **options):
    metric = GestureMetric(topk=(1, ), **options)
    metric.dataset_meta = {'classes': CLASSES}
    for one in samples:
        metric.process(None, [one])
    return metric.evaluate(len(samples))


def test_the_whole_is_the_mean_and_each_part_is_scored():
    found = evaluate(SAMPLES[:4])
    assert found['gesture/top1'] == pytest.approx(2 / 3)
    assert found['gesture/top1_rgb'] == pytest.approx(2 / 3)  # not s1
    assert found['gesture/top1_pose'] == pytest.approx(1 / 3)  # only s1
    assert found['gesture/macro_f1_rgb'] == pytest.approx(2 / 3)


def test_every_part_has_its_score_file_with_the_same_ids(tmp_path):
    evaluate(SAMPLES, dump=str(tmp_path / 'scores.jsonl'))
    whole = read_scores(tmp_path / 'scores.jsonl')
    rgb, pose = (read_scores(tmp_path / f'scores_{name}.jsonl')
                 for name in ('rgb', 'pose'))
    assert whole.sample_ids == rgb.sample_ids == pose.sample_ids \
        == [f's{i}' for i in range(5)]
    np.testing.assert_allclose((rgb.scores + pose.scores) / 2, whole.scores,
                               atol=1e-8)
    np.testing.assert_allclose(rgb.scores[0], [.7, .2, .1], atol=1e-7)
    assert whole.labels == [0, 1, 1, None, 2]
    for file in (whole, rgb, pose):
        assert file.unreadable.tolist() == [False] * 4 + [True]
        np.testing.assert_allclose(file.scores[4], 1 / 3)


def test_a_single_row_has_no_parts():
    whole, parts = checked_scores('s', torch.tensor([.25, .75]), False)
    assert whole.tolist() == [.25, .75] and parts == {}


def test_what_is_no_probability_is_told_with_its_part():
    with pytest.raises(ValueError, match=r"s \(pose\).*average_clips='prob'"):
        checked_scores('s', dict(rgb=torch.tensor([.5, .5]),
                                 pose=torch.tensor([2., 3.])), False)
    with pytest.raises(ValueError, match="'rgb': 2, 'pose': 3"):
        checked_scores('s', dict(rgb=torch.tensor([.5, .5]),
                                 pose=torch.tensor([.5, .5, 0])), False)


def test_files_of_parts_lie_beside_the_whole(tmp_path):
    path = part_path(str(tmp_path / 'a.b' / 'scores.jsonl'), 'rgb')
    assert path == str(tmp_path / 'a.b' / 'scores_rgb.jsonl')
