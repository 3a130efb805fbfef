"""Bricks that the models share."""
from .bidirectional_ssm import BidirectionalSSM
from .mamba_block import MambaBlock
from .mmn_embedding import (SkeletonProjection, TemporalReduction,
                            time_features)
from .mmn_former import MotionGuidedFormer, frame_difference
from .mmn_fusion import ScaleFusion
from .mmn_modulation import (Modulation, SkeletalModulation,
                             TemporalModulation)
from .patch_embed import ConvPatchEmbed3D, PatchEmbed3D
from .position_embedding import (fit_spatial, resize_spatial,
                                 resize_temporal, square_grid)
from .precision import autocast_dtype, refuse_half_precision
from .rms_norm import RMSNorm
from .scan_order import SCAN_ORDERS, ScanOrder, TokenOrder
from .temporal_conv import (TILES, TemporalTransform, temporal_conv3d,
                            temporal_transform)

__all__ = [
    'SCAN_ORDERS', 'TILES', 'BidirectionalSSM', 'ConvPatchEmbed3D',
    'MambaBlock', 'Modulation', 'MotionGuidedFormer', 'PatchEmbed3D',
    'RMSNorm', 'ScaleFusion', 'ScanOrder', 'SkeletalModulation',
    'SkeletonProjection', 'TemporalModulation', 'TemporalReduction',
    'TemporalTransform', 'TokenOrder', 'autocast_dtype', 'fit_spatial',
    'frame_difference', 'refuse_half_precision', 'resize_spatial',
    'resize_temporal', 'square_grid', 'temporal_conv3d',
    'temporal_transform', 'time_features'
]
