"""Gestures in a stream, while they happen: no registry, no threads."""
from .clock import StreamClock, StreamCounts, StreamTimeError
from .decoder import HysteresisDecoder
from .detector import OnlineGestureDetector, StepTrack
from .inputs import FeatureInput, FrameInput, KeypointInput
from .settings import DecoderSettings
from .sources import (SourceLostError, TimedFrame, camera_frames,
                      file_frames, file_rate)
from .stream_input import StreamInput
from .tuning import TunedDecoder, decode_track, tune_decoder

__all__ = [
    'DecoderSettings', 'FeatureInput', 'FrameInput', 'HysteresisDecoder',
    'KeypointInput', 'OnlineGestureDetector', 'SourceLostError', 'StepTrack',
    'StreamClock', 'StreamCounts', 'StreamInput', 'StreamTimeError',
    'TimedFrame', 'TunedDecoder', 'camera_frames', 'decode_track',
    'file_frames', 'file_rate', 'tune_decoder'
]
