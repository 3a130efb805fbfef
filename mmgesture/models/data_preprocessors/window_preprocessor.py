"""Batches of windows over long sequences, with masks."""
from typing import Any, Dict, List, Optional, Sequence

import torch
from mmengine.model import BaseDataPreprocessor
from torch import Tensor

from mmgesture.registry import MODELS
from ..layers.masked import step_mask


@MODELS.register_module()
class WindowDataPreprocessor(BaseDataPreprocessor):
    """Stacks windows and says which of their steps are valid.

    A window is a sequence of features (C, W), padded with zeros at its end,
    or a piece of video (3, W, height, width), whose steps are frames. How
    many steps are valid comes from ``num_steps`` of its sample; what lies
    beyond is set to zero, after normalisation too.

    Args:
        mean (Sequence[float], optional): Mean of each colour, for frames;
            None leaves them unnormalised. Defaults to None.
        std (Sequence[float], optional): Deviation of each colour. Defaults
            to None.
        subtract_clip_mean (bool): Subtract from every pixel its mean over
            the valid frames, so that what does not move vanishes; see
            :class:`GestureDataPreprocessor`. Defaults to False.
        non_blocking (bool): Copy to the device without waiting. Defaults to
            False.

    Raises:
        ValueError: If only one of ``mean`` and ``std`` is given.
    """

    def __init__(self,
                 mean: Optional[Sequence[float]] = None,
                 std: Optional[Sequence[float]] = None,
                 subtract_clip_mean: bool = False,
                 non_blocking: bool = False) -> None:
        super().__init__(non_blocking=non_blocking)
        if (mean is None) != (std is None):
            raise ValueError('expected mean and std, or neither, got '
                             f'mean={mean}, std={std}')
        self.subtract_clip_mean = subtract_clip_mean
        self.normalises = mean is not None
        if self.normalises:
            # (C, 1, 1, 1) against (B, C, T, H, W)
            for name, values in (('mean', mean), ('std', std)):
                self.register_buffer(
                    name, torch.tensor(values).view(-1, 1, 1, 1), False)

    def forward(self, data: Dict[str, Any],
                training: bool = False) -> Dict[str, Any]:
        """Collate, move, mask, normalise.

        Args:
            data (dict): ``inputs`` (list of B tensors (C, W) or
                (3, W, height, width), or one tensor with B in front) and
                ``data_samples`` (list of ActionDataSample with
                ``num_steps``, or None).
            training (bool): Not used. Defaults to False.

        Returns:
            dict: ``inputs`` (Tensor, (B, C, W) or (B, 3, W, height, width),
            fp32), ``mask`` (Tensor, bool, (B, 1, W)) and ``data_samples``.

        Raises:
            ValueError: If windows differ in shape, ``num_steps`` does not
                fit, or values are not finite.
        """
        data = self.cast_data(data)
        windows, samples = data['inputs'], data.get('data_samples')
        inputs = self._stack(windows, samples)
        mask = self._mask(inputs, samples)
        wide = mask
        if inputs.ndim == 5:
            wide = mask[..., None, None]  # (B, 1, W, 1, 1)
            if self.normalises:
                inputs = (inputs - self.mean) / self.std
        inputs = inputs.masked_fill(~wide, 0)
        if self.subtract_clip_mean and inputs.ndim == 5:
            mean = inputs.sum(2, keepdim=True) / wide.sum(2, keepdim=True)
            inputs = (inputs - mean) * wide
        if not bool(torch.isfinite(inputs).all()):
            bad = ~torch.isfinite(inputs.flatten(1)).all(1)
            row = int(bad.nonzero()[0])
            raise ValueError(f'{_name(samples, row)}: the window has values '
                             'that are not finite; check the file it is from')
        return dict(inputs=inputs, mask=mask, data_samples=samples)

    @staticmethod
    def _stack(windows, samples: Optional[List]) -> Tensor:
        """List of equal windows -> batch, fp32."""
        if isinstance(windows, Tensor):
            windows = list(windows)
        for row, window in enumerate(windows):
            if window.shape != windows[0].shape or window.ndim not in (2, 4):
                raise ValueError(
                    f'{_name(samples, row)}: expected windows of one shape, '
                    '(C, W) or (3, W, height, width), got '
                    f'{tuple(window.shape)} beside '
                    f'{tuple(windows[0].shape)}; windows have a fixed length '
                    'and are padded at the end by the data set')
        return torch.stack(list(windows)).float()

    @staticmethod
    def _mask(inputs: Tensor, samples: Optional[List]) -> Tensor:
        """Valid steps, bool (B, 1, W)."""
        length = inputs.shape[2]
        if samples is None:
            return inputs.new_ones(len(inputs), 1, length, dtype=torch.bool)
        counts = []
        for row, sample in enumerate(samples):
            count = sample.metainfo.get('num_steps', length)
            if not 1 <= count <= length:
                raise ValueError(
                    f'{_name(samples, row)}: num_steps expected 1 to '
                    f'{length}, the length of the window, got {count}')
            counts.append(int(count))
        counts = torch.tensor(counts, device=inputs.device)
        return step_mask(counts, length)


def _name(samples: Optional[List], row: int) -> str:
    """How to call a window in a message."""
    meta = samples[row].metainfo if samples else {}
    if 'video_id' not in meta:
        return f'window {row} of the batch'
    return f'{meta["video_id"]} from step {meta.get("window_start", "?")}'
