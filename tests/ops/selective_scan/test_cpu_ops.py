"""Fake implementations promise what the C++ operators return."""
import torch

from mmgesture.ops.selective_scan import cpu_ops


def same_layout(real, fake):
    assert len(real) == len(fake)
    for a, b in zip(real, fake):
        assert a.shape == b.shape
        assert a.stride() == b.stride()


def to_meta(values):
    return [
        v.to('meta') if isinstance(v, torch.Tensor) else v for v in values
    ]


def test_fakes_of_one_direction(make_scan, needs_library):
    for layout in ('time', 'channel'):
        scan = list(
            make_scan(
                channels=33, length=40, states=5, dtype=torch.float32,
                layout=layout).values())
        for keep in (False, True):
            args = scan + [True, False, keep]
            same_layout(cpu_ops.scan(*args), cpu_ops.scan_fake(*to_meta(args)))
        y, state = cpu_ops.scan(*scan, True, False, True)
        args = [y] + scan + [state, True, False]
        same_layout(cpu_ops.scan_backward(*args),
                    cpu_ops.scan_backward_fake(*to_meta(args)))


def test_fakes_of_both_directions(make_scan, needs_library):
    f, b = (make_scan(dtype=torch.float32, layout='channel', seed=s)
            for s in (0, 1))
    pairs = [x[k] for k in ('u', 'delta', 'A', 'B', 'C', 'D') for x in (f, b)]
    tensors = pairs + [f['z'], f['delta_bias'], None]
    for merge in (True, False):
        args = tensors + [True, merge, True]
        out = cpu_ops.bidirectional(*args)
        same_layout(out, cpu_ops.bidirectional_fake(*to_meta(args)))
    args = [*out[:2], *tensors, *out[2:], True]
    same_layout(cpu_ops.bidirectional_backward(*args),
                cpu_ops.bidirectional_backward_fake(*to_meta(args)))
