"""The metric, with window_results and detection_report, to the test run."""
import csv
import json
import logging
import math

import pytest
import torch
from mmengine.logging import MessageHub, MMLogger

from mmgesture.apis import launch
from mmgesture.engine import read_meta
from mmgesture.engine.operating_point import (latest_operating_point,
                                              store_operating_point)
from mmgesture.evaluation import MicroGestureF1
from mmgesture.evaluation.functional import segment_f1
from mmgesture.resources import get_config
from mmgesture.submission import read_detections
from mmgesture.testing_untrimmed import write_tiny_untrimmed


def window(video='a', start=0, found=(), truth=(), **more):
    """Rows (start, end, label, score) in steps; truth in frames."""
    found = torch.tensor(list(found), dtype=torch.float32).reshape(-1, 4)
    return dict(
        video_id=video, window_start=start, num_steps=10, stride=4, offset=8,
        fps=28, num_frames=1000, split='val',
        video_annotations=None if truth is None else list(truth),
        pred_instances=dict(
            segments=found[:, :2], labels=found[:, 2].long(),
            scores=found[:, 3]), **more)


def build(**more):
    metric = MicroGestureF1(**more)
    metric.dataset_meta = dict(classes=['x', 'y', 'z'])
    return metric


def run(metric, *samples):
    metric.process(None, list(samples))
    return metric.evaluate(len(samples))


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


TRUTH = [(48., 88., 1), (200., 240., 0)]


def test_steps_become_frames_and_windows_meet(tmp_path):
    # steps 10 to 20 of the video are frames 48 to 88; seen in two windows
    found = run(
        build(threshold=0.5, dump=str(tmp_path / 'd.jsonl')),
        window('a', 0, [(10, 20, 1, .8)], TRUTH),
        window('a', 8, [(2, 12, 1, .9), (40, 50, 2, .7)], TRUTH),
        window('b', 0, [], []))
    assert found['detection/f1'] == pytest.approx(2 / (2 + 2))
    assert found['detection/precision'] == 0.5
    assert found['detection/threshold'] == 0.5
    assert found['detection/map'] == pytest.approx(0.5)
    content = read_detections(tmp_path / 'd.jsonl')
    assert [v.video_id for v in content.videos] == ['a', 'b']
    assert content.videos[0].segments.tolist() == [[48, 88], [200, 240]]
    assert content.split == 'val' and content.threshold == 0.5
    assert content.classes == ['x', 'y', 'z']


def test_repeated_windows_of_a_sampler_count_once():
    sample = window('a', 0, [(10, 20, 1, .8)], TRUTH)
    metric = build(threshold=0.5, merge=dict(method='none'))
    assert run(metric, sample, sample)['detection/precision'] == 1


def test_without_a_threshold_there_is_no_f1(log):
    found = run(build(), window('a', 0, [(10, 20, 1, .8)], TRUTH))
    assert 'detection/f1' not in found and 'detection/map' in found
    assert any('tune_threshold.py' in line for line in log)


def test_tuning_finds_the_threshold_and_leaves_it_for_the_checkpoint():
    MessageHub.get_current_instance().update_info('iter', 7)
    found = run(
        build(tune=True, tolerance=0),
        window('a', 0, [(10, 20, 1, .8), (30, 35, 1, .6)], TRUTH))
    assert found['detection/threshold'] == pytest.approx(0.7)
    hub = MessageHub.get_current_instance()
    point = latest_operating_point(hub)
    assert point['threshold'] == pytest.approx(0.7)
    assert (point['tiou'], point['matching'], point['videos']) == (
        0.3, 'one_to_one', 1)
    hub.update_info('iter', 8)  # another training step: other weights
    assert latest_operating_point(hub) is None


def test_the_starter_kit_warns_above_one(log):
    truth = [(8., 48., 1), (48., 88., 1)]
    found = run(
        build(threshold=0.1, matching='starterkit'),
        window('a', 0, [(0, 20, 1, .8)], truth))
    assert found['detection/f1'] > 1.3
    assert any('exceeds 1' in line for line in log)


def test_the_starter_kit_gets_last_frames():
    # [0, 10) and [3, 13): 6 / 12 as last frames, 7 / 13 as ends
    truth = [(0., 10., 1)]
    for tiou, hits in ((0.5, 0), (0.49, 1)):
        sample = window('a', 0, [(-1.25, 1.25, 1, .8)], truth)
        metric = build(threshold=0.1, matching='starterkit', tiou=tiou)
        assert run(metric, sample)['detection/recall'] == hits


def test_the_non_gesture_class_is_also_left_out():
    found = run(
        build(threshold=0.5, non_gesture=1),
        window('a', 0, [(10, 20, 1, .8)], TRUTH))
    assert found['detection/f1'] == pytest.approx(2 / 3)
    assert found['detection/f1_gestures'] == 0


def test_hidden_videos_are_dumped_and_not_scored(tmp_path, log):
    path = tmp_path / 'd.jsonl'
    hidden = window('b', 0, [(0, 5, 0, .9)], None)
    found = run(
        build(threshold=0.5, dump=str(path)), hidden,
        window('a', 0, [(10, 20, 1, .8)], TRUTH))
    assert found['detection/precision'] == 1
    assert len(read_detections(path).videos) == 2
    assert run(build(dump=str(path)), hidden) == {}
    assert any('hidden' in line for line in log)


