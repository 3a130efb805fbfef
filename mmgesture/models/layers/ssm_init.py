"""First values of a selective state-space mixer's own parameters."""
import math

import torch
from torch import Tensor, nn

__all__ = ['draw_step_bias', 'fill_states']


@torch.no_grad()
def draw_step_bias(linear: nn.Linear,
                   dt_min: float = 1e-3,
                   dt_max: float = 1e-1) -> None:
    """Draw the bias of the step size's projection.

    It is the inverse softplus of a step size drawn log-uniformly, as in
    Mamba (arXiv 2312.00752, Sec. 3.6).

    Args:
        linear (nn.Linear): The projection, changed in place.
        dt_min (float): Smallest step size. Defaults to 1e-3.
        dt_max (float): Largest step size. Defaults to 1e-1.
    """
    log_min, log_max = math.log(dt_min), math.log(dt_max)
    log_dt = torch.rand_like(linear.bias) * (log_max - log_min)
    dt = torch.exp(log_dt + log_min).clamp(min=1e-4)
    # softplus(dt + log(-expm1(-dt))) equals dt
    linear.bias.copy_(dt + torch.log(-torch.expm1(-dt)))


@torch.no_grad()
def fill_states(a_log: Tensor) -> None:
    """Set A to S4D-real: -1, ..., -N in every channel.

    Args:
        a_log (Tensor): log(-A), shape (D, N), changed in place.
    """
    states = torch.arange(1, a_log.shape[1] + 1, device=a_log.device)
    a_log.copy_(torch.log(states.to(a_log.dtype)))
