"""A skeleton stream as a feature sequence: shape, place and movement."""
from typing import Optional, Sequence, Tuple

import numpy as np

__all__ = ['body_scale', 'skeleton_features']


def body_scale(keypoint: np.ndarray,
               edges: Sequence[Tuple[int, int]],
               center: int) -> float:
    """Size of the person: four mean bones, median over time.

    So much an outstretched arm or finger measures, roughly.

    Args:
        keypoint (np.ndarray): Joints, (T, V, C), any unit, finite.
        edges (Sequence[tuple[int, int]]): Linked joints; without any, the
            distance of the joints from the centre is taken, once.
        center (int): The centre joint.

    Returns:
        float: In the unit of the joints; 1 where everything is one point.
    """
    if len(edges):
        a, b = np.asarray(edges).T
        bones = 4 * (keypoint[:, a] - keypoint[:, b])  # (T, E, C)
    else:
        bones = keypoint - keypoint[:, center:center + 1]
    lengths = np.linalg.norm(bones, axis=-1).mean(1)  # (T,)
    scale = float(np.median(lengths))
    return scale if scale > 0 else 1.


def skeleton_features(keypoint: np.ndarray,
                      fps: float,
                      center: int,
                      edges: Sequence[Tuple[int, int]] = (),
                      scale: Optional[float] = None,
                      lag: float = 0.1) -> np.ndarray:
    """Joints relative to the body, and their velocities.

    Every channel belongs to a vector of C coordinates, in this order: the
    other joints seen from the centre (V - 1 vectors), the centre seen from
    its mean over the stream (1), the velocities of the joints relative to
    the centre (V - 1) and of the centre (1). Lengths are in units of the
    body's size, velocities in sizes per second, halved so that both have the
    same order of magnitude. A rotation of the room rotates every vector.

    Velocities are central differences over ``lag`` seconds to both sides,
    one-sided at the ends of the stream.

    Args:
        keypoint (np.ndarray): Joints, (T, V, C), any unit, finite.
        fps (float): Frames per second.
        center (int): The joint that the others are seen from.
        edges (Sequence[tuple[int, int]]): Linked joints, for the size of the
            body. Defaults to ().
        scale (float, optional): Size of the body in the unit of the joints;
            None: of this stream, see :func:`body_scale`. Defaults to None.
        lag (float): Reach of the differences to each side, seconds.
            Defaults to 0.1.

    Returns:
        np.ndarray: Shape (T, 2 * V * C), float32.

    Raises:
        ValueError: If the shape is another one, or joints are not finite.
    """
    keypoint = np.asarray(keypoint, dtype=np.float64)
    if keypoint.ndim != 3 or 0 in keypoint.shape or \
            not np.isfinite(keypoint).all():
        raise ValueError('expected finite joints of shape (frames, joints, '
                         f'coordinates), got {keypoint.shape}; close gaps '
                         'with fill_gaps first')
    if scale is None:
        scale = body_scale(keypoint, edges, center)
    keypoint = keypoint / scale
    place = keypoint[:, center]  # (T, C)
    others = np.delete(keypoint, center, axis=1) - place[:, None]
    place = place - place.mean(axis=0)  # a median would not turn along
    vectors = np.concatenate([others, place[:, None]], axis=1)  # (T, V, C)
    reach = max(round(lag * fps), 1)
    steps = np.arange(len(vectors))
    after = np.minimum(steps + reach, len(vectors) - 1)
    before = np.maximum(steps - reach, 0)
    seconds = np.maximum(after - before, 1)[:, None, None] / fps
    velocity = (vectors[after] - vectors[before]) / seconds
    features = np.concatenate([vectors, velocity / 2], axis=1)
    return features.reshape(len(features), -1).astype(np.float32)
