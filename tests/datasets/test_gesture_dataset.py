import copy
import random
import shutil

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from mmgesture.datasets import GestureDataset, TooManyBadMediaError
from mmgesture.registry import DATASETS
from mmgesture.structures import (AnnotationError, GestureRecord, make_header,
                                  write_annotations)

PIPELINE = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=4, jitter=True),
    dict(type='DecodeVideo'),
    dict(type='RandomResizedCrop'),
    dict(type='Resize', scale=(16, 16), keep_ratio=False),
    dict(type='Flip', flip_ratio=0.5),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs'),
]
TEST_PIPELINE = [
    dict(type='OpenVideo'),
    dict(type='UniformSampleSegment', clip_len=4),
    dict(type='DecodeVideo'),
    dict(type='Resize', scale=(-1, 24)),
    dict(type='CenterCrop', crop_size=24),
    dict(type='FormatShape', input_format='NCTHW'),
    dict(type='PackGestureInputs'),
]


@pytest.fixture
def root(tmp_path, videos):
    """10 samples of 3 people; sample 9 is hidden, number 5 in val."""
    shutil.copy(videos['plain'], tmp_path / 'a b.mp4')
    records = [
        GestureRecord(f's{i}', 'a b.mp4', 5 * i, 5 * i + 6, i % 3,
                      str(i % 3 + 1), 'train', extra=dict(view=i))
        for i in range(9)
    ] + [GestureRecord('s9', 'a b.mp4', label=None, split='test')]
    records[5].split = 'val'
    write_annotations(
        str(tmp_path / 'annotations.jsonl'),
        make_header('toy', ['x', 'y', 'z']), records)
    return tmp_path


def build(root, **options):
    options = dict(
        dict(
            ann_file='annotations.jsonl',
            data_root=str(root),
            pipeline=[],
            split='train'), **options)
    return GestureDataset(**options)


def break_files(root, bad, good=True):
    """Point the samples ``bad`` to a file that is missing."""
    path = root / 'annotations.jsonl'
    lines = path.read_text().splitlines()
    for index in bad:
        lines[index + 1] = lines[index + 1].replace('a b.mp4',
                                                    f'gone{index}.mp4')
    path.write_text('\n'.join(lines))


def test_a_sample_carries_what_the_contract_says(root):
    dataset = build(root, split=None, test_mode=True)
    assert len(dataset) == 10
    assert dataset[2] == dict(
        sample_id='s2',
        filename=str(root / 'a b.mp4'),
        start=10,
        end=16,
        label=2,
        subject='3',
        split='train',
        keypoints=None,
        depth=None,
        view=2,
        sample_idx=2)
    assert dataset[9]['label'] is None and dataset[9]['end'] is None
    assert dataset.metainfo == dict(classes=('x', 'y', 'z'), dataset='toy')
    assert dataset.get_labels().tolist() == [0, 1, 2] * 3 + [-1]


def test_groups_of_the_header_reach_the_metric(root):
    from mmgesture.evaluation import GestureMetric
    groups = dict(names=['p', 'q'], of_class=[0, 0, 1])
    write_annotations(
        str(root / 'annotations.jsonl'),
        make_header('toy', ['x', 'y', 'z'], extra=dict(groups=groups)),
        [GestureRecord('s0', 'a b.mp4', label=1, split='val')])
    dataset = build(root, split='val')
    assert dataset.metainfo['groups'] == groups
    metric = GestureMetric()
    metric.dataset_meta = dataset.metainfo
    metric.process(None, [
        dict(sample_id='s0', gt_label=torch.tensor([1]),
             pred_score=torch.tensor([1., 0, 0]))
    ])
    found = metric.evaluate(1)
    assert found['gesture/body_micro_f1'] == 1
    assert found['gesture/f1_mean'] == .5


def test_class_names_of_the_config_may_not_contradict_the_file(root):
    build(root, metainfo=dict(classes=['x', 'y', 'z'], more=1))
    for classes in (['x', 'z', 'y'], ['x', 'y']):
        with pytest.raises(ValueError, match='metainfo.*annotations.jsonl'):
            build(root, metainfo=dict(classes=classes))


