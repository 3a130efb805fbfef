"""ResNets that see a clip as frames: for TSN and TRN, and shifted for TSM."""
import logging
from typing import Dict, List, Optional, Sequence, Union

from mmaction.models import ResNet, ResNetTSM
from mmengine.logging import print_log
from torch import Tensor, nn

from mmgesture.registry import MODELS
from ..resnet_weights import plain_name, rename_official_se
from .local_weights import LocalWeights

__all__ = ['GestureResNet', 'GestureResNetTSM']


class _FrameWeights(LocalWeights):
    """Files of shifted and of unshifted networks fill either."""

    host_settings = dict(pretrained=None)

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Rename torchvision's, wrapped, and the official MA-Net's weights.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.

        Raises:
            ValueError: If the file has blocks that the model has not.
        """
        file, dead = rename_official_se(state)
        mine = {plain_name(name): name for name in own}
        state.clear()
        for name, value in file.items():
            plain = plain_name(name)
            state[mine.get(plain, plain)] = value
        # a deeper ResNet has all the blocks of a shallower one, and more
        more = [
            name for name in state if name.startswith('layer')
            and name not in own and '.se.' not in name
        ]
        if more:
            raise ValueError(
                f'{type(self).__name__} of depth {self.depth} has no place '
                f'for {len(more)} weights of the file, first {more[:3]}: is '
                'it a ResNet of another depth?')
        return ([f'dead weights of the official MA-Net left out: {len(dead)}']
                if dead else [])

    def _load(self, path: str, prefix: str) -> None:
        """Load a file; every refusal names it."""
        try:
            super()._load(path, prefix)
        except ValueError as error:
            if path in str(error):
                raise
            raise ValueError(f'{path} does not fit: {error}') from error


@MODELS.register_module()
class GestureResNet(_FrameWeights, ResNet):
    """MMAction2's ResNet with weights from a local file, for TSN and TRN.

    Understands torchvision's ImageNet files and recognizers over frames,
    shifted or not.

    ``partial_bn`` freezes all norms but the first (Wang et al., "Temporal
    Segment Networks", ECCV 2016, Sec. 3.2). The host does so at the first
    call of ``train``, after the optimizer and DDP have taken these
    parameters on; here it is done on construction. It wants pretrained
    weights: norms that never saw a picture normalise nothing.

    Args:
        init_cfg (dict | Sequence[dict], optional): See
            :class:`LocalWeights`. Defaults to None.
        **settings: Those of ``mmaction.models.ResNet``: ``depth`` and so on.
    """

    def __init__(self,
                 init_cfg: Optional[Union[dict, Sequence[dict]]] = None,
                 **settings) -> None:
        super().__init__(init_cfg, **settings)
        if self.partial_bn:
            norms = (m for m in self.modules()
                     if isinstance(m, nn.BatchNorm2d))
            for norm in list(norms)[1:]:
                norm.requires_grad_(False)

    def init_weights(self) -> None:
        """Draw the weights, then load what ``init_cfg`` names.

        Raises:
            FileNotFoundError: If the named file does not exist.
            ValueError: If the named file does not fit the model.
        """
        super().init_weights()
        if self.partial_bn and not self.weight_files:
            print_log(
                'partial_bn freezes norms, and these have seen nothing: '
                'unless a checkpoint is loaded next, train with --cfg-options '
                'model.backbone.partial_bn=False',
                'current',
                level=logging.WARNING)


@MODELS.register_module()
class GestureResNetTSM(_FrameWeights, ResNetTSM):
    """MMAction2's shifted ResNet (TSM) with weights from a local file.

    In every block an eighth of the channels comes from the next frame and an
    eighth from the one before, ahead of the first convolution (Lin et al.,
    "TSM: Temporal Shift Module", ICCV 2019, Sec. 3 and 4). The host's class
    cannot start without a 2-D weight file (``pretrained=None`` crashes), and
    mixes the frames of different clips if their number is wrong.

    Args and weights: see :class:`LocalWeights`; settings are those of
    ``mmaction.models.ResNetTSM``. ``num_segments`` is the number of frames
    of a clip; the head must have the same.
    """

    host_settings = dict(pretrained=None, pretrained2d=False)

    def forward(self, x: Tensor) -> Tensor:
        """Compute the feature map of every frame.

        Args:
            x (Tensor): Frames, clip by clip, shape (B * T, 3, H, W) with T
                ``num_segments``.

        Returns:
            Tensor: Shape (B * T, C, H / 32, W / 32).

        Raises:
            ValueError: If the frames do not make whole clips.
        """
        if x.shape[0] % self.num_segments:
            raise ValueError(
                f'{type(self).__name__} expected a multiple of num_segments='
                f'{self.num_segments} frames, got {x.shape[0]} (input of '
                f'shape {tuple(x.shape)}): set num_segments of backbone and '
                'head to the clip_len of the pipeline')
        return super().forward(x)
