"""A recognizer of trimmed clips, slid over a long video."""
import re
from typing import Callable, Dict, List, NamedTuple, Optional

import numpy as np
import torch
from mmaction.structures import ActionDataSample
from mmcv.transforms import to_tensor
from torch import nn

from mmgesture.datasets.features import FrameGrid
from mmgesture.datasets.transforms.sample import uniform_indices
from mmgesture.datasets.video import open_video
from mmgesture.structures import TimeGrid, UntrimmedVideo
from .trained_model import TrainedModel

__all__ = ['SlidingRecognizer', 'SlidingResult']

#: Transforms that open or decode, in our pipelines and MMAction2's.
_DECODERS = r'DecodeVideo|DecordDecode|OpenCVDecode|PyAVDecode|' \
    r'RawFrameDecode'
_PACKERS = r'PackGestureInputs|PackActionInputs'


class SlidingResult(NamedTuple):
    """What a recognizer says about every window of a video.

    Attributes:
        features (np.ndarray): Input of its last linear layer, (T, C),
            float32.
        scores (np.ndarray): Probabilities, (T, K), float32.
        grid (TimeGrid): Where the T windows lie in the video.
        num_frames (int): Frames of the video.
        fps (float): Its rate.
    """

    features: np.ndarray
    scores: np.ndarray
    grid: TimeGrid
    num_frames: int
    fps: float


