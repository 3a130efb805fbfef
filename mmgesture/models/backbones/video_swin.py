"""Video Swin Transformer that starts with or without an image model."""
from typing import Dict, List

from mmaction.models import SwinTransformer3D
from torch import Tensor
from torch.nn import functional as F

from mmgesture.registry import MODELS
from ..layers import ConvPatchEmbed3D
from .local_weights import LocalWeights

__all__ = ['GestureSwin3D']

_TABLE = 'relative_position_bias_table'


class _ConvPatches(ConvPatchEmbed3D):
    """The convolutional stem with channels first, as the host wants them."""

    def forward(self, x: Tensor) -> Tensor:
        # (B, T', H', W', d) -> (B, d, T', H', W')
        return super().forward(x).permute(0, 4, 1, 2, 3)


@MODELS.register_module()
class GestureSwin3D(LocalWeights, SwinTransformer3D):
    """Video Swin (Liu et al. 2022) with weights from a local file.

    Understands the official image models (``swin_small_patch4_window7_224``)
    and Video Swins. Of an image model the patch embedding is spread over
    its two frames and the table of position biases repeated for every
    distance in time (Sec. 3.3 there), resized bicubically for another
    window. The host crashes without a file, and loses its own initialisation
    when ``init_cfg`` is set.

    Args and weights: see :class:`LocalWeights`; further settings are those
    of ``mmaction.models.SwinTransformer3D``.

    Args:
        patch_embed (str): ``'linear'`` as in the paper, or ``'conv'``, the
            stem of :class:`ConvPatchEmbed3D`, for training from scratch on
            small data; needs a ``patch_size`` of (t, p, p). Defaults to
            ``'linear'``.
        **settings: See above.

    Raises:
        ValueError: If ``patch_embed`` is unknown, or the patches do not suit
            the stem.
    """

    host_settings = dict(pretrained=None, pretrained2d=False)
    # computed from the window on construction
    optional_weights = (r'relative_position_index$', )

    def __init__(self, patch_embed: str = 'linear', **settings) -> None:
        if patch_embed not in ('linear', 'conv'):
            raise ValueError("GestureSwin3D: patch_embed expected 'linear' or "
                             f"'conv', got {patch_embed!r}")
        super().__init__(**settings)
        if patch_embed == 'conv':
            frames, height, width = self.patch_size
            if height != width:
                raise ValueError("GestureSwin3D: patch_embed='conv' expected "
                                 f'square patches, got {self.patch_size}')
            self.patch_embed = _ConvPatches(
                settings.get('in_channels', 3), self.embed_dims, height,
                frames)

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Turn an image model's weights into a video model's.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        for name in list(state):
            if 'relative_position_index' in name or 'attn_mask' in name:
                del state[name]
        patches = state.get('patch_embed.proj.weight')
        if patches is None or patches.ndim != 4:
            return []
        done = super().adapt_weights(state, own)
        tables = [name for name in state if name.endswith(_TABLE)]
        for name in tables:
            state[name] = self._table_of_clip(state[name])
        done.append(f'position biases repeated over time: {len(tables)}')
        # the last norm of the image model follows its last stage
        last = f'norm{self.num_layers - 1}'
        for kind in ('weight', 'bias'):
            if f'norm.{kind}' in state:
                state[f'{last}.{kind}'] = state.pop(f'norm.{kind}')
        return done

    def _table_of_clip(self, table: Tensor) -> Tensor:
        """((2h-1)^2, heads) -> ((2T-1) (2H-1) (2W-1), heads)."""
        frames, height, width = self.window_size
        size = (2 * height - 1, 2 * width - 1)
        side = round(table.shape[0]**0.5)
        if (side, side) != size:
            # (S * S, heads) -> (1, heads, S, S)
            grid = table.t().reshape(1, -1, side, side)
            grid = F.interpolate(
                grid, size=size, mode='bicubic', align_corners=False)
            # (1, heads, H, W) -> (H * W, heads)
            table = grid.flatten(2)[0].t()
        return table.repeat(2 * frames - 1, 1)
