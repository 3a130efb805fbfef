"""Skeleton features that need no future, frame by frame."""
from typing import Any, Dict, Optional, Sequence, Tuple

import numpy as np

__all__ = ['CausalSkeleton']


class CausalSkeleton:
    """The features of :func:`.skeleton.skeleton_features`, for a stream.

    The channels and their order are the same, and a rotation of the room
    rotates every vector here too. What looks ahead there is replaced: size
    and mean place of the person are running means over the latest
    ``memory`` seconds, velocities are differences to the frame ``lag``
    seconds before. A joint that is unknown (NaN) is held where it was seen
    last; one that was never seen lies on the centre, or at 0.

    What comes out for a frame depends on the frames before it and on
    nothing else, in whatever portions they come.

    Args:
        fps (float): Frames per second of the stream.
        num_joints (int): Joints V.
        dims (int): Coordinates C, 2 or 3.
        center (int): The joint that the others are seen from.
        edges (Sequence[tuple[int, int]]): Linked joints, for the size; see
            :func:`.skeleton.body_scale`. Defaults to ().
        lag (float): Reach of the velocities, seconds. Defaults to 0.1.
        memory (float): Seconds of the running means. Defaults to 10.

    Raises:
        ValueError: If a number is out of range.
    """

    def __init__(self,
                 fps: float,
                 num_joints: int,
                 dims: int,
                 center: int,
                 edges: Sequence[Tuple[int, int]] = (),
                 lag: float = 0.1,
                 memory: float = 10.) -> None:
        if not min(fps, lag, memory) > 0 or dims not in (2, 3) or \
                not 0 <= center < num_joints:
            raise ValueError(
                'expected positive fps, lag and memory, 2 or 3 dims and a '
                f'centre among the joints, got {fps}, {lag}, {memory}, '
                f'{dims} and {center} of {num_joints}')
        self.fps, self.center = float(fps), center
        self.shape = (num_joints, dims)
        self.edges = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
        self.reach = max(round(lag * fps), 1)
        self.horizon = max(round(memory * fps), 1)
        self.reset()

    @property
    def num_channels(self) -> int:
        """int: Values of a frame."""
        return 2 * self.shape[0] * self.shape[1]

    def reset(self) -> None:
        """Forget the past."""
        self._held: Optional[np.ndarray] = None
        self._recent = np.zeros((0, *self.shape))
        self._count = 0
        self._scale = 0.
        self._place = np.zeros(self.shape[1])

    def __call__(self, keypoint: np.ndarray) -> np.ndarray:
        """Features of the next frames.

        Args:
            keypoint (np.ndarray): Joints, (T, V, C), any unit; NaN where
                unknown.

        Returns:
            np.ndarray: Shape (T, 2 * V * C), float32.

        Raises:
            ValueError: If the shape is another one; nothing has changed
                then.
        """
        keypoint = np.asarray(keypoint, dtype=np.float64)
        if keypoint.ndim != 3 or keypoint.shape[1:] != self.shape:
            raise ValueError(
                'expected joints of shape (frames, '
                f'{self.shape[0]}, {self.shape[1]}), got {keypoint.shape}')
        rows = [self._one(joints) for joints in keypoint]
        return np.stack(rows) if rows else np.zeros(
            (0, self.num_channels), np.float32)

    def _one(self, joints: np.ndarray) -> np.ndarray:
        joints = self._filled(joints)
        self._held = joints
        self._count += 1
        share = 1 / min(self._count, self.horizon)
        self._scale += (self._size(joints) - self._scale) * share
        self._place = self._place + (joints[self.center] -
                                     self._place) * share
        scale = self._scale if self._scale > 0 else 1.
        before = self._recent[0] if len(self._recent) else joints
        seconds = max(len(self._recent), 1) / self.fps
        self._recent = np.concatenate([self._recent,
                                       joints[None]])[-self.reach:]
        now = self._vectors(joints) / scale
        velocity = now - self._vectors(before) / scale
        # a half: both kinds of channels then have the same magnitude
        return np.concatenate(
            [now, velocity / seconds / 2]).reshape(-1).astype(np.float32)

    def _filled(self, joints: np.ndarray) -> np.ndarray:
        unknown = ~np.isfinite(joints).all(-1)
        if not unknown.any():
            return joints
        if self._held is not None:
            return np.where(unknown[:, None], self._held, joints)
        middle = np.zeros(self.shape[1]) if unknown[self.center] else \
            joints[self.center]
        return np.where(unknown[:, None], middle, joints)

    def _size(self, joints: np.ndarray) -> float:
        if len(self.edges):
            a, b = self.edges.T
            bones = 4 * (joints[a] - joints[b])
        else:
            bones = joints - joints[self.center]
        return float(np.linalg.norm(bones, axis=-1).mean())

    def _vectors(self, joints: np.ndarray) -> np.ndarray:
        """The other joints from the centre, the centre from its mean."""
        place = joints[self.center]
        others = np.delete(joints, self.center, axis=0) - place
        return np.concatenate([others, (place - self._place)[None]])

    def state_dict(self) -> Dict[str, Any]:
        """What it knows of the past, in arrays and numbers.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        return dict(
            held=None if self._held is None else self._held.copy(),
            recent=self._recent.copy(),
            count=self._count,
            scale=self._scale,
            place=self._place.copy())

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another one was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """
        held = state['held']
        self._held = None if held is None else np.array(held, np.float64)
        self._recent = np.array(
            state['recent'], np.float64).reshape(-1, *self.shape)
        self._count = int(state['count'])
        self._scale = float(state['scale'])
        self._place = np.array(state['place'], np.float64)
