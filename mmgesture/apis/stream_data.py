"""The recordings of a set, as a stream detector wants them."""
import os
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np
from mmengine.config import Config

from mmgesture.datasets.features import FeatureFolder
from mmgesture.datasets.skeleton_files import read_skeleton
from mmgesture.online.sources import file_frames
from mmgesture.structures import (UntrimmedVideo, read_annotations,
                                  untrimmed_videos)
from .preflight import innermost_datasets

__all__ = ['Recording', 'recordings']


class Recording(NamedTuple):
    """A video of a set.

    Attributes:
        video (UntrimmedVideo): What is known of it.
        frames (Callable): Makes an iterator of (frame, time in seconds).
        gt_times (np.ndarray): Annotated starts and ends, seconds, (N, 2).
        gt_labels (np.ndarray): Their classes, (N,).
    """
    video: UntrimmedVideo
    frames: Callable[[], Iterator[tuple]]
    gt_times: np.ndarray
    gt_labels: np.ndarray

    @property
    def seconds(self) -> float:
        """float: Its length."""
        return self.video.num_frames / self.video.fps

    def portions(self, size: int = 256) -> Iterator[Tuple[list, np.ndarray]]:
        """Frames and times in portions.

        Args:
            size (int): Frames of a portion. Defaults to 256.

        Yields:
            tuple[list, np.ndarray]: As the detector's ``scan`` wants them.
        """
        frames, times = [], []
        for frame, time in self.frames():
            frames.append(frame)
            times.append(time)
            if len(frames) == size:
                yield frames, np.array(times)
                frames, times = [], []
        if frames:
            yield frames, np.array(times)


def recordings(cfg: Config, stage: str,
               data_root: Optional[str] = None) -> List[Recording]:
    """The labelled recordings of a stage of a config.

    Pictures and joints come out of the files, not out of stored features:
    what is measured is what a stream would be.

    Args:
        cfg (Config): Config of a stream model.
        stage (str): 'train', 'val' or 'test'.
        data_root (str, optional): Folder of the data. Defaults to None: the
            config's.

    Returns:
        list[Recording]: In the order of the annotation file.

    Raises:
        FileNotFoundError: If there is no annotation file.
        ValueError: If a video has no length, rate or file, or none is
            labelled.
    """
    data = innermost_datasets(cfg[f'{stage}_dataloader'].dataset)[0]
    root = data_root or data.get('data_root') or ''
    ann_file = os.path.join(root, data.ann_file)
    videos = [
        v for v in untrimmed_videos(
            read_annotations(ann_file), data.get('split'), source=ann_file)
        if v.segments is not None
    ]
    found = []
    for video in videos:
        if not video.num_frames or not video.fps:
            raise ValueError(f'{ann_file}: {video.video_id} has no '
                             'num_frames or fps')
        times = np.reshape([(s.start, s.end) for s in video.segments],
                           (-1, 2)) / video.fps
        labels = np.array([s.label for s in video.segments], np.int64)
        found.append(
            Recording(video, _opener(cfg, video, root, data), times, labels))
    if not found:
        raise ValueError(f'{ann_file}: no labelled video of '
                         f'{data.get("split")!r}')
    return found


def _opener(cfg: Config, video: UntrimmedVideo, root: str, data) -> Callable:
    kind = cfg.stream.type
    needed = dict(frames='video', keypoints='keypoints').get(kind)
    if needed and getattr(video, needed) is None:
        raise ValueError(f'{video.video_id}: expected "{needed}" in the '
                         f'annotation file, for a stream of {kind}')
    if kind == 'frames':
        path = os.path.join(root, video.video)
        return lambda: iter(file_frames(path, cfg.stream.short_side))
    if kind == 'keypoints':
        path = os.path.join(root, video.keypoints)
        return lambda: _joints(path, cfg.stream.dims, video.fps)
    folder = FeatureFolder(**dict(
        data.features, folder=os.path.join(root, data.features.folder)))
    return lambda: _vectors(folder, video)


def _joints(path: str, dims: int, fps: float) -> Iterator[tuple]:
    clip = read_skeleton(path, dims=dims)
    known = clip.score[0][..., None] > 0
    joints = np.where(known, clip.keypoint[0], np.nan)
    for number, frame in enumerate(joints):
        yield frame, number / fps


def _vectors(folder: FeatureFolder, video: UntrimmedVideo
             ) -> Iterator[tuple]:
    grid = folder.grid(video)
    rows = folder.read(video.video_id, 0, grid.num_steps)
    for number, row in enumerate(rows):
        yield row, number * grid.stride / video.fps
