"""The feature pyramid over time of ActionFormer and DyFADet."""
from typing import List, Optional, Tuple

from mmengine.model import BaseModule
from torch import Tensor, nn

from mmgesture.registry import MODELS
from ..layers.dyn_e import DynE
from ..layers.masked import ChannelNorm, MaskedConv1d
from ..layers.temporal_attention import TemporalAttentionBlock

BLOCKS = dict(dyn_e=DynE, attention=TemporalAttentionBlock)


@MODELS.register_module()
class TemporalPyramid(BaseModule):
    """From features of a window to levels of halved length.

    Convolutions embed the features, blocks at full length follow (stem),
    then one block with a stride of two for each further level (branch).
    With attention blocks it is ActionFormer's encoder (Zhang et al., ECCV
    2022), with DynE blocks DyFADet's (Yang et al., ECCV 2024; Liu et al.,
    MiGA 2025, Sec. 3.3). Step j of level l has its centre at step
    ``j * 2 ** l`` of the window.

    Args:
        in_channels (int): Channels of the features.
        channels (int): Channels C of all levels. Defaults to 512.
        block (dict): ``type`` (``'dyn_e'`` or ``'attention'``) and further
            arguments of that class. Defaults to ``dict(type='dyn_e')``.
        num_embed (int): Convolutions in front. Defaults to 2.
        num_stem (int): Blocks at full length. Defaults to 2.
        num_levels (int): Levels, the one at full length included. Defaults
            to 6.
        layer_scale (float, optional): First value of the learnable scales
            of the branch's residuals. Defaults to 1e-4.
        stem_layer_scale (float, optional): The same for the stem; None for
            plain residuals. Defaults to None.
        dropout (float): Drop whole channels of the embedded features.
            Defaults to 0.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If the type of the block is unknown or there is no level.
    """

    def __init__(self,
                 in_channels: int,
                 channels: int = 512,
                 block: dict = dict(type='dyn_e'),
                 num_embed: int = 2,
                 num_stem: int = 2,
                 num_levels: int = 6,
                 layer_scale: Optional[float] = 1e-4,
                 stem_layer_scale: Optional[float] = None,
                 dropout: float = 0.,
                 init_cfg: Optional[dict] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        options = dict(block)
        name = options.pop('type', None)
        if name not in BLOCKS:
            raise ValueError(f'type of block expected one of '
                             f'{sorted(BLOCKS)}, got {name!r}')
        if num_levels < 1:
            raise ValueError('num_levels expected at least 1, got '
                             f'{num_levels}')
        make = BLOCKS[name]
        self.num_levels = num_levels
        widths = [in_channels] + [channels] * num_embed
        if num_embed == 0 and in_channels != channels:
            raise ValueError(
                f'without embedding in_channels={in_channels} expected to be '
                f'channels={channels}')
        self.embed = nn.ModuleList(
            MaskedConv1d(a, b, bias=False) for a, b in zip(widths, widths[1:]))
        self.embed_norm = nn.ModuleList(
            ChannelNorm(channels) for _ in self.embed)
        self.dropout = nn.Dropout1d(dropout)
        self.stem = nn.ModuleList(
            make(channels, layer_scale=stem_layer_scale, **options)
            for _ in range(num_stem))
        self.branch = nn.ModuleList(
            make(channels, stride=2, layer_scale=layer_scale, **options)
            for _ in range(num_levels - 1))
        self.norms = nn.ModuleList(
            ChannelNorm(channels) for _ in range(num_levels))

    def forward(self, x: Tensor,
                mask: Tensor) -> Tuple[List[Tensor], List[Tensor]]:
        """Build the levels.

        Args:
            x (Tensor): Features, shape (B, C_in, T), zero at padded steps.
            mask (Tensor): Bool, shape (B, 1, T).

        Returns:
            tuple[list[Tensor], list[Tensor]]: Level l has shape
            (B, C, ceil(T / 2^l)), zero at padded steps, and its mask.
        """
        for conv, norm in zip(self.embed, self.embed_norm):
            x = norm(conv(x, mask)).relu() * mask
        x = self.dropout(x)
        for block in self.stem:
            x, mask = block(x, mask)
        levels, masks = [x], [mask]
        for block in self.branch:
            x, mask = block(x, mask)
            levels.append(x)
            masks.append(mask)
        levels = [
            norm(level) * valid
            for norm, level, valid in zip(self.norms, levels, masks)
        ]
        return levels, masks
