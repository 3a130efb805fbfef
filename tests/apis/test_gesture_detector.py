"""One video in, gestures out: gesture_detector, gesture_files, detect.py."""
import copy
import csv
import json
import runpy

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.apis import launch
from mmgesture.apis.gesture_detector import DetectedVideo, GestureDetector
from mmgesture.apis.gesture_files import gesture_rows, write_gestures
from mmgesture.apis.sliding_recognizer import SlidingRecognizer
from mmgesture.apis.trained_model import load_model
from mmgesture.apis.feature_extraction import extract_features
from mmgesture.datasets.features import extract_skeleton_features
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.engine.checkpoint import save_checkpoint
from mmgesture.registry import DATASETS, MODELS
from mmgesture.structures import (GestureRecord, GestureSegment, make_header,
                                  write_annotations)
from mmgesture.submission import read_detections
from mmgesture.testing import (TINY_CLASSES, write_tiny_model,
                               write_tiny_video)


PYRAMID = dict(
    neck=dict(type='TemporalPyramid', channels=8, num_embed=1, num_stem=1,
              num_levels=2, block=dict(type='attention', num_heads=2)),
    head=dict(type='AnchorFreeSegmentHead', num_classes=3, channels=8,
              num_levels=2))
QUERIES = dict(
    neck=None,
    head=dict(type='QueryPointHead', num_classes=3, embed_dims=8,
              num_queries=4, num_points=6, num_layers=2, num_mamba=1,
              decoder=dict(feedforward=16, dim_dynamic=4, num_heads=2)))


def localizer(root, name, channels, backbone=None, parts=PYRAMID, **data):
    """Config and checkpoint of an untrained localizer on data in root."""
    parts = copy.deepcopy(parts)
    first = parts['neck'] or parts['head']
    first['in_channels'] = channels
    dataset = dict(
        type='UntrimmedDataset', ann_file='ann.jsonl', data_root=str(root),
        split='test', window_size=16, test_mode=True, **data)
    config = Config(dict(
        default_scope='mmaction',
        custom_imports=dict(imports=['mmgesture'],
                            allow_failed_imports=False),
        model=dict(
            type='GestureLocalizer',
            backbone=backbone,
            **parts),
        test_dataloader=dict(
            batch_size=3, num_workers=0,
            sampler=dict(type='DefaultSampler', shuffle=False),
            dataset=dataset),
        test_evaluator=dict(type='MicroGestureF1',
                            merge=dict(iou_threshold=0.4)),
        test_cfg=dict(type='TestLoop')))
    torch.manual_seed(0)
    with DefaultScope.overwrite_default_scope('mmaction'):
        model = MODELS.build(config.model)
        made = DATASETS.build(dataset)
    for parameter in model.parameters():  # so that something is found
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.5)
    paths = root / f'{name}.py', root / f'{name}.pth'
    config.dump(str(paths[0]))
    save_checkpoint(
        dict(state_dict=model.state_dict(),
             meta=dict(classes=list(TINY_CLASSES), config_name=name,
                       dataset_meta=made.metainfo,
                       detection=dict(threshold=0.002))), paths[1])
    return str(paths[0]), str(paths[1])


