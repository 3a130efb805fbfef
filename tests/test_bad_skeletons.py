"""What is wrong with skeletons, in every pipeline that reads them."""
import json
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.registry import DefaultScope

import mmgesture  # noqa: F401
from mmgesture.datasets import GestureDataset
from mmgesture.datasets.bad_media import read_bad_list
from mmgesture.testing import write_tiny_video

CONFIGS = Path(__file__).resolve().parents[1] / 'configs'
# one of each kind: coordinates with and without time, heat-maps, both
PIPELINES = ('mmn/mmn_joint_mini-smg', 'skeleton/stgcn_joint_mini-smg',
             'mm_gesture/posec3d_limb_mini-smg',
             'mm_gesture/rgbpose_joint_mini-smg')
FRAMES, JOINTS = 12, 25


def whole(rng, dims):
    place = rng.rand(1, JOINTS, dims) * 40 + 10
    return place + rng.rand(FRAMES, JOINTS, dims)


@pytest.fixture(params=PIPELINES)
def data(request, tmp_path):
    """The config's pipelines over files of one person, the second broken."""
    cfg = Config.fromfile(CONFIGS / f'{request.param}.py')
    dims = cfg.test_dataloader.dataset.pipeline[0].get('dims', 2)
    rng = np.random.RandomState(0)
    write_tiny_video(tmp_path / 'v.mp4', FRAMES, (60, 80))
    good = whole(rng, dims)
    lines = [dict(mmgesture_annotations=1, dataset='smg',
                  classes=[f'c{i}' for i in range(17)])]
    for number in range(3):
        np.savez(tmp_path / f'{number}.npz', keypoints=good,
                 keypoint_score=np.ones((FRAMES, JOINTS)))
        lines.append(dict(
            sample_id=f's_{number}', video='v.mp4', start=0, end=FRAMES,
            label=number, split='train', keypoints=f'{number}.npz'))
    (tmp_path / 'annotations.jsonl').write_text(
        '\n'.join(map(json.dumps, lines)))

    def load(keypoints=None, score=None, raw=None, test=True):
        path = tmp_path / '1.npz'
        if raw is not None:
            path.write_bytes(raw)
        else:
            np.savez(path, keypoints=keypoints, keypoint_score=score)
        stage = 'test' if test else 'train'
        with DefaultScope.overwrite_default_scope('mmaction'):
            return GestureDataset(
                'annotations.jsonl', str(tmp_path),
                cfg[f'{stage}_dataloader'].dataset.pipeline, split='train',
                test_mode=test, max_bad_fraction=.5)

    load.good = good
    return load


def inputs_of(item):
    inputs = item['inputs']
    return list(inputs.values()) if isinstance(inputs, dict) else [inputs]


def kept_but_flagged(dataset):
    """In a test every clip keeps its place, the broken one is marked."""
    items = [dataset[number] for number in range(3)]
    samples = [item['data_samples'] for item in items]
    assert [s.sample_id for s in samples] == ['s_0', 's_1', 's_2']
    assert [s.unreadable for s in samples] == [False, True, False]
    shapes = {tuple(x.shape for x in inputs_of(i)) for i in items}
    assert len(shapes) == 1 or 'imgs' in items[0]['inputs']
    for item in items:
        assert all(x.float().isfinite().all() for x in inputs_of(item))


ONES = np.ones((FRAMES, JOINTS))


def test_nan_coordinates_are_interpolated(data):
    keypoints = data.good.copy()
    keypoints[2:5, 3] = np.nan
    keypoints[:, 7] = np.nan  # never seen
    item = data(keypoints, ONES)[1]
    assert not item['data_samples'].unreadable
    assert all(x.float().isfinite().all() for x in inputs_of(item))


@pytest.mark.parametrize('what', ['nobody', 'no number', 'cut short',
                                  'no file', 'no frame'])
def test_a_broken_clip_keeps_its_place_in_a_test(data, what):
    if what == 'nobody':
        kept_but_flagged(data(data.good, 0 * ONES))
    elif what == 'no number':
        kept_but_flagged(data(np.full_like(data.good, np.nan), ONES))
    elif what == 'cut short':
        kept_but_flagged(data(raw=b'PK\x03\x04 and no more'))
    elif what == 'no file':
        kept_but_flagged(data(raw=b''))
    else:
        kept_but_flagged(data(data.good[:0], ONES[:0]))


def test_training_skips_counts_and_lists_a_clip_without_a_person(
        data, tmp_path):
    dataset = data(data.good, 0 * ONES, test=False)
    dataset.full_init()
    dataset.bad_media.list_path = str(tmp_path / 'bad.txt')
    np.random.seed(0)
    names = {dataset[1]['data_samples'].sample_id for _ in range(4)}
    assert names <= {'s_0', 's_2'}
    assert dataset.bad_media.num_bad == 1
    (path, reason), = read_bad_list(str(tmp_path / 'bad.txt'))
    assert path.endswith('1.npz') and 'nobody is seen' in reason


def test_another_number_of_joints_stops_at_once_and_says_which(data):
    keypoints = np.repeat(data.good, 2, axis=1)[:, :22]
    dataset = data(keypoints, ONES[:, :22])
    with pytest.raises(ValueError, match='expected 25 joints.*got 22, as '
                                         'imigue-22 has'):
        dataset[1]
