"""Preprocessing on the device."""
from .gesture_preprocessor import GestureDataPreprocessor

__all__ = ['GestureDataPreprocessor']