def test_unreadable_windows_say_nothing(log):
    found = run(
        build(threshold=0.5),
        window('a', 0, [(10, 20, 1, .8)], TRUTH, unreadable=True),
        window('a', 5, [(5, 15, 1, .8)], TRUTH))
    assert found['detection/precision'] == 1
    assert any('1 of 2 windows' in line for line in log)


def test_a_broken_model_is_named_by_the_video():
    with pytest.raises(ValueError, match='a: the model predicts'):
        run(build(threshold=0.5),
            window('a', 0, [(math.nan, 5, 1, .8)], TRUTH))
    with pytest.raises(ValueError, match='classes from 0 to 2'):
        run(build(threshold=0.5), window('a', 0, [(0, 5, 3, .8)], TRUTH))


def test_samples_of_another_pipeline_are_refused():
    with pytest.raises(KeyError, match='PackWindowInputs'):
        build().process(None, [dict(sample_id='a')])


@pytest.mark.parametrize('wrong', [
    dict(matching='best'), dict(threshold=0.5, tune=True),
    dict(merge=dict(method='best'))])
def test_wrong_settings_are_refused(wrong):
    with pytest.raises(ValueError, match='expected'):
        MicroGestureF1(**wrong)


def test_tables_are_written(tmp_path):
    run(build(threshold=0.5, out_dir=str(tmp_path)),
        window('a', 0, [(10, 20, 1, .8)], TRUTH), window('b', 0, [], []))
    with open(tmp_path / 'per_class.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [r['f1'] for r in rows] == ['0.000000', '1.000000', '']
    with open(tmp_path / 'per_video.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert [(r['video_id'], r['annotated'], r['predicted']) for r in rows] \
        == [('a', '2', '1'), ('b', '0', '0')]
    assert rows[1]['f1'] == ''


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """A localizer that learnt the tiny set, and its config."""
    root = tmp_path_factory.mktemp('online')
    write_tiny_untrimmed(root)
    path = root / 'tiny.py'
    path.write_text(CONFIG.format(
        root=root, configs=get_config('_base_/default_runtime.py').parents[1]))
    launch.train(str(path), work_dir=str(root / 'run'))
    return root, path


CONFIG = '''
_base_ = '{configs}/_base_/default_runtime.py'
head = dict(type='AnchorFreeSegmentHead', num_classes=3, channels=16,
            num_levels=3)
model = dict(
    type='GestureLocalizer',
    neck=dict(type='TemporalPyramid', in_channels=5, channels=16,
              block=dict(type='attention', num_heads=2), num_embed=1,
              num_stem=1, num_levels=3),
    head=head)
pipeline = [dict(type='LoadFeatureWindow'), dict(type='PackWindowInputs')]
data = dict(type='UntrimmedDataset', ann_file='annotations.jsonl',
            data_root='{root}', window_size=64,
            features=dict(folder='features/tiny'), pipeline=pipeline)
train_dataloader = dict(
    batch_size=4, num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=True),
    dataset=dict(data, split='train', seed=0, jitter=0.25, overlap=0.75))
val_dataloader = dict(
    batch_size=4, num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(data, split='val', test_mode=True))
test_dataloader = dict(
    batch_size=4, num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(data, split='test', test_mode=True))
val_evaluator = dict(type='MicroGestureF1', tune=True)
test_evaluator = dict(type='MicroGestureF1')
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=12, val_interval=6)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
optim_wrapper = dict(type='OptimWrapper',
                     optimizer=dict(type='AdamW', lr=4e-3))
param_scheduler = []
default_hooks = dict(
    checkpoint=dict(save_best='detection/f1', rule='greater', interval=6))
'''


def test_train_and_test_find_the_gestures_at_the_tuned_threshold(trained):
    root, config = trained
    best = next((root / 'run').glob('best_detection_f1_*.pth'))
    point = read_meta(best)['detection']
    assert 0 < point['threshold'] < 1 and point['f1'] > 0.6
    dump = root / 'run' / 'detections.jsonl'
    found = launch.test(str(config), str(best), work_dir=str(root / 'run'),
                        dump=str(dump))
    assert found['detection/threshold'] == point['threshold']
    assert found['detection/f1'] > 0.6
    content = read_detections(dump)
    assert content.threshold == point['threshold']
    assert (content.split, content.config, content.checkpoint) == (
        'test', 'tiny.py', best.name)
    again = segment_f1(content.counting(), 3)
    assert again.f1 == pytest.approx(found['detection/f1'])
    stored = json.loads((root / 'run' / 'test_metrics.json').read_text())
    assert stored['metrics']['detection/f1'] == found['detection/f1']


def test_a_threshold_can_be_stored_in_a_checkpoint(trained, tmp_path):
    root, config = trained
    best = next((root / 'run').glob('best_detection_f1_*.pth'))
    copy = tmp_path / 'copy.pth'
    copy.write_bytes(best.read_bytes())
    store_operating_point(copy, dict(threshold=0.99))
    before = torch.load(best, weights_only=True)
    after = torch.load(copy, weights_only=True)
    assert after['meta']['detection'] == dict(threshold=0.99)
    assert after['meta']['classes'] == before['meta']['classes']
    for name, value in before['state_dict'].items():
        assert torch.equal(after['state_dict'][name], value)
    found = launch.test(str(config), str(copy), work_dir=str(tmp_path))
    assert found['detection/threshold'] == 0.99
