"""One pass along a stream: clock, model and decoder, and their past."""
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
import torch
from torch import Tensor

from mmgesture.models.layers.streaming_ssm import SSMState
from mmgesture.models.localizers.causal_network import (CausalNetwork,
                                                        CausalState)
from mmgesture.structures import GestureEvent
from .clock import StreamClock
from .decoder import HysteresisDecoder
from .settings import DecoderSettings
from .stream_input import StreamInput

__all__ = ['StreamRun']

#: Called with the first step, class scores (n, K) and bounds (n, 2).
ScoreSink = Callable[[int, np.ndarray, np.ndarray], None]


class StreamRun:
    """Turns checked frames into events; see :class:`.OnlineGestureDetector`.

    Args:
        network (CausalNetwork): The network.
        inputs (StreamInput): Its input, used by this run alone.
        settings (DecoderSettings): Of the decoder.
        lookahead (float): L, seconds.
        max_gap (float): See :class:`StreamClock`.
        phase (float): See :class:`StreamClock`.
        block (int): Steps that are computed at a time. With 1 an answer is
            there with its frame, and rounding does not depend on how the
            stream is cut.
        sink (Callable, optional): Gets the scores of all steps. Defaults to
            None.
    """

    def __init__(self,
                 network: CausalNetwork,
                 inputs: StreamInput,
                 settings: DecoderSettings,
                 lookahead: float,
                 max_gap: float,
                 phase: float,
                 block: int,
                 sink: Optional[ScoreSink] = None) -> None:
        self.network, self.inputs = network, inputs
        self.lookahead, self.block, self.sink = lookahead, block, sink
        self.clock = StreamClock(network.step_rate, max_gap, phase)
        self.decoder = HysteresisDecoder(settings, network.step_rate)
        self._forget()

    def _forget(self) -> None:
        """Forget what was seen; clock and numbers of events go on."""
        self.inputs.reset()
        self._state: Optional[CausalState] = None
        self._answered: Optional[int] = None  # first step without an answer

    def take(self, frames: Sequence, times: np.ndarray) -> List[GestureEvent]:
        """Take the next frames.

        Args:
            frames (Sequence): Checked by the input.
            times (np.ndarray): Checked by the clock, shape (n,).

        Returns:
            list[GestureEvent]: What is new.
        """
        events: List[GestureEvent] = []
        waiting: List[Tuple[Tensor, float]] = []
        for frame, time in zip(frames, times.tolist()):
            placed = self.clock.place(time, self.inputs.seen(frame))
            if placed.restarts:
                self._advance(waiting, events)
                waiting = []
                self._end(time, events)
            if placed.step is None:
                continue
            if self._answered is None:
                self._answered = placed.step
            waiting += [(self.inputs.again(), time)
                        for _ in range(placed.repeats)]
            waiting.append((self.inputs.step(frame), time))
            while len(waiting) >= self.block:
                self._advance(waiting[:self.block], events)
                waiting = waiting[self.block:]
        self._advance(waiting, events)
        return events

    def finish(self) -> List[GestureEvent]:
        """End here; what follows is not bridged.

        Returns:
            list[GestureEvent]: What is new.
        """
        events: List[GestureEvent] = []
        if self.clock.newest is not None:
            self._end(self.clock.newest, events)
            self.clock.broken = True
        return events

    @torch.inference_mode()
    def _advance(self, steps: Sequence[Tuple[Tensor, float]],
                 events: List[GestureEvent]) -> None:
        if not steps:
            return
        tensors, times = zip(*steps)
        device = self.network.trunk.embed.weight.device
        inputs = torch.cat(tensors, 2).to(device)
        if self._state is None:
            self._state = self.network.start(inputs)
        scores, self._state = self.network.chunk(inputs, self._state,
                                                 self.lookahead)
        # the last answers belong to the last frames: each waited L
        number = scores.classes.shape[1]
        self._decode(scores, times[len(times) - number:], events)

    @torch.inference_mode()
    def _end(self, time: float, events: List[GestureEvent]) -> None:
        if self._state is None:
            return
        scores = self.network.finish(self._state, self.lookahead)
        self._decode(scores, [time] * scores.classes.shape[1], events)
        self._tell(self.decoder.finish(), time, events)
        self._forget()

    def _decode(self, scores, times: Sequence[float],
                events: List[GestureEvent]) -> None:
        classes, bounds = (x[0].double().cpu().numpy() for x in scores)
        first = self._answered
        for k, time in enumerate(times):
            self._tell(
                self.decoder.feed(first + k, classes[k:k + 1],
                                  bounds[k:k + 1]), time, events)
        self._answered = first + len(times)
        if self.sink is not None and len(times):
            self.sink(first, classes, bounds)

    def _tell(self, updates: list, time: float,
              events: List[GestureEvent]) -> None:
        """Updates in steps to events in seconds."""
        for update in updates:
            events.append(
                GestureEvent(
                    update.id, update.label, update.score,
                    self.clock.time(update.onset), None if
                    update.offset is None else self.clock.time(update.offset),
                    update.state, time))

    def state_dict(self) -> Dict[str, Any]:
        """Where the run is, in tensors and plain types.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        state = self._state
        network = None if state is None else dict(
            encoder=None if state.encoder is None else
            [x.clone() for x in state.encoder],
            trunk=[[x.clone() for x in mixer] for mixer in state.trunk],
            pending=state.pending.clone())
        return dict(
            clock=self.clock.state_dict(),
            decoder=self.decoder.state_dict(),
            inputs=self.inputs.state_dict(),
            network=network,
            answered=self._answered)

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another run was.

        Args:
            state (dict): Result of :meth:`state_dict`.
        """
        network = state['network']
        self._state = None if network is None else CausalState(
            None if network['encoder'] is None else tuple(network['encoder']),
            [SSMState(*mixer) for mixer in network['trunk']],
            network['pending'])
        self.clock.load_state_dict(state['clock'])
        self.decoder.load_state_dict(state['decoder'])
        self.inputs.load_state_dict(state['inputs'])
        self._answered = state['answered']
