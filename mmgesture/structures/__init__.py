"""The words that the whole package speaks: plain dataclasses, no torch."""
from .annotation import (AnnotationFile, GestureRecord, annotation_hash,
                         make_header, read_annotations, write_annotations)
from .annotation_checks import AnnotationError
from .groups import ClassGroups, class_groups

__all__ = [
    'AnnotationError', 'AnnotationFile', 'ClassGroups', 'GestureRecord',
    'annotation_hash', 'class_groups', 'make_header', 'read_annotations',
    'write_annotations'
]
