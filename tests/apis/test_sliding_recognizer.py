"""A recognizer over long videos: sliding_recognizer, feature_extraction.

Also trained_model, which loads it.
"""
import json
import runpy

import numpy as np
import pytest
from mmengine.config import Config

from mmgesture.apis import MicroGestureInferencer
from mmgesture.apis.feature_extraction import extract_features
from mmgesture.apis.sliding_recognizer import SlidingRecognizer
from mmgesture.apis.trained_model import load_model
from mmgesture.datasets.features import FeatureFolder
from mmgesture.datasets.media_errors import UnreadableMediaError
from mmgesture.structures import (GestureRecord, UntrimmedVideo, make_header,
                                  write_annotations)
from mmgesture.testing import write_tiny_model, write_tiny_video


@pytest.fixture(scope='module')
def files(tmp_path_factory):
    return write_tiny_model(tmp_path_factory.mktemp('model'))


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
    """Two videos and one that is none, with their annotation file."""
    root = tmp_path_factory.mktemp('videos')
    write_tiny_video(root / 'a.mp4', num_frames=30)
    write_tiny_video(root / 'b.mp4', num_frames=5, seed=1)
    (root / 'c.mp4').write_bytes(b'nonsense')
    write_annotations(str(root / 'ann.jsonl'), make_header('t', ['x']), [
        GestureRecord(n, f'{n}.mp4', start=0, end=4, label=0) for n in 'abc'
    ])
    return root


def slide(files, **more):
    return SlidingRecognizer(load_model(*files), **more)


def test_windows_equal_clips_that_are_cut_out(files, folder):
    # every window as a clip of its own through the inferencer
    infer = MicroGestureInferencer(*files)
    found = slide(files, window=8, stride=4, batch_size=3)(
        str(folder / 'a.mp4'))
    assert (found.num_frames, found.fps) == (30, 25)
    assert found.scores.shape == (7, 3) and found.features.shape == (7, 16)
    for step in range(6):  # the last window repeats the last frame
        one = infer(str(folder / 'a.mp4'), 4 * step, 4 * step + 8)
        np.testing.assert_allclose(found.scores[step], one.probabilities,
                                   atol=1e-5)
    assert (found.grid.stride, found.grid.offset, found.grid.num_steps) == (
        4, 4, 7)


def test_batches_do_not_matter(files, folder):
    a, b = (slide(files, window=8, stride=3, batch_size=n)(
        str(folder / 'a.mp4')) for n in (1, 5))
    np.testing.assert_allclose(a.features, b.features, atol=1e-5)


def test_the_last_window_covers_the_end_and_a_short_video_has_one(files,
                                                                  folder):
    for window, stride, number in ((8, 4, 7), (16, 4, 5), (30, 1, 1),
                                   (31, 5, 1), (4, 13, 3)):
        recognizer = slide(files, window=window, stride=stride)
        assert recognizer.num_windows(30) == number
        assert (number - 1) * stride + window >= 30
    found = slide(files)(str(folder / 'b.mp4'))
    assert len(found.scores) == 1


def test_another_rate_samples_other_frames(files, folder):
    found = slide(files, window=4, stride=2, fps=12.5)(str(folder / 'a.mp4'))
    # 30 frames are 15 at half the rate; in frames of the video
    assert (found.grid.stride, found.grid.offset, found.grid.num_steps) == (
        4, 4, 7)


def test_features_are_what_the_last_layer_sees(files, folder):
    trained = load_model(*files)
    found = SlidingRecognizer(trained, 8, 4)(str(folder / 'a.mp4'))
    layer = trained.model.cls_head.fc_cls
    logits = found.features @ layer.weight.detach().numpy().T + \
        layer.bias.detach().numpy()
    e = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(found.scores, e / e.sum(1, keepdims=True),
                               atol=1e-5)


def test_features_of_a_set_are_written_once_and_bad_videos_named(
        files, folder, tmp_path):
    recognizer = slide(files, window=8, stride=4)
    ann, done = str(folder / 'ann.jsonl'), []

    def run(made_by=dict(a=1)):
        return extract_features(
            recognizer, ann, str(folder), str(tmp_path / 'f'), made_by,
            lambda name, count: done.append((name, count)))

    report = run()
    assert (report.written, report.reused) == (2, 0)
    assert len(report.failed) == 1 and 'c.mp4' in report.failed[0].path
    assert sum(n for name, n in done if name == 'a') == 7
    reader = FeatureFolder(str(tmp_path / 'f'))
    grid = reader.grid(UntrimmedVideo('a', num_frames=30, fps=25))
    assert (grid.stride, grid.offset, grid.num_steps) == (4, 4, 7)
    assert (run().written, run().reused) == (0, 2)
    with pytest.raises(ValueError, match='were made with'):
        run(dict(a=2))


def test_a_broken_video_is_named(files, folder):
    with pytest.raises(UnreadableMediaError, match='c.mp4'):
        slide(files)(str(folder / 'c.mp4'))


def test_pipelines_without_a_video_are_refused(files, tmp_path):
    config = Config.fromfile(files[0])
    pipeline = config.test_dataloader.dataset.pipeline
    config.test_dataloader.dataset.pipeline = pipeline[:2] + pipeline[3:]
    with pytest.raises(ValueError, match='decodes a video'):
        SlidingRecognizer(load_model(config, files[1]))
    with pytest.raises(ValueError, match='positive window'):
        slide(files, window=0)


def test_mmaction2s_own_pipeline_works_too(files, folder):
    config = Config.fromfile(files[0])
    config.test_dataloader.dataset.pipeline = [
        dict(type='DecordInit'),
        dict(type='SampleFrames', clip_len=4, frame_interval=2, num_clips=1,
             test_mode=True),
        dict(type='DecordDecode'),
        dict(type='Resize', scale=(-1, 34)),
        dict(type='CenterCrop', crop_size=32),
        dict(type='FormatShape', input_format='NCTHW'),
        dict(type='PackActionInputs')
    ]
    found = SlidingRecognizer(load_model(config, files[1]), 8, 8)(
        str(folder / 'a.mp4'))
    assert found.scores.shape == (4, 3)
    np.testing.assert_allclose(found.scores.sum(1), 1, atol=1e-5)


def test_the_tool_extracts_and_tells_what_failed(files, folder, tmp_path,
                                                 repository, capsys):
    main = runpy.run_path(
        str(repository / 'tools/modalities/extract_features.py'))['main']
    code = main(['recognizer', str(folder / 'ann.jsonl'), '--root',
                 str(folder), '--config', files[0], '--checkpoint', files[1],
                 '--out', str(tmp_path / 'f'), '--stride', '8'])
    assert code == 1  # the broken video
    text = capsys.readouterr().err
    assert '2 files written' in text and 'c.mp4' in text
    content = json.loads((tmp_path / 'f' / 'features.json').read_text())
    assert content['stride'] == 8 and content['window'] == 16
    assert len(content['made_by']['sha256']) == 64
    code = main(['skeleton', str(folder / 'ann.jsonl'), '--root',
                 str(folder), '--out', str(tmp_path / 's')])
    assert code == 1 and 'keypoints' in capsys.readouterr().err
