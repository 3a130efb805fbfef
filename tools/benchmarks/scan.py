#!/usr/bin/env python
"""The selective scan beside its definition, a bound, and others' forms.

    scan.py [--length 3136] [--channels 768] [--states 16] [--repeats 10]

Times forward and forward + backward at batch 1, fp32, softplus, skip and
gate included; both directions in one call beside two with flips; the fused
convolution beside ``F.conv1d``; and the memory beyond the inputs.
"""
import argparse
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

import torch
import torch.nn.functional as F
from common import RESULTS, Timing, measure, save
from memory import peak_of
from torch import Tensor

from mmgesture.ops.causal_conv1d import causal_conv1d
from mmgesture.ops.selective_scan import (available_backends,
                                          bidirectional_selective_scan,
                                          selective_scan)
from mmgesture.ops.selective_scan import cpu as cpu_kernels

try:  # a peer in plain torch, on PyPI
    from mambapy.pscan import pscan
except Exception:  # whatever a foreign package raises
    pscan = None

SEQUENTIAL = 'sequential'


def draw(length: int, channels: int, states: int,
         grad: bool) -> Dict[str, Tensor]:
    """Arguments of a scan as a block of the model makes them, batch 1."""
    g = torch.Generator().manual_seed(0)

    def tokens(width: int) -> Tensor:
        # (B, L, X) -> (B, X, L): channels stay last in memory
        x = torch.randn(1, length, width, generator=g)
        return x.transpose(1, 2)

    scan = dict(
        u=tokens(channels),
        delta=tokens(channels),
        A=-torch.arange(1., states + 1).repeat(channels, 1),
        B=tokens(states),
        C=tokens(states),
        D=torch.ones(channels),
        z=tokens(channels),
        delta_bias=torch.rand(channels, generator=g) - 5)
    return {k: v.requires_grad_(grad) for k, v in scan.items()}


def _discretize(u, delta, A, B, delta_bias):
    """All decays and inputs at once, time first: (L, B, N, D), contiguous."""
    step = F.softplus(delta.permute(2, 0, 1) + delta_bias)  # (L, B, D)
    decay = torch.exp(step[:, :, None] * A.t().contiguous())
    drive = (step * u.permute(2, 0, 1))[:, :, None] * B.permute(2, 0,
                                                                1)[..., None]
    return decay, drive


def _finish(states, u, C, D, z):
    """C h + D u, gated; states (L, B, N, D)."""
    y = torch.matmul(C.permute(2, 0, 1)[:, :, None], states).squeeze(2)
    y = (y + D * u.permute(2, 0, 1)) * F.silu(z.permute(2, 0, 1))
    return y.permute(1, 2, 0)  # (L, B, D) -> (B, D, L)


def sequential(u, delta, A, B, C, D, z, delta_bias) -> Tensor:
    """The definition at its best in torch: one fused step after the other."""
    decay, drive = _discretize(u, delta, A, B, delta_bias)
    state = torch.zeros_like(drive[0])
    states = []
    for a, x in zip(decay.unbind(0), drive.unbind(0)):
        state = torch.addcmul(x, a, state)
        states.append(state)
    return _finish(torch.stack(states), u, C, D, z)


def mambapy(u, delta, A, B, C, D, z, delta_bias) -> Tensor:
    """mambapy's parallel scan, (B, L, D, N), between the same ends."""
    step = F.softplus(delta.transpose(1, 2) + delta_bias)  # (B, L, D)
    decay = torch.exp(step[..., None] * A)
    drive = (step * u.transpose(1, 2))[..., None] \
        * B.transpose(1, 2)[:, :, None]
    states = pscan(decay, drive)
    y = torch.matmul(states, C.transpose(1, 2)[..., None]).squeeze(-1)
    y = (y + D * u.transpose(1, 2)) * F.silu(z.transpose(1, 2))
    return y.transpose(1, 2)


def by_backend(name: str) -> Callable[..., Tensor]:
    """The public function with one of its backends."""

    def scan(**tensors):
        return selective_scan(**tensors, delta_softplus=True, backend=name)

    return scan


def contenders() -> Dict[str, Callable[..., Tensor]]:
    """Everything that can run here."""
    found = {SEQUENTIAL: sequential, 'torch': by_backend('torch')}
    if available_backends()['cpu'] is None:
        found['cpu'] = by_backend('cpu')
    if pscan is not None:
        found['mambapy'] = mambapy
    return found


def inference(function: Callable, tensors: Dict[str, Tensor]) -> Callable:
    """A forward pass as a call."""

    def call():
        with torch.no_grad():
            return function(**tensors)

    return call


def training(function: Callable, tensors: Dict[str, Tensor]) -> Callable:
    """Forward and backward as a call."""
    grad = torch.ones_like(tensors['u'])

    def call():
        for tensor in tensors.values():
            tensor.grad = None
        function(**tensors).backward(grad)

    return call


def bound(tensors: Dict[str, Tensor]) -> Callable:
    """The C++ forward pass without the recurrence's dependency."""
    one = cpu_kernels.Direction(
        *(tensors[k] for k in ('u', 'delta', 'A', 'B', 'C', 'D')),
        tensors['delta_bias'], False)
    return lambda: cpu_kernels.forward(
        [one], tensors['z'], True, keep=False, bound=True)


