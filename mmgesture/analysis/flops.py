"""Floating-point operations of a forward pass, counted from shapes alone.

What is counted, and how:

- matrix products and convolutions: PyTorch's own
  ``torch.utils.flop_counter``, one multiplication and one addition per term,
  padding included, so that FLOPs are twice the multiply-accumulates (MACs);
- the selective scan: :func:`scan_flops`, by formula, the same whichever
  backend computes it;
- the short causal convolution before the scan: as a depthwise convolution
  over its L tokens and the W - 1 positions of its padding;
- not counted: biases, norms, activations, softmax, pooling, residuals and
  the frame difference, each of a few operations per value.

The operations are those of the definition, not of a fast path: MCFM's
convolution counts in full although the CPU needs fewer products for it.
"""
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from mmgesture.ops.selective_scan import interface

#: Kinds of operations in the order of tables.
PRODUCTS, CONVOLUTIONS, SCAN = ('matrix products', 'convolutions',
                                'selective scan')
KINDS = (PRODUCTS, CONVOLUTIONS, SCAN)
#: Parts of a recognizer by the name of its attribute.
PART_OF = {'backbone': 'backbone', 'neck': 'necks', 'cls_head': 'head'}
PARTS = ('backbone', 'necks', 'head', 'other')

#: Products that PyTorch's counter has no formula for.
_UNKNOWN_PRODUCTS = ('mv', 'addmv', 'dot', '_cdist_forward',
                     '_native_multi_head_attention',
                     '_transformer_encoder_layer_fwd',
                     '_scaled_dot_product_flash_attention_for_cpu')


def scan_flops(batch: int,
               channels: int,
               states: int,
               length: int,
               skip: bool = True,
               gate: bool = True,
               bias: bool = True,
               softplus: bool = True) -> int:
    """Operations of one selective scan in one direction.

    Read off its definition (Mamba, arXiv 2312.00752, Alg. 2; MSF-Mamba
    Eqs. 5-6). An exponential, a logarithm and a division count as one
    operation each, like a multiplication and an addition.

    Per token, channel and state, 7: the product of delta and A, its
    exponential, the product with the last state, the product of (delta u)
    and B, their sum, the product with C, and its addition to y. Per token
    and channel: 1 for delta u; 1 for the bias; 3 for
    softplus(x) = log(1 + exp(x)); 2 for D u and its addition; 4 for
    silu(z) = z / (1 + exp(-z)) and its product with y.

    Args:
        batch (int): Sequences B.
        channels (int): Channels D.
        states (int): States N of a channel.
        length (int): Tokens L.
        skip (bool): Whether there is a D. Defaults to True.
        gate (bool): Whether there is a z. Defaults to True.
        bias (bool): Whether delta has a bias. Defaults to True.
        softplus (bool): Whether delta goes through softplus.
            Defaults to True.

    Returns:
        int: FLOPs. Both directions cost twice as many.
    """
    per_channel = 7 * states + 1 + 2 * skip + 4 * gate + bias + 3 * softplus
    return batch * channels * length * per_channel


@dataclass(frozen=True)
class FlopCount:
    """Operations of one forward pass.

    Attributes:
        by_part (dict[str, dict[str, int]]): FLOPs by part of the model
            (:data:`PARTS`) and kind (:data:`KINDS`).
        uncounted (list[str]): Operators that were met and may hold products
            that no formula is known for.
    """
    by_part: Dict[str, Dict[str, int]]
    uncounted: List[str]

    @property
    def total(self) -> int:
        """int: All FLOPs."""
        return sum(sum(kinds.values()) for kinds in self.by_part.values())

    @property
    def macs(self) -> int:
        """int: Multiply-accumulates of matrix products and convolutions."""
        return (self.of_kind(PRODUCTS) + self.of_kind(CONVOLUTIONS)) // 2

    def of_kind(self, kind: str) -> int:
        """FLOPs of one kind in all parts.

        Args:
            kind (str): One of :data:`KINDS`.

        Returns:
            int: FLOPs.
        """
        return sum(kinds[kind] for kinds in self.by_part.values())

    def of_part(self, part: str) -> int:
        """FLOPs of all kinds in one part.

        Args:
            part (str): One of :data:`PARTS`.

        Returns:
            int: FLOPs.
        """
        return sum(self.by_part[part].values())


