"""Gestures while they happen: frames in, messages about gestures out."""
import copy
from typing import (Any, Dict, Iterable, List, NamedTuple, Optional, Sequence,
                    Tuple, Union)

import numpy as np

from mmgesture.models.localizers.causal_network import CausalNetwork
from mmgesture.structures import GestureEvent
from .clock import StreamCounts
from .settings import DecoderSettings
from .stream_input import StreamInput
from .stream_run import StreamRun

__all__ = ['OnlineGestureDetector', 'StepTrack']

#: Steps that are computed at a time where nobody waits for them.
BLOCK = 256
STATE_VERSION = 1


class StepTrack(NamedTuple):
    """What the model said of every step of a recording.

    Attributes:
        times (np.ndarray): When the steps begin, seconds, (T,), float64.
        classes (np.ndarray): Probabilities, (T, K), float32.
        bounds (np.ndarray): Of a start and of an end, (T, 2), float32.
    """
    times: np.ndarray
    classes: np.ndarray
    bounds: np.ndarray


class OnlineGestureDetector:
    """Finds gestures in a stream, with bounded memory and known latency.

    Frames go in with their timestamps, in any portions, and messages come
    out (:class:`mmgesture.structures.GestureEvent`): a gesture seems to have
    begun, is certain, has ended, or was none. What comes out depends on
    frames and timestamps alone, not on the portions. An answer about a
    moment waits ``lookahead`` seconds and sees nothing after that. Nothing
    but the current state is kept.

    Frames that are late, twice or missing, gaps, and time that goes back are
    treated as :mod:`mmgesture.online.clock` says, frames that show nobody
    like missing ones; ``counts`` tells how often. A call that raises has
    changed nothing.

    Args:
        network (CausalNetwork): Trained; is set to evaluation mode.
        inputs (StreamInput): What frames are and how they become steps.
        settings (DecoderSettings): When scores become gestures.
        lookahead (float): L, one of the network's, seconds.
        classes (Sequence[str], optional): Class names. Defaults to None.
        max_gap (float): Longest gap that is bridged, seconds. Defaults to 1.
        phase (float): See :class:`.clock.StreamClock`. Defaults to 0.

    Raises:
        ValueError: If the network has no such look-ahead, or settings or
            names are for another number of classes.
    """

    def __init__(self,
                 network: CausalNetwork,
                 inputs: StreamInput,
                 settings: DecoderSettings,
                 lookahead: float,
                 classes: Optional[Sequence[str]] = None,
                 max_gap: float = 1.,
                 phase: float = 0.) -> None:
        network.head_of(lookahead)
        number = network.num_classes
        self.classes = [str(k) for k in range(number)] if classes is None \
            else [str(name) for name in classes]
        if {len(settings.on), len(self.classes)} != {number}:
            raise ValueError(
                f'expected thresholds and names for the {number} classes of '
                f'the network, got {len(settings.on)} and '
                f'{len(self.classes)}')
        self.network = network.eval()
        self.inputs = inputs
        self.settings = settings
        self.lookahead = float(lookahead)
        self.max_gap, self.phase = float(max_gap), float(phase)
        self.reset()

    def _new_run(self, block: int, sink=None) -> StreamRun:
        return StreamRun(self.network, copy.deepcopy(self.inputs),
                         self.settings, self.lookahead, self.max_gap,
                         self.phase, block, sink)

    @property
    def counts(self) -> StreamCounts:
        """StreamCounts: What became of the frames of the stream."""
        return self._run.clock.counts

    def reset(self) -> None:
        """Begin a new stream, with another clock and event 0."""
        # one step at a time: several at once are rounded differently, and
        # the portions must not matter
        self._run = self._new_run(block=1)

    def push(self, frames: Sequence,
             timestamps: Union[float, Sequence[float]]
             ) -> List[GestureEvent]:
        """Take the next frames.

        Args:
            frames (Sequence): Pictures (n, H, W, 3) or a list of them,
                joints (n, V, C), or vectors (n, C), as the input of the
                detector has it; a single one where ``timestamps`` is a
                number.
            timestamps (float | Sequence[float]): When they were taken,
                seconds on any clock.

        Returns:
            list[GestureEvent]: What is new, in order.

        Raises:
            StreamTimeError: If timestamps are not finite or go back too far.
            TypeError: If a frame is of a wrong kind.
            ValueError: If a frame has a wrong shape, or there are not as
                many as timestamps.
        """
        return self._take(self._run, frames, timestamps)

    @staticmethod
    def _take(run: StreamRun, frames: Sequence,
              timestamps: Union[float, Sequence[float]]
              ) -> List[GestureEvent]:
        if np.ndim(timestamps) == 0:
            frames, timestamps = [frames], [timestamps]
        if len(frames) != len(timestamps):
            raise ValueError('expected one timestamp for each frame, got '
                             f'{len(frames)} frames and {len(timestamps)} '
                             'timestamps')
        times = run.clock.check(timestamps)
        return run.take(run.inputs.check(frames), times)

    def flush(self) -> List[GestureEvent]:
        """End the stream here: answer about its last steps, close gestures.

        Frames may still follow; the model begins anew with them.

        Returns:
            list[GestureEvent]: What is new, in order.
        """
        return self._run.finish()

    def detect(self,
               frames: Sequence,
               timestamps: Optional[Sequence[float]] = None
               ) -> List[GestureEvent]:
        """Find the gestures of a whole recording, with the same weights.

        The events that the stream would close, computed many steps at a
        time; scores may differ in the last digits. The stream that is being
        pushed is not touched. For files see
        :func:`mmgesture.apis.detect_video`.

        Args:
            frames (Sequence): As for :meth:`push`.
            timestamps (Sequence[float], optional): As for :meth:`push`; None
                where they come at the rate of the model. Defaults to None.

        Returns:
            list[GestureEvent]: All of state 'closed', by onset.
        """
        if timestamps is None:
            timestamps = np.arange(len(frames)) / self.network.step_rate
        events, _ = self.scan([(frames, timestamps)])
        return sorted((e for e in events if e.state == 'closed'),
                      key=lambda e: (e.onset, e.id))

    def scan(self, portions: Iterable[Tuple[Sequence, Sequence[float]]]
             ) -> Tuple[List[GestureEvent], StepTrack]:
        """Run over a recording that is read in portions.

        Args:
            portions (Iterable[tuple]): Frames and timestamps, each pair as
                for :meth:`push`.

        Returns:
            tuple[list[GestureEvent], StepTrack]: All messages that the
            stream would have given, and what the model said of every step.
        """
        number = self.network.num_classes
        track = [(np.zeros(0), np.zeros((0, number)), np.zeros((0, 2)))]

        def keep(first, classes, bounds):
            steps = first + np.arange(len(classes))
            track.append((run.clock.time(steps), classes, bounds))

        run = self._new_run(BLOCK, keep)
        events: List[GestureEvent] = []
        for frames, timestamps in portions:
            events += self._take(run, frames, timestamps)
        events += run.finish()
        times, classes, bounds = (np.concatenate(x) for x in zip(*track))
        return events, StepTrack(times, classes.astype(np.float32),
                                 bounds.astype(np.float32))

    def state_dict(self) -> Dict[str, Any]:
        """Where the stream is, in tensors and plain types.

        ``torch.save`` writes it, ``torch.load(weights_only=True)`` reads it.

        Returns:
            dict: For :meth:`load_state_dict`.
        """
        return dict(
            version=STATE_VERSION, made_by=self._identity(),
            run=self._run.state_dict())

    def load_state_dict(self, state: Dict[str, Any]) -> None:
        """Go on where another detector was, in the middle of a gesture too.

        Args:
            state (dict): Result of :meth:`state_dict` of a detector of the
                same kind.

        Raises:
            ValueError: If it is of another version, or the other detector
                had other settings; nothing has changed then.
        """
        if state.get('version') != STATE_VERSION:
            raise ValueError(f'expected a state of version {STATE_VERSION}, '
                             f'got {state.get("version")}')
        mine, other = self._identity(), state['made_by']
        differing = [key for key in mine if mine[key] != other.get(key)]
        if differing:
            raise ValueError(
                'expected the state of a detector with the same settings; '
                'they differ in ' + ', '.join(
                    f'{key} ({other.get(key)}, here {mine[key]})'
                    for key in differing))
        run = self._new_run(block=1)
        run.load_state_dict(copy.deepcopy(state['run']))
        self._run = run

    def _identity(self) -> Dict[str, Any]:
        """What must be the same for a state to make sense."""
        return dict(
            input=type(self.inputs).__name__,
            step_rate=self.network.step_rate,
            num_classes=self.network.num_classes,
            lookahead=self.lookahead,
            max_gap=self.max_gap,
            phase=self.phase,
            settings=self.settings.to_dict())
