"""SFINGE3D: streams of hand joints with gestures in them.

Caputo, Giachetti, Soso, Pintani, D'Eusanio, Pini, Borghi, Simoni, Vezzani,
Cucchiara, Ranieri, Giannini, Lupinetti, Pelechano: SFINGE 3D, Computers &
Graphics 91 (2020). 72 streams at 20 frames per second, 13 classes.

What is read:

- an npz with ``stream/<number>``, (T, 140): 20 joints of a hand times x, y,
  z in metres and a quaternion;
- a csv of rows ``stream, n, (class, first frame, last frame) * n``: classes
  from 1, frames from 1, the last one belongs to the gesture;
- ``groups.csv`` with ``stream`` and ``group``: the set does not publish its
  subjects, streams of equal hand size are taken for one person.

A gesture that ends beyond its stream ends with it, and is reported.
"""
import os
from typing import Dict, List, Tuple

import numpy as np

from mmgesture.structures import (AnnotationFile, GestureRecord, make_header,
                                  write_annotations)
from mmgesture.textio import read_csv, shown
from ..array_files import open_npz
from ..features import CausalSkeleton, skeleton_features, write_features
from ..media_errors import UnreadableMediaError
from ..skeleton_files import make_clip, write_npz
from .summary import Conversion, ConversionError

__all__ = ['HAND_EDGES', 'HAND_JOINTS', 'convert_sfinge3d', 'fold_split']

FPS = 20
NUM_CLASSES = 13
HAND_JOINTS = 20
JOINT_VALUES = 7
#: The palm, then four joints a finger; the thumb has three.
HAND_EDGES: Tuple[Tuple[int, int], ...] = (
    (0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6), (6, 7), (0, 8), (8, 9),
    (9, 10), (10, 11), (0, 12), (12, 13), (13, 14), (14, 15), (0, 16),
    (16, 17), (17, 18), (18, 19))


def _read_streams(path: str) -> Dict[int, np.ndarray]:
    with open_npz(path,
                  'expected an npz with arrays stream/<number>') as file:
        streams = {
            int(name.split('/')[1]): file[name]
            for name in file.files if name.startswith('stream/')
        }
    width = HAND_JOINTS * JOINT_VALUES
    for number, stream in streams.items():
        if stream.ndim != 2 or stream.shape[1] != width or not len(stream) \
                or stream.dtype.kind not in 'fiu' or \
                not np.isfinite(stream).all():
            raise UnreadableMediaError(
                path, f'stream/{number}: expected finite numbers of shape '
                f'(T, {width}), got {stream.dtype} of shape '
                f'{stream.shape}')
    if not streams:
        raise UnreadableMediaError(path, 'expected arrays stream/<number>, '
                                   'there is none')
    return dict(sorted(streams.items()))


def _read_gestures(path: str, lengths: Dict[int, int], problems: List[str],
                   notes: List[str]) -> Dict[int, List[tuple]]:
    """Stream to (label, start, end), 0-based and half-open."""
    gestures: Dict[int, List[tuple]] = {}
    for number, row in read_csv(path):
        where = f'{path} row {number}'
        try:
            values = [int(cell) for cell in row if cell.strip()]
            stream, count, rest = values[0], values[1], values[2:]
            if len(rest) != 3 * count:
                raise ValueError
        except (ValueError, IndexError):
            problems.append(f'{where}: expected stream,n and n times '
                            f'class,first,last, got {shown(row)}')
            continue
        if stream not in lengths or stream in gestures:
            problems.append(f'{where}: expected every stream of the npz '
                            f'once, got {stream}')
            continue
        gestures[stream] = []
        for k in range(count):
            label, first, last = rest[3 * k:3 * k + 3]
            length = lengths[stream]
            what = f'{where}: class {label}, frames {first} to {last}'
            if not 1 <= label <= NUM_CLASSES:
                problems.append(f'{what}: expected a class of 1 to '
                                f'{NUM_CLASSES}')
            elif not 1 <= first <= last or first > length:
                problems.append(f'{what}: expected 1 <= first <= last in '
                                f'{length} frames')
            else:
                if last > length:
                    notes.append(f'{what}: the stream has {length} '
                                 'frames: clamped')
                gestures[stream].append(
                    (label - 1, first - 1, min(last, length)))
    absent = sorted(set(lengths) - set(gestures))
    if absent:
        problems.append(f'{path}: no row for the streams {absent[:5]}')
    return gestures


def _read_groups(path: str, streams: List[int],
                 problems: List[str]) -> Dict[int, str]:
    rows = [row for _, row in read_csv(path) if row]
    try:
        stream, group = rows[0].index('stream'), rows[0].index('group')
        groups = {int(row[stream]): row[group].strip() for row in rows[1:]}
    except (ValueError, IndexError):
        problems.append(f'{path}: expected the columns stream and group')
        return {}
    absent = [s for s in streams if s not in groups]
    if absent:
        problems.append(f'{path}: no group for the streams {absent[:5]}')
    return groups


