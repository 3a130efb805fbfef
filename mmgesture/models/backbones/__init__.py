"""Encoders of clips."""
from .cnn_3d import GestureC3D, GestureResNet3d
from .gcn import GestureAAGCN, GestureSTGCN
from .local_weights import LocalWeights
from .manet import MANet
from .mmn import MMN
from .msf_mamba import MSFMamba
from .resnet import GestureResNet, GestureResNetTSM
from .timesformer import GestureTimeSformer
from .uniformer import GestureUniFormer, GestureUniFormerV2
from .video_mamba import VideoMamba
from .video_swin import GestureSwin3D
from .vision_transformer import GestureVisionTransformer

__all__ = [
    'GestureAAGCN', 'GestureC3D', 'GestureResNet', 'GestureResNet3d',
    'GestureResNetTSM', 'GestureSTGCN', 'GestureSwin3D', 'GestureTimeSformer',
    'GestureUniFormer', 'GestureUniFormerV2', 'GestureVisionTransformer',
    'LocalWeights', 'MANet', 'MMN', 'MSFMamba', 'VideoMamba'
]
