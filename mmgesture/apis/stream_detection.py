"""What a stream model says of a whole file, in the words of a detector."""
from typing import List, Tuple

import numpy as np

from mmgesture.structures import FrameClock, GestureEvent, VideoDetections
from mmgesture.visualization.timeline import ScoreTrack
from .stream import detect_video, detector_of
from .trained_model import TrainedModel

__all__ = ['closed_gestures', 'detect_stream']


def detect_stream(
        trained: TrainedModel, name: str, video: str, clock: FrameClock
) -> Tuple[VideoDetections, ScoreTrack, List[GestureEvent]]:
    """Run a stream model over a file.

    Args:
        trained (TrainedModel): A stream model on frames.
        name (str): What messages call it.
        video (str): The file.
        clock (FrameClock): Of the file, with timestamps.

    Returns:
        tuple[VideoDetections, ScoreTrack, list[GestureEvent]]: The closed
        gestures in frames, the probabilities over time, all messages.

    Raises:
        UnreadableMediaError: If the file cannot be read to its end.
        ValueError: If the model is not one on frames.
    """
    detector = detector_of(trained, name)
    events, track = detect_video(detector, video)
    half = 0.5 / detector.network.step_rate
    return (closed_gestures(events, clock),
            ScoreTrack(track.times + half, track.classes), events)


def closed_gestures(events: List[GestureEvent],
                    clock: FrameClock) -> VideoDetections:
    """The closed gestures of a stream as detections in frames.

    Args:
        events (list[GestureEvent]): All messages, seconds since the first
            frame.
        clock (FrameClock): Of the video, with timestamps.

    Returns:
        VideoDetections: In the order in which they were closed.
    """
    closed = [e for e in events if e.state == 'closed']
    frames = clock.frames(
        np.reshape([(e.onset, e.offset) for e in closed], (-1, 2)))
    # one that lies beyond the last frame altogether has no frames
    keep = frames[:, 0] < frames[:, 1]
    return VideoDetections(
        'video', frames[keep],
        np.array([e.label for e in closed], np.int64)[keep],
        np.array([e.score for e in closed])[keep])
