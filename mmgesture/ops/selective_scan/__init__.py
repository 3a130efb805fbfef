"""Selective scan of Mamba with several interchangeable backends."""
from .interface import (available_backends, bidirectional_selective_scan,
                        selective_scan)

__all__ = [
    'available_backends', 'bidirectional_selective_scan', 'selective_scan'
]
