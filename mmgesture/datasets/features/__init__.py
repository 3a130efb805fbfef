"""Sequences of features, one file per video, and how they lie in time."""
from .causal_skeleton import CausalSkeleton
from .folder import FeatureFolder
from .frames import FrameGrid
from .skeleton import skeleton_features
from .skeleton_set import extract_skeleton_features
from .writing import describe_features, has_features, write_features

__all__ = [
    'CausalSkeleton', 'FeatureFolder', 'FrameGrid', 'describe_features',
    'extract_skeleton_features', 'has_features', 'skeleton_features',
    'write_features'
]
