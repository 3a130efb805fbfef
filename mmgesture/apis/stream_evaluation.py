"""A stream model over whole sets: its thresholds, and all that it tells."""
from typing import Callable, List, Optional, Sequence

from mmgesture.evaluation.functional import StreamedVideo
from mmgesture.online import (DecoderSettings, OnlineGestureDetector,
                              TunedDecoder, tune_decoder)
from .stream import detector_of
from .stream_data import Recording
from .trained_model import TrainedModel

__all__ = ['stream_recordings', 'tune_lookahead']


def tune_lookahead(trained: TrainedModel,
                   name: str,
                   videos: Sequence[Recording],
                   lookahead: float,
                   advance: Optional[Callable[[], None]] = None
                   ) -> TunedDecoder:
    """Choose the decoder's settings for one look-ahead.

    Args:
        trained (TrainedModel): A stream model.
        name (str): What messages call it.
        videos (Sequence[Recording]): Validation videos: never those that
            are tested on.
        lookahead (float): L, one of the model's, seconds.
        advance (Callable, optional): Called after every video and every
            try. Defaults to None.

    Returns:
        TunedDecoder: The settings.

    Raises:
        ValueError: If it has no such look-ahead, or nothing is annotated.
    """
    classes = trained.model.network.num_classes
    detector = detector_of(trained, name, lookahead,
                           DecoderSettings.uniform(classes))
    tracks = []
    for video in videos:
        tracks.append(detector.scan(video.portions())[1])
        if advance is not None:
            advance()
    truth = [(video.gt_times, video.gt_labels) for video in videos]
    return tune_decoder(tracks, truth, detector.network.step_rate,
                        advance=advance)


def stream_recordings(detector: OnlineGestureDetector,
                      videos: Sequence[Recording],
                      advance: Optional[Callable[[], None]] = None
                      ) -> List[StreamedVideo]:
    """Let a detector run over recordings, each a stream of its own.

    Args:
        detector (OnlineGestureDetector): The detector; the stream that it is
            in is not touched.
        videos (Sequence[Recording]): The recordings.
        advance (Callable, optional): Called after every one. Defaults to
            None.

    Returns:
        list[StreamedVideo]: All messages about each, as a stream gives them,
        beside its annotation.
    """
    told = []
    for video in videos:
        events, _ = detector.scan(video.portions())
        told.append(
            StreamedVideo(video.video.video_id, events, video.seconds,
                          video.gt_times, video.gt_labels))
        if advance is not None:
            advance()
    return told
