"""Numerical kernels without module state; torch and NumPy are all they import.

The modules are exported, not the functions: two of them share their
module's name, which ``import mmgesture.ops.selective_scan`` needs.
"""
from . import causal_conv1d, library, segments, selective_scan

__all__ = ['causal_conv1d', 'library', 'segments', 'selective_scan']
