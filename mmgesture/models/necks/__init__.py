"""Modules between encoder and head.

Contract: ``forward(x, data_samples=None) -> (features, losses)`` with a dict
of losses, which may be empty.
"""
from .aswm import ASWM, ScaleMean
from .mcfm import MCFM, StateFusion, frame_difference
from .neck_chain import NeckChain

__all__ = [
    'ASWM', 'MCFM', 'NeckChain', 'ScaleMean', 'StateFusion',
    'frame_difference'
]
