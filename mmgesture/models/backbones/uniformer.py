"""UniFormer V1 and V2 that read image models from local files."""
from typing import Dict, List

from mmaction.models import UniFormer, UniFormerV2
from torch import Tensor

from mmgesture.registry import MODELS
from ..layers.position_embedding import fit_spatial
from .local_weights import LocalWeights, inflate_kernels

__all__ = ['GestureUniFormer', 'GestureUniFormerV2']


@MODELS.register_module()
class GestureUniFormer(LocalWeights, UniFormer):
    """UniFormer (V1, Li et al. 2022) with weights from a local file.

    Understands its authors' ImageNet models, whose kernels go to the middle
    frame, and video models. The host knows them by the names of files to
    download. Position is encoded by convolutions: any number of frames and
    any size will do.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.UniFormer``.
    """

    host_settings = dict(pretrained=None, pretrained2d=False)

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Put an image model's kernels at the middle frame.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        names = inflate_kernels(state, own, 'center')
        return [f'centred in time: {len(names)} kernels'] if names else []


@MODELS.register_module()
class GestureUniFormerV2(LocalWeights, UniFormerV2):
    """UniFormer V2 (Li et al. 2022) with weights from a local file.

    Understands CLIP's image encoder (MMAction2's file, or a state dict of
    the official model under 'visual.') and its own video models. Nothing is
    downloaded. CLIP knows nothing of the global blocks: they start as
    constructed, adding zero. Position embeddings of other image sizes are
    interpolated bicubically.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.UniFormerV2``.
    """

    host_settings = dict(pretrained=None, clip_pretrained=False)
    # the video parts, which an image encoder does not have
    optional_weights = (r'^transformer\.(temporal_cls_token|dpe|dec|norm|'
                        r'balance)\b', r'\.lmhra[12]\.')
    # drawing would undo the zeros that the global blocks begin with
    drawn_first = False

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Inflate the patch embedding, resize the positions.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        names = inflate_kernels(state, own, 'center')
        done = [f'centred in time: {len(names)} kernels'] if names else []
        name = 'positional_embedding'
        if name in state and state[name].shape != own[name].shape:
            side = round((own[name].shape[0] - 1)**0.5)
            # (1 + n, d) -> (1, 1 + n, d) -> (1 + n', d)
            resized, change = fit_spatial(state[name][None], (side, side),
                                          True)
            state[name] = resized[0]
            done.append(f'{name}: {change}')
        return done

    def forward(self, x: Tensor) -> Tensor:
        """Encode clips.

        Args:
            x (Tensor): Clips, shape (B, 3, T, H, W).

        Returns:
            Tensor: Shape (B, d).

        Raises:
            ValueError: If the clips are of another size than the model; the
                host would take frames of different clips for one.
        """
        stride = self.conv1.stride[0]
        wanted = (self.transformer.T * stride, self.input_resolution,
                  self.input_resolution)
        if tuple(x.shape[2:]) != wanted:
            raise ValueError(
                f'UniFormerV2 expected clips of (T, H, W) = {wanted}, got '
                f'{tuple(x.shape[2:])}: set t_size and input_resolution of '
                'the backbone to what the pipeline gives')
        return super().forward(x)
