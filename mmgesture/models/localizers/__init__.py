"""Models that find gestures in long sequences, and their parts.

A neck here is ``forward(x, mask) -> (levels, masks)``; a head has
``forward(features, masks)``, ``loss(features, masks, targets)`` and
``predict(features, masks)``, see :class:`GestureLocalizer`.
"""
from .anchor_free_head import AnchorFreeSegmentHead
from .causal import CausalLocalizer
from .causal_network import CausalNetwork
from .clip_encoder import ClipEncoder
from .frame_encoder import FrameEncoder
from .gesture_localizer import GestureLocalizer
from .query_point_head import QueryPointHead
from .temporal_pyramid import TemporalPyramid

__all__ = [
    'AnchorFreeSegmentHead', 'CausalLocalizer', 'CausalNetwork',
    'ClipEncoder', 'FrameEncoder', 'GestureLocalizer', 'QueryPointHead',
    'TemporalPyramid'
]
