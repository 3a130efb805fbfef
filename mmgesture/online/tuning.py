"""Choosing the settings of the decoder on validation videos."""
from dataclasses import replace
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from mmgesture.evaluation.functional import segment_f1
from mmgesture.structures import VideoDetections
from .decoder import HysteresisDecoder
from .detector import StepTrack
from .settings import DecoderSettings

__all__ = ['TunedDecoder', 'decode_track', 'tune_decoder']

#: What is tried, in this order, twice.
GRID = (
    ('on', (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)),
    ('min_length', (0.2, 0.4, 0.6, 0.8, 1.)),
    ('off_ratio', (0.3, 0.45, 0.6, 0.75, 0.9)),
    ('patience', (0., 0.1, 0.2, 0.4)),
    ('reach', (0., 0.2, 0.4)),
)
#: A class with fewer annotations keeps the threshold of all.
MIN_COUNT = 8


class TunedDecoder(NamedTuple):
    """A choice.

    Attributes:
        settings (DecoderSettings): The settings.
        f1 (float): Mean of the F1 at tIoU 0.3 and 0.5, on the videos that
            they were chosen on: too good a figure for any other use.
    """
    settings: DecoderSettings
    f1: float


def decode_track(track: StepTrack, settings: DecoderSettings,
                 rate: float) -> VideoDetections:
    """The gestures that a detector with these settings would close.

    Args:
        track (StepTrack): What the model said of a video.
        settings (DecoderSettings): The settings.
        rate (float): Steps per second.

    Returns:
        VideoDetections: With times in seconds.
    """
    decoder = HysteresisDecoder(settings, rate)
    steps = np.round(track.times * rate).astype(int)
    updates = []
    for part in np.split(
            np.arange(len(steps)), np.flatnonzero(np.diff(steps) > 1) + 1):
        if len(part):  # behind a gap the detector begins anew
            updates += decoder.feed(
                int(steps[part[0]]), track.classes[part].astype(float),
                track.bounds[part])
            updates += decoder.finish()
    closed = [u for u in updates if u.state == 'closed']
    return VideoDetections(
        '', np.array([(u.onset, u.offset) for u in closed]) / rate,
        np.array([u.label for u in closed], np.int64),
        np.array([u.score for u in closed]))


def tune_decoder(tracks: Sequence[StepTrack],
                 truth: Sequence[Tuple[np.ndarray, np.ndarray]],
                 rate: float,
                 tolerance: float = 0.005,
                 advance: Optional[Callable[[], None]] = None
                 ) -> TunedDecoder:
    """Choose settings by the mean F1 at tIoU 0.3 and 0.5.

    One setting after the other, twice around; of the values that lose no
    more than ``tolerance`` to the best one, the middle one is taken. Then
    every class with enough annotations may have a threshold of its own, if
    that gains more than ``tolerance``.

    Args:
        tracks (Sequence[StepTrack]): What the model said of each video.
        truth (Sequence[tuple[np.ndarray, np.ndarray]]): Annotated starts
            and ends in seconds, (N, 2), and classes, (N,), of each.
        rate (float): Steps per second.
        tolerance (float): See above. Defaults to 0.005.
        advance (Callable, optional): Called after every try. Defaults to
            None.

    Returns:
        TunedDecoder: The settings.

    Raises:
        ValueError: If nothing is annotated.
    """
    if not sum(len(labels) for _, labels in truth):
        raise ValueError('expected annotated validation videos, got '
                         f'{len(truth)} without any gesture')
    number = tracks[0].classes.shape[1]

    def value(settings: DecoderSettings) -> float:
        found = []
        for k, (track, (times, labels)) in enumerate(zip(tracks, truth)):
            found.append(
                replace(
                    decode_track(track, settings, rate), video_id=str(k),
                    gt_segments=times, gt_labels=labels))
        if advance is not None:
            advance()
        return float(np.mean([segment_f1(found, number, tiou).f1
                              for tiou in (0.3, 0.5)]))

    settings = DecoderSettings.uniform(number)
    best = value(settings)
    for _ in range(2):
        for name, tried in GRID:
            settings, best = _one(settings, name, [
                (v, ) * number if name == 'on' else v for v in tried
            ], value, tolerance)
    counts = np.bincount(
        np.concatenate([labels for _, labels in truth]), minlength=number)
    for label in np.flatnonzero(counts >= MIN_COUNT).tolist():
        own = [
            settings.on[:label] + (v, ) + settings.on[label + 1:]
            for v in GRID[0][1]
        ]
        changed, score = _one(settings, 'on', own, value, tolerance)
        if score > best + tolerance:
            settings, best = changed, score
    return TunedDecoder(settings, best)


def _one(settings: DecoderSettings, name: str, tried: List[Any],
         value: Callable[[DecoderSettings], float],
         tolerance: float) -> Tuple[DecoderSettings, float]:
    """The best value of one setting, or the middle of equally good ones."""
    candidates = [replace(settings, **{name: v}) for v in tried]
    scores = np.array([value(c) for c in candidates])
    good = scores >= scores.max() - tolerance
    # the stretch of good values around the best one
    first = last = int(scores.argmax())
    while first > 0 and good[first - 1]:
        first -= 1
    while last + 1 < len(good) and good[last + 1]:
        last += 1
    middle = (first + last) // 2
    return candidates[middle], float(scores[middle])
