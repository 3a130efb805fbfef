"""Windows of an untrimmed set, from the annotation file to the batch."""
import json

import numpy as np
import pytest
import torch
from mmengine.dataset import pseudo_collate

from mmgesture.datasets import UntrimmedDataset
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)
from mmgesture.testing_untrimmed import write_tiny_untrimmed

from .conftest import read_number, write_video

PIPELINE = [dict(type='LoadFeatureWindow'), dict(type='PackWindowInputs')]


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp('tiny')
    write_tiny_untrimmed(folder)
    return str(folder)


def build(root, **more):
    settings = dict(
        ann_file='annotations.jsonl', data_root=root, window_size=32,
        features=dict(folder='features/tiny'), split='train',
        pipeline=PIPELINE)
    return UntrimmedDataset(**{**settings, **more})


def edit(root, target, change):
    """A copy of the annotation file with a changed header or records."""
    lines = [json.loads(x) for x in open(f'{root}/annotations.jsonl')]
    lines = change(lines) or lines
    with open(f'{root}/{target}', 'w') as file:
        file.writelines(json.dumps(x) + '\n' for x in lines)
    return target


def test_an_item_keeps_to_the_contract(root):
    data = build(root)
    assert len(data) > 6 and data.metainfo['classes'] == (
        'still', 'left', 'right')
    item = data[0]
    assert item['inputs'].shape == (5, 32)
    assert item['inputs'].dtype == torch.float32
    sample = item['data_samples']
    gt = sample.gt_instances
    assert gt.segments.dtype == torch.float32 and gt.segments.shape[1] == 2
    assert gt.labels.dtype == torch.int64
    assert len(gt.segments) == len(gt.labels) > 0
    for key in ('video_id', 'window_start', 'num_steps', 'stride', 'offset',
                'fps', 'num_frames', 'sample_id', 'subject', 'split'):
        assert key in sample.metainfo, key
    assert 'video_annotations' not in sample.metainfo
    batch = pseudo_collate([data[0], data[1], data[2]])
    assert len(batch['inputs']) == 3


def test_segments_lie_where_the_features_show_them(root):
    data = build(root, min_inside=1.)
    seen = 0
    for item in data:
        inputs, gt = item['inputs'], item['data_samples'].gt_instances
        for (start, end), label in zip(gt.segments.tolist(), gt.labels):
            inside = inputs[label, int(np.ceil(start + 1)):int(end - 1) + 1]
            assert inside.mean() > 0.9
            seen += 1
    assert seen > 20


def test_frames_come_back_through_the_meta(root):
    for item in build(root, split='test', test_mode=True, min_inside=1.):
        sample = item['data_samples']
        meta = sample.metainfo
        back = meta['offset'] + meta['stride'] * (
            meta['window_start'] + sample.gt_instances.segments.numpy())
        known = {(s, e) for s, e, _ in meta['video_annotations']}
        assert {tuple(x) for x in back.round(3).tolist()} <= known


def test_a_test_shows_every_step_of_every_video(root):
    data = build(root, split='test', test_mode=True, overlap=0.25)
    shown = {}
    for item in data:
        meta = item['data_samples'].metainfo
        shown.setdefault(meta['video_id'], set()).update(
            range(meta['window_start'],
                  meta['window_start'] + meta['num_steps']))
    lengths = {v.video_id: set(range(g.num_steps))
               for v, g in zip(data.videos, data.grids)}
    assert shown == lengths


def test_a_short_video_is_padded_with_zeros(root):
    data = build(root, window_size=100)
    item = data[0]
    count = item['data_samples'].metainfo['num_steps']
    assert count < 100 and len(data) == 6
    assert item['inputs'].shape == (5, 100)
    assert not item['inputs'][:, count:].any()
    assert item['inputs'][:, count - 1].all()


