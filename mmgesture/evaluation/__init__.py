"""Evaluation: pure functions and the thin metric shells around them."""
from .metrics import GestureMetric

__all__ = ['GestureMetric']
