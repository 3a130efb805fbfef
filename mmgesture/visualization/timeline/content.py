"""What a timeline shows of one video, in plain types and seconds."""
import base64
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, NamedTuple, Optional, Sequence

import numpy as np

from mmgesture.structures import FrameClock, GestureEvent, VideoDetections
from .marks import KINDS, MARKS, MarkedRow, mark_rows

__all__ = ['ScoreTrack', 'Timeline', 'make_timeline']

#: Points of a score curve; of longer ones the maxima of neighbours stay.
MAX_POINTS = 2000


class ScoreTrack(NamedTuple):
    """Class scores over time.

    Attributes:
        times (np.ndarray): Middle of each step, seconds, ascending, (T,).
        values (np.ndarray): Scores in [0, 1], (T, K).
    """

    times: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Timeline:
    """One video's timeline.

    Attributes:
        title (str): What the page is called.
        duration (float): Seconds.
        classes (list[str]): All class names.
        rows (list[MarkedRow]): What is annotated and found, seconds.
        known (bool): Whether the annotation is known.
        clock (FrameClock): Of the video.
        threshold (float, optional): Score from which detections count.
        tiou (float): Least overlap of a match.
        scores (ScoreTrack, optional): Scores over time.
        events (list[GestureEvent]): What a stream said, seconds.
        notes (list[str]): Remarks for the reader, such as what a model
            knows.
    """

    title: str
    duration: float
    classes: List[str]
    rows: List[MarkedRow]
    known: bool
    clock: FrameClock
    threshold: Optional[float] = None
    tiou: float = 0.3
    scores: Optional[ScoreTrack] = None
    events: List[GestureEvent] = field(default_factory=list)
    notes: List[str] = field(default_factory=list)

    def counts(self) -> Dict[str, int]:
        """How many rows there are of every kind that can occur.

        Returns:
            dict[str, int]: Kind to number.
        """
        found = Counter(row.kind for row in self.rows)
        kinds = KINDS[:-1] if self.known else KINDS[-1:]
        return {kind: found[kind] for kind in kinds}

    def f1(self) -> float:
        """F1 of the matches, as the evaluation has it.

        Returns:
            float: nan without annotation, or where nothing is annotated and
            nothing found.
        """
        counts = self.counts()
        hits = counts.get('matched', 0)
        total = sum(counts.values()) + hits  # annotated and found
        return 2 * hits / total if self.known and total else math.nan

    def to_dict(self) -> Dict[str, Any]:
        """All that the page needs, for JSON.

        Returns:
            dict: Plain types; classes are numbers of lanes.
        """
        lanes = self._lanes()
        place = {label: lane for lane, label in enumerate(lanes)}
        counts = self.counts()
        f1 = self.f1()
        return dict(
            title=self.title,
            duration=round(self.duration, 3),
            fps=round(self.clock.fps, 4),
            steps=self.clock.uneven(),
            lanes=[self.classes[label] for label in lanes],
            known=self.known,
            threshold=self.threshold,
            tiou=self.tiou,
            f1=None if math.isnan(f1) else round(f1, 3),
            kinds=[
                dict(name=kind, mark=mark, count=counts[kind])
                for kind, mark in zip(KINDS, MARKS) if kind in counts
            ],
            rows=[_row(row, place) for row in self.rows],
            scores=self._scores(lanes),
            events=[
                dict(event.to_dict(), label=place[event.label])
                for event in self.events
            ],
            notes=self.notes)

    def _lanes(self) -> List[int]:
        """Classes that occur, in their order."""
        seen = {row.truth_label for row in self.rows}
        seen |= {row.label for row in self.rows}
        seen |= {event.label for event in self.events}
        return sorted(seen - {None})

    def _scores(self, lanes: List[int]) -> Optional[dict]:
        if self.scores is None or not lanes or not len(self.scores.times):
            return None
        times, values = self.scores
        values = np.asarray(values, np.float64)[:, lanes]
        group = -(-len(times) // MAX_POINTS)
        firsts = np.arange(0, len(times), group)
        values = np.maximum.reduceat(values, firsts)
        values = np.nan_to_num(values).clip(0, 1)
        values = np.round(255 * values).astype(np.uint8)
        return dict(
            times=np.round(np.asarray(times)[firsts], 3).tolist(),
            # a byte for each value, one curve after the other
            values=base64.b64encode(values.T.tobytes()).decode())


def _row(row: MarkedRow, place: Dict[Optional[int], int]) -> dict:
    def pair(times):
        return None if times is None else [round(t, 3) for t in times]

    return dict(
        kind=row.kind,
        note=row.note,
        truth=pair(row.truth),
        truthLane=place.get(row.truth_label),
        found=pair(row.found),
        lane=place.get(row.label),
        score=None if row.score is None else round(row.score, 4))


def make_timeline(video: VideoDetections,
                  classes: Sequence[str],
                  clock: FrameClock,
                  threshold: Optional[float] = None,
                  tiou: float = 0.3,
                  title: Optional[str] = None,
                  scores: Optional[ScoreTrack] = None,
                  events: Sequence[GestureEvent] = (),
                  notes: Sequence[str] = ()) -> Timeline:
    """Make the timeline of a video.

    Args:
        video (VideoDetections): What is annotated, where that is known, and
            all that was found.
        classes (Sequence[str]): Class names.
        clock (FrameClock): Of the video.
        threshold (float, optional): Score from which detections count; None:
            all do. Defaults to None.
        tiou (float): Least overlap of a match, to be exceeded. Defaults to
            0.3.
        title (str, optional): Defaults to None: the video's id.
        scores (ScoreTrack, optional): Scores over time. Defaults to None.
        events (Sequence[GestureEvent]): What a stream said. Defaults to ().
        notes (Sequence[str]): Remarks for the reader. Defaults to ().

    Returns:
        Timeline: The timeline.
    """
    rows = [_in_seconds(row, clock)
            for row in mark_rows(video, classes, threshold, tiou)]
    ends = [times[1] for row in rows for times in (row.truth, row.found)
            if times is not None]
    if clock.timestamps is not None:
        ends.append(float(clock.timestamps[-1]) + 1 / clock.fps)
    elif video.num_frames is not None:
        ends.append(video.num_frames / clock.fps)
    ends += [event.emitted for event in events]
    return Timeline(
        video.video_id if title is None else title, max(ends, default=1.),
        list(classes), rows, video.known, clock, threshold, tiou, scores,
        list(events), list(notes))


def _in_seconds(row: MarkedRow, clock: FrameClock) -> MarkedRow:
    def times(pair):
        return None if pair is None else tuple(clock.seconds(pair).tolist())

    return replace(row, truth=times(row.truth), found=times(row.found))
