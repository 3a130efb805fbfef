"""Untrimmed videos cut into windows: one item per window."""
import logging
import os
from dataclasses import replace
from typing import Callable, Dict, List, Optional, Sequence, Union

import numpy as np
from mmengine.logging import print_log

from mmgesture.registry import DATASETS
from mmgesture.structures import (AnnotationError, SegmentRepairs, TimeGrid,
                                  UntrimmedVideo, untrimmed_videos)
from .features import FeatureFolder, FrameGrid
from .features.check import common_channels, grids_of
from .gesture_dataset import GestureDataset
from .video_index import video_index
from .window_plan import Oversampling, plan_windows
from .windows import segments_in_window

__all__ = ['UntrimmedDataset']


@DATASETS.register_module()
class UntrimmedDataset(GestureDataset):
    """Windows of ``window_size`` steps over the videos of a set.

    A step is one vector of stored features (``features``) or one sampled
    frame (``frames``). Windows overlap, the last one is right-aligned, so
    that no step is lost; a sequence shorter than a window is padded.

    The pipeline gets, beside what :class:`GestureDataset` gives it,
    ``video_id``, ``window_start`` (step of the sequence), ``window_size``,
    ``num_steps`` (steps of the window that exist), ``stride``, ``offset``,
    ``fps``, ``num_frames``, ``gt_segments`` (steps from the window's start,
    (N, 2), float64) and ``gt_labels`` ((N,), int64; both absent where the
    labels are hidden), with ``test_mode`` also ``video_annotations`` (all
    rows start, end, label of the video in frames, or None), and the reader:
    ``feature_folder`` or ``frame_grid``. All numbers of
    :class:`mmgesture.structures.TimeGrid`.

    In training, windows without a gesture are thinned out, windows move
    about their place (``jitter``), and rare classes get windows of their own
    (``oversample``). None of this happens with ``test_mode``.

    Args:
        ann_file (str): Annotation file, relative to ``data_root``.
        window_size (int): Steps of a window, W.
        features (dict, optional): Arguments of
            :class:`mmgesture.datasets.features.FeatureFolder`, ``folder``
            relative to ``data_root``. Defaults to None.
        frames (dict, optional): Arguments of
            :class:`mmgesture.datasets.features.FrameGrid`. Defaults to None.
        overlap (float): Share of a window that the next one covers again.
            Defaults to 0.5.
        min_inside (float): Segments count if this share of them is inside
            of the window; they are clipped. Defaults to 0.75.
        background_ratio (float, optional): Training windows without a
            gesture for each one with gestures; None: all that there are.
            Defaults to None.
        jitter (float): Training windows move by up to this share of the
            window to both sides, anew in every epoch. Defaults to 0.
        oversample (dict, optional): Arguments of
            :class:`mmgesture.datasets.window_plan.Oversampling`: ``alpha``
            and ``mode``. Defaults to None.
        data_root (str): Folder that holds media and features. Defaults to
            ''.
        pipeline (Sequence[dict | Callable]): Transforms. Defaults to ().
        split (str | Sequence[str], optional): Split or splits; None: all.
            Defaults to None.
        subjects (Sequence[str], optional): Only these. Defaults to None.
        exclude_subjects (Sequence[str], optional): All but these. Defaults
            to None.
        test_mode (bool): Keep videos with hidden labels and unreadable
            windows in their place. Defaults to False.
        **kwargs: Further arguments of :class:`GestureDataset`.

    Raises:
        ValueError: If not exactly one of ``features`` and ``frames`` is
            given, or a share is out of range.
    """

    def __init__(self,
                 ann_file: str,
                 window_size: int,
                 features: Optional[dict] = None,
                 frames: Optional[dict] = None,
                 overlap: float = 0.5,
                 min_inside: float = 0.75,
                 background_ratio: Optional[float] = None,
                 jitter: float = 0.,
                 oversample: Optional[dict] = None,
                 data_root: str = '',
                 pipeline: Sequence[Union[dict, Callable]] = (),
                 split: Union[str, Sequence[str], None] = None,
                 subjects: Optional[Sequence[str]] = None,
                 exclude_subjects: Optional[Sequence[str]] = None,
                 test_mode: bool = False,
                 **kwargs) -> None:
        if (features is None) == (frames is None):
            raise ValueError('expected either features=dict(folder=...) or '
                             'frames=dict(fps=...), got '
                             f'{features} and {frames}')
        if not 0 < min_inside <= 1 or not 0 <= jitter <= 1 or \
                (background_ratio is not None and background_ratio < 0):
            raise ValueError(
                'expected min_inside in (0, 1], jitter in [0, 1] and a '
                f'background_ratio of None or at least 0, got {min_inside}, '
                f'{jitter} and {background_ratio}')
        self.window_size = window_size
        self.features = features
        self.frames = frames
        self.overlap = overlap
        self.min_inside = min_inside
        self.background_ratio = background_ratio
        self.jitter = jitter
        self.oversample = Oversampling(**(oversample or dict(alpha=0)))
        #: What was mended in the annotations.
        self.repairs = SegmentRepairs()
        #: Windows by kind, see :func:`plan_windows`.
        self.window_counts: Dict[str, int] = {}
        super().__init__(
            ann_file=ann_file,
            data_root=data_root,
            pipeline=[self._place, *pipeline],
            split=split,
            subjects=subjects,
            exclude_subjects=exclude_subjects,
            test_mode=test_mode,
            **kwargs)

    def load_data_list(self) -> List[dict]:
        """Read the videos and plan their windows.

        Returns:
            List[dict]: One dict per window.

        Raises:
            FileNotFoundError: If annotations or features are absent.
            AnnotationError: If the annotations break the format.
            UnreadableMediaError: If features of a video are absent, broken,
                or do not fit its length.
            ValueError: If no video or no window is left.
        """
        annotations = self._read_annotations()
        self.repairs = SegmentRepairs()
        try:
            videos = untrimmed_videos(annotations, self.split, self.subjects,
                                      self.exclude_subjects, self.ann_file,
                                      self.repairs)
        except AnnotationError:
            raise  # names the file already
        except ValueError as error:
            raise ValueError(f'{self.ann_file}: {error}') from error
        if self.repairs:
            self._warn(f'{self.repairs}')
        if not self.test_mode:
            known = [v for v in videos if v.segments is not None]
            if len(known) < len(videos):
                self._warn(f'{len(videos) - len(known)} of {len(videos)} '
                           'videos have hidden labels and are left out of '
                           'training')
            videos = known
        if not videos:
            raise ValueError(
                f'{self.ann_file}: no videos of split={self.split!r}, '
                f'subjects={self.subjects!r}, exclude_subjects='
                f'{self.exclude_subjects!r}, test_mode={self.test_mode}')
        self.reader = self._make_reader()
        self.videos = [self._measured(video) for video in videos]
        self.grids = grids_of(self.reader, self.videos)
        self.num_channels = None
        if self.features is not None:
            self.num_channels = common_channels(self.reader, self.videos)
            self._metainfo['features'] = self.reader.description
        return self._plan()

    def _warn(self, message: str) -> None:
        print_log(f'{self.ann_file}: {message}', 'current', logging.WARNING)

    def _make_reader(self) -> Union[FeatureFolder, FrameGrid]:
        if self.frames is not None:
            return FrameGrid(**self.frames)
        folder = os.path.join(self.data_root, self.features['folder'])
        return FeatureFolder(**dict(self.features, folder=folder))

    def _measured(self, video: UntrimmedVideo) -> UntrimmedVideo:
        """With length and rate out of the file where the header is silent."""
        absent = video.num_frames is None or video.fps is None
        if self.frames is None or video.video is None or not absent:
            return video
        index = video_index(os.path.join(self.data_root, video.video))
        return replace(
            video,
            num_frames=video.num_frames or len(index),
            fps=video.fps or index.fps)

    def _plan(self) -> List[dict]:
        steps = [
            None if video.segments is None else grid.to_steps(
                np.reshape([(s.start, s.end) for s in video.segments],
                           (-1, 2)))
            for video, grid in zip(self.videos, self.grids)
        ]
        labels = [
            None if v.segments is None else np.array(
                [s.label for s in v.segments], np.int64) for v in self.videos
        ]
        self._steps, self._labels = steps, labels
        lengths = [grid.num_steps for grid in self.grids]
        if self.test_mode:
            plan, self.window_counts = plan_windows(
                lengths, self.window_size, self.overlap)
        else:
            plan, self.window_counts = plan_windows(
                lengths, self.window_size, self.overlap, steps, labels,
                self.min_inside, self.background_ratio, self.oversample,
                len(self._metainfo['classes']), self.seed or 0)
        if not plan:
            raise ValueError(
                f'{self.ann_file}: no window with a gesture, and '
                f'background_ratio={self.background_ratio} leaves no other; '
                'check split, min_inside and window_size')
        return [
            dict(
                sample_id=f'{self.videos[w.video].video_id}@{w.name}',
                video_index=w.video,
                planned_start=w.start,
                instance=w.instance,
                label=w.label) for w in plan
        ]

    def get_labels(self) -> np.ndarray:
        """The rarest class of every window, for balanced draws.

        Returns:
            np.ndarray: Shape (len,), int64; the number of classes for a
            window without a gesture.
        """
        return np.array(
            [self.get_data_info(i)['label'] for i in range(len(self))],
            dtype=np.int64)

    def _place(self, info: dict) -> dict:
        """Say where the window lies now and what it shows."""
        number = info['video_index']
        video, grid = self.videos[number], self.grids[number]
        start = self._start(info, grid, self._steps[number])
        count = min(self.window_size, grid.num_steps - start)
        info.update(
            video_id=video.video_id,
            filename=None if video.video is None else os.path.abspath(
                os.path.join(self.data_root or '', video.video)),
            subject=video.subject,
            split=video.split,
            window_start=start,
            window_size=self.window_size,
            num_steps=count,
            stride=grid.stride,
            offset=grid.offset,
            fps=video.fps,
            num_frames=video.num_frames or round(
                float(grid.to_frames(grid.num_steps - 1)) + grid.offset))
        key = 'frame_grid' if self.features is None else 'feature_folder'
        info[key], info['grid'] = self.reader, grid
        info['num_channels'] = self.num_channels
        if video.segments is not None:
            segments, keep = segments_in_window(
                self._steps[number], start, count, self.window_size,
                self.min_inside)
            labels = self._labels[number][keep]
            if self.oversample.mode == 'literal' and not self.test_mode:
                times = self.window_copies[labels]
                segments = np.repeat(segments, times, axis=0)
                labels = np.repeat(labels, times)
            info.update(gt_segments=segments, gt_labels=labels)
        if self.test_mode:
            info['video_annotations'] = None if video.segments is None else [
                (float(s.start), float(s.end), s.label)
                for s in video.segments
            ]
        return info

    @property
    def window_copies(self) -> np.ndarray:
        """np.ndarray: R_c of every class in these videos, (K,), int64."""
        counts = np.bincount(
            np.concatenate([x for x in self._labels if x is not None]),
            minlength=len(self._metainfo['classes']))
        return self.oversample.copies(counts)

    def _start(self, info: dict, grid: TimeGrid,
               steps: Optional[np.ndarray]) -> int:
        """First step of the window, moved by chance in training."""
        last = max(grid.num_steps - self.window_size, 0)
        if info['instance'] is not None:
            # anywhere that shows the whole instance, or as much as fits
            begin, end = steps[info['instance']]
            low, high = end - self.window_size + 0.5, begin + 0.5
            drawn = np.random.uniform(min(low, high), max(low, high))
            return int(np.clip(round(drawn), 0, last))
        start = info['planned_start']
        if self.jitter and not self.test_mode:
            reach = round(self.jitter * self.window_size)
            start += np.random.randint(-reach, reach + 1)
        return int(np.clip(start, 0, last))
