"""Normalisation of clips on the device, and what a model family asks of it."""
from typing import List, Optional, Sequence, Tuple, Union

from mmaction.models import ActionDataPreprocessor
from torch import Tensor
from torch.nn import functional as F

from mmgesture.registry import MODELS


@MODELS.register_module()
class GestureDataPreprocessor(ActionDataPreprocessor):
    """MMAction2's preprocessor, from one pipeline to every model family.

    All pipelines give clips in NCTHW. What a family wants differently
    happens here, in this order: normalise, blend, resize, subtract the
    clip's mean, lay the frames out.

    ``subtract_clip_mean`` removes from every pixel its mean over the T
    frames of the clip: what does not move (person, clothes, room) vanishes.
    It is ours, for training from scratch on few people, and off in the
    paper's recipe, whose pretrained encoder wants natural frames.

    ``frames_as_segments`` is for MMAction2's 2-D recognizers (TSN, TSM,
    TRN), which see a clip as T images: (B, V, C, T, H, W) becomes
    (B, V * T, C, H, W), clip by clip. Their heads average over the V clips
    of a test; in training V must be 1, as each sample has one label.

    ``input_size`` resizes every frame by itself, bilinear with antialiasing,
    for models with a native size of their own (C3D: 112 px).

    Args:
        mean (Sequence[float], optional): Pixel mean. Defaults to None.
        std (Sequence[float], optional): Pixel deviation. Defaults to None.
        to_rgb (bool): Turn BGR into RGB. Defaults to False.
        to_float32 (bool): Convert to fp32. Defaults to True.
        blending (dict, optional): Config of mixup, cutmix.
            Defaults to None.
        format_shape (str): Layout of a clip. Defaults to ``'NCTHW'``.
        subtract_clip_mean (bool): See above. Defaults to False.
        frames_as_segments (bool): See above. Defaults to False.
        input_size (int, optional): Height and width that frames are resized
            to, in pixels; None leaves them. Defaults to None.

    Raises:
        ValueError: If ``subtract_clip_mean``, ``frames_as_segments`` or
            ``input_size`` is asked of a layout other than NCTHW, or
            ``input_size`` is not positive.
    """

    def __init__(self,
                 mean: Optional[Sequence[Union[float, int]]] = None,
                 std: Optional[Sequence[Union[float, int]]] = None,
                 to_rgb: bool = False,
                 to_float32: bool = True,
                 blending: Optional[dict] = None,
                 format_shape: str = 'NCTHW',
                 subtract_clip_mean: bool = False,
                 frames_as_segments: bool = False,
                 input_size: Optional[int] = None) -> None:
        super().__init__(
            mean=mean,
            std=std,
            to_rgb=to_rgb,
            to_float32=to_float32,
            blending=blending,
            format_shape=format_shape)
        wishes = dict(
            subtract_clip_mean=subtract_clip_mean,
            frames_as_segments=frames_as_segments,
            input_size=input_size is not None)
        for name, wished in wishes.items():
            if wished and format_shape != 'NCTHW':
                raise ValueError(f"{name} expected format_shape='NCTHW' (it "
                                 "needs the frames' axis), got "
                                 f'{format_shape!r}')
        if input_size is not None and input_size <= 0:
            raise ValueError('input_size expected a positive number of '
                             f'pixels or None, got {input_size}')
        self.subtract_clip_mean = subtract_clip_mean
        self.frames_as_segments = frames_as_segments
        self.input_size = input_size

    def preprocess(self,
                   inputs: List[Tensor],
                   data_samples: list,
                   training: bool = False) -> Tuple[Tensor, list]:
        """Stack, normalise, blend, resize, subtract, lay out.

        Args:
            inputs (list[Tensor]): Clips, each (V, C, T, H, W), uint8 or
                floating point.
            data_samples (list): Their samples.
            training (bool): Whether to blend. Defaults to False.

        Returns:
            tuple[Tensor, list]: Batch (B, V, C, T, H, W), or
            (B, V * T, C, H, W) with ``frames_as_segments``, and the samples.

        Raises:
            ValueError: If ``frames_as_segments`` gets several clips per
                sample in training.
        """
        batch, data_samples = super().preprocess(inputs, data_samples,
                                                 training)
        if self.input_size is not None:
            batch = self._resize(batch)
        if self.subtract_clip_mean:
            # blending mixes whole clips, so the mean can be taken after it
            batch = batch - batch.mean(dim=-3, keepdim=True)
        if self.frames_as_segments:
            batch = self._frames_as_segments(batch, training)
        return batch, data_samples

    def _resize(self, batch: Tensor) -> Tensor:
        """(B, V, C, T, H, W) -> (B, V, C, T, S, S)."""
        size = (self.input_size, self.input_size)
        if tuple(batch.shape[-2:]) == size:
            return batch
        # (B, V, C, T, H, W) -> (B * V * C, T, H, W): every frame by itself
        frames = F.interpolate(
            batch.flatten(0, 2),
            size=size,
            mode='bilinear',
            align_corners=False,
            antialias=True)
        # (B * V * C, T, S, S) -> (B, V, C, T, S, S)
        return frames.unflatten(0, batch.shape[:3])

    @staticmethod
    def _frames_as_segments(batch: Tensor, training: bool) -> Tensor:
        """(B, V, C, T, H, W) -> (B, V * T, C, H, W)."""
        views = batch.shape[1]
        if training and views != 1:
            raise ValueError(
                'frames_as_segments expected one clip per sample in '
                f'training, got {views} (input of shape '
                f'{tuple(batch.shape)}): set num_clips=1 in '
                'UniformSampleSegment of the training pipeline')
        # (B, V, C, T, H, W) -> (B, V, T, C, H, W) -> (B, V * T, C, H, W);
        # contiguous, because Recognizer2D takes a view of it
        return batch.transpose(2, 3).flatten(1, 2).contiguous()
