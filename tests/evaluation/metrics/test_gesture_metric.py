import csv
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.logging import MMLogger
from sklearn import metrics as sk

from mmgesture.evaluation import GestureMetric
from mmgesture.registry import METRICS
from mmgesture.submission import read_scores

ROOT = Path(__file__).resolve().parents[3]
CLASSES = ['a', 'b', 'c']


def sample(name, label, scores, **more):
    result = {'sample_id': name, 'pred_score': torch.tensor(scores), **more}
    if label is not None:
        result['gt_label'] = torch.tensor([label])
    return result


SAMPLES = [
    sample('s0', 0, [.7, .2, .1]),
    sample('s1', 1, [.5, .4, .1]),
    sample('s2', 1, [.1, .8, .1]),
    sample('s3', None, [.1, .1, .8]),
]


@pytest.fixture
def log():
    lines = []
    logger = MMLogger.get_current_instance()

    class Keeper(logging.Handler):

        def emit(self, record):
            lines.append(record.getMessage())

    keeper = Keeper()
    logger.addHandler(keeper)
    yield lines
    logger.removeHandler(keeper)


def evaluate(samples, size=None, classes=CLASSES, groups=None, **options):
    metric = GestureMetric(**options)
    metric.dataset_meta = {'classes': classes} if classes else None
    if groups is not None:
        metric.dataset_meta['groups'] = groups
    for start in range(0, len(samples), 2):
        metric.process(None, samples[start:start + 2])
    return metric.evaluate(len(samples) if size is None else size)


def test_metric_is_registered_with_its_prefix():
    metric = METRICS.build(dict(type='GestureMetric', topk=(1, 2)))
    assert metric.prefix == 'gesture' and metric.topk == (1, 2)


def test_hand_worked_case_without_the_hidden_clip():
    found = evaluate(SAMPLES, topk=(1, 2))
    # predictions 0, 0, 1 for labels 0, 1, 1
    assert found == {
        'gesture/top1': pytest.approx(2 / 3),
        'gesture/top2': 1.0,
        'gesture/macro_f1': pytest.approx((2 / 3 + 2 / 3) / 2),
        'gesture/macro_f1_union': pytest.approx((2 / 3 + 2 / 3) / 2),
        'gesture/micro_f1': pytest.approx(2 / 3),
        'gesture/mean_class_acc': pytest.approx((1 + 1 / 2) / 2),
    }


def test_random_case_equals_scikit_learn():
    generator = np.random.default_rng(3)
    scores = generator.dirichlet(np.ones(6), 60)
    labels = generator.integers(0, 5, 60)
    found = evaluate(
        [sample(f's{i}', int(labels[i]), scores[i]) for i in range(60)],
        classes=list('abcdef'))
    predictions = scores.argmax(axis=1)
    assert found['gesture/top1'] == pytest.approx(
        sk.accuracy_score(labels, predictions))
    assert found['gesture/top5'] == pytest.approx(
        sk.top_k_accuracy_score(labels, scores, k=5, labels=range(6)))
    assert found['gesture/macro_f1_union'] == pytest.approx(
        sk.f1_score(labels, predictions, average='macro', zero_division=0))


def test_groups_add_the_two_level_figures(log):
    groups = dict(names=['x', 'y', 'z'], of_class=[0, 0, 1])
    plain, found = evaluate(SAMPLES), evaluate(SAMPLES, groups=groups)
    # predictions 0, 0, 1 for labels 0, 1, 1: all of group 0
    added = {
        'gesture/f1_mean': pytest.approx((1 + 1 + 2 / 3 + 2 / 3) / 4),
        'gesture/body_macro_f1': 1,
        'gesture/body_micro_f1': 1,
        'gesture/action_macro_f1': pytest.approx(2 / 3),
        'gesture/action_micro_f1': pytest.approx(2 / 3),
    }
    assert found == {**plain, **added}
    assert any('f1_mean' in line and '3 classes and of their 3 groups' in line
               and 'present or predicted' in line for line in log)


