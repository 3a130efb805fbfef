"""Any clip backbone over a long window: chunks in, one sequence out."""
from functools import partial
from typing import Optional, Sequence, Union

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

from mmgesture.registry import MODELS
from ..layers.clip_adapters import ADAPTERS, TokenGrid
from ..necks import NeckChain

#: Where backbones keep their blocks.
BLOCKS = ('blocks', 'layers')


def _recomputed(forward, module: nn.Module, *args):
    """A block's forward that is run again in the backward pass."""
    if torch.is_grad_enabled() and any(
            isinstance(x, Tensor) and x.requires_grad for x in args):
        return checkpoint(forward, module, *args, use_reentrant=False)
    return forward(module, *args)


@MODELS.register_module()
class ClipEncoder(BaseModule):
    """Backbone of an end-to-end localizer.

    The window's frames are cut into chunks of the length that the backbone
    knows; each is encoded by itself, its map averaged over the picture, and
    the chunks are laid end to end and brought to one vector for every
    ``stride`` frames: by averaging, or by linear interpolation where the
    backbone is coarser. Of a backbone with several outputs all are laid
    beside each other.

    With ``adapter`` the backbone is frozen and adapters between its blocks
    are trained (AdaTAD, Liu et al., CVPR 2024); for backbones over tokens
    with ``blocks`` or ``layers``: MMAction2's VisionTransformer (as
    :class:`GestureVisionTransformer`), VideoMamba and MSFMamba.

    Args:
        backbone (dict): Config of the clip backbone.
        channels (int, optional): Channels of the backbone's tokens; needed
            with ``adapter``. Defaults to None.
        necks (Sequence[dict], optional): Necks over its maps, such as MCFM.
            Defaults to None.
        chunk_frames (int, optional): Frames of a chunk; None: the whole
            window is one. Defaults to None.
        stride (int): Frames from one vector to the next. Defaults to 1.
        subtract_chunk_mean (bool): Subtract from every pixel its mean over
            the chunk, for backbones trained so. Defaults to False.
        frozen (bool): Train nothing of backbone and necks. Defaults to
            False; with ``adapter`` it always is.
        adapter (dict, optional): ``type`` (``'temporal'`` or
            ``'decoupled'``), ``token_size`` (frames, height and width of a
            token) and further arguments of that class. Defaults to None.
        with_cp (bool): Recompute blocks in the backward pass to save memory;
            for backbones with blocks. Defaults to False.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If adapters are asked of a backbone without blocks, or
            something that they need is not given.
    """

    def __init__(self,
                 backbone: dict,
                 channels: Optional[int] = None,
                 necks: Optional[Sequence[dict]] = None,
                 chunk_frames: Optional[int] = None,
                 stride: int = 1,
                 subtract_chunk_mean: bool = False,
                 frozen: bool = False,
                 adapter: Optional[dict] = None,
                 with_cp: bool = False,
                 init_cfg: Union[dict, list, None] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        self.backbone = MODELS.build(backbone)
        self.necks = NeckChain(necks) if necks else None
        self.chunk_frames = chunk_frames
        self.stride = stride
        self.subtract_chunk_mean = subtract_chunk_mean
        self.frozen = frozen or adapter is not None
        self.adapters = nn.ModuleList()
        if with_cp:
            for block in self._blocks():
                block.forward = partial(_recomputed, type(block).forward,
                                        block)
        if adapter is not None:
            options = dict(adapter)
            kind = options.pop('type', None)
            self.token_size = options.pop('token_size', None)
            if kind not in ADAPTERS or not self.token_size or not channels:
                raise ValueError(
                    f'an adapter needs a type of {sorted(ADAPTERS)}, '
                    'token_size=(frames, height, width) and channels of '
                    f'ClipEncoder, got {adapter} and channels={channels}')
            for block in self._blocks():
                self.adapters.append(ADAPTERS[kind](channels, **options))
                block.register_forward_hook(self.adapters[-1].after_block)
        self._freeze()

    def _blocks(self) -> Sequence[nn.Module]:
        for name in BLOCKS:
            found = getattr(self.backbone, name, None)
            if isinstance(found, nn.ModuleList):
                return found
        raise ValueError(
            f'{type(self.backbone).__name__} has no list of blocks (looked '
            f'for {BLOCKS}): adapters and with_cp need one')

    def _freeze(self) -> None:
        if self.frozen:
            for part in filter(None, (self.backbone, self.necks)):
                part.eval()
                part.requires_grad_(False)

    def init_weights(self) -> None:
        """Draw weights or load files; adapters keep their first values."""
        super().init_weights()
        self._freeze()

    def train(self, mode: bool = True) -> 'ClipEncoder':
        """Set the mode; a frozen backbone stays as in a test.

        Args:
            mode (bool): Defaults to True.

        Returns:
            ClipEncoder: Itself.
        """
        super().train(mode)
        self._freeze()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Encode windows.

        Args:
            x (Tensor): Normalised frames, shape (B, 3, T, H, W).

        Returns:
            Tensor: Shape (B, C, T / stride).

        Raises:
            ValueError: If chunks or strides do not divide the window.
        """
        batch, _, frames, height, width = x.shape
        chunk = self.chunk_frames or frames
        for name, part in (('chunk_frames', chunk), ('stride', self.stride)):
            if frames % part:
                raise ValueError(f'{frames} frames are no multiple of '
                                 f'{name}={part}: change window_size of the '
                                 'data set')
        number = frames // chunk
        # (B, 3, n * t, H, W) -> (B, n, 3, t, H, W) -> (B * n, 3, t, H, W)
        x = x.unflatten(2, (number, chunk)).transpose(1, 2).flatten(0, 1)
        if self.subtract_chunk_mean:
            x = x - x.mean(2, keepdim=True)
        if len(self.adapters):
            size = self.token_size
            prefix = getattr(self.backbone, 'cls_token', None) is not None
            grid = TokenGrid(number, chunk // size[0], height // size[1],
                             width // size[2], int(prefix))
            for adapter in self.adapters:
                adapter.grid = grid
        # a frozen backbone needs no graph, unless adapters are in it
        with torch.set_grad_enabled(torch.is_grad_enabled() and (
                not self.frozen or len(self.adapters) > 0)):
            maps = self.backbone(x)
            if self.necks is not None:
                maps, _ = self.necks(maps)
        maps = (maps, ) if isinstance(maps, Tensor) else maps
        steps = frames // self.stride
        return torch.cat([self._to_steps(m, number, steps) for m in maps], 1)

    @staticmethod
    def _to_steps(x: Tensor, number: int, steps: int) -> Tensor:
        """(B * n, C, t, h, w) or (B * n, C) -> (B, C, steps)."""
        x = x[..., None] if x.ndim == 2 else x.flatten(3).mean(3)
        # (B * n, C, t) -> (B, n, C, t) -> (B, C, n * t)
        x = x.unflatten(0, (-1, number)).transpose(1, 2).flatten(2)
        length = x.shape[-1]
        if length == steps:
            return x
        if length % steps == 0:
            return F.avg_pool1d(x, length // steps)
        return F.interpolate(x, steps, mode='linear', align_corners=False)
