"""TimeSformer that reads weights of other sizes and numbers of frames."""
import re
from typing import Dict, List

from mmaction.models import TimeSformer
from torch import Tensor

from mmgesture.registry import MODELS
from ..layers.position_embedding import fit_spatial, resize_temporal
from .local_weights import LocalWeights

__all__ = ['GestureTimeSformer']

# timm's names of a Vision Transformer's weights, and the host's
_LAYER = r'transformer_layers.layers.\1.'
_TIMM = (
    (r'^patch_embed\.proj\.', 'patch_embed.projection.'),
    (r'^blocks\.(\d+)\.norm1\.', _LAYER + 'norms.0.'),
    (r'^blocks\.(\d+)\.norm2\.', _LAYER + 'norms.1.'),
    (r'^blocks\.(\d+)\.attn\.qkv\.', _LAYER + 'attentions.0.attn.in_proj_'),
    (r'^blocks\.(\d+)\.attn\.proj\.',
     _LAYER + 'attentions.0.attn.out_proj.'),
    (r'^blocks\.(\d+)\.mlp\.fc1\.', _LAYER + 'ffns.0.layers.0.0.'),
    (r'^blocks\.(\d+)\.mlp\.fc2\.', _LAYER + 'ffns.0.layers.1.'),
)


@MODELS.register_module()
class GestureTimeSformer(LocalWeights, TimeSformer):
    """TimeSformer (Bertasius et al. 2021) with weights from a local file.

    Understands Vision Transformers under timm's or MMAction2's names, and
    TimeSformers. Position embeddings of other image sizes are interpolated
    bicubically, time embeddings of other numbers of frames linearly; the
    host would leave such a time embedding out. An image model has no time
    embedding: it starts at zero. For ``divided_space_time`` the attention of
    an image model serves both axes.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.TimeSformer``.
    """

    # a ViT lacks the embedding of time, and what divided attention adds
    optional_weights = (r'^time_embed$', r'temporal_fc')

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Rename timm's weights, resize embeddings, divide attention.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        done = []
        for name in list(state):
            new = name
            for pattern, target in _TIMM:
                new = re.sub(pattern, target, new)
            if new != name:
                state[new] = state.pop(name)
        if self.attention_type == 'divided_space_time' and not any(
                '.attentions.1.' in name for name in state):
            self._divide(state)
            done.append('attention copied to space and time')
        positions = state.get('pos_embed')
        if positions is not None:
            side = [
                size // patch for size, patch in zip(
                    self.patch_embed.img_size, self.patch_embed.patch_size)
            ]
            state['pos_embed'], change = fit_spatial(positions, side, True)
            done += [f'pos_embed: {change}'] if change else []
        times = state.get('time_embed')
        if times is not None and times.shape[1] != self.num_frames:
            state['time_embed'] = resize_temporal(times, self.num_frames)
            done.append(
                f'time_embed: {times.shape[1]} -> {self.num_frames} frames')
        return done

    @staticmethod
    def _divide(state: Dict[str, Tensor]) -> None:
        """Norms move into attention and FFN; attention is for both axes."""
        for name in list(state):
            new = name.replace('.norms.0.', '.attentions.0.norm.').replace(
                '.norms.1.', '.ffns.0.norm.')
            state[new] = value = state.pop(name)
            if '.attentions.0.' in new:
                twin = new.replace('.attentions.0.', '.attentions.1.')
                state[twin] = value.clone()

    def forward(self, x: Tensor) -> Tensor:
        """Encode clips.

        Args:
            x (Tensor): Clips, shape (B, 3, T, H, W).

        Returns:
            Tensor: Class token, shape (B, d).

        Raises:
            ValueError: If the clips are of another size than the model.
        """
        wanted = (self.num_frames, *self.patch_embed.img_size)
        if tuple(x.shape[2:]) != wanted:
            raise ValueError(
                f'TimeSformer expected clips of (T, H, W) = {wanted}, got '
                f'{tuple(x.shape[2:])}: set num_frames and img_size of the '
                'backbone to what the pipeline gives')
        return super().forward(x)