def test_macro_averages_of_the_groups_may_run_over_all_classes():
    groups = dict(names=['x', 'y'], of_class=[0, 0, 1])
    found = evaluate(SAMPLES, groups=groups, macro_over='all')
    assert found['gesture/action_macro_f1'] == pytest.approx(4 / 3 / 3)
    assert found['gesture/body_macro_f1'] == pytest.approx(1 / 2)
    with pytest.raises(ValueError, match="'union', 'all'.*got 'present'"):
        GestureMetric(macro_over='present')


def test_hidden_labels_of_a_set_with_groups_give_no_figures():
    groups = dict(names=['x'], of_class=[0, 0, 0])
    assert evaluate(SAMPLES[3:], groups=groups) == {}


def test_wrong_groups_are_refused():
    with pytest.raises(ValueError, match='each of the 3 classes, got 1'):
        evaluate(SAMPLES, groups=dict(names=['x'], of_class=[0]))


def test_definitions_stand_beside_the_numbers(log):
    evaluate(SAMPLES)
    text = '\n'.join(log)
    assert 'over the 2 of 3 classes present in the ground truth' in text
    assert '1 clips with a hidden label' in text


def test_top5_of_three_classes_is_clipped_with_a_note(log):
    assert evaluate(SAMPLES)['gesture/top5'] == 1.0
    assert any('top5 counts all 3 classes' in line for line in log)


def test_hidden_labels_give_scores_but_no_metrics(tmp_path, log):
    path = tmp_path / 'scores.jsonl'
    hidden = [sample('s0', None, [.7, .2, .1]), sample('s1', -1, [0., 0, 1])]
    assert evaluate(hidden, dump=str(path)) == {}
    assert any('all labels are hidden' in line for line in log)
    assert read_scores(path).labels == [None, None]


def test_unreadable_clip_gets_a_uniform_score(tmp_path, log):
    path = tmp_path / 'scores.jsonl'
    broken = sample('s9', 2, [1., 0, 0], unreadable=True)
    evaluate(SAMPLES + [broken], dump=str(path))
    scores = read_scores(path)
    assert scores.unreadable.tolist() == [False] * 4 + [True]
    np.testing.assert_allclose(scores.scores[4], 1 / 3, rtol=1e-8)
    assert any('1 of 5 clips could not be read' in line and 's9' in line
               for line in log)


def test_padding_is_dropped_by_id_wherever_it_stands(tmp_path):
    path = tmp_path / 'scores.jsonl'
    padded = [SAMPLES[0], SAMPLES[0], SAMPLES[1], SAMPLES[2], SAMPLES[1],
              SAMPLES[3]]
    assert evaluate(padded, size=4, dump=str(path)) == evaluate(SAMPLES)
    assert read_scores(path).sample_ids == ['s0', 's1', 's2', 's3']


def test_lost_samples_are_warned_of(log):
    evaluate(SAMPLES, size=7)
    assert any('7 samples' in line and '4 different' in line for line in log)


def test_one_id_with_two_labels_is_refused():
    with pytest.raises(ValueError, match="'s0' occurs with the labels 0"):
        evaluate([sample('s0', 0, [1., 0, 0]), sample('s0', 1, [1., 0, 0])])


def test_dump_keeps_ids_labels_and_header(tmp_path):
    path = tmp_path / 'scores.jsonl'
    evaluate(SAMPLES, dump=str(path), config='c.py', checkpoint='k.pth')
    scores = read_scores(path)
    assert scores.labels == [0, 1, 1, None] and scores.classes == CLASSES
    assert (scores.config, scores.checkpoint) == ('c.py', 'k.pth')


