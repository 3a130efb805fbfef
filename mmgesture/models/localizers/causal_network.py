"""The stream network: every answer of the past and a chosen look-ahead."""
from typing import Any, List, NamedTuple, Optional, Sequence, Tuple, Union

import torch
from torch import Tensor, nn

from mmgesture.registry import MODELS
from ..layers.causal_trunk import CausalTrunk
from ..layers.lookahead import LOOKAHEADS, LookaheadHead, lookahead_steps

__all__ = ['CausalNetwork', 'CausalState', 'StepScores']


class StepScores(NamedTuple):
    """What is said of some steps.

    Attributes:
        classes (Tensor): Probability of each class, shape (B, n, K); what
            is missing to 1 is that of no gesture.
        bounds (Tensor): Probability that a gesture starts here, and that
            one ends, shape (B, n, 2).
    """
    classes: Tensor
    bounds: Tensor


class CausalState(NamedTuple):
    """All that the network knows of a stream; as large after any time.

    Attributes:
        encoder (Any): State of the encoder; None without one.
        trunk (list[SSMState]): States of the mixers.
        pending (Tensor): The trunk at the steps that wait for their answer,
            shape (B, P, C), P at most L.
    """
    encoder: Any
    trunk: List
    pending: Tensor


class CausalNetwork(nn.Module):
    """Classes, starts and ends of gestures, step by step.

    A Mamba stack (:class:`CausalTrunk`) over features, or over frames
    through an encoder of single frames, and one head for each look-ahead
    (:data:`.lookahead.LOOKAHEADS`). ``forward`` runs over whole sequences;
    ``start``, ``chunk`` and ``finish`` run along a stream, and what they say
    does not depend on how it is cut. No answer sees further than L, and none
    depends on padding: there is no normalisation or pooling over time and no
    second direction.

    Args:
        num_classes (int): Classes K.
        in_channels (int): Values of a step, of the encoder where there is
            one.
        step_rate (float): Steps per second, what the look-ahead is counted
            by.
        channels (int): Channels C of the trunk. Defaults to 64.
        trunk (dict, optional): Further arguments of :class:`CausalTrunk`.
            Defaults to None.
        encoder (dict | nn.Module, optional): Encoder of frames, or its
            config; see :class:`.frame_encoder.FrameEncoder`. Defaults to
            None.
        lookaheads (Sequence[float]): Every L that gets a head, seconds.
            Defaults to LOOKAHEADS.
        dropout (float): Of the heads. Defaults to 0.1.

    Raises:
        ValueError: If the rate is not positive.
    """

    def __init__(self,
                 num_classes: int,
                 in_channels: int,
                 step_rate: float,
                 channels: int = 64,
                 trunk: Optional[dict] = None,
                 encoder: Union[dict, nn.Module, None] = None,
                 lookaheads: Sequence[float] = LOOKAHEADS,
                 dropout: float = 0.1) -> None:
        super().__init__()
        if not step_rate > 0:
            raise ValueError(f'expected a positive step_rate, got '
                             f'{step_rate}')
        self.num_classes = num_classes
        self.in_channels = in_channels
        self.step_rate = float(step_rate)
        self.lookaheads = tuple(float(x) for x in lookaheads)
        if isinstance(encoder, dict):
            encoder = MODELS.build(encoder)
        self.encoder = encoder
        self.trunk = CausalTrunk(in_channels, channels, **(trunk or {}))
        # each class, none of them, a start, an end
        self.heads = nn.ModuleList(
            LookaheadHead(
                channels,
                num_classes + 3,
                lookahead_steps(seconds, self.step_rate),
                dropout=dropout) for seconds in self.lookaheads)

    def head_of(self, lookahead: float) -> LookaheadHead:
        """The head of a look-ahead.

        Args:
            lookahead (float): L, seconds.

        Returns:
            LookaheadHead: Its head.

        Raises:
            ValueError: If the network was not trained for it.
        """
        for seconds, head in zip(self.lookaheads, self.heads):
            if abs(seconds - lookahead) < 1e-9:
                return head
        raise ValueError(f'expected a look-ahead of {self.lookaheads} '
                         f'seconds, which the model has, got {lookahead}')

    def run(self, inputs: Tensor) -> Tensor:
        """The trunk over whole sequences.

        Args:
            inputs (Tensor): (B, in_channels, T) or (B, 3, T, height, width).

        Returns:
            Tensor: Shape (B, T, C).
        """
        if self.encoder is None:
            return self.trunk(inputs.transpose(1, 2))
        steps, _ = self.encoder.chunk(inputs, self.encoder.start(inputs))
        return self.trunk(steps)

    def forward(self,
                inputs: Tensor,
                lookahead: float,
                ends: Optional[Tensor] = None) -> StepScores:
        """Score whole sequences.

        Args:
            inputs (Tensor): As for :meth:`run`.
            lookahead (float): L, seconds.
            ends (Tensor, optional): Steps of each sequence that exist, shape
                (B,); None if all do. Defaults to None.

        Returns:
            StepScores: Of all steps.
        """
        if ends is None:
            ends = torch.full((len(inputs), ), inputs.shape[2],
                              device=inputs.device)
        return self.scores(self.head_of(lookahead)(self.run(inputs), ends))

    def scores(self, outputs: Tensor) -> StepScores:
        """From what a head says to probabilities.

        Args:
            outputs (Tensor): Shape (B, n, K + 3): classes, none, start, end.

        Returns:
            StepScores: Of these steps.
        """
        classes, bounds = outputs.split((self.num_classes + 1, 2), -1)
        return StepScores(classes.softmax(-1)[..., :-1], bounds.sigmoid())

    def start(self, inputs: Tensor) -> CausalState:
        """The state before the first step of a stream.

        Args:
            inputs (Tensor): Its first steps, as for :meth:`chunk`: an
                encoder takes the first frame for what was before it.

        Returns:
            CausalState: To begin with.
        """
        batch, weight = len(inputs), self.trunk.embed.weight
        encoder = None if self.encoder is None else \
            self.encoder.start(inputs)
        return CausalState(encoder, self.trunk.start(batch),
                           weight.new_zeros(batch, 0, weight.shape[0]))

    def chunk(self, inputs: Tensor, state: CausalState,
              lookahead: float) -> Tuple[StepScores, CausalState]:
        """Go on along a stream.

        Args:
            inputs (Tensor): The next steps, (B, in_channels, n) or
                (B, 3, n, height, width), n at least 1.
            state (CausalState): After the steps before; not changed.
            lookahead (float): L, seconds; the same along a stream.

        Returns:
            tuple[StepScores, CausalState]: About the steps that have waited
            long enough, from the first unanswered one on; the new state.
        """
        if self.encoder is None:
            steps, encoder = inputs.transpose(1, 2), None
        else:
            steps, encoder = self.encoder.chunk(inputs, state.encoder)
        h, trunk = self.trunk.chunk(steps, state.trunk)
        pending = torch.cat([state.pending, h], 1)
        outputs = self.head_of(lookahead).chunk(pending)
        # a copy: a view would keep all of the chunk
        pending = pending[:, outputs.shape[1]:].clone()
        return self.scores(outputs), CausalState(encoder, trunk, pending)

    def along(self,
              inputs: Tensor,
              lookahead: float,
              piece: int = 512) -> StepScores:
        """Score whole sequences piece by piece, in bounded memory.

        The same as :meth:`forward` up to rounding, for inputs of one length.

        Args:
            inputs (Tensor): As for :meth:`run`.
            lookahead (float): L, seconds.
            piece (int): Steps at a time. Defaults to 512.

        Returns:
            StepScores: Of all steps.
        """
        state, parts = self.start(inputs), []
        for part in inputs.split(piece, 2):
            scores, state = self.chunk(part, state, lookahead)
            parts.append(scores)
        parts.append(self.finish(state, lookahead))
        return StepScores(*(torch.cat(x, 1) for x in zip(*parts)))

    def finish(self, state: CausalState, lookahead: float) -> StepScores:
        """Answer about the last steps of a stream; nothing follows them.

        Args:
            state (CausalState): The last state.
            lookahead (float): L, seconds.

        Returns:
            StepScores: About all steps that are still unanswered.
        """
        return self.scores(
            self.head_of(lookahead).chunk(state.pending, final=True))
