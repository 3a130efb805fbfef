"""A folder of feature sequences: one array per video and what it means.

``<video_id>.npy`` holds (steps, channels), float32: the layout that OpenTAD,
ActionFormer and their kin read. ``features.json`` beside them says how the
steps lie in time::

    {"mmgesture_features": 1, "stride": 4, "window": 16, "fps": null,
     "made_by": {...}}

``stride`` and ``window`` count frames: step ``g`` was made of the frames
``stride * g`` to ``stride * g + window - 1`` of the video, sampled at ``fps``
frames per second (null: the video's own). OpenTAD calls them
``feature_stride * sample_stride`` and twice ``offset_frames``.

Features from elsewhere have no ``features.json``: give stride, window and
fps to :class:`FeatureFolder` instead.
"""
import os
from typing import Any, Dict, Optional

import numpy as np

from mmgesture.structures import TimeGrid, UntrimmedVideo
from mmgesture.textio import expecting, read_json, shown
from ..media_errors import UnreadableMediaError
from .arrays import SUFFIXES, open_array
from .writing import DESCRIPTION, feature_file

__all__ = ['FeatureFolder']

NAN = ('error', 'fill')
LAYOUTS = ('TC', 'CT')


class FeatureFolder:
    """Reads windows of feature sequences.

    Args:
        folder (str): The folder.
        stride (float, optional): Frames from one step to the next. Defaults
            to None: as ``features.json`` says.
        window (float, optional): Frames that a step was made of. Defaults to
            None, likewise.
        fps (float, optional): Rate at which frames were sampled; None: as
            ``features.json`` says, else the video's own. Defaults to None.
        suffix (str): '.npy', '.npz' (one array) or '.pt' (one tensor).
            Defaults to '.npy'.
        layout (str): 'TC': steps first; 'CT': channels first. Defaults to
            'TC'.
        nan (str): What is not finite is an 'error', or is interpolated over
            the steps of the window: 'fill'. Defaults to 'error'.
        every (int): Use one step of so many, for features that are denser
            than gestures need. Defaults to 1.

    Raises:
        FileNotFoundError: If there is no such folder.
        ValueError: If stride or window are unknown, or contradict
            ``features.json``, or ``every`` is below 1.
    """

    def __init__(self,
                 folder: str,
                 stride: Optional[float] = None,
                 window: Optional[float] = None,
                 fps: Optional[float] = None,
                 suffix: str = '.npy',
                 layout: str = 'TC',
                 nan: str = 'error',
                 every: int = 1) -> None:
        if every < 1:
            raise ValueError(f'every expected at least 1, got {every}')
        if suffix not in SUFFIXES or layout not in LAYOUTS or nan not in NAN:
            raise ValueError(
                f'expected suffix in {SUFFIXES}, layout in {LAYOUTS} and nan '
                f'in {NAN}, got {suffix!r}, {layout!r} and {nan!r}')
        if not os.path.isdir(folder):
            raise FileNotFoundError(
                f'no folder of features at {os.path.abspath(folder)}; make '
                'one with tools/modalities/extract_features.py')
        self.folder = folder
        self.suffix, self.layout, self.nan = suffix, layout, nan
        self.every = every
        found = self._described()
        for key, value in dict(stride=stride, window=window, fps=fps).items():
            if value is not None and found.get(key) not in (None, value):
                raise ValueError(
                    f'{self.folder}/{DESCRIPTION} says {key} {found[key]}, '
                    f'asked for {value}; leave it out, or name the folder '
                    'that was meant')
            found[key] = found.get(key) if value is None else value
        with expecting(os.path.join(folder, DESCRIPTION),
                       'numbers as stride, window and fps'):
            rates = [float(found[key] or 0)
                     for key in ('stride', 'window', 'fps')]
        if not min(rates[:2]) > 0 or not np.isfinite(rates).all():
            raise ValueError(
                f'{folder}: expected a positive stride and window in frames, '
                f'got {found["stride"]} and {found["window"]}; features '
                f'without {DESCRIPTION} need stride=... and window=..., for '
                'instance 4 and 16')
        self.stride, self.window = found['stride'], found['window']
        self.fps = found['fps']
        #: How the features were made, for the meta of checkpoints.
        self.description = {
            key: found.get(key)
            for key in ('stride', 'window', 'fps', 'made_by')
        }

    def _described(self) -> Dict[str, Any]:
        path = os.path.join(self.folder, DESCRIPTION)
        if not os.path.isfile(path):
            return {}
        found = read_json(path)
        if not isinstance(found, dict) or \
                found.get('mmgesture_features') != 1:
            raise ValueError(f'{path}: expected "mmgesture_features": 1 with '
                             f'stride and window, got {shown(found)}')
        return dict(found)

    def path(self, video_id: str) -> str:
        """Where the features of a video lie.

        Args:
            video_id (str): The video.

        Returns:
            str: The file.
        """
        return feature_file(self.folder, video_id, self.suffix)

    def num_channels(self, video_id: str) -> int:
        """Channels of a video's features.

        Args:
            video_id (str): The video.

        Returns:
            int: C.
        """
        return self._open(video_id).shape[1]

    def _open(self, video_id: str) -> np.ndarray:
        """The steps in use, (steps, channels), mapped where they can be."""
        path = self.path(video_id)
        array = open_array(path)
        if array.ndim != 2 or 0 in array.shape or \
                array.dtype.kind not in 'fiu':
            raise UnreadableMediaError(
                path, 'expected numbers of shape (steps, channels), got '
                f'{array.dtype} of shape {array.shape}')
        array = array.T if self.layout == 'CT' else array
        return array[::self.every]

    def grid(self, video: UntrimmedVideo) -> TimeGrid:
        """How the steps of a video lie in time.

        Args:
            video (UntrimmedVideo): The video.

        Returns:
            TimeGrid: In frames of the video.

        Raises:
            UnreadableMediaError: If the file is absent or broken, or its
                length does not fit the video's.
            ValueError: If the features were sampled at another rate and the
                video's is unknown.
        """
        steps = len(self._open(video.video_id))
        ratio = 1.
        if self.fps is not None:
            if video.fps is None:
                raise ValueError(
                    f'{video.video_id}: its features were sampled at '
                    f'{self.fps} frames per second and the annotation file '
                    'does not tell the rate of the video: add "fps" to its '
                    'entry in "videos"')
            ratio = video.fps / self.fps
        grid = TimeGrid(self.stride * self.every * ratio,
                        self.window * ratio / 2, steps)
        if video.num_frames is not None:
            self._check_length(video, grid)
        return grid

    def _check_length(self, video: UntrimmedVideo, grid: TimeGrid) -> None:
        window = 2 * grid.offset
        covered = (grid.num_steps - 1) * grid.stride + window
        # extractors stop before the last incomplete window, or pad it
        slack = window + grid.stride + 1
        if abs(covered - video.num_frames) <= slack:
            return
        guess = (video.num_frames - window) / max(grid.num_steps - 1, 1)
        raise UnreadableMediaError(
            self.path(video.video_id),
            f'{grid.num_steps} steps of stride {grid.stride:g} and window '
            f'{window:g} cover {covered:g} frames, the video has '
            f'{video.num_frames}; the features seem to have been made with '
            f'a stride of about {guess:.2f} frames, or of another video')

    def read(self, video_id: str, start: int, count: int) -> np.ndarray:
        """Read some steps.

        Args:
            video_id (str): The video.
            start (int): First step.
            count (int): Steps, all inside of the sequence.

        Returns:
            np.ndarray: Shape (count, channels), float32, finite.

        Raises:
            UnreadableMediaError: If the file cannot be read, or holds NaN
                and ``nan`` is 'error'.
        """
        part = np.array(self._open(video_id)[start:start + count], np.float32)
        if len(part) != count:
            raise UnreadableMediaError(
                self.path(video_id), f'expected the steps {start} to '
                f'{start + count - 1}, the file has become shorter')
        bad = ~np.isfinite(part)
        if bad.any():
            steps = np.flatnonzero(bad.any(1))
            if self.nan == 'error' or bad.all(0).any():
                raise UnreadableMediaError(
                    self.path(video_id),
                    f'{len(steps)} of the steps {start} to '
                    f'{start + count - 1} hold NaN or infinite features, the '
                    f'first is {start + steps[0]}; make them again, or give '
                    "nan='fill' to interpolate")
            for channel in np.flatnonzero(bad.any(0)):
                gap = bad[:, channel]
                where = np.arange(count)
                part[gap, channel] = np.interp(where[gap], where[~gap],
                                               part[~gap, channel])
        return part
