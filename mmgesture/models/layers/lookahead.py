"""How far a streaming model may wait: the one place of the dial."""
from typing import List, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

__all__ = ['LOOKAHEADS', 'LookaheadHead', 'lookahead_steps']

#: Seconds L that an answer about a moment may wait for what follows it.
#:
#: A causal trunk runs over the steps and never waits. For every L there is a
#: head of its own, which answers about step t when the trunk has reached
#: step t + L. All heads are trained together over the one trunk, so that a
#: single set of weights serves every L, chosen when the detector is made.
#: What L costs: every event is reported L later, and of the latest L seconds
#: one vector per step is kept. The time of computation does not change.
LOOKAHEADS = (0., 0.25, 0.5, 1., 2.)


def lookahead_steps(seconds: float, rate: float) -> int:
    """A look-ahead in steps.

    Args:
        seconds (float): L.
        rate (float): Steps per second.

    Returns:
        int: The nearest number, halves rounded down: never more than asked
        for by more than half a step.
    """
    return int(-(-(seconds * rate - 0.5) // 1))


class LookaheadHead(nn.Module):
    """Answers about a step from the trunk at that step and some after it.

    The trunk is read at up to five places, evenly from t to t + L, which are
    concatenated and mixed: a dilated convolution that is padded on the right
    alone, and the only layer that looks ahead. At the end of a sequence,
    where there is nothing to wait for, the places beyond it are its last
    step.

    Args:
        channels (int): Channels C of the trunk.
        outputs (int): Outputs of a step.
        steps (int): L in steps.
        taps (int): Places at most. Defaults to 5.
        dropout (float): Defaults to 0.
    """

    def __init__(self,
                 channels: int,
                 outputs: int,
                 steps: int,
                 taps: int = 5,
                 dropout: float = 0.) -> None:
        super().__init__()
        self.steps = steps
        self.offsets: Tuple[int, ...] = _offsets(steps, taps)
        self.mix = nn.Linear(channels * len(self.offsets), channels)
        self.out = nn.Linear(channels, outputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, h: Tensor, ends: Tensor) -> Tensor:
        """Answer about every step of sequences.

        Args:
            h (Tensor): The trunk, shape (B, T, C).
            ends (Tensor): Steps of each sequence that exist, int64, shape
                (B,), 1 to T.

        Returns:
            Tensor: Shape (B, T, outputs).
        """
        steps = torch.arange(h.shape[1], device=h.device)
        last = (ends - 1)[:, None]  # (B, 1)
        places = []
        for offset in self.offsets:
            index = torch.minimum(steps + offset, last.clamp(min=0))
            places.append(torch.take_along_dim(h, index[..., None], 1))
        return self.answer(torch.cat(places, -1))

    def answer(self, places: Tensor) -> Tensor:
        """Answer from what was read.

        Args:
            places (Tensor): The trunk at the places, shape (..., taps * C).

        Returns:
            Tensor: Shape (..., outputs).
        """
        return self.out(self.dropout(F.silu(self.mix(places))))

    def chunk(self, pending: Tensor, final: bool = False) -> Tensor:
        """Answer about the steps that have waited long enough.

        Args:
            pending (Tensor): The trunk at all steps without an answer, shape
                (B, P, C).
            final (bool): Nothing follows: answer about all of them.
                Defaults to False.

        Returns:
            Tensor: Shape (B, n, outputs), n = P if final else
            max(P - L, 0): about the first n of them.
        """
        waiting = pending.shape[1]
        count = waiting if final else max(waiting - self.steps, 0)
        if not count:
            return pending.new_zeros(len(pending), 0, self.out.out_features)
        steps = torch.arange(count, device=pending.device)
        places = [
            pending[:, (steps + offset).clamp(max=waiting - 1)]
            for offset in self.offsets
        ]
        return self.answer(torch.cat(places, -1))

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'steps={self.steps}, offsets={self.offsets}'


def _offsets(steps: int, taps: int) -> Tuple[int, ...]:
    """Places from 0 to ``steps``, each once."""
    if taps < 2 or steps < 0:
        raise ValueError(f'expected at least 2 taps and 0 steps, got {taps} '
                         f'and {steps}')
    found: List[int] = [
        int(k * steps / (taps - 1) + 0.5) for k in range(taps)
    ]
    return tuple(sorted(set(found)))