@pytest.fixture(scope='module')
def world(tmp_path_factory):
    """A video, a recognizer, features of both kinds, and their localizers."""
    root = tmp_path_factory.mktemp('world')
    write_tiny_video(root / 'a.mp4', 60, fps=20)
    rng = np.random.default_rng(0)
    joints = np.cumsum(rng.normal(0, .02, (60, 25, 11)), 0) + 1
    np.savetxt(root / 'a.csv', joints.reshape(60, -1), '%.4f', ',')
    video = dict(video_id='a', video='a.mp4', keypoints='a.csv',
                 num_frames=60, fps=20, split='test')
    write_annotations(
        str(root / 'ann.jsonl'),
        make_header('t', list(TINY_CLASSES), None, dict(videos=[video])),
        [GestureRecord('r', 'a.mp4', start=5, end=20, label=0, split='test')])
    recognizer = write_tiny_model(root / 'recognizer')
    ann = str(root / 'ann.jsonl')
    extract_features(
        SlidingRecognizer(load_model(*recognizer), 8, 2), ann, str(root),
        str(root / 'clip'), dict(kind='recognizer', config='tiny.py'))
    extract_skeleton_features(ann, str(root), str(root / 'body'))
    pipeline = [dict(type='LoadFeatureWindow'), dict(type='PackWindowInputs')]
    return dict(
        root=root, video=str(root / 'a.mp4'), recognizer=recognizer,
        clip=localizer(root, 'loc_clip', 16, pipeline=pipeline,
                       features=dict(folder='clip')),
        body=localizer(root, 'loc_body', 150, pipeline=pipeline,
                       features=dict(folder='body', every=2)),
        frames=localizer(root, 'loc_frames', 16, VIT, frames=dict(fps=10),
                         pipeline=DECODE),
        queries=localizer(root, 'loc_queries', 16, VIT, QUERIES,
                          frames=dict(fps=10), pipeline=DECODE))


DECODE = [
    dict(type='OpenVideo'),
    dict(type='SampleWindowFrames'),
    dict(type='DecodeVideo', short_side=32),
    dict(type='CenterCrop', crop_size=32),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackWindowInputs')
]


VIT = dict(
    type='ClipEncoder', channels=16, chunk_frames=4,
    backbone=dict(type='GestureVisionTransformer', img_size=32,
                  patch_size=16, embed_dims=16, depth=1, num_heads=2,
                  num_frames=4))


def expected(world, model, tmp_path):
    """What a test run finds above the threshold."""
    dump = tmp_path / 'd.jsonl'
    launch.test(*model, work_dir=str(tmp_path), dump=str(dump))
    content = read_detections(dump)
    assert content.threshold == 0.002
    return content.counting()[0].gestures()


def same(found, wanted):
    assert len(found) == len(wanted) > 0
    for a, b in zip(found, wanted):
        assert a.label == b.label
        assert a.score == pytest.approx(b.score, abs=1e-5)
        assert (a.start, a.end) == pytest.approx((b.start, b.end), abs=2e-3)


def test_a_localizer_of_features_finds_what_its_test_finds(world, tmp_path):
    detect = GestureDetector(*world['clip'],
                             load_model(*world['recognizer']))
    assert detect.tuned and detect.merge.iou_threshold == 0.4
    seen = []
    found = detect(world['video'], progress=lambda *x: seen.append(x))
    same(found.gestures, expected(world, world['clip'], tmp_path))
    assert {stage for stage, _, _ in seen} == {'features', 'windows'}
    assert found.classes == list(TINY_CLASSES) and found.num_frames == 60


def test_a_localizer_of_skeletons_finds_what_its_test_finds(world, tmp_path):
    detect = GestureDetector(*world['body'])
    found = detect(world['video'], str(world['root'] / 'a.csv'))
    same(found.gestures, expected(world, world['body'], tmp_path))


@pytest.mark.parametrize('kind', ['frames', 'queries'])
def test_a_localizer_of_frames_finds_what_its_test_finds(
        world, tmp_path, kind):
    found = GestureDetector(*world[kind])(world['video'])
    same(found.gestures, expected(world, world[kind], tmp_path))


def test_what_a_localizer_lacks_is_said(world):
    with pytest.raises(ValueError, match='--keypoints'):
        GestureDetector(*world['body'])(world['video'])
    with pytest.raises(ValueError, match='tiny.py.*--extractor'):
        GestureDetector(*world['clip'])(world['video'])


def test_a_recognizer_is_slid(world):
    detect = GestureDetector(*world['recognizer'], threshold=0., seconds=0.4)
    assert detect.slides and detect.background is None
    found = detect(world['video'])
    assert found.gestures and found.gestures[0].start < 10
    times, scores = found.scores
    assert scores.shape == (len(times), 3) and (np.diff(times) > 0).all()
    assert scores.sum(1) == pytest.approx(1, abs=1e-5)
    assert 0 < times[0] < .5 and 2.5 < times[-1] < 3.2
    strict = GestureDetector(*world['recognizer'], threshold=1.1,
                             seconds=0.4)(world['video'])
    assert not strict.gestures


