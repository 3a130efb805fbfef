"""Forward kernel of the Triton scan. This file needs triton."""
import triton
import triton.language as tl

from .device import (combine, load, load_row, offsets, pick, positive_step,
                     sigmoid)


@triton.jit
def _forward(u, delta, A, B, C, D, z, bias, y, states, channels, count,
             length, token_b, token_c, token_t, mixed_b, mixed_n, mixed_t,
             HAS_D: tl.constexpr, HAS_Z: tl.constexpr,
             HAS_BIAS: tl.constexpr, SOFTPLUS: tl.constexpr,
             KEEP: tl.constexpr, REVERSE: tl.constexpr, STEPS: tl.constexpr,
             WIDE: tl.constexpr, N: tl.constexpr):
    batch = tl.program_id(1).to(tl.int64)
    d = tl.program_id(0) * WIDE + tl.arange(0, WIDE)
    n = tl.arange(0, N)
    real = (d < channels)[:, None] & (n < count)[None, :]
    cell = d[:, None] * count + n[None, :]
    # log2(e): exp2 is the processor's own instruction
    rate = tl.load(A + cell, mask=real, other=0.0) * 1.4426950408889634
    skip = load_row(D, d, channels, HAS_D)
    add = load_row(bias, d, channels, HAS_BIAS)
    chunks = tl.cdiv(length, STEPS)
    h = tl.zeros((WIDE, N), tl.float32)
    for chunk in range(0, chunks):
        start = chunk * STEPS
        if KEEP:
            tl.store(
                states + (batch * chunks + chunk) * channels * count + cell,
                h,
                mask=real)
        where, inside = offsets(start, length, d, batch, channels, token_b,
                                token_c, token_t, STEPS, REVERSE)
        where_n, inside_n = offsets(start, length, n, batch, count, mixed_b,
                                    mixed_n, mixed_t, STEPS, REVERSE)
        inputs = load(u, where, inside)
        step = positive_step(
            load(delta, where, inside) + add[None, :], inside, SOFTPLUS)
        b = load(B, where_n, inside_n)
        c = load(C, where_n, inside_n)
        decay = tl.exp2(step[:, :, None] * rate[None, :, :])
        drive = (step * inputs)[:, :, None] * b[:, None, :]
        product, local = tl.associative_scan((decay, drive), 0, combine)
        hs = local + product * h[None, :, :]
        h = pick(hs, STEPS - 1, STEPS)
        out = tl.sum(hs * c[:, None, :], axis=2) + inputs * skip[None, :]
        if HAS_Z:
            gate = load(z, where, inside)
            out = out * gate * sigmoid(gate)
        tl.store(y + where, out, mask=inside)


@triton.jit
def forward_kernel(u0, delta0, A0, B0, C0, D0, bias0, y0, states0, u1,
                   delta1, A1, B1, C1, D1, bias1, y1, states1, z, channels,
                   count, length, token_b, token_c, token_t, mixed_b,
                   mixed_n, mixed_t, HAS_D0: tl.constexpr,
                   HAS_D1: tl.constexpr, HAS_BIAS0: tl.constexpr,
                   HAS_BIAS1: tl.constexpr, HAS_Z: tl.constexpr,
                   SOFTPLUS: tl.constexpr, KEEP: tl.constexpr,
                   REVERSE: tl.constexpr, STEPS: tl.constexpr,
                   WIDE: tl.constexpr, N: tl.constexpr):
    """Grid (channel blocks, batch, directions); 1 is always the reverse."""
    if tl.program_id(2) == 0:
        _forward(u0, delta0, A0, B0, C0, D0, z, bias0, y0, states0, channels,
                 count, length, token_b, token_c, token_t, mixed_b, mixed_n,
                 mixed_t, HAS_D0, HAS_Z, HAS_BIAS0, SOFTPLUS, KEEP, REVERSE,
                 STEPS, WIDE, N)
    else:
        _forward(u1, delta1, A1, B1, C1, D1, z, bias1, y1, states1, channels,
                 count, length, token_b, token_c, token_t, mixed_b, mixed_n,
                 mixed_t, HAS_D1, HAS_Z, HAS_BIAS1, SOFTPLUS, KEEP, True,
                 STEPS, WIDE, N)
