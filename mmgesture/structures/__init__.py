"""The words that the whole package speaks: plain dataclasses, no torch."""
from .annotation import (AnnotationFile, GestureRecord, annotation_hash,
                         make_header, read_annotations, write_annotations)
from .annotation_checks import AnnotationError
from .detections import VideoDetections
from .event import EVENT_STATES, GestureEvent
from .frame_clock import FrameClock
from .groups import ClassGroups, class_groups
from .segment import GestureSegment, TimeGrid
from .untrimmed import SegmentRepairs, UntrimmedVideo, untrimmed_videos

__all__ = [
    'AnnotationError', 'AnnotationFile', 'ClassGroups', 'EVENT_STATES',
    'FrameClock', 'GestureEvent', 'GestureRecord',
    'GestureSegment', 'SegmentRepairs', 'TimeGrid', 'UntrimmedVideo',
    'VideoDetections', 'annotation_hash', 'class_groups', 'make_header',
    'read_annotations', 'untrimmed_videos', 'write_annotations'
]
