import numpy as np
import pytest

from mmgesture.apis.stream_data import recordings
from mmgesture.datasets.features import write_features
from mmgesture.structures import read_annotations, write_annotations
from mmgesture.testing_stream import (tiny_stream_config,
                                      write_tiny_stream_set)


@pytest.fixture
def root(tmp_path):
    write_tiny_stream_set(tmp_path)
    return str(tmp_path)


def test_annotations_come_in_seconds(root):
    first = recordings(tiny_stream_config('frames', root), 'val')[0]
    np.testing.assert_allclose(first.gt_times, [[.5, 2], [3, 4.5]])
    assert first.gt_labels.tolist() == [0, 1] and first.seconds == 6


@pytest.mark.parametrize('kind, shape', [('frames', (16, 21, 3)),
                                         ('keypoints', (4, 3))])
def test_frames_come_with_their_times_in_portions(root, kind, shape):
    video = recordings(tiny_stream_config(kind), 'test', root)[1]
    frames, times = zip(*video.portions(size=25))
    assert [len(part) for part in frames] == [25, 25, 10]
    assert frames[0][0].shape == shape
    np.testing.assert_allclose(np.concatenate(times), np.arange(60) / 10)


def test_stored_features_come_too(root, tmp_path):
    cfg = tiny_stream_config('keypoints', root)
    cfg.stream.type = 'features'
    for name in ('val_0', 'val_1'):
        write_features(root + '/features', name, np.ones((30, 5)),
                       dict(stride=2, window=2, fps=None, made_by='test'))
    (frames, times), = recordings(cfg, 'val')[0].portions()
    assert np.shape(frames) == (30, 5)
    np.testing.assert_allclose(times, np.arange(30) / 5)


def test_joints_that_were_not_seen_are_unknown(root):
    path = root + '/val_0.npz'
    content = dict(np.load(path))
    name = 'score' if 'score' in content else 'keypoint_score'
    content[name] = content[name].copy()
    content[name][..., 3, 2] = 0
    np.savez(path, **content)
    video = recordings(tiny_stream_config('keypoints', root), 'val')[0]
    (frames, _), = video.portions()
    assert np.isnan(frames[3][2]).all() and np.isfinite(frames[3][:2]).all()


def test_hidden_labels_unknown_rates_and_absent_files_are_told(root):
    path = root + '/annotations.jsonl'
    content = read_annotations(path)
    for key, words in (('fps', 'num_frames or fps'),
                       ('video', 'expected "video"')):
        videos = [{k: v for k, v in entry.items() if k != key}
                  for entry in content.header['videos']]
        records = content.records if key == 'fps' else []
        write_annotations(path, dict(content.header, videos=videos), records)
        with pytest.raises(ValueError, match=words):
            recordings(tiny_stream_config('frames', root), 'val')
    videos = [dict(v, labelled=False) for v in content.header['videos']]
    write_annotations(path, dict(content.header, videos=videos), [])
    with pytest.raises(ValueError, match='no labelled video'):
        recordings(tiny_stream_config('frames', root), 'val')
    with pytest.raises(FileNotFoundError):
        recordings(tiny_stream_config('frames', root + '/none'), 'val')
