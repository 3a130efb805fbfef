"""VideoMamba, the model that MSF-Mamba's encoder is a variant of."""
from typing import Optional, Sequence, Tuple, Union

import torch
from mmengine.logging import print_log
from mmengine.model import BaseModule
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from mmgesture.registry import MODELS
from ..layers import (BidirectionalSSM, ConvPatchEmbed3D, MambaBlock,
                      PatchEmbed3D, RMSNorm, ScanOrder, fit_spatial,
                      refuse_half_precision, resize_spatial, resize_temporal)
from ..pretrained import load_pretrained


@MODELS.register_module()
class VideoMamba(BaseModule):
    """State-space video encoder with bidirectional selective scans.

    Li et al., "VideoMamba: State Space Model for Efficient Video
    Understanding" (ECCV 2024), whose parameter names it keeps so that the
    public ImageNet-1K and Kinetics weights load after
    ``tools/deploy/convert_videomamba.py``. ``MSFMamba`` is the same code
    with the choices of MSF-Mamba (arXiv 2510.10478, Sec. III-B and III-C).

    Tokens are flattened time-major; spatial and temporal embeddings are
    added (Eq. 8) and resized when the clip has another number of frames or
    another size than the constructor was told. Computes in fp32 or bf16,
    never in fp16.

    Args:
        arch (str | dict): ``'tiny'``, ``'small'``, ``'middle'`` or a dict
            with ``embed_dims`` and ``depth``. Defaults to ``'small'``.
        img_size (int | Sequence[int]): Height and width of the clip in
            pixels. Defaults to 224.
        patch_size (int): Pixels per token and axis. Defaults to 16.
        tubelet_size (int): Frames per token. Defaults to 1.
        num_frames (int): Frames T of a clip. Defaults to 16.
        in_channels (int): Channels of the clip. Defaults to 3.
        embed_dims (int, optional): Channels d; overrides ``arch``.
            Defaults to None.
        depth (int, optional): Number of blocks; overrides ``arch``.
            Defaults to None.
        d_state (int): States N per channel. Defaults to 16.
        d_conv (int): Width of the mixers' convolution. Defaults to 4.
        expand (int): Inner width of the mixers over d. Defaults to 2.
        dt_rank (int | str): Rank of the step size's projection, ``'auto'``
            is ceil(d / 16). Defaults to ``'auto'``.
        cls_token (bool): Prepend a class token, which gets a slot of its own
            in ``pos_embed`` and no temporal embedding. Defaults to True.
        merge (str): ``'sum'`` or ``'mean'`` of the two directions.
            Defaults to ``'sum'``.
        scan_order (str): ``'bidirectional'``, ``'local'`` or
            ``'selective'``, see :class:`ScanOrder`.
            Defaults to ``'bidirectional'``.
        scan_window (int): Side of the windows of ``'local'`` in tokens.
            Defaults to 7.
        patch_embed (str): ``'linear'``, or ``'conv'`` for a convolutional
            stem (ours, for training from scratch).
            Defaults to ``'linear'``.
        output (str): ``'token'`` for the class token (B, d) or ``'map'`` for
            the feature map (B, d, T', H', W'). Defaults to ``'token'``.
        drop_path_rate (float): Stochastic depth of the last block; grows
            linearly from 0 at the first. Defaults to 0.
        with_cp (bool): Recompute the blocks in the backward pass to save
            memory. Defaults to False.
        scan_backend (str): Backend of the selective scan.
            Defaults to ``'auto'``.
        init_cfg (dict | list[dict], optional): Initialisation config.
            ``dict(type='Pretrained', checkpoint=FILE)`` loads a converted
            file, every parameter of it but the temporal embedding being
            required. Defaults to None.

    Raises:
        ValueError: If an option is unknown or two of them do not agree.
    """

    arch_settings = {
        'tiny': dict(embed_dims=192, depth=24),
        'small': dict(embed_dims=384, depth=24),
        'middle': dict(embed_dims=576, depth=32),
    }

    def __init__(self,
                 arch: Union[str, dict] = 'small',
                 img_size: Union[int, Sequence[int]] = 224,
                 patch_size: int = 16,
                 tubelet_size: int = 1,
                 num_frames: int = 16,
                 in_channels: int = 3,
                 embed_dims: Optional[int] = None,
                 depth: Optional[int] = None,
                 d_state: int = 16,
                 d_conv: int = 4,
                 expand: int = 2,
                 dt_rank: Union[int, str] = 'auto',
                 cls_token: bool = True,
                 merge: str = 'sum',
                 scan_order: str = 'bidirectional',
                 scan_window: int = 7,
                 patch_embed: str = 'linear',
                 output: str = 'token',
                 drop_path_rate: float = 0.,
                 with_cp: bool = False,
                 scan_backend: str = 'auto',
                 init_cfg: Union[dict, list, None] = None) -> None:
        super().__init__(init_cfg=init_cfg)
        embed_dims, depth = self._resolve_arch(arch, embed_dims, depth)
        embeddings = dict(linear=PatchEmbed3D, conv=ConvPatchEmbed3D)
        if patch_embed not in embeddings:
            raise ValueError("patch_embed expected 'linear' or 'conv', got "
                             f'{patch_embed!r}')
        if output not in ('token', 'map'):
            raise ValueError(
                f"output expected 'token' or 'map', got {output!r}")
        if output == 'token' and not cls_token:
            raise ValueError("output='token' needs cls_token=True; use "
                             "output='map' for a model without class token")
        if isinstance(img_size, int):
            img_size = (img_size, img_size)
        if (num_frames % tubelet_size or img_size[0] % patch_size
                or img_size[1] % patch_size):
            raise ValueError(
                f'num_frames={num_frames} expected to be a multiple of '
                f'tubelet_size={tubelet_size}, and img_size='
                f'{tuple(img_size)} of patch_size={patch_size}')
        self.embed_dims = embed_dims
        self.depth = depth
        self.merge = merge
        self.output = output
        self.with_cp = with_cp
        # usual grid (T', H', W'); others are reached by interpolation
        self.grid = (num_frames // tubelet_size, img_size[0] // patch_size,
                     img_size[1] // patch_size)

        self.patch_embed = embeddings[patch_embed](in_channels, embed_dims,
                                                   patch_size, tubelet_size)
        num_prefix = int(cls_token)
        self.cls_token = (
            nn.Parameter(torch.zeros(1, 1, embed_dims))
            if cls_token else None)
        self.pos_embed = nn.Parameter(
            torch.zeros(1, self.grid[1] * self.grid[2] + num_prefix,
                        embed_dims))
        # zero, as VideoMamba's: an image model sees all frames alike
        self.temporal_pos_embedding = nn.Parameter(
            torch.zeros(1, self.grid[0], embed_dims))
        nn.init.trunc_normal_(self.pos_embed, std=.02)
        if cls_token:
            nn.init.trunc_normal_(self.cls_token, std=.02)

        self.scan_order = ScanOrder(scan_order, self.grid, scan_window,
                                    num_prefix)
        self.layers = nn.ModuleList()
        for i in range(depth):
            mixer = BidirectionalSSM(embed_dims, d_state, d_conv, expand,
                                     dt_rank, merge, scan_backend)
            mixer.reset_parameters(depth)
            rate = drop_path_rate * i / max(depth - 1, 1)
            self.layers.append(MambaBlock(embed_dims, mixer, rate))
        self.norm_f = RMSNorm(embed_dims)

    @classmethod
    def _resolve_arch(cls, arch: Union[str, dict], embed_dims: Optional[int],
                      depth: Optional[int]) -> Tuple[int, int]:
        """Width and depth from the table, overridden where given."""
        if isinstance(arch, str):
            if arch not in cls.arch_settings:
                raise ValueError(
                    f'arch expected one of {sorted(cls.arch_settings)} or a '
                    f'dict, got {arch!r}')
            arch = cls.arch_settings[arch]
        elif set(arch) != {'embed_dims', 'depth'}:
            raise ValueError("arch as a dict expected the keys 'embed_dims' "
                             f"and 'depth', got {sorted(arch)}")
        if embed_dims is None:
            embed_dims = arch['embed_dims']
        return embed_dims, arch['depth'] if depth is None else depth

    def forward(self, x: Tensor) -> Tensor:
        """Encode a batch of clips.

        Args:
            x (Tensor): Normalised clips, shape (B, C, T, H, W), fp32 or
                bf16; T a multiple of the tubelet's length, H and W of the
                patch size.

        Returns:
            Tensor: (B, d) for ``output='token'``, else the map
            (B, d, T', H', W') as a view whose channels are last in memory.

        Raises:
            RuntimeError: If it would run in fp16.
            ValueError: If the clip cannot be cut into patches.
        """
        refuse_half_precision(x, type(self).__name__)
        tokens = self.patch_embed(x)  # (B, T', H', W', d)
        grid = tokens.shape[1:4]
        x = self._add_positions(tokens)  # (B, L, d)
        visits = self.scan_order(grid)
        for layer in self.layers:
            if self.with_cp and self.training and torch.is_grad_enabled():
                x = checkpoint(layer, x, visits, use_reentrant=False)
            else:
                x = layer(x, visits)
        if self.output == 'token':
            return self.norm_f(x[:, 0])
        if self.cls_token is not None:
            x = x[:, 1:]
        # (B, n, d) -> (B, T', H', W', d) -> (B, d, T', H', W')
        return self.norm_f(x).unflatten(1, grid).permute(0, 4, 1, 2, 3)

    def _add_positions(self, tokens: Tensor) -> Tensor:
        """Eq. 8 on (B, T', H', W', d), in fp32 -> (B, L, d), time-major."""
        frames, height, width = tokens.shape[1:4]
        num_prefix = 0 if self.cls_token is None else 1
        spatial = resize_spatial(self.pos_embed[:, num_prefix:],
                                 self.grid[1:], (height, width))
        temporal = resize_temporal(self.temporal_pos_embedding, frames)
        # (1, 1, n/T', d) + (1, T', 1, d) -> (1, n, d)
        positions = (spatial.unsqueeze(1) + temporal.unsqueeze(2)).flatten(
            1, 2)
        # (B, T', H', W', d) -> (B, n, d); bf16 + fp32 gives fp32
        x = tokens.flatten(1, 3) + positions
        if self.cls_token is None:
            return x
        first = self.cls_token + self.pos_embed[:, :1]
        return torch.cat((first.expand(x.shape[0], -1, -1), x), dim=1)

    def init_weights(self) -> None:
        """Load what ``init_cfg`` names; the rest is set on construction.

        Raises:
            FileNotFoundError: If the named file does not exist.
            ValueError: If the named file does not fit the model.
        """
        configs = self.init_cfg or []
        configs = [configs] if isinstance(configs, dict) else list(configs)
        pretrained = [c for c in configs if c['type'] == 'Pretrained']
        kept = self.init_cfg
        # MMEngine's own loader would only log what does not fit
        self.init_cfg = [c for c in configs if c['type'] != 'Pretrained']
        try:
            super().init_weights()
        finally:
            self.init_cfg = kept
        for config in pretrained:
            load_pretrained(
                self,
                config['checkpoint'],
                config.get('prefix') or '',
                optional=('temporal_pos_embedding', ))

    def _load_from_state_dict(self, state_dict: dict, prefix: str,
                              local_metadata: dict, strict: bool,
                              missing_keys: list, unexpected_keys: list,
                              error_msgs: list) -> None:
        """Resize the position embeddings of a checkpoint, then load."""
        name = f'{prefix}pos_embed'
        if (name in state_dict
                and state_dict[name].shape != self.pos_embed.shape):
            state_dict[name], change = fit_spatial(
                state_dict[name], self.grid[1:], self.cls_token is not None)
            print_log(f'{name} of the checkpoint: {change}', 'current')
        name = f'{prefix}temporal_pos_embedding'
        if (name in state_dict and state_dict[name].shape[1] !=
                self.temporal_pos_embedding.shape[1]):
            print_log(
                f'{name} of the checkpoint: {state_dict[name].shape[1]} '
                f'-> {self.grid[0]} positions', 'current')
            state_dict[name] = resize_temporal(state_dict[name],
                                               self.grid[0])
        super()._load_from_state_dict(state_dict, prefix, local_metadata,
                                      strict, missing_keys, unexpected_keys,
                                      error_msgs)
