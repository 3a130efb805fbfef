"""Losses of temporal localisation."""
from .segment_losses import distance_iou_loss, sigmoid_focal_loss

__all__ = ['distance_iou_loss', 'sigmoid_focal_loss']
