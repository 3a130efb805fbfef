"""Metrics for MMEngine's evaluator: shells around the pure functions."""
from .gesture_metric import GestureMetric
from .micro_gesture_f1 import MicroGestureF1

__all__ = ['GestureMetric', 'MicroGestureF1']
