"""MA-Net's encoder: a shifted ResNet that weighs its channels first."""
from typing import Dict, List, Optional, Sequence, Union

from mmaction.models.backbones.resnet_tsm import TemporalShift
from torch import Tensor, nn

from mmgesture.registry import MODELS
from .resnet import GestureResNetTSM

__all__ = ['ExcitedShift', 'MANet', 'SqueezeExcite']


class SqueezeExcite(nn.Module):
    """Weigh the channels of every frame by what the frame shows.

    y = x * sigmoid(W2 relu(W1 GAP(x))), without biases (Hu et al.,
    "Squeeze-and-Excitation Networks", CVPR 2018, Eq. 2 to 4). GAP is the
    mean over the pixels of one frame: frames do not mix here.

    Args:
        channels (int): Channels C.
        reduction (int): W1 is (C / reduction, C). Defaults to 4.

    Raises:
        ValueError: If ``channels`` is no multiple of ``reduction``.
    """

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        if reduction < 1 or channels % reduction:
            raise ValueError(f'SqueezeExcite expected channels ({channels}) '
                             f'to be a multiple of reduction ({reduction})')
        self.squeeze = nn.Linear(channels, channels // reduction, bias=False)
        self.expand = nn.Linear(channels // reduction, channels, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Weigh the channels.

        Args:
            x (Tensor): Frames, shape (N, C, H, W).

        Returns:
            Tensor: The same shape.
        """
        # (N, C, H, W) -> (N, C)
        weights = self.expand(self.squeeze(x.mean(dim=(2, 3))).relu())
        return x * weights.sigmoid()[:, :, None, None]


class ExcitedShift(TemporalShift):
    """A convolution behind channel weights and a temporal shift.

    The order matters: weights are of the frame that the channels come from.

    Args:
        net (nn.Conv2d): The convolution.
        num_segments (int): Frames of a clip.
        shift_div (int): One in so many channels is shifted each way.
        reduction (int): Of :class:`SqueezeExcite`. Defaults to 4.
    """

    def __init__(self,
                 net: nn.Conv2d,
                 num_segments: int,
                 shift_div: int,
                 reduction: int = 4) -> None:
        super().__init__(net, num_segments=num_segments, shift_div=shift_div)
        self.se = SqueezeExcite(net.in_channels, reduction)

    def forward(self, x: Tensor) -> Tensor:
        """Weigh, shift, convolve.

        Args:
            x (Tensor): Frames, clip by clip, shape (B * T, C, H, W).

        Returns:
            Tensor: Shape (B * T, C', H', W').
        """
        return super().forward(self.se(x))


@MODELS.register_module()
class MANet(GestureResNetTSM):
    """Encoder of MA-Net, "Benchmarking Micro-action Recognition" (2024).

    Guo et al., IEEE TCSVT 2024: a ResNet with a temporal shift before the
    first convolution of every block (every second block where the third
    stage has 23 or more, as in TSM), and a per-frame squeeze-and-excitation
    before the shift.

    The official model has three more convolutions at each of these places
    that its forward never uses: 10.95 of its 43.2 M parameters. They are
    left out here, and ignored when its checkpoint is read
    (``tools/deploy/convert_manet.py``, or ``init_cfg`` for the encoder
    alone). ImageNet and TSM files have no squeeze-and-excitation weights:
    those start as drawn.

    Args:
        num_segments (int): Frames of a clip; the head must have the same.
            Defaults to 16; 8 in the paper of MA-Net.
        shift_div (int): One in so many channels is shifted each way.
            Defaults to 8.
        reduction (int): Of the squeeze-and-excitation. Defaults to 4.
        init_cfg (dict | Sequence[dict], optional): See
            :class:`LocalWeights`. Defaults to None.
        **settings: Those of ``mmaction.models.ResNetTSM``: ``depth`` and so
            on.

    Raises:
        ValueError: If ``settings`` put the shift elsewhere.
    """

    optional_weights = (r'\.conv\.se\.', )

    def __init__(self,
                 num_segments: int = 16,
                 shift_div: int = 8,
                 reduction: int = 4,
                 init_cfg: Optional[Union[dict, Sequence[dict]]] = None,
                 **settings) -> None:
        super().__init__(
            init_cfg,
            num_segments=num_segments,
            shift_div=shift_div,
            **settings)
        for module in list(self.modules()):
            conv = getattr(module, 'conv', None)
            if isinstance(conv, TemporalShift):
                module.conv = ExcitedShift(conv.net, conv.num_segments,
                                           conv.shift_div, reduction)
        if not any(isinstance(m, ExcitedShift) for m in self.modules()):
            raise ValueError("MANet expected shift_place='blockres' and "
                             'is_shift=True: its channel weights stand before '
                             'the shift of a convolution')

    def adapt_weights(self, state: Dict[str, Tensor],
                      own: Dict[str, Tensor]) -> List[str]:
        """Rename a file's weights; its channel weights come all or not.

        Args:
            state (dict[str, Tensor]): The file's weights, changed in place.
            own (dict[str, Tensor]): The model's.

        Returns:
            list[str]: What was done, in words.

        Raises:
            ValueError: If some of the squeeze-and-excitations are missing.
        """
        done = super().adapt_weights(state, own)
        wanted = [name for name in own if '.conv.se.' in name]
        missing = [name for name in wanted if name not in state]
        if missing and len(missing) < len(wanted):
            raise ValueError(
                f'MANet expected {len(wanted)} squeeze-and-excitation weights '
                f'or none, got all but {len(missing)}, first {missing[:3]}: '
                'is it a MA-Net of another size?')
        return done