def test_splits_subjects_and_indices_select(root):

    def names(**options):
        data = build(root, **options)
        return [data.get_data_info(i)['sample_id'] for i in range(len(data))]

    assert names() == ['s0', 's1', 's2', 's3', 's4', 's6', 's7', 's8']
    assert names(split=['val', 'train'], subjects=['3']) == ['s2', 's5', 's8']
    assert names(exclude_subjects=['1', '2']) == ['s2', 's8']
    assert names(indices=2) == ['s0', 's1']
    assert names(serialize_data=False, indices=[7]) == ['s8']


def test_hidden_labels_are_left_out_of_training_only(root):
    assert len(build(root, split=None)) == 9
    assert len(build(root, split='test', test_mode=True)) == 1
    with pytest.raises(ValueError, match='no samples'):
        build(root, split='test')


def test_wrong_roots_splits_and_files_are_named(root):
    with pytest.raises(FileNotFoundError, match='converters in tools/data'):
        build(root / 'nowhere')
    with pytest.raises(ValueError, match='annotations.jsonl.*unknown split'):
        build(root, split='dev')
    (root / 'annotations.jsonl').write_text('{}')
    with pytest.raises(AnnotationError):
        build(root)


def test_the_pipeline_of_training_and_of_test_runs(root):
    dataset = DATASETS.build(
        dict(
            type='GestureDataset',
            ann_file='annotations.jsonl',
            data_root=str(root),
            split='train',
            pipeline=PIPELINE))
    item = dataset[0]
    assert item['inputs'].shape == (1, 3, 4, 16, 16)
    assert item['inputs'].dtype == torch.uint8
    assert item['data_samples'].sample_id == 's0'
    item = build(root, pipeline=TEST_PIPELINE, split='test',
                 test_mode=True)[0]
    assert item['inputs'].shape == (1, 3, 4, 24, 24)
    assert 'gt_label' not in item['data_samples']


def test_seeded_augmentation_depends_on_seed_epoch_and_sample_alone(root):
    dataset = build(root, pipeline=PIPELINE, seed=3)
    first = [dataset[i]['inputs'] for i in range(4)]
    np.random.seed(1), random.seed(1), torch.manual_seed(1)
    # another order, another process, a subset: the same pixels
    loader = DataLoader(
        dataset, sampler=[3, 1, 0, 2], num_workers=2, batch_size=None)
    for index, item in zip([3, 1, 0, 2], loader):
        assert torch.equal(item['inputs'], first[index])
    subset = dataset.get_subset([2, 1])
    assert torch.equal(subset[0]['inputs'], first[2])
    dataset.set_epoch(1)
    assert not torch.equal(dataset[0]['inputs'], first[0])
    dataset.set_epoch(0)
    assert torch.equal(dataset[0]['inputs'], first[0])
    other = build(root, pipeline=PIPELINE, seed=4)
    assert not torch.equal(other[0]['inputs'], first[0])


def test_a_repetition_is_the_same_sample_augmented_in_another_way(root):
    dataset = build(root, pipeline=PIPELINE, seed=3)
    first, again = dataset[1], dataset[1 + len(dataset)]
    assert again['data_samples'].sample_id == first['data_samples'].sample_id
    assert not torch.equal(again['inputs'], first['inputs'])
    assert torch.equal(dataset[1 + len(dataset)]['inputs'], again['inputs'])


def test_iteration_ends_before_the_repetitions(root):
    dataset = build(root)
    assert [x['sample_id'] for x in dataset] == [
        dataset[i]['sample_id'] for i in range(len(dataset))
    ]


def test_the_seed_leaves_the_outer_generators_alone(root):
    dataset = build(root, pipeline=PIPELINE, seed=3)
    np.random.seed(1), random.seed(1), torch.manual_seed(1)
    expected = np.random.rand(), random.random(), torch.rand(1)
    np.random.seed(1), random.seed(1), torch.manual_seed(1)
    dataset[0]
    assert (np.random.rand(), random.random(), torch.rand(1)) == expected


