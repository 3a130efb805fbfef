"""Optical flow between neighbouring frames, by methods of OpenCV.

Every method takes RGB frames (N, H, W, 3), uint8, and gives the N - 1
displacements from each frame to the next, (N - 1, H, W, 2), float32, in
pixels to the right and down. :func:`last_repeated` makes N of them.
"""
from dataclasses import dataclass

import cv2
import numpy as np

from .taylor import grey_frames

__all__ = ['PRESETS', 'DISFlow', 'FarnebackFlow', 'last_repeated']

PRESETS = {
    'ultrafast': cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    'fast': cv2.DISOPTICAL_FLOW_PRESET_FAST,
    'medium': cv2.DISOPTICAL_FLOW_PRESET_MEDIUM
}

SMALLEST = 16
"""Pixels on the short side that the methods of OpenCV need."""


def last_repeated(flow: np.ndarray, length: int, shape: tuple) -> np.ndarray:
    """One displacement field for each frame.

    The first frame has the flow to the second. The last frame has no next
    one: it gets the flow of the frame before it again, as in MM-Gesture. A
    single frame gets zeros.

    Args:
        flow (np.ndarray): Shape (N - 1, H, W, 2).
        length (int): Frames N.
        shape (tuple): Height and width, for a single frame.

    Returns:
        np.ndarray: Shape (N, H, W, 2), float32.
    """
    if length == 1:
        return np.zeros((1, *shape, 2), np.float32)
    return np.concatenate([flow, flow[-1:]])[:length]


def _pairs(frames: np.ndarray, call) -> np.ndarray:
    """``call(previous, next)`` on grey frames, padded if they are tiny."""
    height, width = frames.shape[1:3]
    if len(frames) < 2:
        return np.zeros((0, height, width, 2), np.float32)
    grey = grey_frames(frames)
    rows, columns = (max(SMALLEST - side, 0) for side in (height, width))
    grey = np.pad(grey, ((0, 0), (0, rows), (0, columns)), mode='edge')
    flow = [call(a, b) for a, b in zip(grey[:-1], grey[1:])]
    return np.stack(flow)[:, :height, :width]


@dataclass(frozen=True)
class DISFlow:
    """Dense inverse search, Kroeger et al., ECCV 2016: quick and sharp.

    Args:
        preset (str): Speed: 'ultrafast', 'fast' or 'medium'. Defaults to
            'medium'.
    """

    preset: str = 'medium'

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise ValueError(f'expected preset to be one of {list(PRESETS)}, '
                             f'got {self.preset!r}')

    def __call__(self, frames: np.ndarray) -> np.ndarray:
        """Displacements from each frame to the next.

        Args:
            frames (np.ndarray): RGB, shape (N, H, W, 3), uint8.

        Returns:
            np.ndarray: Pixels, shape (N - 1, H, W, 2), float32.
        """
        method = cv2.DISOpticalFlow_create(PRESETS[self.preset])
        return _pairs(frames, lambda a, b: method.calc(a, b, None))


@dataclass(frozen=True)
class FarnebackFlow:
    """Polynomial expansion, Farneback, SCIA 2003: smooth and slower.

    Args:
        levels (int): Levels of the pyramid. Defaults to 3.
        window (int): Pixels that are averaged over. Defaults to 15.
        iterations (int): Per level. Defaults to 3.
    """

    levels: int = 3
    window: int = 15
    iterations: int = 3

    def __call__(self, frames: np.ndarray) -> np.ndarray:
        """Displacements from each frame to the next.

        Args:
            frames (np.ndarray): RGB, shape (N, H, W, 3), uint8.

        Returns:
            np.ndarray: Pixels, shape (N - 1, H, W, 2), float32.
        """
        return _pairs(
            frames, lambda a, b: cv2.calcOpticalFlowFarneback(
                a, b, None, 0.5, self.levels, self.window, self.iterations, 5,
                1.2, 0))
