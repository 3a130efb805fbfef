"""Whole models."""
from .motion_recognizer import MotionRecognizer3D

__all__ = ['MotionRecognizer3D']
