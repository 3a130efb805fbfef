"""Metrics for MMEngine's evaluator: shells around the pure functions."""
from .gesture_metric import GestureMetric

__all__ = ['GestureMetric']
