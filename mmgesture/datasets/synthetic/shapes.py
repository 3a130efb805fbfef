"""Outlines of body parts as polygons, for many frames at once."""
import numpy as np


def capsules(start, end, start_radius, end_radius, points=7):
    """Outlines of tapered capsules: two circles and their tangents.

    Args:
        start (np.ndarray): Centre of the first circle, pixels, (T, 2).
        end (np.ndarray): Centre of the second circle, pixels, (T, 2).
        start_radius (np.ndarray): Pixels, shape (T,).
        end_radius (np.ndarray): Pixels, shape (T,).
        points (int): Corners per end.

    Returns:
        np.ndarray: Convex polygons, shape (T, 2 * points, 2).
    """
    axis = end - start
    length = np.maximum(np.hypot(axis[:, 0], axis[:, 1]), 1e-3)
    heading = np.arctan2(axis[:, 1], axis[:, 0])
    tangent = np.arccos(
        np.clip((start_radius - end_radius) / length, -1.0, 1.0))
    ramp = np.linspace(-1, 1, points)
    # (T, points) angles round either end
    near = heading[:, None] + tangent[:, None] * ramp
    far = heading[:, None] + np.pi + (np.pi - tangent)[:, None] * ramp
    out = np.empty((len(start), 2 * points, 2))
    out[:, :points, 0] = end[:, :1] + end_radius[:, None] * np.cos(near)
    out[:, :points, 1] = end[:, 1:] + end_radius[:, None] * np.sin(near)
    out[:, points:, 0] = start[:, :1] + start_radius[:, None] * np.cos(far)
    out[:, points:, 1] = start[:, 1:] + start_radius[:, None] * np.sin(far)
    return out


def spline_matrix(corners, steps=4):
    """Closed Catmull-Rom spline as a matrix that acts on the corners.

    Args:
        corners (int): Number of corners of the outline.
        steps (int): Points per piece.

    Returns:
        np.ndarray: Shape (corners * steps, corners).
    """
    out = np.zeros((corners * steps, corners))
    for i in range(corners):
        for k in range(steps):
            t = k / steps
            weights = (-0.5 * t + t * t - 0.5 * t**3,
                       1 - 2.5 * t * t + 1.5 * t**3,
                       0.5 * t + 2 * t * t - 1.5 * t**3,
                       -0.5 * t * t + 0.5 * t**3)
            for offset, weight in zip((-1, 0, 1, 2), weights):
                out[i * steps + k, (i + offset) % corners] += weight
    return out


def ellipse(centre, radii, points=12, start=0.0, stop=2 * np.pi):
    """Points on an ellipse (or on an arc of it) in the x-y plane.

    Args:
        centre (Sequence[float]): x, y, z.
        radii (Sequence[float]): Along x and y.
        points (int): Number of points.
        start (float): First angle.
        stop (float): Last angle; a full circle leaves its end point out.

    Returns:
        np.ndarray: Shape (points, 3).
    """
    full = abs(stop - start) > 2 * np.pi - 1e-6
    angles = np.linspace(start, stop, points, endpoint=not full)
    return np.stack([centre[0] + radii[0] * np.cos(angles),
                     centre[1] + radii[1] * np.sin(angles),
                     np.full(points, centre[2])], -1)
