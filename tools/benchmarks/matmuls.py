"""What the matrix products of a forward pass cost on their own."""
from typing import Any, Callable, Dict, Tuple

import torch
from common import measure
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

aten = torch.ops.aten


class Products(TorchDispatchMode):
    """Collects matrix products and dense convolutions by their shapes."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Dict[tuple, list] = {}

    def __torch_dispatch__(self,
                           func: Any,
                           types: Tuple,
                           args: tuple = (),
                           kwargs: dict = None) -> Any:
        kwargs = kwargs or {}
        out = func(*args, **kwargs)
        packet = func._overloadpacket
        # depthwise convolutions are no matrix products
        grouped = packet is aten.convolution and args[8] != 1
        if packet in flop_registry and not grouped:
            tensors = [a for a in args if isinstance(a, torch.Tensor)]
            key = (func,
                   *((tuple(t.shape), t.stride(), t.dtype) for t in tensors))
            flops = flop_registry[packet](*args, **kwargs, out_val=out)
            entry = self.calls.setdefault(key, [0, flops, func, args, kwargs])
            entry[0] += 1
        return out


def product_seconds(forward: Callable[[], Any], repeats: int,
                    warmup: int) -> dict:
    """Time the products of a forward pass, each shape by itself.

    Args:
        forward (Callable): The forward pass, under ``no_grad``.
        repeats (int): Timed calls of the pass and of every product.
        warmup (int): Calls before that.

    Returns:
        dict: ``seconds`` of all products at the rates of this run,
        ``forward_seconds`` in the same run, their ratio ``share``,
        ``gflop``, and ``rates`` in GFLOP/s by shape, dearest first.
    """
    with Products() as seen:
        forward()
    calls = {'forward': forward}
    for number, (_, _, func, args, kwargs) in enumerate(seen.calls.values()):

        def product(func=func, args=args, kwargs=kwargs):
            with torch.no_grad():
                func(*args, **kwargs)

        calls[number] = product
    times = measure(calls, repeats, warmup, 'matrix products')
    rates, total, gflop = [], 0., 0.
    for number, (count, flops, _, args, _) in enumerate(seen.calls.values()):
        seconds = times[number].median
        shapes = [list(a.shape) for a in args if isinstance(a, torch.Tensor)]
        rates.append(
            dict(
                shapes=shapes,
                calls=count,
                seconds=count * seconds,
                gflops=flops / seconds / 1e9))
        total += count * seconds
        gflop += count * flops / 1e9
    rates.sort(key=lambda rate: -rate['seconds'])
    whole = times['forward'].median
    return dict(
        seconds=total,
        forward_seconds=whole,
        share=total / whole,
        gflop=gflop,
        rates=rates)
