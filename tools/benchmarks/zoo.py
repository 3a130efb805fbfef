"""The models of the benchmarks: ours, and MMAction2's own as peers."""
import logging
from pathlib import Path
from typing import Callable

import mmaction
import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import DefaultScope
from torch import nn

from mmgesture.registry import MODELS

CONFIGS = Path(__file__).resolve().parents[2] / 'configs/_base_/models'
PEER_CONFIGS = Path(mmaction.__file__).parent / '.mim' / 'configs'

OURS = {
    'MSF-Mamba-T': 'msf-t',
    'MSF-Mamba-S': 'msf-s',
    'MSF-Mamba-S+': 'msf-s-plus',
    'VideoMamba-S': 'videomamba-s',
}
PEERS = {
    'I3D-R50':
    '_base_/models/i3d_r50.py',
    'TSM-R50':
    '_base_/models/tsm_r50.py',
    'Video Swin-T':
    '_base_/models/swin_tiny.py',
    'TimeSformer':
    'recognition/timesformer/'
    'timesformer_divST_8xb8-8x32x1-15e_kinetics400-rgb.py',
    'UniFormerV2-B':
    'recognition/uniformerv2/'
    'uniformerv2-base-p16-res224_clip_8xb32-u8_kinetics400-rgb.py',
}

def build(name: str, frames: int = 16, size: int = 224) -> nn.Module:
    """Build a classifier with random weights; nothing is downloaded.

    Args:
        name (str): A key of OURS or PEERS.
        frames (int): Frames of a clip. Defaults to 16.
        size (int): Side of the frames in pixels. Defaults to 224.

    Returns:
        nn.Module: The recognizer, in evaluation mode.
    """
    path = (
        CONFIGS / f'{OURS[name]}.py'
        if name in OURS else PEER_CONFIGS / PEERS[name])
    model = Config.fromfile(str(path)).model
    backbone = model.backbone
    if name in OURS:
        backbone.update(img_size=size, num_frames=frames, init_cfg=None)
    else:
        backbone.pretrained = None
    if name == 'I3D-R50':
        backbone.pretrained2d = False
    elif name == 'TSM-R50':
        backbone.num_segments = model.cls_head.num_segments = frames
    elif name == 'TimeSformer':
        backbone.update(num_frames=frames, img_size=size)
    elif name == 'UniFormerV2-B':
        backbone.update(
            t_size=frames, input_resolution=size, clip_pretrained=False)
    with DefaultScope.overwrite_default_scope('mmaction'):
        # MMAction2's constructors tell much that nobody needs here
        logger = MMLogger.get_current_instance()
        level = logger.level
        logger.setLevel(logging.ERROR)
        try:
            built = MODELS.build(model)
        finally:
            logger.setLevel(level)
    return built.eval()


def forward_of(model: nn.Module, clip: torch.Tensor,
               bf16: bool) -> Callable[[], torch.Tensor]:
    """A call without arguments: backbone, necks and head of one clip."""
    if type(model).__name__ == 'Recognizer2D':
        # (B, V, C, T, H, W) -> (B, T, C, H, W)
        clip = clip[:, 0].transpose(1, 2).contiguous()

    @torch.no_grad()
    def forward() -> torch.Tensor:
        with torch.autocast('cpu', torch.bfloat16, enabled=bf16):
            return model(clip, mode='tensor', stage='head')

    return forward
