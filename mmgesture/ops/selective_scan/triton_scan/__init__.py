"""The selective scan in Triton, for CUDA."""
from .autograd import (bidirectional_selective_scan_triton,
                       selective_scan_triton)
from .loader import fits, unusable_reason

__all__ = [
    'bidirectional_selective_scan_triton', 'fits', 'selective_scan_triton',
    'unusable_reason'
]