def test_folder_holds_table_and_confusion_matrix(tmp_path, log):
    evaluate(SAMPLES, out_dir=str(tmp_path / 'out'))
    with open(tmp_path / 'out' / 'confusion_matrix.csv') as file:
        rows = list(csv.reader(file))
    assert rows[0][1:] == CLASSES
    assert rows[1:] == [['a', '1', '0', '0'], ['b', '1', '1', '0'],
                        ['c', '0', '0', '0']]
    with open(tmp_path / 'out' / 'per_class.csv') as file:
        rows = list(csv.DictReader(file))
    assert [row['support'] for row in rows] == ['1', '2', '0']
    assert rows[1]['recall'] == '0.500000' and rows[2]['f1'] == ''
    image = (tmp_path / 'out' / 'confusion_matrix.png').read_bytes()
    assert image.startswith(b'\x89PNG')
    assert any('support' in line and 'precision' in line for line in log)


def test_table_is_logged_in_tests_only(log):
    evaluate(SAMPLES)
    assert not any('precision' in line for line in log)


def test_class_list_and_head_must_agree():
    with pytest.raises(ValueError, match='names 2 classes.*scores 3'):
        evaluate(SAMPLES, classes=['a', 'b'])


def test_classes_without_names_are_numbered(tmp_path):
    path = tmp_path / 'scores.jsonl'
    evaluate(SAMPLES, classes=None, dump=str(path))
    assert read_scores(path).classes == ['0', '1', '2']


def test_sample_without_id_is_refused():
    with pytest.raises(KeyError, match='PackGestureInputs'):
        GestureMetric().process(None, [{'pred_score': torch.ones(3) / 3}])


@pytest.mark.parametrize('scores', [[2., -1, 0], [3., 1, 1],
                                    [[.5, .5, 0], [.5, .5, 0]]])
def test_logits_and_single_clips_are_refused(scores):
    with pytest.raises(ValueError, match="s0.*average_clips='prob'"):
        evaluate([sample('s0', 0, scores)])


def test_nan_is_refused_by_the_name_of_its_clip():
    with pytest.raises(ValueError, match="'s1'.*NaN"):
        evaluate([SAMPLES[0], sample('s1', 0, [float('nan'), .5, .5])])


def test_topk_below_one_is_refused():
    with pytest.raises(ValueError, match='at least 1'):
        GestureMetric(topk=(0, ))


TWO_PROCESSES = """
import os, sys, torch
import torch.distributed as dist
from mmgesture.evaluation import GestureMetric
rank, port, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
dist.init_process_group('gloo', rank=rank, world_size=2,
                        init_method=f'tcp://127.0.0.1:{port}')
metric = GestureMetric(topk=(1,), dump=path)
metric.dataset_meta = {'classes': ['a', 'b']}
# five clips, so rank 1 repeats the first one; it gets all of a block rather
# than every other clip, which a cut by position would not survive
mine = [0, 1, 2] if rank == 0 else [0, 3, 4]
metric.process(None, [
    {'sample_id': f's{i}', 'gt_label': torch.tensor([i % 2]),
     'pred_score': torch.tensor([0.9, 0.1])} for i in mine])
found = metric.evaluate(5)
assert abs(found['gesture/top1'] - 3 / 5) < 1e-9, found
dist.barrier()
dist.destroy_process_group()
"""


def test_two_processes_score_every_clip_once(tmp_path):
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port = str(probe.getsockname()[1])
    path = tmp_path / 'scores.jsonl'
    environment = dict(
        os.environ, PYTHONPATH=str(ROOT), OMP_NUM_THREADS='1')
    processes = [
        subprocess.Popen(
            [sys.executable, '-W', 'ignore', '-c', TWO_PROCESSES,
             str(rank), port, str(path)],
            env=environment, cwd=tmp_path, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True) for rank in range(2)
    ]
    try:
        outputs = [process.communicate(timeout=120)[0]
                   for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert sorted(read_scores(path).sample_ids) == [
        's0', 's1', 's2', 's3', 's4']