def fold_split(groups: Dict[int, str],
               test_group: str,
               validate: bool = True) -> Dict[int, str]:
    """Splits of one fold: a group is left out, the next one validates.

    Streams of a group resemble each other, so validation streams of the
    training groups would promise too much and give thresholds that do not
    hold for new people.

    Args:
        groups (Dict[int, str]): Stream to group.
        test_group (str): The group that is left out.
        validate (bool): Whether the next group, in cyclic order, validates
            and does not train. Defaults to True.

    Returns:
        Dict[int, str]: Stream to 'train', 'val' or 'test'.
    """
    names = sorted(set(groups.values()))
    following = names[(names.index(test_group) + 1) % len(names)]
    val = following if validate else None
    return {
        stream: 'test' if group == test_group else
        'val' if group == val else 'train'
        for stream, group in groups.items()
    }


def convert_sfinge3d(streams_file: str, gestures_file: str, groups_file: str,
                     root: str) -> Dict[str, Conversion]:
    """Write skeletons, features and annotations, one file per fold.

    ``root`` then holds ``keypoints/stream_NN.npz``,
    ``features/joints/stream_NN.npy`` (see
    :func:`mmgesture.datasets.features.skeleton_features`; the palm is the
    centre), ``features/joints-causal/stream_NN.npy`` (the same for streams,
    see :class:`mmgesture.datasets.features.CausalSkeleton`), and for every
    fold ``annotations_fold<group>.jsonl``, in which that group is the test
    split and the next one validates, and
    ``annotations_fold<group>_all.jsonl``, in which all others train.

    Args:
        streams_file (str): The npz.
        gestures_file (str): The csv of gestures.
        groups_file (str): The csv of groups.
        root (str): Folder to write to, the later data root.

    Returns:
        Dict[str, Conversion]: Of every fold, by group.

    Raises:
        FileNotFoundError: If a csv is absent.
        UnreadableMediaError: If the npz is absent or of another form.
        ConversionError: If the tables are wrong; nothing is written.
    """
    streams = _read_streams(streams_file)
    problems: List[str] = []
    notes: List[str] = []
    lengths = {number: len(stream) for number, stream in streams.items()}
    gestures = _read_gestures(gestures_file, lengths, problems, notes)
    groups = _read_groups(groups_file, list(streams), problems)
    if problems:
        raise ConversionError(problems)
    for number, stream in streams.items():
        # (T, 140) -> (T, 20, 7) -> x, y, z
        joints = stream.reshape(-1, HAND_JOINTS, JOINT_VALUES)[..., :3]
        name = f'stream_{number:02d}'
        write_npz(
            os.path.join(root, 'keypoints', f'{name}.npz'),
            make_clip(streams_file, joints, np.ones(joints.shape[:2])))
        write_features(
            os.path.join(root, 'features', 'joints'), name,
            skeleton_features(joints, FPS, 0, HAND_EDGES),
            dict(stride=1, window=1, fps=None,
                 made_by=dict(kind='skeleton_features', lag=0.1, center=0)))
        causal = CausalSkeleton(FPS, HAND_JOINTS, 3, 0, HAND_EDGES)
        write_features(
            os.path.join(root, 'features', 'joints-causal'), name,
            causal(joints),
            dict(stride=1, window=1, fps=None,
                 made_by=dict(kind='CausalSkeleton', lag=0.1, memory=10,
                              center=0)))
    folds = {}
    groups = {stream: groups[stream] for stream in streams}
    for group in sorted(set(groups.values())):
        for validate in (False, True):
            annotations = _annotations(lengths, gestures, groups,
                                       fold_split(groups, group, validate))
            name = f'annotations_fold{group}{"" if validate else "_all"}.jsonl'
            write_annotations(
                os.path.join(root, name), annotations.header,
                annotations.records)
        folds[group] = Conversion(annotations, list(notes))
    return folds


def _annotations(lengths: Dict[int, int], gestures: Dict[int, List[tuple]],
                 groups: Dict[int, str],
                 splits: Dict[int, str]) -> AnnotationFile:
    videos, records = [], []
    for number, length in lengths.items():
        name = f'stream_{number:02d}'
        common = dict(
            video=None,
            keypoints=f'keypoints/{name}.npz',
            subject=groups[number],
            split=splits[number])
        videos.append(
            dict(video_id=name, num_frames=length, fps=FPS, labelled=True,
                 **common))
        records += [
            GestureRecord(
                sample_id=f'{name}_{k:02d}', label=label, start=start,
                end=end, **common)
            for k, (label, start, end) in enumerate(gestures[number])
        ]
    classes = [f'gesture {k + 1}' for k in range(NUM_CLASSES)]
    return AnnotationFile(
        make_header('sfinge3d', classes, None, dict(videos=videos)), records)
