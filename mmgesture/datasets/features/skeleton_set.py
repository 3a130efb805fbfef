"""Feature sequences of all skeletons of a set."""
import os
from typing import Callable, List, NamedTuple, Optional, Tuple

import numpy as np

from mmgesture.structures import (UntrimmedVideo, read_annotations,
                                  untrimmed_videos)
from mmgesture.structures.skeleton import get_layout
from ..media_errors import UnreadableMediaError
from ..skeleton_files import fill_gaps, read_skeleton
from .causal_skeleton import CausalSkeleton
from .skeleton import skeleton_features
from .writing import describe_features, has_features, write_features

__all__ = [
    'SkeletonReport', 'extract_skeleton_features', 'features_of_skeleton'
]


class SkeletonReport(NamedTuple):
    """Result of :func:`extract_skeleton_features`.

    Attributes:
        written (int): Files made by this call.
        reused (int): Files that were there already.
        interpolated (dict[str, int]): Videos with gaps that were closed, to
            the number of joint positions.
        failed (list[UnreadableMediaError]): One for each bad file.
    """

    written: int
    reused: int
    interpolated: dict
    failed: List[UnreadableMediaError]


def extract_skeleton_features(
        ann_file: str,
        root: str,
        out: str,
        layout: str = 'kinect-25',
        dims: int = 3,
        lag: float = 0.1,
        advance: Optional[Callable[[str], None]] = None,
        causal: bool = False) -> SkeletonReport:
    """Turn every skeleton file of a set into a feature sequence.

    One vector per frame, see :func:`.skeleton.skeleton_features`. Joints
    that were not tracked are interpolated over time and counted; with
    ``causal``, :class:`.causal_skeleton.CausalSkeleton` holds them. Files
    that are there are kept; a bad file does not stop the others.

    Args:
        ann_file (str): Annotation file whose videos have ``keypoints``.
        root (str): Its data root.
        out (str): Folder of the features.
        layout (str): Layout of files that do not tell; a csv of SMG does.
            Defaults to 'kinect-25'.
        dims (int): 3: metres; 2: pixels. Defaults to 3.
        lag (float): Reach of the velocities, seconds. Defaults to 0.1.
        advance (Callable, optional): Called with each ``video_id`` that is
            done. Defaults to None.
        causal (bool): For streams: no value depends on later frames.
            Defaults to False.

    Returns:
        SkeletonReport: What was made.

    Raises:
        ValueError: If no video has skeletons, a rate is unknown, or the
            folder holds features of other settings.
    """
    videos = untrimmed_videos(read_annotations(ann_file), source=ann_file)
    if not any(v.keypoints for v in videos):
        raise ValueError(f'{ann_file}: no video has "keypoints"')
    recipe = dict(
        stride=1,
        window=1,
        fps=None,
        made_by=dict(
            kind='CausalSkeleton' if causal else 'skeleton_features',
            layout=layout, dims=dims, lag=lag))
    describe_features(out, recipe)
    written, reused, failed, closed = 0, 0, [], {}
    for video in videos:
        if video.fps is None:
            raise ValueError(f'{ann_file}: {video.video_id} has no "fps", '
                             'which velocities need')
        try:
            if has_features(out, video.video_id):
                reused += 1
            else:
                features, gaps = features_of_skeleton(
                    os.path.join(root, video.keypoints or ''), video, layout,
                    dims, lag, causal)
                write_features(out, video.video_id, features, recipe)
                written += 1
                if gaps:
                    closed[video.video_id] = gaps
        except UnreadableMediaError as error:
            failed.append(error)
        if advance is not None:
            advance(video.video_id)
    return SkeletonReport(written, reused, closed, failed)


def features_of_skeleton(path: str, video: UntrimmedVideo, layout: str,
                         dims: int, lag: float,
                         causal: bool = False) -> Tuple[np.ndarray, int]:
    """Features of one skeleton file.

    Args:
        path (str): The file.
        video (UntrimmedVideo): Its video, for the rate.
        layout (str): Layout of a file that does not tell.
        dims (int): 3: metres; 2: pixels.
        lag (float): Reach of the velocities, seconds.
        causal (bool): For streams: no value depends on later frames.
            Defaults to False.

    Returns:
        tuple[np.ndarray, int]: Features, (T, C), and the positions of
        joints that were not tracked and are filled in.

    Raises:
        UnreadableMediaError: If the file is absent, broken or of another
            form, or nobody is seen.
    """
    if video.keypoints is None:
        raise UnreadableMediaError(path, f'{video.video_id} names no '
                                   'skeleton file')
    clip = read_skeleton(path, dims=dims)
    body = get_layout(clip.layout or layout)
    joints = clip.keypoint[0]
    if joints.shape[1:] != (body.num_joints, dims):
        raise UnreadableMediaError(
            path, f'expected {body.num_joints} joints of {dims} coordinates '
            f'({body.name}), got {joints.shape[1]} of {joints.shape[2]}')
    if not clip.seen:
        raise UnreadableMediaError(path, 'nobody is seen in any frame')
    gaps = int((clip.score[0] <= 0).sum())
    if causal:
        skeleton = CausalSkeleton(video.fps, body.num_joints, dims,
                                  body.center, body.edges, lag)
        known = clip.score[0][..., None] > 0
        return skeleton(np.where(known, joints, np.nan)), gaps
    joints = fill_gaps(clip, 'unseen').keypoint[0]
    return skeleton_features(
        np.asarray(joints, np.float64), video.fps, body.center, body.edges,
        lag=lag), gaps
