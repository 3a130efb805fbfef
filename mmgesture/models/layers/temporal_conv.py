"""Dense 3-D convolutions with fewer multiplications along time."""
from typing import NamedTuple, Tuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

# where polynomials are evaluated; beyond these fp32 loses digits
POINTS = (0., 1., -1., 2., -2., .5, -.5)
# frames per tile for kernels of so many frames: at most 8 points, whose
# rounding error is about twice that of the plain convolution
TILES = {3: 4, 5: 4, 7: 2}


class TemporalTransform(NamedTuple):
    """Matrices of a minimal filter F(m, k), n = m + k - 1.

    Attributes:
        output (Tensor): A^T, from points to frames, shape (m, n).
        kernel (Tensor): G, from taps to points, shape (n, k).
        input (Tensor): B^T, from frames to points, shape (n, n).
    """
    output: Tensor
    kernel: Tensor
    input: Tensor


def temporal_transform(taps: int,
                       dtype: torch.dtype = torch.float32
                       ) -> TemporalTransform:
    """Make the matrices with which k taps slide over m frames at a time.

    Winograd's minimal filtering (Lavin and Gray, arXiv 1509.09308, Sec. 3),
    derived as the transpose of a polynomial product that is evaluated at n
    points, infinity among them: m frames cost n products instead of m * k.

    Args:
        taps (int): Frames k of the kernel, a key of :data:`TILES`.
        dtype (torch.dtype): Defaults to ``torch.float32``.

    Returns:
        TemporalTransform: The matrices.
    """
    frames = TILES[taps]
    size = frames + taps - 1
    points = np.array(POINTS[:size - 1])

    def evaluate(coefficients: int) -> np.ndarray:
        powers = np.vander(points, coefficients, increasing=True)
        return np.vstack([powers, np.eye(coefficients)[-1]])

    # Lagrange's denominators go to the kernel: the others stay small
    gaps = np.abs(points[:, None] - points)
    np.fill_diagonal(gaps, 1)
    scale = np.append(gaps.prod(axis=1), 1.)
    matrices = (evaluate(frames).T, evaluate(taps) / scale[:, None],
                (np.linalg.inv(evaluate(size)) * scale).T)
    return TemporalTransform(
        *(torch.tensor(matrix, dtype=dtype) for matrix in matrices))


def temporal_conv3d(x: Tensor, weight: Tensor,
                    transform: TemporalTransform) -> Tensor:
    """A same-padded convolution of stride 1, as 2-D ones at a few points.

    Equal to ``conv3d(x, weight, padding=k // 2)`` but for rounding. The 3-D
    convolution of k taps takes k 2-D convolutions per frame, this one
    (m + k - 1) / m: 1.5 of 3, 2 of 5, 4 of 7.

    Args:
        x (Tensor): Shape (B, C, T, H, W).
        weight (Tensor): Shape (O, C, k, k_H, k_W), odd sides.
        transform (TemporalTransform): Of k, from :func:`temporal_transform`.

    Returns:
        Tensor: Shape (B, O, T, H, W).
    """
    length, taps = x.shape[2], weight.shape[2]
    frames, size = transform.output.shape
    tiles = -(-length // frames)
    before = taps // 2
    after = before + tiles * frames - length
    padding: Tuple[int, int] = (weight.shape[3] // 2, weight.shape[4] // 2)
    # (B, C, T, H, W) -> (B, C, tiles, H, W, n): overlapping views
    windows = F.pad(x, (0, 0, 0, 0, before, after)).unfold(2, size, frames)
    # -> (n, B, tiles, C, H, W) -> (n, B * tiles, C, H, W)
    at_points = torch.einsum('pn,bcthwn->pbtchw', transform.input,
                             windows).flatten(1, 2)
    # (O, C, k, k_H, k_W) -> (n, O, C, k_H, k_W)
    kernels = torch.einsum('pk,ockhw->pochw', transform.kernel, weight)
    products = torch.stack([
        F.conv2d(maps, kernel, padding=padding)
        for maps, kernel in zip(at_points.unbind(), kernels.unbind())
    ])
    # (n, B * tiles, O, H, W) -> (B * tiles, O, m, H, W)
    y = torch.einsum('mp,pbohw->bomhw', transform.output, products)
    # -> (B, tiles, O, m, H, W) -> (B, O, tiles, m, H, W)
    y = y.unflatten(0, (x.shape[0], tiles)).transpose(1, 2)
    # -> (B, O, tiles * m, H, W) -> (B, O, T, H, W)
    return y.flatten(2, 3)[:, :, :length]
