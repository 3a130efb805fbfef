"""The kinds of streams: vectors, joints, pictures."""
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
import torch
from av import VideoFrame
from torch import Tensor

from mmgesture.datasets.features.causal_skeleton import CausalSkeleton
from mmgesture.datasets.video_reader import reduced_size
from .stream_input import StepHolder, StreamInput, as_numbers

__all__ = ['FeatureInput', 'FrameInput', 'KeypointInput']


class FeatureInput(StepHolder):
    """Vectors that need no preparation.

    A vector with NaN says that there was nobody.

    Args:
        num_channels (int): Values of a vector.
    """

    def __init__(self, num_channels: int) -> None:
        super().__init__()
        self.num_channels = num_channels

    def check(self, frames: Sequence) -> np.ndarray:
        """See :meth:`StreamInput.check`.

        Args:
            frames (Sequence): Vectors, (n, C).

        Returns:
            np.ndarray: Shape (n, C), float64.

        Raises:
            ValueError: If the shape is another one.
        """
        return as_numbers(frames, (self.num_channels, ), 'vectors')

    def seen(self, frame: np.ndarray) -> bool:
        """See :meth:`StreamInput.seen`.

        Args:
            frame (np.ndarray): A vector, (C,).

        Returns:
            bool: Whether all of it is known.
        """
        return bool(np.isfinite(frame).all())

    def step(self, frame: np.ndarray) -> Tensor:
        """See :meth:`StreamInput.step`.

        Args:
            frame (np.ndarray): A vector, (C,).

        Returns:
            Tensor: Shape (1, C, 1).
        """
        # a copy: the caller may fill the same array anew
        self._latest = torch.tensor(frame, dtype=torch.float32)[None, :, None]
        return self._latest


class KeypointInput(StreamInput):
    """Joints of one person, see :class:`.CausalSkeleton`.

    A joint that is NaN was not seen; a frame in which no joint was seen
    shows nobody.

    Args:
        skeleton (CausalSkeleton): What makes features of joints; must not be
            shared.
    """

    def __init__(self, skeleton: CausalSkeleton) -> None:
        self.skeleton = skeleton

    def check(self, frames: Sequence) -> np.ndarray:
        """See :meth:`StreamInput.check`.

        Args:
            frames (Sequence): Joints, (n, V, C).

        Returns:
            np.ndarray: Shape (n, V, C), float64.

        Raises:
            ValueError: If the shape is another one.
        """
        return as_numbers(frames, self.skeleton.shape, 'joints')

    def seen(self, frame: np.ndarray) -> bool:
        """See :meth:`StreamInput.seen`.

        Args:
            frame (np.ndarray): Joints, (V, C).

        Returns:
            bool: Whether any joint is known.
        """
        return bool(np.isfinite(frame).all(-1).any())

    def step(self, frame: np.ndarray) -> Tensor:
        """See :meth:`StreamInput.step`.

        Args:
            frame (np.ndarray): Joints, (V, C).

        Returns:
            Tensor: Shape (1, 2 * V * C, 1).
        """
        return torch.from_numpy(self.skeleton(frame[None]).T[None])

    def again(self) -> Tensor:
        """See :meth:`StreamInput.again`.

        Returns:
            Tensor: Of joints that have not moved.
        """
        return self.step(np.full(self.skeleton.shape, np.nan))

    def reset(self) -> None:
        """Forget the past."""
        self.skeleton.reset()

    def state_dict(self) -> Dict[str, Any]:
        """What it knows of the past.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        return {
            name: torch.from_numpy(value)
            if isinstance(value, np.ndarray) else value
            for name, value in self.skeleton.state_dict().items()
        }

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another input was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """
        self.skeleton.load_state_dict({
            name: value.numpy() if isinstance(value, Tensor) else value
            for name, value in state.items()
        })


class FrameInput(StepHolder):
    """Pictures of any size, which may change: shrunk, then cut to the middle.

    What ``DecodeVideo(short_side)`` and ``CenterCrop`` do to a file.

    Args:
        short_side (int): Short side that they are brought to, pixels.
        crop (tuple[int, int]): Height and width of the part in the middle.

    Raises:
        ValueError: If the part is larger than the picture.
    """

    def __init__(self, short_side: int, crop: Tuple[int, int]) -> None:
        if max(crop) > short_side:
            raise ValueError(f'expected a crop of at most {short_side} '
                             f'pixels, got {tuple(crop)}')
        super().__init__()
        self.short_side = short_side
        self.crop = tuple(crop)

    def check(self, frames: Sequence) -> List[np.ndarray]:
        """See :meth:`StreamInput.check`.

        Args:
            frames (Sequence): RGB pictures, each (H, W, 3), uint8.

        Returns:
            list[np.ndarray]: The same.

        Raises:
            TypeError: If one is no uint8 array.
            ValueError: If the shape is another one.
        """
        frames = list(frames)
        for number, frame in enumerate(frames):
            if not isinstance(frame, np.ndarray) or frame.dtype != np.uint8:
                got = getattr(frame, 'dtype', type(frame).__name__)
                raise TypeError(f'frame {number}: expected RGB as a uint8 '
                                f'array, got {got}')
            if frame.ndim != 3 or frame.shape[2] != 3 or 0 in frame.shape:
                raise ValueError(f'frame {number}: expected the shape '
                                 f'(H, W, 3), got {frame.shape}')
        return frames

    def step(self, frame: np.ndarray) -> Tensor:
        """See :meth:`StreamInput.step`.

        Args:
            frame (np.ndarray): RGB, (H, W, 3), uint8.

        Returns:
            Tensor: Shape (1, 3, 1, height, width), 0 to 255.
        """
        height, width = _size(*frame.shape[:2], self.short_side)
        if (height, width) != frame.shape[:2]:
            frame = VideoFrame.from_ndarray(
                np.ascontiguousarray(frame), format='rgb24').to_ndarray(
                    format='rgb24', width=width, height=height)
        top = (height - self.crop[0]) // 2
        left = (width - self.crop[1]) // 2
        part = frame[top:top + self.crop[0], left:left + self.crop[1]]
        # (H, W, 3) -> (3, H, W) -> (1, 3, 1, H, W)
        picture = torch.tensor(part).permute(2, 0, 1)
        self._latest = picture[None, :, None].float()
        return self._latest


def _size(height: int, width: int, short_side: int) -> Tuple[int, int]:
    """Height and width with this short side, also of smaller pictures."""
    if min(height, width) >= short_side:
        return reduced_size(height, width, short_side)
    scale = short_side / min(height, width)
    return round(height * scale), round(width * scale)