def both_ways(tensors: Dict[str, Tensor]) -> Dict[str, Callable]:
    """Two directions in one call, and as two calls on flipped copies."""
    names = ('u', 'delta', 'A', 'B', 'C', 'D')
    pair = [tensors[k] for k in names for _ in range(2)]
    pair += [tensors['z'], tensors['delta_bias'], tensors['delta_bias']]
    scan = by_backend('auto')

    def with_flips(**values):
        back = {
            k: v.flip(-1) if v.dim() == 3 else v for k, v in values.items()
        }
        return scan(**values) + scan(**back).flip(-1)

    def at_once(**values):
        return bidirectional_selective_scan(*pair, merge='sum')

    return {
        'both directions, one call': inference(at_once, tensors),
        'both directions, flips': inference(with_flips, tensors)
    }


def convolutions(x: Tensor) -> Dict[str, Callable]:
    """The depthwise convolution with SiLU, fused and by torch."""
    weight, bias = torch.randn(x.shape[1], 4), torch.randn(x.shape[1])
    return {
        f'convolution, {label}': inference(
            lambda x, backend=backend: causal_conv1d(
                x, weight, bias, backend=backend), dict(x=x))
        for label, backend in (('fused', 'auto'), ('F.conv1d', 'torch'))
    }


def make_call(size: tuple, train: bool) -> Callable[[], Any]:
    """What :func:`peak_of` measures."""
    tensors = draw(*size, grad=train)
    for name in ('u', 'delta', 'z', 'B', 'C'):  # every page is in memory
        tensors[name].detach().mul_(1)
    scan = by_backend('auto')
    call = training(scan, tensors) if train else inference(scan, tensors)
    # the code of the operators is loaded by a tiny scan before
    small = draw(8, 4, 4, grad=train)
    (training if train else inference)(scan, small)()
    return call


def memory(size: tuple, threads: int) -> Dict[str, float]:
    """Peak growth of a scan as a multiple of its inputs."""
    inputs = sum(t.nbytes for t in draw(*size, grad=False).values()) / 2**20
    return {
        label: peak_of(make_call, (size, train), threads) / inputs
        for label, train in (('forward', False), ('forward+backward', True))
    }


def compare(times: Dict[str, Timing], what: str, base: str) -> List[dict]:
    """Rows of the table: each contender against the base."""
    return [
        dict(
            what=what,
            form=name,
            median_ms=time.median * 1e3,
            min_ms=time.minimum * 1e3,
            iqr_ms=time.spread * 1e3,
            speedup=times[base].median / time.median,
            speedup_of_minima=times[base].minimum / time.minimum)
        for name, time in times.items()
    ]


def parse_args(argv: Optional[Sequence[str]]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--length', type=int, default=3136)
    parser.add_argument('--channels', type=int, default=768)
    parser.add_argument('--states', type=int, default=16)
    parser.add_argument('--repeats', type=int, default=10)
    parser.add_argument('--out', type=Path, default=RESULTS)
    return parser.parse_args(argv)


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Measure and write ``scan.json`` and ``scan.md``."""
    args = parse_args(argv)
    size = (args.length, args.channels, args.states)
    plain, leaves = (draw(*size, grad=grad) for grad in (False, True))
    functions = contenders()
    expected = inference(sequential, plain)()
    for name, function in functions.items():
        torch.testing.assert_close(
            inference(function, plain)(), expected, rtol=1e-3, atol=1e-4,
            msg=lambda text, name=name: f'{name} computes otherwise: {text}')
    main_ones = [k for k in functions if k in (SEQUENTIAL, 'cpu')]
    slow_ones = [k for k in functions if k != 'cpu']
    calls = {k: inference(functions[k], plain) for k in main_ones}
    if 'cpu' in functions:
        calls['bound'] = bound(plain)
    groups = {
        'forward': (calls, SEQUENTIAL),
        'forward+backward':
        ({k: training(functions[k], leaves) for k in main_ones}, SEQUENTIAL),
        'directions': (both_ways(plain), 'both directions, flips'),
        'convolution': (convolutions(plain['u']), 'convolution, F.conv1d'),
        # in plain torch: seconds each, so in turns of their own
        'forward, torch':
        ({k: inference(functions[k], plain) for k in slow_ones}, SEQUENTIAL),
        'forward+backward, torch':
        ({k: training(functions[k], leaves) for k in slow_ones}, SEQUENTIAL)
    }
    results, rows = {}, []
    for what, (group, base) in groups.items():
        few = what.endswith('torch')
        results[what] = measure(
            group, min(args.repeats, 3) if few else args.repeats,
            warmup=1, label=what)
        rows += compare(results[what], what, base)
    results['memory'] = memory(size, torch.get_num_threads())
    text = 'Memory beyond the inputs, as a multiple of them: ' + ', '.join(
        f'{k} {v:.2f}' for k, v in results['memory'].items()) + '.'
    if 'bound' in calls:
        ratio = (
            results['forward']['cpu'].minimum /
            results['forward']['bound'].minimum)
        text += (' The forward pass takes {:.2f} times its bound (the same '
                 'loads, stores and exponentials without the dependency of '
                 'one step on the last).').format(ratio)
    save('scan', dict(size=size, **results), rows, args.out, text)
    return 0


if __name__ == '__main__':
    sys.exit(main())
