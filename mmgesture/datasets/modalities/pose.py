"""Skeletons of a set's videos, by a pose estimator, as files of the project.

One npz per video, frame t of it the person of frame t, so that annotations
with segments of long videos read it as they are. A sample needs one person:
the estimator sees the whole picture, or a fixed box, first, and then a box
round the joints of the frame before, until they are lost.
"""
import os
import zlib
from dataclasses import dataclass, replace
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from mmgesture.structures import (AnnotationFile, read_annotations,
                                  write_annotations)
from mmgesture.structures.skeleton import get_layout
from ..media_errors import UnreadableMediaError
from ..recipe import check_recipe
from ..skeleton_files import SkeletonClip, make_clip, write_npz
from ..skeleton_files.npz import npz_source
from ..video import open_video
from .video_out import frame_blocks

__all__ = ['PoseReport', 'PoseSettings', 'estimate_clip', 'extract_poses']

RECIPE_NAME = 'pose.json'
_END = 1 << 16
#: Of an RGB picture (H, W, 3) and a box (x1, y1, x2, y2) in pixels, None for
#: the whole picture: joints (V, 2) in pixels and their scores (V,).
Estimator = Callable[[np.ndarray, Optional[np.ndarray]], tuple]


@dataclass(frozen=True)
class PoseSettings:
    """How a person is kept in view.

    Args:
        layout (str): Layout of the estimator's joints.
        box (Sequence[float], optional): x1, y1, x2, y2 of the part of the
            picture that holds the person, as shares of width and height;
            None: the whole. Defaults to None.
        follow (bool): Look round the joints of the frame before.
            Defaults to True.
        margin (float): By which the box of these joints is widened, as a
            share of its longer side. Defaults to 0.25.
        min_score (float): Joints of a lower score are not seen: they neither
            span the box nor count when the person is lost, which is when
            fewer than half of the joints are seen. Defaults to 0.3.

    Raises:
        ValueError: If there is no such layout, or a number is wrong.
    """

    layout: str
    box: Optional[Sequence[float]] = None
    follow: bool = True
    margin: float = 0.25
    min_score: float = 0.3

    def __post_init__(self) -> None:
        get_layout(self.layout)
        box = self.box
        if box is not None and not (len(box) == 4 and 0 <= box[0] < box[2] <= 1
                                    and 0 <= box[1] < box[3] <= 1):
            raise ValueError('expected box as shares x1 < x2 and y1 < y2 in '
                             f'[0, 1], got {box}')
        if self.margin < 0:
            raise ValueError(f'expected a margin of at least 0, got '
                             f'{self.margin}')


class PoseReport(NamedTuple):
    """Result of :func:`extract_poses`.

    Attributes:
        annotations (AnnotationFile): With the skeleton files.
        written (int): Files made by this call.
        reused (int): Files that were there already.
        failed (List[UnreadableMediaError]): One for each bad video.
    """

    annotations: AnnotationFile
    written: int
    reused: int
    failed: List[UnreadableMediaError]


def next_box(joints: np.ndarray, scores: np.ndarray, settings: PoseSettings,
             shape: Sequence[int]) -> Optional[np.ndarray]:
    """Where to look for the person in the next frame.

    Args:
        joints (np.ndarray): Pixels, shape (V, 2).
        scores (np.ndarray): Shape (V,).
        settings (PoseSettings): How.
        shape (Sequence[int]): Height and width of the picture.

    Returns:
        np.ndarray: x1, y1, x2, y2 in pixels, within the picture; None: the
        person is lost.
    """
    seen = np.isfinite(joints).all(-1) & (scores >= settings.min_score)
    if 2 * seen.sum() < len(seen):
        return None
    low, high = joints[seen].min(0), joints[seen].max(0)
    room = settings.margin * max((high - low).max(), 1)
    limit = np.array(shape[::-1], np.float32)
    box = np.concatenate([np.clip(low - room, 0, limit),
                          np.clip(high + room, 0, limit)])
    return box if (box[2:] > box[:2]).all() else None


