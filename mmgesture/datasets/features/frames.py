"""Steps made of frames: a video sampled at a rate of its own."""
import math
from typing import Optional

import numpy as np

from mmgesture.structures import TimeGrid, UntrimmedVideo

__all__ = ['FrameGrid']


class FrameGrid:
    """Steps of a fixed number of frames at a fixed rate.

    A localizer that is trained end to end sees W steps of
    ``frames_per_step`` frames each; PointTAD has 4 at 10 frames per second,
    AdaTAD 1 at the video's own rate.

    Args:
        fps (float, optional): Rate to sample at; None: the video's own.
            Defaults to None.
        frames_per_step (int): Sampled frames of a step. Defaults to 1.

    Raises:
        ValueError: If either is not positive.
    """

    def __init__(self,
                 fps: Optional[float] = None,
                 frames_per_step: int = 1) -> None:
        if (fps is not None and not fps > 0) or frames_per_step < 1:
            raise ValueError('expected a positive fps and frames_per_step, '
                             f'got {fps} and {frames_per_step}')
        self.fps = fps
        self.frames_per_step = frames_per_step

    def grid(self, video: UntrimmedVideo) -> TimeGrid:
        """How the steps of a video lie in time.

        The last step may reach beyond the video: nothing of it is lost.

        Args:
            video (UntrimmedVideo): Its ``num_frames`` must be known, and its
                ``fps`` where a rate is asked for.

        Returns:
            TimeGrid: In frames of the video.

        Raises:
            ValueError: If one is not.
        """
        if video.num_frames is None or (self.fps and video.fps is None):
            raise ValueError(
                f'{video.video_id}: expected num_frames and fps, got '
                f'{video.num_frames} and {video.fps}; add them to its entry '
                'in "videos"')
        stride = self.frames_per_step * self._ratio(video.fps)
        steps = max(math.ceil(video.num_frames / stride - 1e-6), 1)
        return TimeGrid(stride, stride / 2, steps)

    def _ratio(self, fps: Optional[float]) -> float:
        """Source frames from one sampled frame to the next."""
        return 1. if self.fps is None else fps / self.fps

    def frame_indices(self, grid: TimeGrid, start: int, count: int,
                      num_frames: int) -> np.ndarray:
        """Source frames of some steps.

        Sampled frame ``i`` stands for its share of the time axis and is the
        source frame at the middle of it; beyond the video, its last frame.

        Args:
            grid (TimeGrid): The grid of the video.
            start (int): First step.
            count (int): Steps.
            num_frames (int): Frames of the video.

        Returns:
            np.ndarray: Shape (count * frames_per_step,), int64.
        """
        ratio = grid.stride / self.frames_per_step
        first = start * self.frames_per_step
        sampled = first + np.arange(count * self.frames_per_step)
        frames = np.floor((sampled + 0.5) * ratio + 1e-9).astype(np.int64)
        return np.minimum(frames, num_frames - 1)
