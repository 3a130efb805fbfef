"""mini-SMG: a drawn stand-in for SMG, which is under an access agreement.

NumPy, OpenCV and PyAV only; nothing here needs PyTorch or MMAction2.
"""
from .generator import MiniSMG, generate, plan, stage
from .gestures import MOTION_ONLY_PAIRS

__all__ = ['MOTION_ONLY_PAIRS', 'MiniSMG', 'generate', 'plan', 'stage']
