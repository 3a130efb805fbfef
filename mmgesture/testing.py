"""Small real things for tests: a drawn video and a model that fits in no time.

Plugins on top of mmgesture may use them in their own tests.
"""
from pathlib import Path
from typing import Sequence, Tuple, Union

import numpy as np
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mmgesture.engine.checkpoint import save_checkpoint
from mmgesture.engine.checkpoint_meta import preprocessing_of
from mmgesture.registry import MODELS
from mmgesture.structures.annotation import (GestureRecord, make_header,
                                             write_annotations)
from mmgesture.visualization.overlay import write_overlay_video

__all__ = [
    'TINY_CLASSES', 'tiny_config', 'write_tiny_model', 'write_tiny_set',
    'write_tiny_training', 'write_tiny_video'
]

TINY_CLASSES = ('still', 'left', 'right')


def write_tiny_video(path: Union[str, Path],
                     num_frames: int = 20,
                     size: Tuple[int, int] = (40, 52),
                     seed: int = 0,
                     fps: float = 25.0) -> np.ndarray:
    """Write a video of a square that moves over a patterned ground.

    Args:
        path (str | Path): The ``.mp4`` to write.
        num_frames (int): Frames. Defaults to 20.
        size (tuple[int, int]): Even height and width. Defaults to (40, 52).
        seed (int): Chooses pattern, colour and path. Defaults to 0.
        fps (float): Frames per second. Defaults to 25.0.

    Returns:
        np.ndarray: The frames before encoding, RGB, shape (T, H, W, 3),
        uint8.
    """
    generator = np.random.default_rng(seed)
    height, width = size
    coarse = generator.integers(40, 160, (5, 5, 3)).astype(np.uint8)
    ground = coarse.repeat(height // 5 + 1, 0).repeat(width // 5 + 1, 1)
    frames = np.repeat(ground[None, :height, :width], num_frames, axis=0)
    color = generator.integers(160, 255, 3)
    side = max(height // 4, 1)
    top = int(generator.integers(0, height - side + 1))
    for index in range(num_frames):
        left = index * (width - side) // max(num_frames - 1, 1)
        frames[index, top:top + side, left:left + side] = color
    write_overlay_video(path, frames, fps)
    return frames


def tiny_config(classes: Sequence[str] = TINY_CLASSES,
                data_root: str = '') -> Config:
    """Config of an MSF-Mamba that computes in milliseconds.

    Width 16, one block, MCFM at window 3, 4 frames of 32 x 32 pixels. It can
    be tested with a runner; training settings are left to the caller.

    Args:
        classes (Sequence[str]): Class names; only their number enters.
            Defaults to TINY_CLASSES.
        data_root (str): Folder of ``annotations.jsonl`` and the media.
            Defaults to ''.

    Returns:
        Config: The config.
    """
    pipeline = [
        dict(type='OpenVideo'),
        dict(type='UniformSampleSegment', clip_len=4),
        dict(type='DecodeVideo', short_side=36),
        dict(type='Resize', scale=(-1, 34)),
        dict(type='CenterCrop', crop_size=32),
        dict(type='FormatShape', input_format='NCTHW'),
        dict(type='PackGestureInputs')
    ]
    model = dict(
        type='MotionRecognizer3D',
        data_preprocessor=dict(
            type='GestureDataPreprocessor',
            mean=[123.675, 116.28, 103.53],
            std=[58.395, 57.12, 57.375],
            format_shape='NCTHW'),
        backbone=dict(
            type='MSFMamba',
            arch=dict(embed_dims=16, depth=1),
            img_size=32,
            num_frames=4),
        necks=[
            dict(type='MCFM', in_channels=16, windows=(3, )),
            dict(type='ScaleMean')
        ],
        cls_head=dict(
            type='I3DHead',
            num_classes=len(classes),
            in_channels=16,
            spatial_type='avg',
            dropout_ratio=0.5,
            average_clips='prob'))
    return Config(
        dict(
            default_scope='mmaction',
            custom_imports=dict(
                imports=['mmgesture'], allow_failed_imports=False),
            model=model,
            test_dataloader=dict(
                batch_size=2,
                num_workers=0,
                sampler=dict(type='DefaultSampler', shuffle=False),
                dataset=dict(
                    type='GestureDataset',
                    ann_file='annotations.jsonl',
                    data_root=data_root,
                    split='test',
                    test_mode=True,
                    pipeline=pipeline)),
            test_evaluator=dict(type='GestureMetric', topk=(1, 2)),
            test_cfg=dict(type='TestLoop')))


def write_tiny_model(folder: Union[str, Path],
                     classes: Sequence[str] = TINY_CLASSES,
                     seed: int = 0) -> Tuple[str, str]:
    """Write :func:`tiny_config` and a checkpoint with random weights.

    Args:
        folder (str | Path): Where to; made if absent.
        classes (Sequence[str]): Class names. Defaults to TINY_CLASSES.
        seed (int): Seed of the weights. Torch's random state is put back.
            Defaults to 0.

    Returns:
        tuple[str, str]: Paths of ``tiny.py`` and ``tiny.pth``.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = tiny_config(classes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        with DefaultScope.overwrite_default_scope('mmaction'):
            model = MODELS.build(config.model)
        # Initialised heads answer nearly the same to everything; these
        # weights tell clips apart.
        for parameter in model.cls_head.parameters():
            torch.nn.init.normal_(parameter, std=2.0)
    config_path, checkpoint_path = folder / 'tiny.py', folder / 'tiny.pth'
    config.dump(str(config_path))
    meta = dict(
        classes=list(classes),
        config_name='tiny.py',
        preprocessing=preprocessing_of(config),
        epoch=0,
        iter=0)
    save_checkpoint(
        dict(meta=meta, state_dict=model.state_dict()), checkpoint_path)
    return str(config_path), str(checkpoint_path)


def write_tiny_set(root: Union[str, Path],
                   numbers: Tuple[int, int, int] = (12, 3, 3),
                   classes: Sequence[str] = TINY_CLASSES) -> str:
    """Write a data set of :func:`write_tiny_video` with its annotations.

    Args:
        root (str | Path): The data root; made if absent.
        numbers (tuple[int, int, int]): Clips for train, val and test.
            Defaults to (12, 3, 3).
        classes (Sequence[str]): Class names, given to the clips in turn.
            Defaults to TINY_CLASSES.

    Returns:
        str: The annotation file.
    """
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    records = []
    for split, number in zip(('train', 'val', 'test'), numbers):
        for index in range(number):
            name = f'{split}_{index:02d}'
            write_tiny_video(
                root / f'{name}.mp4', num_frames=8 + index, seed=len(records))
            records.append(
                GestureRecord(
                    sample_id=name,
                    video=f'{name}.mp4',
                    label=index % len(classes),
                    subject=split,
                    split=split))
    path = str(root / 'annotations.jsonl')
    write_annotations(path, make_header('tiny', list(classes)), records)
    return path


def write_tiny_training(folder: Union[str, Path],
                        data_root: Union[str, Path],
                        max_epochs: int = 2,
                        batch_size: int = 4) -> str:
    """Write a config that trains, validates and tests :func:`tiny_config`.

    Args:
        folder (str | Path): Where to; made if absent.
        data_root (str | Path): The root of :func:`write_tiny_set`.
        max_epochs (int): Defaults to 2.
        batch_size (int): Of each process. Defaults to 4.

    Returns:
        str: Path of ``tiny_training.py``.
    """
    config = tiny_config(data_root=str(data_root))
    head = config.test_dataloader.dataset.pipeline[:3]
    tail = config.test_dataloader.dataset.pipeline[-2:]
    pipeline = head + [
        dict(type='RandomResizedCrop'),
        dict(type='Resize', scale=(32, 32), keep_ratio=False),
        dict(type='Flip', flip_ratio=0.5)
    ] + tail
    train = dict(
        batch_size=batch_size,
        num_workers=0,
        sampler=dict(type='DefaultSampler', shuffle=True),
        dataset=dict(
            type='GestureDataset',
            ann_file='annotations.jsonl',
            data_root=str(data_root),
            split='train',
            pipeline=pipeline))
    val = config.test_dataloader.to_dict()
    val['dataset']['split'] = 'val'
    config.merge_from_dict(
        dict(
            runner_type='GestureRunner',
            train_dataloader=train,
            val_dataloader=val,
            val_evaluator=dict(type='GestureMetric', topk=(1, 2)),
            train_cfg=dict(
                type='EpochBasedTrainLoop',
                max_epochs=max_epochs,
                val_interval=1),
            val_cfg=dict(type='ValLoop'),
            optim_wrapper=dict(
                type='OptimWrapper',
                optimizer=dict(type='AdamW', lr=1e-3, weight_decay=0.05),
                paramwise_cfg=dict(norm_decay_mult=0., bias_decay_mult=0.),
                clip_grad=dict(max_norm=1.0)),
            auto_scale_lr=dict(enable=True, base_batch_size=2),
            param_scheduler=[
                dict(
                    type='CosineAnnealingLR',
                    T_max=max_epochs,
                    convert_to_iter_based=True)
            ],
            default_hooks=dict(
                logger=dict(type='LoggerHook', interval=1),
                checkpoint=dict(
                    type='CheckpointHook',
                    interval=1,
                    save_best='gesture/top1',
                    rule='greater')),
            randomness=dict(seed=0)))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / 'tiny_training.py'
    config.dump(str(path))
    return str(path)