def estimate_clip(path: str, estimator: Estimator,
                  settings: PoseSettings) -> SkeletonClip:
    """Estimate the person of every frame of a video.

    Args:
        path (str): The video.
        estimator (Callable): See :data:`Estimator`.
        settings (PoseSettings): How the person is kept in view.

    Returns:
        SkeletonClip: One person, all frames, with the size of the pictures.

    Raises:
        UnreadableMediaError: If a frame cannot be decoded.
        ValueError: If the estimator has another number of joints.
    """
    number = get_layout(settings.layout).num_joints
    joints, scores = [], []
    with open_video(path) as reader:
        shape = tuple(reader.shape)
        start = None
        if settings.box is not None:
            start = np.array(settings.box) * np.tile(shape[::-1], 2)
        box = start
        for count, frames in frame_blocks(reader, 0, None):
            for frame in frames[:count]:
                points, score = estimator(frame, box)
                if np.shape(points) != (number, 2) or \
                        np.shape(score) != (number, ):
                    raise ValueError(
                        f'the layout {settings.layout!r} has {number} joints, '
                        f'the estimator gives {np.shape(points)} and scores '
                        f'{np.shape(score)}: name the layout of its joints')
                joints.append(points)
                scores.append(score)
                if settings.follow:
                    box = next_box(points, score, settings, shape)
                    box = start if box is None else box
    return make_clip(path, np.stack(joints), np.stack(scores),
                     settings.layout, shape)


def extract_poses(ann_file: str,
                  root: str,
                  out: str,
                  folder: str,
                  estimator: Estimator,
                  settings: PoseSettings,
                  recipe: Optional[Dict] = None,
                  advance: Optional[Callable[[str], None]] = None
                  ) -> PoseReport:
    """Estimate the skeletons of all videos of an annotation file.

    Files appear when they are complete, and complete ones of the same video
    are reused, so that the work can be taken up again; ``pose.json`` in the
    folder keeps the settings and refuses a mixture. A bad video does not
    stop the others; its samples get no skeleton file.

    Args:
        ann_file (str): Annotation file.
        root (str): Its data root, in which the skeleton files go.
        out (str): Annotation file to write, in the same data root.
        folder (str): Folder of the skeletons below the root.
        estimator (Callable): See :data:`Estimator`.
        settings (PoseSettings): How the person is kept in view.
        recipe (dict, optional): What the estimator is, plain values.
            Defaults to None.
        advance (Callable, optional): Called with the name of each video that
            is done. Defaults to None.

    Returns:
        PoseReport: What was made.

    Raises:
        ValueError: If the folder holds skeletons of other settings, or no
            sample names a video.
    """
    source = read_annotations(ann_file)
    videos = sorted({r.video for r in source.records if r.video is not None})
    if not videos:
        raise ValueError(f'{ann_file}: no sample names a video')
    described = dict(vars(settings), **(recipe or {}))
    check_recipe(
        os.path.join(root, folder, RECIPE_NAME), described, 'skeletons')
    written, failed = 0, []
    made: Dict[str, str] = {}
    for video in videos:
        path = os.path.join(root, video)
        name = f'{folder}/{os.path.splitext(video)[0]}.npz'
        try:
            stamp = _stamp(path)
            if npz_source(os.path.join(root, name)) != stamp:
                clip = estimate_clip(path, estimator, settings)
                write_npz(os.path.join(root, name), clip, stamp)
                written += 1
            made[video] = name
        except UnreadableMediaError as error:
            failed.append(error)
        if advance is not None:
            advance(video)
    records = [
        replace(r, keypoints=made.get(r.video)) for r in source.records
    ]
    header = dict(source.header, keypoint_layout=settings.layout)
    write_annotations(out, header, records)
    return PoseReport(AnnotationFile(header, records), written,
                      len(made) - written, failed)


def _stamp(path: str) -> int:
    """Tells one content of a video from another by its size and its ends."""
    try:
        size = os.path.getsize(path)
        with open(path, 'rb') as file:
            ends = file.read(_END)
            file.seek(max(size - _END, 0))
            ends += file.read(_END)
    except OSError as error:
        raise UnreadableMediaError(path, f'cannot be read: {error}') from error
    return zlib.crc32(ends, size)
