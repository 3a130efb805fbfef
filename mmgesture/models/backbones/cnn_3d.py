"""The 3-D convolutional baselines: C3D and I3D."""
from typing import Dict, List

from mmaction.models import C3D, ResNet3d
from torch import Tensor

from mmgesture.registry import MODELS
from ..resnet_weights import plain_name
from .local_weights import LocalWeights

__all__ = ['GestureC3D', 'GestureResNet3d']


@MODELS.register_module()
class GestureC3D(LocalWeights, C3D):
    """C3D (Tran et al. 2015) with weights from a local file.

    Its first linear layer, fc6, sees the whole map, 512 x T/16 x
    (H/32 + 1) x (W/32 + 1) values: ``out_dim=8192`` at the native 16 x 112 x
    112 and 32768 at 16 x 224 x 224. A file made at another size fills
    everything but fc6's weight, which stays as drawn.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.C3D``.
    """

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Leave out an fc6 that was made for another size of input.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        name = 'fc6.weight'
        if name not in state or state[name].shape == own[name].shape:
            return []
        found = tuple(state[name].shape)
        # Kept as drawn, under the eyes of the reader of the log.
        state[name] = own[name].clone()
        return [f'{name} {found} is of another input size: kept as drawn']

    def forward(self, x: Tensor) -> Tensor:
        """Encode clips.

        Args:
            x (Tensor): Clips, shape (B, 3, T, H, W).

        Returns:
            Tensor: Shape (B, 4096).

        Raises:
            ValueError: If fc6 was made for another size.
        """
        frames, height, width = x.shape[2:]
        values = 512 * (frames // 16) * (height // 32 + 1) * (width // 32 + 1)
        if values != self.fc6.in_features:
            raise ValueError(
                f'C3D with out_dim={self.fc6.in_features} got clips of '
                f'{frames} x {height} x {width}, which give {values} values: '
                'set input_size of the data_preprocessor (112 for '
                f'out_dim=8192), or out_dim={values}')
        return super().forward(x)


@MODELS.register_module()
class GestureResNet3d(LocalWeights, ResNet3d):
    """I3D's inflated ResNet with weights from a local file.

    Understands torchvision's ImageNet files, whose kernels are spread over
    the frames, and video recognizers of the same shape.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.ResNet3d``.
    """

    host_settings = dict(pretrained=None, pretrained2d=False)

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Rename torchvision's weights and inflate them.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.
        """
        for name in list(state):
            state[plain_name(name)] = state.pop(name)
        return super().adapt_weights(state, own)
