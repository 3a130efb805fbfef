"""Orders in which a state-space model visits the tokens of a video.

Tokens are flattened time-major: token ``(t, h, w)`` of a ``(T, H', W')`` grid
has the natural index ``(t * H' + h) * W' + w``. A scan order is one or two
permutations of these indices. Each is scanned forwards with the forward
weights and backwards with the backward weights of ``BidirectionalSSM``.

The MSF-Mamba paper compares three orders (Table II) without defining them;
these are our definitions:

- ``'bidirectional'``: the natural order;
- ``'local'``: in each frame window by window (both windows and the tokens of
  a window row by row), after LocalMamba;
- ``'selective'``: in each frame row by row, and a second visit column by
  column, after VMamba's cross-scan. The outputs of the two are averaged.
"""
from functools import lru_cache
from typing import List, NamedTuple, Optional, Sequence, Tuple

import torch
from torch import Tensor, nn

SCAN_ORDERS = ('bidirectional', 'local', 'selective')


class TokenOrder(NamedTuple):
    """One visit of all tokens.

    Attributes:
        index (Tensor): ``index[i]`` is the natural index of the token that
            is visited as the i-th, shape (n,), int64.
        inverse (Tensor): ``inverse[j]`` is the place in the visit of the
            token with natural index j, shape (n,), int64.
    """
    index: Tensor
    inverse: Tensor


def _frame_order(height: int, width: int, window: int) -> List[int]:
    """Natural indices of one frame's tokens, window by window."""
    order = []
    for top in range(0, height, window):
        for left in range(0, width, window):
            for h in range(top, min(top + window, height)):
                for w in range(left, min(left + window, width)):
                    order.append(h * width + w)
    return order


@lru_cache(maxsize=64)
def _permutations(name: str, grid: Tuple[int, int, int], window: int,
                  num_prefix: int) -> Tuple[Optional[Tuple[int, ...]], ...]:
    """The visits of an order as tuples of indices; None is the identity."""
    frames, height, width = grid
    rows = None
    if name == 'bidirectional':
        return (rows, )
    if name == 'local':
        in_frame = [_frame_order(height, width, window)]
        visits = []
    else:
        columns = [
            h * width + w for w in range(width) for h in range(height)
        ]
        in_frame = [columns]
        visits = [rows]
    prefix = list(range(num_prefix))
    for frame_order in in_frame:
        visit = prefix + [
            num_prefix + t * height * width + i for t in range(frames)
            for i in frame_order
        ]
        visits.append(tuple(visit))
    return tuple(visits)


class ScanOrder(nn.Module):
    """The visits of a scan order as index buffers.

    The indices for the grid given to the constructor are buffers that are
    not saved in checkpoints; those of other grids are built when first seen
    and kept.

    Args:
        name (str): ``'bidirectional'``, ``'local'`` or ``'selective'``.
        grid (Sequence[int]): Usual grid ``(T, H', W')``.
        window (int): Side of the windows of ``'local'`` in tokens; windows
            at the right and lower edge are cut off where the grid ends.
            Defaults to 7.
        num_prefix (int): Tokens before the grid (a class token) that stay in
            front. Defaults to 0.

    Raises:
        ValueError: If the name or the window is not one of the above.
    """

    def __init__(self,
                 name: str,
                 grid: Sequence[int],
                 window: int = 7,
                 num_prefix: int = 0) -> None:
        super().__init__()
        if name not in SCAN_ORDERS:
            raise ValueError(f'scan_order expected one of {SCAN_ORDERS}, '
                             f'got {name!r}')
        if window < 1:
            raise ValueError('scan_window expected a positive number of '
                             f'tokens, got {window}')
        self.name = name
        self.window = window
        self.num_prefix = num_prefix
        self.grid = tuple(grid)
        for i, visit in enumerate(self._build(self.grid)):
            index, inverse = (None, None) if visit is None else visit
            self.register_buffer(f'index_{i}', index, persistent=False)
            self.register_buffer(f'inverse_{i}', inverse, persistent=False)
            self.num_visits = i + 1
        self._others = {}

    def _build(self, grid: Tuple[int, int, int],
               device: Optional[torch.device] = None
               ) -> Tuple[Optional[TokenOrder], ...]:
        """Make the index tensors of a grid."""
        visits = []
        for visit in _permutations(self.name, grid, self.window,
                                   self.num_prefix):
            if visit is None:
                visits.append(None)
                continue
            index = torch.tensor(visit, dtype=torch.int64, device=device)
            # the inverse of a permutation is the order that sorts it
            visits.append(TokenOrder(index, torch.argsort(index)))
        return tuple(visits)

    def forward(self, grid: Sequence[int]
                ) -> Tuple[Optional[TokenOrder], ...]:
        """Give the visits of a grid.

        Args:
            grid (Sequence[int]): ``(T, H', W')``.

        Returns:
            tuple[TokenOrder | None]: One entry per visit; None stands for
            the natural order, so that nothing has to be moved.
        """
        grid = tuple(grid)
        if self.name == 'bidirectional':
            return (None, )
        if grid == self.grid:
            visits = []
            for i in range(self.num_visits):
                index = getattr(self, f'index_{i}')
                visits.append(None if index is None else TokenOrder(
                    index, getattr(self, f'inverse_{i}')))
            return tuple(visits)
        device = getattr(self, f'index_{self.num_visits - 1}').device
        key = (grid, device)
        if key not in self._others:
            self._others[key] = self._build(grid, device)
        return self._others[key]

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return (f'{self.name!r}, grid={self.grid}, window={self.window}, '
                f'num_prefix={self.num_prefix}')
