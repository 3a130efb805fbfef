"""Training of the stream network on windows, and its usual tests."""
from typing import Dict, List, Optional, Sequence, Tuple, Union

import numpy as np
import torch
from mmengine.model import BaseModel
from mmengine.structures import InstanceData
from torch import Tensor
from torch.nn import functional as F

from mmgesture.ops.hysteresis import hysteresis_runs
from mmgesture.registry import MODELS
from .causal_network import CausalNetwork, StepScores
from .detections import Detections
from .step_targets import step_targets

__all__ = ['CausalLocalizer']


@MODELS.register_module()
class CausalLocalizer(BaseModel):
    """Trains a :class:`CausalNetwork` with all its look-aheads at once.

    Every step of a window is classified, and says how near a start and an
    end are. The loss is the mean over the heads, so that one set of weights
    serves every look-ahead.

    In a test of the usual kind (``mode='predict'``) windows give segments:
    runs of a class above ``run_low``, scored by their peak, so that the
    threshold that is tuned for them is the upper one of a hysteresis. A
    window should then be a whole video: nobody's past is cut off. Streams
    are run by :class:`mmgesture.online.OnlineGestureDetector`.

    Args:
        network (dict): Arguments of :class:`CausalNetwork`.
        lookahead (float): L of ``predict``, seconds. Defaults to 0.5.
        background_weight (float): Weight of steps without a gesture in the
            loss of classes. Defaults to 1.
        smooth_weight (float): Weight of the loss on jumps from step to step
            (Abu Farha and Gall, MS-TCN, CVPR 2019, Eqs. 8-10). Defaults to
            0.15.
        bound_weight (float): Weight of the loss of starts and ends. Defaults
            to 0.5.
        bound_width (float): Width of their targets, seconds. Defaults to
            0.15.
        run_low (float): See above. Defaults to 0.25.
        run_patience (float): Dip that does not end a run, seconds. Defaults
            to 0.1.
        run_min_length (float): Shorter runs are dropped, seconds. Defaults
            to 0.3.
        data_preprocessor (dict, optional): Config of the preprocessor; None
            for :class:`WindowDataPreprocessor` without normalisation.
            Defaults to None.
        init_cfg (dict | list[dict], optional): Initialisation config.
            Defaults to None.

    Raises:
        ValueError: If the network has no head for ``lookahead``.
    """

    def __init__(self,
                 network: dict,
                 lookahead: float = 0.5,
                 background_weight: float = 1.,
                 smooth_weight: float = 0.15,
                 bound_weight: float = 0.5,
                 bound_width: float = 0.15,
                 run_low: float = 0.25,
                 run_patience: float = 0.1,
                 run_min_length: float = 0.3,
                 data_preprocessor: Optional[dict] = None,
                 init_cfg: Union[dict, list, None] = None) -> None:
        if data_preprocessor is None:
            data_preprocessor = dict(type='WindowDataPreprocessor')
        super().__init__(data_preprocessor, init_cfg)
        self.network = CausalNetwork(**network)
        self.network.head_of(lookahead)
        self.lookahead = lookahead
        self.register_buffer(
            'class_weight',
            torch.tensor([1.] * self.network.num_classes +
                         [float(background_weight)]),
            persistent=False)
        self.smooth_weight = smooth_weight
        self.bound_weight = bound_weight
        self.bound_width = bound_width
        self.run_low = run_low
        self.run_patience = run_patience
        self.run_min_length = run_min_length

    def forward(self,
                inputs: Tensor,
                mask: Optional[Tensor] = None,
                data_samples: Optional[list] = None,
                mode: str = 'tensor') -> Union[StepScores, Dict, List]:
        """What MMEngine's loops call.

        Args:
            inputs (Tensor): Windows, (B, C, W) or (B, 3, W, height,
                width), fp32.
            mask (Tensor, optional): Steps that exist, bool, (B, 1, W); None
                if all do. Defaults to None.
            data_samples (list[ActionDataSample], optional): With
                ``gt_instances`` in training. Defaults to None.
            mode (str): ``'loss'``, ``'predict'`` or ``'tensor'``. Defaults
                to ``'tensor'``.

        Returns:
            dict | list | StepScores: Losses; the samples with
            ``pred_instances``; or the scores of all steps.

        Raises:
            ValueError: If the mode is unknown.
        """
        if mask is None:
            ends = torch.full((len(inputs), ), inputs.shape[2],
                              device=inputs.device)
        else:
            ends = mask.sum(-1).squeeze(1)
        if mode == 'loss':
            return self.loss(inputs, ends, data_samples)
        if mode == 'predict':
            return self.predict(inputs, ends, data_samples)
        if mode == 'tensor':
            return self.network(inputs, self.lookahead, ends)
        raise ValueError("mode expected 'loss', 'predict' or 'tensor', got "
                         f'{mode!r}')

    def loss(self, inputs: Tensor, ends: Tensor,
             data_samples: list) -> Dict[str, Tensor]:
        """Losses of a batch, means over the look-aheads.

        Args:
            inputs (Tensor): As for :meth:`forward`.
            ends (Tensor): Steps of each window that exist, shape (B,).
            data_samples (list[ActionDataSample]): With ``gt_instances``,
                which have ``segments`` (N, 2) in steps of the window and
                ``labels`` (N,).

        Returns:
            dict[str, Tensor]: ``loss_cls, loss_smooth, loss_bound``.

        Raises:
            ValueError: If the windows have another rate than the network.
        """
        self._check_rate(data_samples)
        # what all windows are padded with says nothing
        length = int(ends.max())
        h = self.network.run(inputs[:, :, :length])
        truth = [s.gt_instances for s in data_samples]
        targets = step_targets(
            [(t.segments.float().view(-1, 2), t.labels) for t in truth],
            ends, length, self.network.num_classes,
            self.bound_width * self.network.step_rate)
        valid = torch.arange(length, device=h.device) < ends[:, None]
        parts = [
            self._head_loss(head(h, ends), targets.labels, targets.bounds,
                            valid) for head in self.network.heads
        ]
        names = ('loss_cls', 'loss_smooth', 'loss_bound')
        return {
            name: torch.stack(values).mean()
            for name, values in zip(names, zip(*parts))
        }

    def _head_loss(self, outputs: Tensor, labels: Tensor, bounds: Tensor,
                   valid: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        log_p = outputs[..., :self.network.num_classes + 1].log_softmax(-1)
        cls = F.nll_loss(log_p[valid], labels[valid], self.class_weight)
        # a jump counts for the later step; the earlier one is given
        jumps = (log_p[:, 1:] - log_p[:, :-1].detach()).abs().clamp(max=4)
        pairs = valid[:, 1:]
        smooth = (jumps.square().mean(-1) * pairs).sum() / pairs.sum().clamp(
            min=1)
        bound = F.binary_cross_entropy_with_logits(
            outputs[..., self.network.num_classes + 1:][valid], bounds[valid])
        return (cls, self.smooth_weight * smooth, self.bound_weight * bound)

    @torch.no_grad()
    def predict(self, inputs: Tensor, ends: Tensor,
                data_samples: Optional[list]) -> list:
        """Find segments in windows, at the look-ahead of the model.

        Args:
            inputs (Tensor): As for :meth:`forward`.
            ends (Tensor): Steps of each window that exist, shape (B,).
            data_samples (list[ActionDataSample], optional): Get
                ``pred_instances`` with ``segments`` (M, 2) in steps of the
                window, ``scores`` (M,) and ``labels`` (M,).

        Returns:
            list: The samples, or without them the ``Detections``.
        """
        self._check_rate(data_samples or ())
        # one by one: windows as long as a video, and most of it padding
        found = [
            self._segments(
                self.network.along(window[None, :, :end],
                                   self.lookahead).classes[0])
            for window, end in zip(inputs, ends.tolist())
        ]
        if data_samples is None:
            return found
        for sample, result in zip(data_samples, found):
            sample.pred_instances = InstanceData(**result._asdict())
        return data_samples

    def _check_rate(self, data_samples: Sequence) -> None:
        """Look-aheads would be wrong at another rate than the network's."""
        rate = self.network.step_rate
        for meta in (sample.metainfo for sample in data_samples):
            if not meta.get('fps') or not meta.get('stride'):
                continue
            found = meta['fps'] / meta['stride']
            if abs(found - rate) > 0.02 * rate:
                raise ValueError(
                    f'{meta.get("video_id")}: its steps come {found:g} times '
                    f'a second, the network is for {rate:g}: give '
                    f'model.network.step_rate={found:g} and '
                    f'stream.step_rate={found:g}, or sample the videos at '
                    'the rate of the network')

    def _segments(self, scores: Tensor) -> Detections:
        """Runs of one window, scores (n, K)."""
        steps, labels, peaks = hysteresis_runs(
            scores.double().cpu().numpy(), np.float64(self.run_low),
            round(self.run_patience * self.network.step_rate),
            max(round(self.run_min_length * self.network.step_rate), 1))
        order = np.argsort(-peaks, kind='stable')
        # step i covers i - 1/2 to i + 1/2
        return Detections(
            torch.from_numpy(steps[order] - 0.5).float().to(scores.device),
            torch.from_numpy(peaks[order]).float().to(scores.device),
            torch.from_numpy(labels[order]).to(scores.device))
