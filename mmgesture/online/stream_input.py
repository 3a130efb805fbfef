"""What a detector asks of an input, whatever its frames are.

An input checks what is pushed before anything of it is used, says in which
frames there is somebody, and turns one frame after the other into a step. It
keeps what the model's features need of the past, and nothing else.
"""
from abc import ABC, abstractmethod
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np
from torch import Tensor

__all__ = ['StepHolder', 'StreamInput', 'as_numbers']


class StreamInput(ABC):
    """What the detector asks of an input."""

    @abstractmethod
    def check(self, frames: Sequence) -> Sequence:
        """Refuse what is no frame, before any is used.

        Args:
            frames (Sequence): The pushed frames.

        Returns:
            Sequence: The same, as arrays.

        Raises:
            TypeError: If a frame is of a wrong kind.
            ValueError: If a frame has a wrong shape.
        """

    def seen(self, frame: np.ndarray) -> bool:
        """Whether there is somebody in a frame.

        Args:
            frame (np.ndarray): The frame.

        Returns:
            bool: True unless the input can tell that there is nobody.
        """
        return True

    @abstractmethod
    def step(self, frame: np.ndarray) -> Tensor:
        """Turn the next frame into a step.

        Args:
            frame (np.ndarray): The frame.

        Returns:
            Tensor: (1, C, 1) or (1, 3, 1, height, width), fp32.
        """

    @abstractmethod
    def again(self) -> Tensor:
        """A step in place of a missing frame: as if nothing had changed.

        Returns:
            Tensor: As for :meth:`step`, which has been called before.
        """

    @abstractmethod
    def reset(self) -> None:
        """Forget the past."""

    @abstractmethod
    def state_dict(self) -> Dict[str, Any]:
        """What it knows of the past.

        Returns:
            dict: For :meth:`load_state_dict`.
        """

    @abstractmethod
    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another input was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """


class StepHolder(StreamInput):
    """An input whose past is its latest step."""

    def __init__(self) -> None:
        self._latest: Optional[Tensor] = None

    def again(self) -> Tensor:
        """See :meth:`StreamInput.again`.

        Returns:
            Tensor: The latest step.
        """
        return self._latest

    def reset(self) -> None:
        """Forget the past."""
        self._latest = None

    def state_dict(self) -> Dict[str, Any]:
        """What it knows of the past.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        return dict(latest=self._latest)

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another input was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """
        self._latest = state['latest']


def as_numbers(frames: Sequence, shape: Tuple[int, ...],
               what: str) -> np.ndarray:
    """Frames as one array of numbers.

    Args:
        frames (Sequence): The frames.
        shape (tuple[int, ...]): Shape of each.
        what (str): What messages call them.

    Returns:
        np.ndarray: Shape (n, *shape), float64.

    Raises:
        ValueError: If the shape is another one, or they are no numbers.
    """
    problem: Optional[Exception] = None
    try:
        array = np.asarray(frames, dtype=np.float64)
    except (TypeError, ValueError) as error:
        array, problem = np.zeros(0), error
    if array.size == 0 and problem is None and len(frames) == 0:
        return array.reshape(0, *shape)
    if array.ndim != len(shape) + 1 or array.shape[1:] != shape:
        got = problem or f'an array of shape {array.shape}'
        raise ValueError(f'expected {what} as numbers of shape (frames, '
                         f'{", ".join(map(str, shape))}), got {got}')
    return array
