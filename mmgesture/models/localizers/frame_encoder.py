"""Single frames to vectors, with no more of the past than two pictures."""
import math
from typing import NamedTuple, Sequence, Tuple

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from mmgesture.registry import MODELS

__all__ = ['FrameEncoder', 'FrameState']


class FrameState(NamedTuple):
    """What the encoder keeps of the past.

    Attributes:
        previous (Tensor): The latest frame, shape (B, 3, H, W), in [0, 1].
        mean (Tensor): Running mean of the frames, of the same shape.
    """
    previous: Tensor
    mean: Tensor


@MODELS.register_module()
class FrameEncoder(BaseModule):
    """A small CNN on what changes in a picture.

    A frame is seen as its difference to the frame before and as its
    difference to a running mean of the frames: what does not move vanishes,
    so that clothes and rooms matter little. Then strided convolutions, each
    with a normalisation over its own frame alone, and a linear layer that
    keeps where things are.

    Args:
        size (Sequence[int]): Height and width of the frames, pixels,
            multiples of 2 to the number of stages.
        step_rate (float): Frames per second.
        channels (Sequence[int]): Channels of the stages, each of which
            halves the picture; multiples of 8. Defaults to (24, 32, 64, 96).
        out_channels (int): Values of a step. Defaults to 128.
        memory (float): Seconds of the running mean. Defaults to 4.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If the size cannot be halved so often.
    """

    def __init__(self,
                 size: Sequence[int],
                 step_rate: float,
                 channels: Sequence[int] = (24, 32, 64, 96),
                 out_channels: int = 128,
                 memory: float = 4.,
                 init_cfg=None) -> None:
        super().__init__(init_cfg=init_cfg)
        height, width = size
        stride = 2**len(channels)
        if height % stride or width % stride:
            raise ValueError(f'expected a height and width that are '
                             f'multiples of {stride}, got {tuple(size)}')
        self.size = (height, width)
        self.share = 1 - math.exp(-1 / (memory * step_rate))
        layers, before = [], 6
        for index, after in enumerate(channels):
            kernel = 3 if index else 5
            layers += [
                nn.Conv2d(before, after, kernel, 2, kernel // 2, bias=False),
                nn.GroupNorm(8, after),
                nn.ReLU(inplace=True)
            ]
            before = after
        layers += [nn.Conv2d(before, 16, 1), nn.Flatten()]
        self.stages = nn.Sequential(*layers)
        self.project = nn.Linear(16 * height * width // stride**2,
                                 out_channels)

    def start(self, frames: Tensor) -> FrameState:
        """The state before the first frame: as if it had always been there.

        Args:
            frames (Tensor): The first frames, shape (B, 3, n, H, W), 0 to
                255.

        Returns:
            FrameState: To begin with.
        """
        first = frames[:, :, 0] / 255
        return FrameState(first, first)

    def chunk(self, frames: Tensor,
              state: FrameState) -> Tuple[Tensor, FrameState]:
        """Encode the next frames.

        Args:
            frames (Tensor): Shape (B, 3, n, H, W), 0 to 255.
            state (FrameState): After the frames before; not changed.

        Returns:
            tuple[Tensor, FrameState]: Shape (B, n, out_channels), and the
            state after the last frame.

        Raises:
            ValueError: If the frames have another size.
        """
        if tuple(frames.shape[3:]) != self.size:
            raise ValueError(f'expected frames of {self.size} pixels, got '
                             f'{tuple(frames.shape[3:])}')
        frames = frames / 255
        previous, mean = state
        inputs = []
        for frame in frames.unbind(2):
            inputs.append(torch.cat([frame - previous, frame - mean], 1))
            mean = mean + self.share * (frame - mean)
            previous = frame
        # n x (B, 6, H, W) -> (B, n, 6, H, W) -> (B * n, 6, H, W)
        x = torch.stack(inputs, 1)
        batch, number = x.shape[:2]
        x = self.project(self.stages(x.flatten(0, 1)))
        # a copy: a view would keep all frames of the chunk
        return x.unflatten(0, (batch, number)), FrameState(
            previous.clone(), mean)

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'size={self.size}, share={self.share:.4f}'
