"""An optimizer wrapper that never steps on a non-finite gradient."""
import logging
from contextlib import contextmanager
from types import MappingProxyType
from typing import Iterator, List, Mapping, Optional, Sequence

import torch
from mmengine.dist import get_world_size, is_distributed
from mmengine.logging import MMLogger
from mmengine.optim import OptimWrapper
from torch import Tensor, nn
from torch import distributed as torch_dist

from mmgesture.registry import OPTIM_WRAPPERS

__all__ = ['GuardedOptimWrapper', 'NonFiniteError']

#: Names of parameters and samples that a message lists.
MAX_NAMES = 5

#: Clipping of a config that says nothing of it: a bound for accidents. The
#: norms of our models on mini-SMG are 0.4 to 10 (``grad_norm`` in the log),
#: and a gradient below the bound keeps every bit.
DEFAULT_CLIP = MappingProxyType(dict(max_norm=40.0))


class NonFiniteError(RuntimeError):
    """The loss or the gradients were not finite too many times in a row."""


def _some(names: Sequence[str]) -> str:
    more = len(names) - MAX_NAMES
    tail = f' and {more} more' if more > 0 else ''
    return ', '.join(names[:MAX_NAMES]) + tail


@OPTIM_WRAPPERS.register_module()
class GuardedOptimWrapper(OptimWrapper):
    """Skips steps whose loss or gradients are not finite; bf16 on request.

    A skipped step leaves weights and optimizer state as they were. All
    processes of a distributed run skip together. After ``max_skips`` skipped
    steps in a row the run is stopped.

    The names of parameters and samples in its messages come from
    :class:`~mmgesture.engine.hooks.NonFiniteGuardHook`.

    Args:
        optimizer (Optimizer): The optimizer.
        accumulative_counts (int): Iterations that share one step. Defaults
            to 1.
        clip_grad (Mapping, optional): Arguments of gradient clipping, see
            MMEngine's OptimWrapper; None: no clipping. Defaults to
            :data:`DEFAULT_CLIP`, a bound on the global norm that a healthy
            training does not reach.
        dtype (str, optional): 'bfloat16' runs the model under autocast, on
            CPU and GPU. bf16 has the range of fp32, so there is no loss
            scaling. Defaults to None: fp32.
        max_skips (int): Skipped steps in a row after which the run stops.
            Defaults to 10.

    Raises:
        ValueError: If ``dtype`` is neither None nor 'bfloat16', or
            ``max_skips`` is below 1.
    """

    def __init__(self,
                 optimizer: torch.optim.Optimizer,
                 accumulative_counts: int = 1,
                 clip_grad: Optional[Mapping] = DEFAULT_CLIP,
                 dtype: Optional[str] = None,
                 max_skips: int = 10) -> None:
        super().__init__(
            optimizer,
            accumulative_counts=accumulative_counts,
            # MMEngine takes the type out of what it is given.
            clip_grad=None if clip_grad is None else dict(clip_grad))
        if dtype not in (None, 'bfloat16'):
            raise ValueError(
                f"dtype must be None or 'bfloat16', got {dtype!r}: the "
                'selective scan overflows in float16')
        if max_skips < 1:
            raise ValueError(f'max_skips must be at least 1, got {max_skips}')
        self.dtype = dtype
        self.max_skips = max_skips
        self.skips_in_a_row = 0
        self.skips_in_total = 0
        self.parameter_names: dict = {}
        self.sample_ids: List[str] = []
        self._bad_loss: Optional[float] = None
        self._waiting = False

    def update_params(self,
                      loss: Tensor,
                      step_kwargs: Optional[dict] = None,
                      zero_kwargs: Optional[dict] = None) -> None:
        """Go backward from the loss, and step if that gave finite gradients.

        Args:
            loss (Tensor): The loss, a scalar.
            step_kwargs (dict, optional): Arguments of ``optimizer.step``.
                Defaults to None.
            zero_kwargs (dict, optional): Arguments of
                ``optimizer.zero_grad``. Defaults to None.
        """
        # The backward pass runs even then: another process may have a
        # finite loss and wait for our gradients.
        if not bool(torch.isfinite(loss.detach())):
            self._bad_loss = float(loss.detach())
        super().update_params(loss, step_kwargs, zero_kwargs)

    def _params(self) -> List[nn.Parameter]:
        return [
            param for group in self.optimizer.param_groups
            for param in group['params']
        ]

    def state_dict(self) -> dict:
        """State of the optimizer, and gradients that wait for their step.

        An epoch may end between two steps when batches are accumulated. In a
        distributed run the waiting gradients, which each process has its
        own, are not kept; MMEngine warns when such a run is resumed.

        Returns:
            dict: The state.
        """
        state = super().state_dict()
        if not self.should_update() and not is_distributed():
            state['accumulated'] = [param.grad for param in self._params()]
        return state

    def load_state_dict(self, state_dict: dict) -> None:
        """Take a state over.

        Args:
            state_dict (dict): Of :meth:`state_dict`.
        """
        state_dict = dict(state_dict)
        accumulated = state_dict.pop('accumulated', None)
        super().load_state_dict(state_dict)
        self._waiting = accumulated is not None
        if self._waiting:
            for param, grad in zip(self._params(), accumulated):
                param.grad = None if grad is None else grad.to(
                    param.device, param.dtype)

    def initialize_count_status(self, model: nn.Module, init_counts: int,
                                max_counts: int) -> None:
        """Count the steps that were taken before.

        Args:
            model (nn.Module): The model.
            init_counts (int): Iterations so far.
            max_counts (int): Iterations of the whole training.
        """
        # MMEngine warns of lost gradients at a count between two steps.
        super().initialize_count_status(
            model, 0 if self._waiting else init_counts, max_counts)
        self._inner_count = init_counts

    def step(self, **kwargs) -> None:
        """Clip the gradients and step, unless something is not finite.

        Args:
            **kwargs: Passed on to ``optimizer.step``.

        Raises:
            NonFiniteError: After ``max_skips`` skipped steps in a row.
        """
        params = [p for p in self._params() if p.grad is not None]
        bad = self._bad_parameters(params)
        bad_loss, self._bad_loss = self._bad_loss, None
        message = self._describe(bad_loss, bad, len(params))
        if not self._any_rank(bool(message), params):
            self.skips_in_a_row = 0
            super().step(**kwargs)
            return
        self.skips_in_a_row += 1
        self.skips_in_total += 1
        self._report(message)

    @staticmethod
    def _bad_parameters(params: List[nn.Parameter]) -> List[nn.Parameter]:
        """Return the parameters with a gradient that is not finite."""
        params = [param for param in params if param.grad.numel()]
        if not params:
            return []
        # One peak per tensor and one transfer. The 2-norm would not do: it
        # overflows while every gradient is still finite.
        peaks = torch.stack([
            torch.linalg.vector_norm(param.grad.detach(), float('inf')).float()
            for param in params
        ])
        fine = torch.isfinite(peaks).tolist()
        return [param for param, ok in zip(params, fine) if not ok]

    @staticmethod
    def _any_rank(flag: bool, params: List[nn.Parameter]) -> bool:
        """Return whether the flag is set in any process."""
        if not is_distributed() or get_world_size() == 1:
            return flag
        device = params[0].device if params else 'cpu'
        total = torch.tensor([float(flag)], device=device)
        torch_dist.all_reduce(total)
        return bool(total.item() > 0)

    def _describe(self, bad_loss: Optional[float], bad: List[nn.Parameter],
                  count: int) -> str:
        """Say what was not finite in this process; '' if all was."""
        parts = []
        if bad_loss is not None:
            parts.append(f'the loss is {bad_loss}')
        if bad:
            names = [
                self.parameter_names.get(id(param),
                                         f'unnamed {tuple(param.shape)}')
                for param in bad
            ]
            parts.append(f'the gradients of {len(bad)} of {count} parameters '
                         f'are not finite ({_some(names)})')
        if parts and self.sample_ids:
            parts.append(f'samples of the step: {_some(self.sample_ids)}')
        return '; '.join(parts)

    def _report(self, message: str) -> None:
        """Log what was not finite; stop the run when it is too much."""
        if is_distributed() and get_world_size() > 1:
            # Only process 0 logs, and the bad samples may be another's.
            messages = [''] * get_world_size()
            torch_dist.all_gather_object(messages, message)
            message = ' | '.join(f'process {rank}: {text}'
                                 for rank, text in enumerate(messages) if text)
        if self.skips_in_a_row >= self.max_skips:
            raise NonFiniteError(
                f'{message}. {self.skips_in_a_row} steps in a row were '
                'skipped, so the run stops: look at the samples named, lower '
                'the learning rate, or resume from an earlier checkpoint')
        MMLogger.get_current_instance().log(
            logging.WARNING,
            f'step skipped ({self.skips_in_a_row} in a row): {message}')

    @contextmanager
    def optim_context(self, model: nn.Module) -> Iterator[None]:
        """Autocast to bf16 if asked for, and hold back needless reductions.

        Args:
            model (nn.Module): The model in training.
        """
        device = next(model.parameters()).device.type
        with super().optim_context(model), torch.autocast(
                device,
                dtype=torch.bfloat16,
                enabled=self.dtype == 'bfloat16'):
            yield
