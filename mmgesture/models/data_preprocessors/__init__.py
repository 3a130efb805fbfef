"""Preprocessing on the device."""
from .gesture_preprocessor import GestureDataPreprocessor
from .window_preprocessor import WindowDataPreprocessor

__all__ = ['GestureDataPreprocessor', 'WindowDataPreprocessor']