def test_running_persistent_workers_see_a_new_epoch(root):

    dataset = build(root, pipeline=PIPELINE, seed=3)
    loader = DataLoader(
        dataset, num_workers=1, persistent_workers=True, batch_size=None)
    first = next(iter(loader))['inputs']
    dataset.set_epoch(1)
    second = next(iter(loader))['inputs']
    assert not torch.equal(first, second)
    assert torch.equal(dataset[0]['inputs'], second)


def test_unreadable_samples_are_replaced_and_counted_in_training(root):
    break_files(root, [1])
    dataset = build(root, pipeline=PIPELINE, seed=0)
    dataset.bad_media.list_path = str(root / 'bad_videos.txt')
    item = dataset[1]
    assert item['data_samples'].sample_id != 's1'
    assert not item['data_samples'].unreadable
    # which one comes in its place depends on the seed alone
    again = dataset[1]['data_samples'].sample_id
    assert again == item['data_samples'].sample_id
    assert dataset.bad_media.num_bad == 1
    lines = (root / 'bad_videos.txt').read_text().splitlines()
    assert lines == [f'{root / "gone1.mp4"}\tno such file']


def test_workers_count_for_the_main_process(root):
    break_files(root, [1, 3])
    dataset = build(root, pipeline=PIPELINE, max_bad_fraction=0.5)
    loader = DataLoader(dataset, num_workers=2, batch_size=None)
    # set after the workers' data set was made, as the hook does it
    dataset.bad_media.list_path = str(root / 'bad_videos.txt')
    for _ in range(2):
        assert len([x for x in loader]) == 8
    assert dataset.bad_media.num_bad == 2
    assert len((root / 'bad_videos.txt').read_text().splitlines()) == 2


def test_training_gives_up_when_nothing_can_be_read(root):
    (root / 'a b.mp4').unlink()
    dataset = build(root, pipeline=PIPELINE)
    with pytest.raises(TooManyBadMediaError, match='of 8 samples'):
        dataset[0]


def test_unreadable_samples_keep_their_place_in_test(root):
    break_files(root, [0, 2])
    dataset = build(root, pipeline=TEST_PIPELINE, test_mode=True)
    items = [dataset[i] for i in range(len(dataset))]
    names = [x['data_samples'].sample_id for x in items]
    assert names == ['s0', 's1', 's2', 's3', 's4', 's6', 's7', 's8']
    flags = [x['data_samples'].unreadable for x in items]
    assert flags == [True, False, True] + [False] * 5
    assert items[0]['inputs'].shape == items[1]['inputs'].shape
    assert not items[0]['inputs'].any() and items[1]['inputs'].any()
    assert items[0]['data_samples'].gt_label.tolist() == [0]
    assert dataset.bad_media.num_bad == 2


def test_a_segment_beyond_the_file_is_unreadable(root):
    path = root / 'annotations.jsonl'
    path.write_text(path.read_text().replace('"start": 0, "end": 6',
                                             '"start": 60, "end": 66'))
    dataset = build(root, pipeline=TEST_PIPELINE, test_mode=True)
    assert dataset[0]['data_samples'].unreadable
    assert not dataset[1]['data_samples'].unreadable


def test_copies_have_their_own_epoch_and_count(root):
    dataset = build(root, seed=0)
    clone = copy.deepcopy(dataset)
    clone.set_epoch(5)
    clone.bad_media.flags[0] = 1
    assert dataset.epoch == 0 and dataset.bad_media.num_bad == 0
    assert clone.bad_media.flags.is_shared()
    dataset.get_subset_(3)
    assert len(dataset.bad_media.flags) == 3


def test_a_lazy_dataset_reads_at_the_first_need(root):
    dataset = build(root, lazy_init=True)
    assert dataset.bad_media is None
    assert dataset[0]['sample_id'] == 's0'
    assert len(dataset.bad_media.flags) == 8
