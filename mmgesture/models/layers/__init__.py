"""Bricks that the models share."""
from .bidirectional_ssm import BidirectionalSSM
from .causal_trunk import CausalTrunk
from .dfa_conv import DFAConv, DFADepthConv
from .dyn_e import DynE
from .mamba_block import MambaBlock
from .lookahead import LOOKAHEADS, LookaheadHead, lookahead_steps
from .masked import (ChannelNorm, MaskedConv1d, MaskedGroupNorm, halve_mask,
                     masked_max_pool, masked_mean, step_mask)
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
from .residual import ResidualBranch
from .rms_norm import RMSNorm
from .scan_order import SCAN_ORDERS, ScanOrder, TokenOrder
from .selective_ssm import SelectiveSSM
from .spatial_temporal_attention import SpatialTemporalAttention
from .streaming_ssm import SSMState, StreamingSSM
from .temporal_attention import TemporalAttentionBlock
from .temporal_conv import (TILES, TemporalTransform, temporal_conv3d,
                            temporal_transform)

__all__ = [
    'BidirectionalSSM', 'CausalTrunk', 'ChannelNorm', 'ConvPatchEmbed3D',
    'DFAConv', 'DFADepthConv', 'DynE', 'LOOKAHEADS', 'LookaheadHead',
    'MambaBlock', 'MaskedConv1d', 'MaskedGroupNorm', 'Modulation',
    'MotionGuidedFormer', 'PatchEmbed3D', 'RMSNorm', 'ResidualBranch',
    'SCAN_ORDERS', 'SSMState', 'ScaleFusion', 'ScanOrder', 'SelectiveSSM',
    'SkeletalModulation', 'SkeletonProjection', 'SpatialTemporalAttention',
    'StreamingSSM', 'TILES', 'TemporalAttentionBlock', 'TemporalModulation',
    'TemporalReduction', 'TemporalTransform', 'TokenOrder', 'autocast_dtype',
    'fit_spatial', 'frame_difference', 'halve_mask', 'lookahead_steps',
    'masked_max_pool', 'masked_mean', 'refuse_half_precision',
    'resize_spatial', 'resize_temporal', 'square_grid', 'step_mask',
    'temporal_conv3d', 'temporal_transform', 'time_features'
]
