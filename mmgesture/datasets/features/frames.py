"""Steps that are frames: a video sampled at a rate of its own."""
import math
from typing import Optional

import numpy as np

from mmgesture.structures import TimeGrid, UntrimmedVideo

__all__ = ['FrameGrid']


class FrameGrid:
    """Sampled frames as steps, for localizers that are trained end to end.

    PointTAD samples 10 frames per second, AdaTAD the video's own rate. What
    strides the model has is its own affair: segments stay in sampled frames.

    Args:
        fps (float, optional): Rate to sample at; None: the video's own.
            Defaults to None.

    Raises:
        ValueError: If it is not positive.
    """

    def __init__(self, fps: Optional[float] = None) -> None:
        if fps is not None and not fps > 0:
            raise ValueError(f'expected a positive fps, got {fps}')
        self.fps = fps

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
        stride = 1. if self.fps is None else video.fps / self.fps
        steps = max(math.ceil(video.num_frames / stride - 1e-6), 1)
        return TimeGrid(stride, stride / 2, steps)

    def frame_indices(self, grid: TimeGrid, start: int, count: int,
                      num_frames: int) -> np.ndarray:
        """Source frames of some steps.

        A step stands for its share of the time axis and is the source frame
        at the middle of it; beyond the video, its last frame.

        Args:
            grid (TimeGrid): The grid of the video.
            start (int): First step.
            count (int): Steps.
            num_frames (int): Frames of the video.

        Returns:
            np.ndarray: Shape (count,), int64.
        """
        middle = grid.to_frames(start + np.arange(count))
        frames = np.floor(middle + 1e-9).astype(np.int64)
        return np.minimum(frames, num_frames - 1)
