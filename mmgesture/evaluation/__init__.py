"""Evaluation: pure functions and the thin metric shells around them."""
from .metrics import GestureMetric, MicroGestureF1

__all__ = ['GestureMetric', 'MicroGestureF1']
