"""Resizing of learned position embeddings.

The functions neither log nor decide: callers report what they resized.
"""
import math
from typing import Optional, Sequence, Tuple

import torch
from torch import Tensor
from torch.nn import functional as F


def square_grid(num_tokens: int) -> Optional[Tuple[int, int]]:
    """The square grid of that many tokens.

    Args:
        num_tokens (int): Number of patches of a frame.

    Returns:
        tuple[int, int] | None: Height and width in patches, or None if the
        number is not a square.
    """
    side = math.isqrt(num_tokens)
    return (side, side) if side * side == num_tokens else None


def resize_spatial(embedding: Tensor, source: Sequence[int],
                   target: Sequence[int]) -> Tensor:
    """Interpolate a spatial embedding bicubically.

    Args:
        embedding (Tensor): Shape (1, H * W, d), without a class slot.
        source (Sequence[int]): Its grid (H, W).
        target (Sequence[int]): The wanted grid (H', W').

    Returns:
        Tensor: Shape (1, H' * W', d); the input itself if the grids agree.
    """
    if tuple(source) == tuple(target):
        return embedding
    dtype = embedding.dtype
    if dtype is not torch.float64:
        embedding = embedding.float()
    # (1, H*W, d) -> (1, d, H, W)
    grid = embedding.transpose(1, 2).unflatten(2, tuple(source))
    grid = F.interpolate(
        grid, size=tuple(target), mode='bicubic', align_corners=False)
    # (1, d, H', W') -> (1, H'*W', d)
    return grid.flatten(2).transpose(1, 2).to(dtype)


def resize_temporal(embedding: Tensor, target: int) -> Tensor:
    """Interpolate a temporal embedding linearly.

    Args:
        embedding (Tensor): Shape (1, T, d).
        target (int): The wanted number of frames (tubelets) T'.

    Returns:
        Tensor: Shape (1, T', d); the input itself if T' equals T.
    """
    if embedding.shape[1] == target:
        return embedding
    dtype = embedding.dtype
    if dtype is not torch.float64:
        embedding = embedding.float()
    # (1, T, d) -> (1, d, T) -> (1, T', d)
    resized = F.interpolate(
        embedding.transpose(1, 2),
        size=target,
        mode='linear',
        align_corners=False)
    return resized.transpose(1, 2).to(dtype)


def fit_spatial(embedding: Tensor,
                grid: Sequence[int],
                class_slot: bool,
                drop_slot: bool = False) -> Tuple[Tensor, str]:
    """Bring a checkpoint's spatial embedding to another grid.

    Args:
        embedding (Tensor): Shape (1, n, d) or, with the slot of a class
            token in front, (1, 1 + n, d); n is a square number.
        grid (Sequence[int]): The wanted grid (H', W').
        class_slot (bool): Whether a class slot is wanted.
        drop_slot (bool): Whether a class slot that is not wanted may be
            dropped; the rest of the weights has to be changed with it.
            Defaults to False.

    Returns:
        tuple[Tensor, str]: The embedding, and what was done in words.

    Raises:
        ValueError: If n is no square, or the slot is there and not wanted,
            or wanted and not there.
    """
    count = embedding.shape[1]
    source = square_grid(count)
    found_slot = source is None
    if found_slot:
        source = square_grid(count - 1)
    if source is None:
        raise ValueError(
            'pos_embed of the checkpoint expected a square grid of positions '
            f'with or without a class slot, got {count} positions')
    if class_slot and not found_slot:
        raise ValueError(
            f'pos_embed of the checkpoint has {count} positions, no class '
            'slot among them, but the model has a class token: use weights '
            'of a VideoMamba, or cls_token=False')
    if found_slot and not class_slot and not drop_slot:
        raise ValueError(
            f'pos_embed of the checkpoint has {count} positions, one of them '
            'the slot of a class token, which this model does not have: '
            'convert the weights with tools/deploy/convert_videomamba.py')
    slot, rest = embedding[:, :found_slot], embedding[:, found_slot:]
    done = []
    if source != tuple(grid):
        rest = resize_spatial(rest, source, grid)
        done.append(f'grid {source} -> {tuple(grid)}')
    if found_slot and not class_slot:
        done.append('class slot dropped')
        slot = slot[:, :0]
    return torch.cat((slot, rest), dim=1), ', '.join(done)