class SlidingRecognizer:
    """Features and class probabilities of overlapping windows.

    Frames are sampled at ``fps``, a window is ``window`` of them every
    ``stride``; the model sees as many of a window as its clips have, chosen
    uniformly. Windows go on until the video is covered; what the last one
    lacks is the last frame. The spatial steps of the model's test pipeline
    are applied once to every frame.

    Args:
        trained (TrainedModel): A recognizer of videos, ours or MMAction2's.
        window (int): Sampled frames of a window. Defaults to 16.
        stride (int): Sampled frames from one window to the next. Defaults to
            4.
        fps (float, optional): Rate to sample at; None: the video's own.
            Defaults to None.
        batch_size (int): Windows per forward pass. Defaults to 16.

    Raises:
        ValueError: If a number is not positive, or the test pipeline is not
            one of a video recognizer with a single crop.
    """

    def __init__(self,
                 trained: TrainedModel,
                 window: int = 16,
                 stride: int = 4,
                 fps: Optional[float] = None,
                 batch_size: int = 16) -> None:
        if min(window, stride, batch_size) < 1:
            raise ValueError('expected positive window, stride and '
                             f'batch_size, got {window}, {stride} and '
                             f'{batch_size}')
        self.model = trained.model
        self.window, self.stride = window, stride
        self.batch_size = batch_size
        self.frames = FrameGrid(fps)
        names = [type(step).__name__ for step in trained.transforms]
        decoders = [i for i, n in enumerate(names)
                    if re.fullmatch(_DECODERS, n)]
        shapers = [i for i, n in enumerate(names) if n == 'FormatShape']
        if len(decoders) != 1 or len(shapers) != 1 or 'ThreeCrop' in names \
                or 'TenCrop' in names:
            raise ValueError(
                'expected a test pipeline that decodes a video, takes one '
                f'crop and ends with FormatShape, got {" -> ".join(names)}; '
                'for skeletons see extract_features.py skeleton')
        decode, shape = decoders[0], shapers[0]
        self.short_side = getattr(trained.transforms[decode], 'short_side',
                                  None)
        self.spatial = [
            step for step in trained.transforms[decode + 1:shape + 1]
            if not re.fullmatch(_PACKERS, type(step).__name__)
        ]
        self.clip_len = _clip_len(trained.transforms[:decode])
        self._captured: List[torch.Tensor] = []
        _classifier(self.model).register_forward_pre_hook(
            lambda module, inputs: self._captured.append(inputs[0]))

    def __call__(self,
                 path: str,
                 advance: Optional[Callable[[int], None]] = None
                 ) -> SlidingResult:
        """Slide over a video.

        Args:
            path (str): The file.
            advance (Callable, optional): Called with the number of windows
                that are done since the last call. Defaults to None.

        Returns:
            SlidingResult: Of all windows.

        Raises:
            UnreadableMediaError: If the file cannot be read.
        """
        features, scores = [], []
        with open_video(path) as reader:
            video = UntrimmedVideo(
                path, num_frames=len(reader), fps=reader.fps)
            sampled = self.frames.grid(video)
            total = self.num_windows(sampled.num_steps)
            chosen = uniform_indices(self.window, self.clip_len)
            for first in range(0, total, self.batch_size):
                count = min(self.batch_size, total - first)
                begin = first * self.stride
                needed = (count - 1) * self.stride + self.window
                indices = self.frames.frame_indices(sampled, begin, needed,
                                                    len(reader))
                # frames beyond the end come again, decoded once
                unique, back = np.unique(indices, return_inverse=True)
                images = self._prepare(
                    reader.get_frames(unique, self.short_side))
                clips = [[images[back[k * self.stride + i]] for i in chosen]
                         for k in range(count)]
                found = self._forward(clips)
                features.append(found['features'])
                scores.append(found['scores'])
                if advance is not None:
                    advance(count)
            grid = TimeGrid(self.stride * sampled.stride,
                            self.window * sampled.stride / 2, total)
            return SlidingResult(
                np.concatenate(features), np.concatenate(scores), grid,
                len(reader), reader.fps)

    def num_windows(self, num_sampled: int) -> int:
        """Windows that cover a video.

        Args:
            num_sampled (int): Sampled frames.

        Returns:
            int: At least 1.
        """
        return max(-(-(num_sampled - self.window) // self.stride), 0) + 1

    def _prepare(self, frames: np.ndarray) -> List[np.ndarray]:
        """The spatial steps on some frames (N, H, W, 3)."""
        results: Dict = dict(
            imgs=list(frames),
            original_shape=frames.shape[1:3],
            img_shape=frames.shape[1:3],
            modality='RGB',
            num_clips=1,
            clip_len=len(frames))
        for step in self.spatial[:-1]:
            results = step(results)
        return list(results['imgs'])

    @torch.no_grad()
    def _forward(self, clips: List[List[np.ndarray]]) -> Dict:
        inputs = []
        for clip in clips:
            # the layout that the model wants, by its own FormatShape
            shaped = self.spatial[-1](
                dict(imgs=clip, num_clips=1, clip_len=self.clip_len,
                     modality='RGB'))
            inputs.append(to_tensor(shaped['imgs']))
        self._captured.clear()
        samples = self.model.test_step(
            dict(inputs=inputs,
                 data_samples=[ActionDataSample() for _ in clips]))
        features = self._captured[-1]
        # heads that classify parts before they average
        features = features.reshape(len(clips), -1, features.shape[-1])
        scores = torch.stack([s.pred_score for s in samples])
        return dict(
            features=features.mean(1).float().cpu().numpy(),
            scores=scores.float().cpu().numpy())


def _clip_len(transforms: list) -> int:
    """Frames of a clip, from the step that samples them."""
    for step in transforms:
        length = getattr(step, 'clip_len', None)
        if length is not None:
            # TSN and its kin: segments of one frame each
            return length * (step.num_clips if length == 1 else 1)
    raise ValueError('expected a step with clip_len before decoding in the '
                     'test pipeline, got '
                     f'{[type(step).__name__ for step in transforms]}')


def _classifier(model: nn.Module) -> nn.Linear:
    """The layer that turns features into class scores."""
    layers = [m for m in model.cls_head.modules()
              if isinstance(m, nn.Linear)]
    own = getattr(model.cls_head, 'fc_cls', None)
    if isinstance(own, nn.Linear):
        return own
    if not layers:
        raise ValueError(f'{type(model.cls_head).__name__} has no linear '
                         'layer whose input could be the features')
    return layers[-1]