class _Unknown(TorchDispatchMode):
    """Notes operators that the counter would pass over in silence."""

    def __init__(self) -> None:
        super().__init__()
        self.names = set()

    def __torch_dispatch__(self,
                           func: Any,
                           types: Tuple,
                           args: tuple = (),
                           kwargs: Optional[dict] = None) -> Any:
        # 'aten::mm.default' of an operator, 'cond' of control flow
        name = func.name() if callable(func.name) else func.name
        space, _, stem = name.partition('.')[0].rpartition('::')
        if space not in ('', 'aten', 'prim', 'prims') or (
                stem in _UNKNOWN_PRODUCTS):
            self.names.add(f'{space}::{stem}')
        return func(*args, **(kwargs or {}))


@contextmanager
def _scan_by_formula(model: nn.Module) -> Iterator[Counter]:
    """Let every scan count itself and return no more than a shape.

    Each backend is replaced in the table that the public functions choose
    from, because they differ: one is a single operator, another a hundred
    small ones.
    """
    tally = Counter()

    def count(u: Tensor,
              delta: Tensor,
              A: Tensor,
              B: Tensor,
              C: Tensor,
              D: Optional[Tensor] = None,
              z: Optional[Tensor] = None,
              delta_bias: Optional[Tensor] = None,
              delta_softplus: bool = False,
              reverse: bool = False) -> Tensor:
        batch, channels, length = u.shape
        tally[SCAN] += scan_flops(batch, channels, A.shape[1], length,
                                  D is not None, z is not None, delta_bias
                                  is not None, delta_softplus)
        return torch.empty_like(u)

    backends, pairs = dict(interface.BACKENDS), dict(interface.PAIRS)
    asked = [(m, m.scan_backend) for m in model.modules()
             if isinstance(getattr(m, 'scan_backend', None), str)]
    try:
        interface.BACKENDS.update(dict.fromkeys(backends, count))
        interface.PAIRS.clear()
        for module, _ in asked:
            # one that is asked for by name may refuse tensors without data
            module.scan_backend = 'auto'
        yield tally
    finally:
        interface.BACKENDS.update(backends)
        interface.PAIRS.update(pairs)
        for module, backend in asked:
            module.scan_backend = backend


def _kind(packet: Any) -> str:
    return CONVOLUTIONS if 'conv' in str(packet) else PRODUCTS


def count_flops(model: nn.Module, run: Callable[[], Any]) -> FlopCount:
    """Count the operations of a call, by part and kind.

    Best on the meta device, where nothing is computed and nothing but the
    shapes is stored.

    Args:
        model (nn.Module): The model; its children ``backbone``, ``neck`` and
            ``cls_head`` are the parts, everything else is ``'other'``.
        run (Callable): Calls the model, without arguments.

    Returns:
        FlopCount: The count.
    """
    counter = FlopCounterMode(display=False)
    unknown = _Unknown()
    by_part = {part: Counter() for part in PARTS}

    with ExitStack() as stack:
        tally = stack.enter_context(_scan_by_formula(model))

        def so_far() -> Counter:
            counts = Counter(tally)
            for packet, flops in counter.get_flop_counts().get(
                    'Global', {}).items():
                counts[_kind(packet)] += flops
            return counts

        before: List[Counter] = []
        for name, child in model.named_children():
            if name not in PART_OF:
                continue

            def leave(module, inputs, output, part=PART_OF[name]):
                by_part[part] += so_far() - before.pop()

            handles = (
                child.register_forward_pre_hook(
                    lambda *_: before.append(so_far())),
                child.register_forward_hook(leave))
            for handle in handles:
                stack.callback(handle.remove)
        stack.enter_context(torch.no_grad())
        stack.enter_context(unknown)
        stack.enter_context(counter)
        run()
        by_part['other'] = so_far() - sum(by_part.values(), Counter())
    return FlopCount(
        {part: {kind: counts[kind] for kind in KINDS}
         for part, counts in by_part.items()}, sorted(unknown.names))
