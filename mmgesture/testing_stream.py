"""A tiny stream model with a set for it, for tests of plugin users too."""
from pathlib import Path
from typing import Sequence, Tuple, Union

import av
import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.datasets.skeleton_files import make_clip, write_npz
from mmgesture.engine.checkpoint import save_checkpoint
from mmgesture.registry import MODELS
from mmgesture.structures import (GestureRecord, make_header,
                                  write_annotations)
from mmgesture.submission import DetectionFile, write_detections
from mmgesture.testing import TINY_CLASSES, write_tiny_video

__all__ = [
    'leave_stream_training', 'tiny_stream_config', 'write_cut_video',
    'write_tiny_stream', 'write_tiny_stream_set'
]

RATE = 10
JOINTS = 4


def tiny_stream_config(kind: str = 'frames',
                       data_root: str = '',
                       classes: Sequence[str] = TINY_CLASSES) -> Config:
    """A stream model of a few thousand parameters.

    Args:
        kind (str): 'frames' of 16 px, 10 a second, or 'keypoints' of 4
            joints in metres. Defaults to 'frames'.
        data_root (str): Folder of :func:`write_tiny_stream_set`. Defaults to
            ''.
        classes (Sequence[str]): Class names. Defaults to TINY_CLASSES.

    Returns:
        Config: With what testing needs.
    """
    network = dict(
        num_classes=len(classes), step_rate=RATE, channels=16,
        in_channels=2 * JOINTS * 3, trunk=dict(depth=1, d_state=4))
    stream = dict(type='keypoints', num_joints=JOINTS, dims=3, center=0,
                  step_rate=RATE)
    source, pipeline = dict(features=dict(folder='features')), []
    if kind == 'frames':
        network.update(
            in_channels=8,
            encoder=dict(type='FrameEncoder', size=(16, 16), step_rate=RATE,
                         channels=(8, ), out_channels=8))
        stream = dict(type='frames', short_side=16, crop=(16, 16),
                      step_rate=RATE)
        source = dict(frames=dict(fps=RATE))
        pipeline = [
            dict(type='OpenVideo'),
            dict(type='SampleWindowFrames'),
            dict(type='DecodeVideo', short_side=16),
            dict(type='CenterCrop', crop_size=16),
            dict(type='FormatShape', input_format='NCTHW'),
            dict(type='PackWindowInputs')
        ]
    config = dict(
        default_scope='mmaction',
        custom_imports=dict(
            imports=['mmgesture'], allow_failed_imports=False),
        model=dict(type='CausalLocalizer', network=network),
        stream=stream)
    for stage in ('val', 'test'):
        config[f'{stage}_dataloader'] = dict(
            batch_size=1,
            dataset=dict(
                type='UntrimmedDataset', ann_file='annotations.jsonl',
                data_root=data_root, split=stage, window_size=64,
                test_mode=True, pipeline=pipeline, **source))
    return Config(config)


def write_tiny_stream(folder: Union[str, Path],
                      kind: str = 'frames',
                      data_root: str = '',
                      seed: int = 0) -> Tuple[str, str]:
    """Write :func:`tiny_stream_config` and a checkpoint.

    The weights are random, and such that gestures come and go.

    Args:
        folder (str | Path): Where to; made if absent.
        kind (str): See :func:`tiny_stream_config`. Defaults to 'frames'.
        data_root (str): Likewise. Defaults to ''.
        seed (int): Seed of the weights. Torch's random state is put back.
            Defaults to 0.

    Returns:
        tuple[str, str]: Paths of ``stream.py`` and ``stream.pth``.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = tiny_stream_config(kind, data_root)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        with DefaultScope.overwrite_default_scope('mmaction'):
            model = MODELS.build(config.model)
        for head in model.network.heads:
            torch.nn.init.normal_(head.out.weight, std=3.)
    config.dump(str(folder / 'stream.py'))
    save_checkpoint(
        dict(meta=dict(classes=list(TINY_CLASSES)),
             state_dict=model.state_dict()), folder / 'stream.pth')
    return str(folder / 'stream.py'), str(folder / 'stream.pth')


def write_tiny_stream_set(root: Union[str, Path],
                          num_frames: int = 60,
                          fps: int = RATE) -> str:
    """Write videos and joints of two streams to validate and two to test.

    Each has two gestures of a second and a half.

    Args:
        root (str | Path): The data root; made if absent.
        num_frames (int): Frames of a stream, at least 50. Defaults to 60.
        fps (int): Frames per second. Defaults to 10.

    Returns:
        str: The annotation file.
    """
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    videos, records = [], []
    for index, split in enumerate(('val', 'val', 'test', 'test')):
        name = f'{split}_{index}'
        write_tiny_video(root / f'{name}.mp4', num_frames, seed=index,
                         fps=fps)
        rng = np.random.default_rng(index)
        joints = rng.normal(0, .1, (num_frames, JOINTS, 3)).cumsum(0)
        write_npz(
            str(root / f'{name}.npz'),
            make_clip(name, joints, np.ones(joints.shape[:2])))
        common = dict(video=f'{name}.mp4', keypoints=f'{name}.npz',
                      subject=split, split=split)
        videos.append(dict(video_id=name, num_frames=num_frames, fps=fps,
                           labelled=True, **common))
        records += [
            GestureRecord(
                sample_id=f'{name}_{k}', start=start, end=start + 15,
                label=(index + k) % len(TINY_CLASSES), **common)
            for k, start in enumerate((5, 30))
        ]
    path = str(root / 'annotations.jsonl')
    write_annotations(
        path,
        make_header('tiny', list(TINY_CLASSES), None, dict(videos=videos)),
        records)
    return path


def leave_stream_training(place: Union[str, Path],
                          data_root: str,
                          kind: str = 'keypoints',
                          seed: int = 0) -> Tuple[str, str]:
    """Leave what a finished training of a study leaves, with random weights.

    Args:
        place (str | Path): Folder ``<study>/<run>@<fold>/seed_<n>``.
        data_root (str): Folder of :func:`write_tiny_stream_set`.
        kind (str): See :func:`tiny_stream_config`. Defaults to 'keypoints'.
        seed (int): Seed of the weights. Defaults to 0.

    Returns:
        tuple[str, str]: Paths of config and checkpoint.
    """
    place = Path(place)
    config, checkpoint = write_tiny_stream(place, kind, data_root, seed)
    (place / 'last_checkpoint').write_text(checkpoint)
    write_detections(place / 'detections.jsonl',
                     DetectionFile([], list(TINY_CLASSES), threshold=.5))
    return config, checkpoint


def write_cut_video(source: Union[str, Path],
                    path: Union[str, Path],
                    share: float = 0.8) -> None:
    """Write the beginning of a video, which ends in the middle of a frame.

    Args:
        source (str | Path): A video.
        path (str | Path): The file, as a download that broke off leaves it.
        share (float): Part of the bytes that is there. Defaults to 0.8.
    """
    options = {'movflags': 'faststart'}  # what it needs to be opened first
    with av.open(str(source)) as old, \
            av.open(str(path), 'w', options=options) as new:
        stream = old.streams.video[0]
        copy = new.add_stream_from_template(stream)
        for packet in old.demux(stream):
            if packet.dts is not None:
                packet.stream = copy
                new.mux(packet)
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[:round(len(content) * share)])