def test_jitter_moves_windows_by_epoch_and_seed_alone(root):
    def starts(epoch, **more):
        data = build(root, jitter=0.25, **more)
        data.set_epoch(epoch)
        return [x['data_samples'].metainfo['window_start'] for x in data]

    assert starts(0, seed=1) == starts(0, seed=1)
    assert starts(0, seed=1) != starts(1, seed=1) != starts(1, seed=2)
    still = build(root)
    for moved, item in zip(starts(3, seed=1), still):
        assert abs(moved - item['data_samples'].metainfo['window_start']) <= 8


def test_oversampled_windows_show_their_instance_at_another_place(root):
    data = build(root, oversample=dict(alpha=1000), seed=0)
    extra = [i for i in range(len(data))
             if data.get_data_info(i)['instance'] is not None]
    assert len(extra) == data.window_counts['oversampled'] > 100
    places = set()
    for epoch in range(3):
        data.set_epoch(epoch)
        for index in extra[:20]:
            info = data.get_data_info(index)
            sample = data[index]['data_samples']
            start, end = data._steps[info['video_index']][info['instance']]
            first = sample.metainfo['window_start']
            assert first - 0.5 <= start and end <= first + 31.5
            assert info['label'] in sample.gt_instances.labels
            places.add((index, first))
    assert len(places) > 40


def test_literal_oversampling_repeats_the_rows(root):
    plain, literal = build(root), build(
        root, oversample=dict(alpha=1000, mode='literal'))
    assert len(plain) == len(literal)
    a = plain[0]['data_samples'].gt_instances
    b = literal[0]['data_samples'].gt_instances
    times = literal.window_copies[a.labels.numpy()]
    assert times.min() > 1 and len(b.labels) == times.sum()
    assert set(map(tuple, b.segments.tolist())) == set(
        map(tuple, a.segments.tolist()))


def test_labels_for_balanced_draws(root):
    data = build(root, window_size=8, overlap=0)
    labels = data.get_labels()
    assert set(labels.tolist()) == {0, 1, 2, 3}  # 3: no gesture
    assert (labels == 3).sum() == data.window_counts['background']
    thin = build(root, window_size=8, overlap=0, background_ratio=0.1)
    assert 0 < thin.window_counts['background'] <= 0.1 * len(thin) + 1


def test_hidden_labels_stay_in_a_test_and_leave_training(root):
    def hide(lines):
        lines[0]['videos'][-1]['labelled'] = False
        lines[0]['videos'][0]['labelled'] = False
        gone = {lines[0]['videos'][k]['video'] for k in (0, -1)}
        return lines[:1] + [x for x in lines[1:] if x['video'] not in gone]

    name = edit(root, 'hidden.jsonl', hide)
    assert len(build(root, ann_file=name).videos) == 5
    items = list(build(root, ann_file=name, split='test', test_mode=True))
    kinds = {x['data_samples'].video_id:
             x['data_samples'].metainfo['video_annotations'] for x in items}
    assert kinds['test_00'] and kinds['test_01'] is None
    assert 'gt_instances' not in [
        x for x in items
        if x['data_samples'].video_id == 'test_01'][0]['data_samples']


def test_repairs_are_counted(root):
    def spoil(lines):
        lines[1]['end'] = 10000
        lines.append(dict(lines[2], sample_id='again'))

    data = build(root, ann_file=edit(root, 'spoilt.jsonl', spoil))
    assert len(data.repairs.clamped) == len(data.repairs.duplicates) == 1


def test_features_of_another_length_stop_before_training(root):
    def lie(lines):
        for video in lines[0]['videos']:
            video['num_frames'] *= 3

    name = edit(root, 'lie.jsonl', lie)
    with pytest.raises(UnreadableMediaError, match='6 of 6 videos'):
        build(root, ann_file=name)


def test_other_channels_in_one_file_stop_before_training(tmp_path):
    write_tiny_untrimmed(tmp_path)
    path = tmp_path / 'features' / 'tiny' / 'train_03.npy'
    np.save(path, np.load(path)[:, :4])
    with pytest.raises(UnreadableMediaError, match='same number of channels'):
        build(str(tmp_path))