def test_the_background_of_a_recognizer_is_no_gesture(tmp_path, world):
    files = write_tiny_model(tmp_path, ['x', 'y', 'background'])
    detect = GestureDetector(*files, threshold=0., seconds=0.4)
    assert detect.classes == ['x', 'y'] and detect.background == 2
    assert not detect.tuned or detect.threshold == 0
    found = detect(world['video'])
    assert all(g.label < 2 for g in found.gestures)
    assert found.scores.values.shape[1] == 2


def test_a_broken_video_is_named(world, tmp_path):
    (tmp_path / 'b.mp4').write_bytes(b'nonsense')
    with pytest.raises(UnreadableMediaError, match='b.mp4'):
        GestureDetector(*world['recognizer'])(str(tmp_path / 'b.mp4'))


def sample():
    return DetectedVideo(
        'v.mp4', [GestureSegment(1.4, 3, 1, .5),
                  GestureSegment(3599.9, 3600, 0, .25)], ['x', 'a, b'], .2,
        3600, 1., np.arange(3600.))


def test_rows_are_seconds_and_whole_frames():
    assert gesture_rows(sample())[0] == dict(
        name='a, b', label=1, start=1.4, end=3., start_frame=1, end_frame=3,
        score=.5)
    assert gesture_rows(sample())[1]['end_frame'] == 3600


def test_uneven_rates_are_followed():
    found = DetectedVideo('v', [], [], 0, 3, 2., np.array([0., 1., 1.2]))
    assert [found.seconds(x) for x in (0, .5, 2, 3)] == pytest.approx(
        [0, .5, 1.2, 1.7])


def test_every_form_can_be_read_again(tmp_path):
    for suffix in ('json', 'csv', 'srt'):
        write_gestures(tmp_path / f'g.{suffix}', sample())
    content = json.loads((tmp_path / 'g.json').read_text())
    assert content['classes'] == ['x', 'a, b'] and content['threshold'] == .2
    assert content['gestures'] == gesture_rows(sample())
    with open(tmp_path / 'g.csv', newline='') as file:
        rows = list(csv.DictReader(file))
    assert rows[0]['name'] == 'a, b' and rows[0]['end'] == '3.0'
    assert (tmp_path / 'g.srt').read_text().split('\n\n')[1] == (
        '2\n00:59:59,900 --> 01:00:00,000\nx (0.25)')
    with pytest.raises(ValueError, match='.json'):
        write_gestures(tmp_path / 'g.txt', sample())


def test_the_tool_writes_what_it_shows(world, tmp_path, repository, capsys):
    main = runpy.run_path(str(repository / 'tools/detect.py'))['main']
    out = [str(tmp_path / f'g.{s}') for s in ('json', 'csv', 'srt')]
    config, checkpoint = world['recognizer']
    assert main([world['video'], '--config', config, '--checkpoint',
                 checkpoint, '--seconds', '0.4', '--threshold', '0',
                 '--out', *out, '--report', str(tmp_path / 'g.html')]) == 0
    text = capsys.readouterr().out
    assert 'calls every stretch a gesture' in ' '.join(text.split())
    shown = json.loads((tmp_path / 'g.json').read_text())['gestures']
    assert f'{len(shown)} gestures in 3.0 s' in text
    page = (tmp_path / 'g.html').read_text(encoding='utf-8')
    page = json.loads(page.split('id="content">')[1].split('</script>')[0])
    assert [row['found'] for row in page['rows']] == [
        [row['start'], row['end']] for row in shown]
    assert any('calls every stretch' in note for note in page['notes'])
    assert main(['absent.mp4']) == 2
    assert 'no video at absent.mp4' in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([world['video'], '--out', 'g.txt'])
    with pytest.raises(SystemExit):
        main([world['video'], '--report', 'g.txt'])
