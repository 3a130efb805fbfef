"""Classification heads that MMAction2 lacks."""
from .manet_head import MANetHead
from .trn_head import MultiScaleTRNHead

__all__ = ['MANetHead', 'MultiScaleTRNHead']
