"""The datasets of mmgesture."""
from .gesture_dataset import GestureDataset
from .media_errors import TooManyBadMediaError, UnreadableMediaError
from .samplers import ClassBalancedSampler
from .transforms import *  # noqa: F401,F403
from .transforms import __all__ as _transforms
from .untrimmed import UntrimmedDataset
from .video import VideoReader, open_video

__all__ = [
    'ClassBalancedSampler', 'GestureDataset', 'TooManyBadMediaError',
    'UnreadableMediaError', 'UntrimmedDataset', 'VideoReader', 'open_video'
] + _transforms
