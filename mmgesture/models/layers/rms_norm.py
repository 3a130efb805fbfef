"""Root-mean-square normalisation over the channels."""
import torch
from torch import Tensor, nn
from torch.nn import functional as F


class RMSNorm(nn.Module):
    """Root-mean-square layer normalisation, computed in fp32.

    ``y = x / sqrt(mean(x^2) + eps) * weight`` over the last axis, as in
    Zhang and Sennrich, "Root Mean Square Layer Normalization" (2019).

    Args:
        dims (int): Size of the last axis.
        eps (float): Added to the mean square. Defaults to 1e-5.
    """

    def __init__(self, dims: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dims))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last axis.

        Args:
            x (Tensor): Any shape (..., dims), floating point.

        Returns:
            Tensor: Same shape; fp32, or fp64 for fp64 input.
        """
        if x.dtype in (torch.bfloat16, torch.float16):
            x = x.float()
        weight = self.weight.to(x.dtype)
        if hasattr(F, 'rms_norm'):
            return F.rms_norm(x, weight.shape, weight, self.eps)
        # torch before 2.4 has no rms_norm
        scale = torch.rsqrt(x.square().mean(-1, keepdim=True) + self.eps)
        return x * scale * weight

    def extra_repr(self) -> str:
        """str: The settings shown by ``print(module)``."""
        return f'{self.weight.numel()}, eps={self.eps}'
