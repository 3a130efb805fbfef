"""Places for the names of points, so that they cover nothing."""
from typing import Sequence, Tuple

import numpy as np

#: Directions that are tried around a point, in the order of preference:
#: right, above right, ..., counter-clockwise; and the gaps to its rim.
DIRECTIONS = 24
GAPS = (2., 6., 12., 20., 30., 42., 56., 72.)
#: What it costs to cover one square unit of another name, of a point, of a
#: line (a unit of its length), and to leave one square unit of the picture.
COST_NAME, COST_POINT, COST_LINE, COST_OUTSIDE = 40., 12., 8., 60.
#: What a unit of distance to the own point costs, and a unit less than CLEAR
#: to the rim of another, which the name would seem to belong to.
COST_GAP, COST_NEAR, CLEAR = 3., 10., 7.
#: How often at most every name is placed anew, the others being where they
#: are.
SWEEPS = 4


def overlap(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Areas that boxes share with others.

    Args:
        boxes (np.ndarray): Left, bottom, right, top, shape (..., 4).
        others (np.ndarray): Shape (n, 4).

    Returns:
        np.ndarray: Shape (..., n); 0 where they do not touch.
    """
    boxes = boxes[..., None, :]
    sides = np.minimum(boxes[..., 2:], others[:, 2:]) - np.maximum(
        boxes[..., :2], others[:, :2])
    return np.clip(sides, 0, None).prod(-1)


def rim_distances(boxes: np.ndarray, anchors: np.ndarray,
                  radii: np.ndarray) -> np.ndarray:
    """Distances from boxes to the rims of points.

    Args:
        boxes (np.ndarray): Left, bottom, right, top, shape (..., 4).
        anchors (np.ndarray): Centres of the points, shape (n, 2).
        radii (np.ndarray): Radii, shape (n,).

    Returns:
        np.ndarray: Shape (..., n); negative where a box lies on a point.
    """
    boxes = boxes[..., None, :]
    nearest = np.clip(anchors, boxes[..., :2], boxes[..., 2:])
    return np.linalg.norm(nearest - anchors, axis=-1) - radii


def _covered_lengths(boxes: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Length of the segments (n, 2, 2) in each box (m, 4), by samples."""
    steps = np.linspace(0, 1, 33)[:, None, None]
    # (33, n, 2)
    points = segments[:, 0] + steps * (segments[:, 1] - segments[:, 0])
    boxes = boxes[:, None, None, :]
    inside = ((points >= boxes[..., :2]) & (points <= boxes[..., 2:])).all(-1)
    lengths = np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1)
    return inside.mean(1) @ lengths  # (m, 33, n) -> (m,)


def _candidates(anchor: np.ndarray, radius: float,
                size: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Boxes (m, 4) around a point, and how far each is from its rim (m,)."""
    boxes, gaps = [], []
    for gap in GAPS:
        for step in range(DIRECTIONS):
            angle = 2 * np.pi * step / DIRECTIONS
            direction = np.array([np.cos(angle), np.sin(angle)])
            # the box's side or corner that is nearest touches the circle
            centre = anchor + direction * (radius + gap) + np.sign(
                np.round(direction, 6)) * np.minimum(
                    np.abs(direction) * 1.6, 1) * size / 2
            boxes.append((*(centre - size / 2), *(centre + size / 2)))
            gaps.append(gap)
    return np.array(boxes), np.array(gaps)


def place_labels(anchors: np.ndarray,
                 radii: Sequence[float],
                 sizes: np.ndarray,
                 bounds: Sequence[float],
                 segments: Sequence = ()) -> np.ndarray:
    """Choose a place for the name of each point.

    Each name tries places around its point, near ones first; names in a
    crowd go first, and all are moved a few times as long as that helps. The
    same input gives the same places. All lengths are in one unit, usually
    points of print.

    Args:
        anchors (np.ndarray): Centres of the points, shape (n, 2).
        radii (Sequence[float]): Radii of the points.
        sizes (np.ndarray): Widths and heights of the names, shape (n, 2).
        bounds (Sequence[float]): Left, bottom, right, top of the picture.
        segments (Sequence): Lines that names should not lie on, each a pair
            of ends, shape (m, 2, 2).

    Returns:
        np.ndarray: Left, bottom, right, top of each name, shape (n, 4).

    Raises:
        ValueError: If the numbers of points, radii and names differ.
    """
    anchors = np.asarray(anchors, float).reshape(-1, 2)
    sizes = np.asarray(sizes, float).reshape(-1, 2)
    radii = np.asarray(radii, float)
    number = len(anchors)
    if len(sizes) != number or radii.shape != (number, ):
        raise ValueError(
            f'expected as many radii and names as points ({number}), got '
            f'{len(radii)} and {len(sizes)}')
    lines = np.asarray(segments, float).reshape(-1, 2, 2)
    frame = np.array([bounds], float)
    # circles as the squares of the same area
    half = (radii * np.sqrt(np.pi) / 2)[:, None]
    points = np.hstack((anchors - half, anchors + half))
    distances = np.linalg.norm(anchors[:, None] - anchors[None], axis=-1)
    crowd = np.exp(-distances / 40.).sum(1)
    order = sorted(range(number), key=lambda i: (-crowd[i], i))
    placed = np.full((number, 4), np.nan)
    for _ in range(SWEEPS):
        before = placed.copy()
        for i in order:
            boxes, gaps = _candidates(anchors[i], radii[i], sizes[i])
            others = np.delete(placed, i, axis=0)
            others = others[~np.isnan(others[:, 0])]
            far = np.arange(number) != i
            near = CLEAR - rim_distances(boxes, anchors[far], radii[far])
            costs = (
                COST_NAME * overlap(boxes, others).sum(1) +
                COST_POINT * overlap(boxes, points).sum(1) +
                COST_LINE * _covered_lengths(boxes, lines) + COST_OUTSIDE *
                (sizes[i].prod() - overlap(boxes, frame)[:, 0]) +
                COST_NEAR * np.clip(near, 0, CLEAR).sum(1) + COST_GAP * gaps)
            # rounded, so that of equals the first is taken
            placed[i] = boxes[int(np.argmin(np.round(costs, 6)))]
        if np.array_equal(before, placed):
            break
    return placed
