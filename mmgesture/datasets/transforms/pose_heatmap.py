"""Heat-maps of joints and limbs, drawn all at once."""
from typing import Dict, Optional, Sequence, Tuple

import numpy as np
from mmcv.transforms import BaseTransform

from mmgesture.registry import TRANSFORMS
from mmgesture.structures.skeleton import get_layout

#: Joints of a lower score are not drawn, as in MMAction2.
LOWEST_SCORE = 1e-4
#: Coordinates farther out, in pixels, are no places but errors.
FARTHEST = 1e6
#: Boxes of pixels are padded to multiples of this, so that many have the
#: same size and are computed together.
BOX_STEP = 4

Pairs = Sequence[Tuple[int, int]]


def draw_segments(starts: np.ndarray, ends: np.ndarray, scores: np.ndarray,
                  shape: Tuple[int, int], sigma: float) -> np.ndarray:
    """Gaussian ridges along segments; a joint is a segment of length 0.

    A pixel at distance d of the segment gets ``score * exp(-d^2 / (2
    sigma^2))`` within the segment's bounding box widened by 3 sigma, and 0
    outside of it. Where persons overlap, the larger value stays.

    Args:
        starts (np.ndarray): x and y in pixels, shape (M, P, 2), float32;
            M persons, P planes.
        ends (np.ndarray): Same shape.
        scores (np.ndarray): Height of the ridge, shape (M, P). Segments
            below :data:`LOWEST_SCORE` are not drawn, nor those with a
            score that is not finite or a coordinate that is not or lies beyond
            :data:`FARTHEST`.
        shape (tuple[int, int]): Height and width of the planes.
        sigma (float): Standard deviation in pixels.

    Returns:
        np.ndarray: Shape (P, height, width), float32.
    """
    planes = np.zeros((starts.shape[1], *shape), dtype=np.float32)
    reach = np.float32(3 * sigma)
    # False for NaN too
    somewhere = ((np.abs(starts) < FARTHEST)
                 & (np.abs(ends) < FARTHEST)).all(-1)
    # (M, P)
    drawn = somewhere & (scores >= LOWEST_SCORE) & np.isfinite(scores)
    for person in range(len(starts)):
        plane = np.flatnonzero(drawn[person])
        a, b = starts[person, plane], ends[person, plane]  # (K, 2)
        # x, y against width, height; cut towards zero, as int() does
        size = np.array(shape[::-1], dtype=np.float32)
        low = np.clip(np.trunc(np.minimum(a, b) - reach), 0, size)
        high = np.clip(np.trunc(np.maximum(a, b) + reach) + 1, 0, size)
        low, high = low.astype(np.int64), high.astype(np.int64)
        inside = (high > low).all(axis=1)
        low, high, plane = low[inside], high[inside], plane[inside]
        # every box padded, and moved into the image where that sticks out
        box = -(-(high - low) // BOX_STEP) * BOX_STEP
        box = np.minimum(box, size.astype(np.int64))
        for width, height in np.unique(box, axis=0):
            same = (box == (width, height)).all(axis=1)
            _draw_boxes(planes, plane[same], a[inside][same],
                        b[inside][same], scores[person, plane[same]],
                        low[same], high[same], (width, height), sigma)
    return planes


def _draw_boxes(planes: np.ndarray, plane: np.ndarray, a: np.ndarray,
                b: np.ndarray, score: np.ndarray, low: np.ndarray,
                high: np.ndarray, box: Tuple[int, int],
                sigma: float) -> None:
    """Draw K segments whose boxes have the same size, each on its plane."""
    limit = np.array(planes.shape[:0:-1]) - box  # (H, W) -> x, y
    corner = np.minimum(low, limit)  # (K, 2)
    axes, place = [], []
    for axis in range(2):
        pixel = corner[:, axis, None] + np.arange(box[axis])  # (K, w or h)
        # squared distances of padding are infinite, its values so zero
        outside = (pixel < low[:, axis, None]) | (pixel
                                                  >= high[:, axis, None])
        axes.append(np.where(
            outside, np.float32(np.inf),
            pixel.astype(np.float32) - a[:, axis, None]))
        place.append(pixel)
    x, y = axes[0][:, None, :], axes[1][:, :, None]  # (K, 1, w), (K, h, 1)
    along = b - a  # (K, 2)
    length = (along**2).sum(axis=1)
    if length.any():
        unit = along / np.where(length > 0, length, 1)[:, None]
        # how far along the segment the nearest point lies: (K, h, w)
        with np.errstate(invalid='ignore'):  # inf - inf and 0 * inf: padding
            share = (np.where(np.isinf(x), 0, x) * unit[:, 0, None, None] +
                     np.where(np.isinf(y), 0, y) * unit[:, 1, None, None])
        np.clip(share, 0, 1, out=share)
        squared = (x - share * along[:, 0, None, None])**2
        squared += (y - share * along[:, 1, None, None])**2
        squared *= np.float32(-.5 / sigma**2)
        patch = np.exp(squared, out=squared)
        patch *= score[:, None, None]
    else:
        # of joints alone, the Gaussian is a product of one in x and in y
        scale = np.float32(-.5 / sigma**2)
        patch = np.exp(y**2 * scale) * (
            np.exp(x**2 * scale) * score[:, None, None])
    index = plane[:, None, None], place[1][:, :, None], place[0][:, None, :]
    # no plane twice among the segments of one person
    planes[index] = np.maximum(planes[index], patch)


@TRANSFORMS.register_module()
class GestureGeneratePoseTarget(BaseTransform):
    """Heat-maps for PoseConv3D, with the values of GeneratePoseTarget.

    MMAction2's transform loops over frames, joints and persons in Python,
    which at 36 joints and 48 frames costs more than the network's input is
    worth; this one draws all boxes of a size together. Two more differences:

    - ``with_kp`` and ``with_limb`` together give the joints' channels first
      and the limbs' behind them (MMAction2 draws the limbs over the first
      joints and leaves the last channels black), and ``double`` mirrors
      both.
    - joints that are NaN, infinite or beyond a million pixels are left out
      like joints of score 0, instead of stopping the training.

    **Limbs.** ``with_limb`` draws a ridge from joint to joint, a channel for
    each edge of the layout: that is the limb input of PoseConv3D. The limb
    *data* that the MM-Gesture paper speaks of are differences of adjacent
    joints, vectors that have no place in an image; ``SkeletonStream`` makes
    them, for networks that take coordinates. As in MMAction2, a limb shorter
    than a pixel is drawn as its first joint, with that joint's score; any
    other has the lower score of its two joints.

    Required Keys:

    - keypoint: shape (M, T, V, 2 or more), pixels
    - keypoint_score (optional): shape (M, T, V)
    - img_shape
    - layout (str, optional): used where the constructor names none

    Added Keys:

    - imgs, or heatmap_imgs if there are imgs: shape (T, C, H, W), float32;
      with ``double`` the mirrored ones behind them, shape (2 T, C, H, W)

    Args:
        sigma (float): Standard deviation in pixels. Defaults to 0.6.
        use_score (bool): Let the joints' scores be the heights; else all
            are 1. Defaults to True.
        with_kp (bool): Draw joints. Defaults to True.
        with_limb (bool): Draw limbs. Defaults to False.
        layout (str, optional): Name of the keypoint layout, which says the
            edges and what ``double`` exchanges; None: that of the sample.
            Defaults to None.
        double (bool): Add mirrored heat-maps. Defaults to False.
        scaling (float): Size of the heat-maps over that of the image.
            Defaults to 1.
    """

    def __init__(self,
                 sigma: float = 0.6,
                 use_score: bool = True,
                 with_kp: bool = True,
                 with_limb: bool = False,
                 layout: Optional[str] = None,
                 double: bool = False,
                 scaling: float = 1.) -> None:
        if not (with_kp or with_limb):
            raise ValueError('expected with_kp, with_limb or both')
        if sigma <= 0 or scaling <= 0:
            raise ValueError('expected positive sigma and scaling, got '
                             f'{sigma} and {scaling}')
        if layout is not None:
            get_layout(layout)  # a wrong name fails here, not in a worker
        self.sigma = sigma
        self.use_score = use_score
        self.with_kp = with_kp
        self.with_limb = with_limb
        self.layout = layout
        self.double = double
        self.scaling = scaling

    def heatmaps(self, keypoint: np.ndarray, score: np.ndarray,
                 img_shape: Tuple[int, int], edges: Pairs) -> np.ndarray:
        """Draw the frames of a clip.

        Args:
            keypoint (np.ndarray): x and y in pixels of the image, shape
                (M, T, V, 2).
            score (np.ndarray): Shape (M, T, V).
            img_shape (tuple[int, int]): Height and width of the image.
            edges (Sequence[tuple[int, int]]): Limbs, E of them.

        Returns:
            np.ndarray: Shape (T, C, H, W), float32; C is V, E or V + E.
        """
        shape = tuple(int(n * self.scaling + .5) for n in img_shape)
        points = keypoint.astype(np.float32) * np.float32(self.scaling)
        score = np.asarray(score, dtype=np.float32)
        starts, ends, scores = [], [], []
        if self.with_kp:
            starts.append(points)
            ends.append(points)
            scores.append(score)
        if self.with_limb:
            first, second = np.array(edges).T
            a, b = points[:, :, first], points[:, :, second]  # (M, T, E, 2)
            lower = np.minimum(score[:, :, first], score[:, :, second])
            with np.errstate(all='ignore'):  # NaN and infinity: not drawn
                short = ((a - b)**2).sum(-1) < 1
            # the first joint stands for it, but only if both are there
            lower = np.where(short & (lower >= LOWEST_SCORE),
                             score[:, :, first], lower)
            starts.append(a)
            ends.append(np.where(short[..., None], a, b))
            scores.append(lower)
        starts, ends, scores = (
            np.concatenate(parts, axis=2) for parts in (starts, ends, scores))
        persons, frames, channels = scores.shape
        planes = draw_segments(
            starts.reshape(persons, frames * channels, 2),
            ends.reshape(persons, frames * channels, 2),
            scores.reshape(persons, frames * channels), shape, self.sigma)
        return planes.reshape(frames, channels, *shape)

    def transform(self, results: Dict) -> Dict:
        """Draw.

        Args:
            results (dict): See the class.

        Returns:
            dict: With the heat-maps.

        Raises:
            ValueError: If limbs or mirroring are wanted and there is no
                layout, or it has another number of joints.
        """
        keypoint = np.asarray(results['keypoint'])[..., :2]
        joints = keypoint.shape[2]
        score = results.get('keypoint_score')
        if score is None or not self.use_score:
            score = np.ones(keypoint.shape[:-1], dtype=np.float32)
        name = self.layout or results.get('layout')
        edges: Pairs = ()
        if self.with_limb or self.double:
            if name is None:
                raise ValueError(
                    'limbs and mirroring need a layout: give layout=... to '
                    f'{self.__class__.__name__}, or "layout" in the sample')
            layout = get_layout(name)
            if layout.num_joints != joints:
                raise ValueError(f'the layout {name!r} has '
                                 f'{layout.num_joints} joints, the sample '
                                 f'{results.get("sample_id")!r} {joints}')
            edges = layout.edges
        maps = self.heatmaps(keypoint, score, results['img_shape'], edges)
        if self.double:
            # (T, C, H, W), mirrored in W, left channels for right ones
            mirrored = maps[:, self._mirrored_channels(layout), :, ::-1]
            maps = np.concatenate([maps, mirrored])
        results['heatmap_imgs' if 'imgs' in results else 'imgs'] = maps
        return results

    def _mirrored_channels(self, layout) -> np.ndarray:
        """For each channel, which one it shows in a mirror, shape (C,)."""
        parts = []
        if self.with_kp:
            parts.append((layout.num_joints, layout.flip_pairs))
        if self.with_limb:
            parts.append((len(layout.edges), layout.limb_flip_pairs))
        found, offset = [], 0
        for number, pairs in parts:
            index = np.arange(number)
            for left, right in pairs:
                index[left], index[right] = right, left
            found.append(index + offset)
            offset += number
        return np.concatenate(found)

    def __repr__(self) -> str:
        return (f'{self.__class__.__name__}(sigma={self.sigma}, '
                f'use_score={self.use_score}, with_kp={self.with_kp}, '
                f'with_limb={self.with_limb}, layout={self.layout!r}, '
                f'double={self.double}, scaling={self.scaling})')