def test_a_window_with_nan_is_skipped_in_training_and_flagged_in_test(
        tmp_path):
    write_tiny_untrimmed(tmp_path)
    for name in ('train_00', 'test_00'):
        path = tmp_path / 'features' / 'tiny' / f'{name}.npy'
        array = np.load(path)
        array[40] = np.nan
        np.save(path, array)
    data = build(str(tmp_path), max_bad_fraction=0.5)
    items = list(data)
    assert len(items) == len(data) and data.bad_media.num_bad == 2
    assert all(torch.isfinite(x['inputs']).all() for x in items)
    flags = [x['data_samples'].unreadable
             for x in build(str(tmp_path), split='test', test_mode=True)]
    assert sum(flags) == 2 and len(flags) > 4
    mended = build(str(tmp_path), split='test', test_mode=True,
                   features=dict(folder='features/tiny', nan='fill'))
    assert not any(x['data_samples'].unreadable for x in mended)


@pytest.mark.parametrize('wrong, message', [
    (dict(features=None), 'either features'),
    (dict(frames=dict(fps=10)), 'either features'),
    (dict(min_inside=0), 'min_inside'),
    (dict(jitter=2), 'jitter'),
    (dict(background_ratio=-1), 'background_ratio'),
    (dict(split='exam'), 'unknown split'),
    (dict(split='val', subjects=['train']), 'no videos'),
    (dict(ann_file='absent.jsonl'), 'no annotation file'),
    (dict(features=dict(folder='absent')), 'no folder of features'),
])
def test_wrong_settings_say_what_was_expected(root, wrong, message):
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        build(root, **wrong)


def test_windows_of_frames_are_decoded_at_the_target_rate(tmp_path):
    write_video(tmp_path / 'a.mp4', 50, fps=20)
    header = make_header('t', ['x'])
    write_annotations(str(tmp_path / 'annotations.jsonl'), header, [
        GestureRecord('a', 'a.mp4', start=20, end=40, label=0, split='train')
    ])
    data = UntrimmedDataset(
        'annotations.jsonl', 16, frames=dict(fps=10),
        data_root=str(tmp_path), test_mode=True, pipeline=[
            dict(type='OpenVideo'),
            dict(type='SampleWindowFrames'),
            dict(type='DecodeVideo'),
            dict(type='FormatShape', input_format='NCTHW'),
            dict(type='PackWindowInputs')
        ])
    # 50 frames at 20/s are 25 at 10/s: windows 0-15, 8-23, 9-24
    assert [x['data_samples'].window_start for x in data] == [0, 8, 9]
    item = data[2]
    assert item['inputs'].shape == (3, 16, 48, 64)
    assert item['inputs'].dtype == torch.uint8
    numbers = [read_number(f.permute(1, 2, 0).numpy())
               for f in item['inputs'].unbind(1)]
    assert numbers == list(range(19, 50, 2))
    # the frames 20 to 39 are the steps 10 to 19
    gt = item['data_samples'].gt_instances.segments
    assert gt.tolist() == [[0.5, 10.5]]


def test_frames_beyond_a_short_video_are_black(tmp_path):
    write_video(tmp_path / 'a.mp4', 10, fps=20)
    write_annotations(
        str(tmp_path / 'annotations.jsonl'), make_header('t', ['x']),
        [GestureRecord('a', 'a.mp4', start=2, end=4, label=0)])
    item = UntrimmedDataset(
        'annotations.jsonl', 16, frames=dict(), data_root=str(tmp_path),
        pipeline=[
            dict(type='OpenVideo'), dict(type='SampleWindowFrames'),
            dict(type='DecodeVideo'),
            dict(type='FormatShape', input_format='NCTHW'),
            dict(type='PackWindowInputs')
        ])[0]
    assert item['inputs'].shape[1] == 16
    assert item['inputs'][:, 9].any() and not item['inputs'][:, 10:].any()
    assert item['data_samples'].num_steps == 10
