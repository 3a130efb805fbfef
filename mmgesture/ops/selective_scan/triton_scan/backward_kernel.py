"""Backward kernel of the Triton scan. This file needs triton.

The chunks are taken from the last to the first. Inside one the states come
again from the state stored at its start; then, with g_t the gradient of
C_t h_t,

    x_t = g_t C_t + a_{t+1} x_{t+1}     gradient of h_t, a = exp(delta A)
    v_t = x_t (h_t - delta_t u_t B_t)   gradient of delta_t A
"""
import triton
import triton.language as tl

from .device import (combine, load, load_row, offsets, pick, positive_step,
                     sigmoid)


@triton.jit
def _backward(u, delta, A, B, C, D, z, bias, states, grad, grad_u,
              grad_delta, grad_z, grad_a, grad_b, grad_c, grad_skip,
              grad_bias, slots, channels, count, length, token_b, token_c,
              token_t, mixed_b, mixed_n, mixed_t, HAS_D: tl.constexpr,
              HAS_Z: tl.constexpr, HAS_BIAS: tl.constexpr,
              SOFTPLUS: tl.constexpr, REVERSE: tl.constexpr,
              STEPS: tl.constexpr, WIDE: tl.constexpr, N: tl.constexpr):
    batch = tl.program_id(1).to(tl.int64)
    d = tl.program_id(0) * WIDE + tl.arange(0, WIDE)
    n = tl.arange(0, N)
    real = (d < channels)[:, None] & (n < count)[None, :]
    cell = d[:, None] * count + n[None, :]
    a = tl.load(A + cell, mask=real, other=0.0)
    rate = a * 1.4426950408889634
    skip = load_row(D, d, channels, HAS_D)
    add = load_row(bias, d, channels, HAS_BIAS)
    # dB, dC: (slots, B, L, N); a slot of its own makes the order fixed
    slot = (tl.program_id(0) % slots).to(tl.int64) * tl.num_programs(1)
    shared = (slot + batch) * length * count
    chunks = tl.cdiv(length, STEPS)
    later = tl.zeros((WIDE, N), tl.float32)  # a_{t+1} x_{t+1} beyond the end
    sum_a = tl.zeros((WIDE, N), tl.float32)
    sum_skip = tl.zeros((WIDE, ), tl.float32)
    sum_bias = tl.zeros((WIDE, ), tl.float32)
    for back in range(0, chunks):
        chunk = chunks - 1 - back
        start = chunk * STEPS
        where, inside = offsets(start, length, d, batch, channels, token_b,
                                token_c, token_t, STEPS, REVERSE)
        where_n, inside_n = offsets(start, length, n, batch, count, mixed_b,
                                    mixed_n, mixed_t, STEPS, REVERSE)
        next_where, next_inside = offsets(start + 1, length, d, batch,
                                          channels, token_b, token_c,
                                          token_t, STEPS, REVERSE)
        # the step after the chunk's last one is already in `later`
        next_inside &= (tl.arange(0, STEPS) < STEPS - 1)[:, None]
        h = tl.load(
            states + (batch * chunks + chunk) * channels * count + cell,
            mask=real,
            other=0.0)
        inputs = load(u, where, inside)
        raw = load(delta, where, inside) + add[None, :]
        step = positive_step(raw, inside, SOFTPLUS)
        next_step = positive_step(
            load(delta, next_where, next_inside) + add[None, :], next_inside,
            SOFTPLUS)
        b = load(B, where_n, inside_n)
        c = load(C, where_n, inside_n)
        decay = tl.exp2(step[:, :, None] * rate[None, :, :])
        drive = (step * inputs)[:, :, None] * b[:, None, :]
        product, local = tl.associative_scan((decay, drive), 0, combine)
        hs = local + product * h[None, :, :]

        dy = load(grad, where, inside)
        if HAS_Z:
            gate = load(z, where, inside)
            s = sigmoid(gate)
            out = tl.sum(hs * c[:, None, :], axis=2) + inputs * skip[None, :]
            tl.store(
                grad_z + where,
                dy * out * s * (1.0 + gate * (1.0 - s)),
                mask=inside)
            dy = dy * gate * s
        after = tl.exp2(next_step[:, :, None] * rate[None, :, :])
        product, local = tl.associative_scan(
            (after, dy[:, :, None] * c[:, None, :]), 0, combine, reverse=True)
        x = local + product * later[None, :, :]
        later = pick(x * decay, 0, STEPS)

        v = x * (hs - drive)
        sum_a += tl.sum(v * step[:, :, None], axis=0)
        through = tl.sum(x * b[:, None, :], axis=2)  # gradient of delta u
        dstep = tl.sum(v * a[None, :, :], axis=2) + through * inputs
        if SOFTPLUS:
            dstep *= sigmoid(raw)
        dstep = tl.where(inside, dstep, 0.0)
        tl.store(grad_delta + where, dstep, mask=inside)
        tl.store(
            grad_u + where, through * step + dy * skip[None, :], mask=inside)
        sum_skip += tl.sum(dy * inputs, axis=0)
        sum_bias += tl.sum(dstep, axis=0)
        where_s, inside_s = offsets(start, length, n, 0, count, 0, 1, count,
                                    STEPS, REVERSE)
        db = tl.sum(x * (step * inputs)[:, :, None], axis=1)  # (STEPS, N)
        dc = tl.sum(hs * dy[:, :, None], axis=1)
        tl.atomic_add(grad_b + shared + where_s, db, mask=inside_s)
        tl.atomic_add(grad_c + shared + where_s, dc, mask=inside_s)
    tl.store(grad_a + batch * channels * count + cell, sum_a, mask=real)
    row = batch * channels + d
    tl.store(grad_skip + row, sum_skip, mask=d < channels)
    tl.store(grad_bias + row, sum_bias, mask=d < channels)


@triton.jit
def backward_kernel(u0, delta0, A0, B0, C0, D0, bias0, states0, grad0,
                    grad_u0, grad_delta0, grad_z0, grad_a0, grad_b0, grad_c0,
                    grad_skip0, grad_bias0, u1, delta1, A1, B1, C1, D1,
                    bias1, states1, grad1, grad_u1, grad_delta1, grad_z1,
                    grad_a1, grad_b1, grad_c1, grad_skip1, grad_bias1, z,
                    slots, channels, count, length, token_b, token_c,
                    token_t, mixed_b, mixed_n, mixed_t, HAS_D0: tl.constexpr,
                    HAS_D1: tl.constexpr, HAS_BIAS0: tl.constexpr,
                    HAS_BIAS1: tl.constexpr, HAS_Z: tl.constexpr,
                    SOFTPLUS: tl.constexpr, REVERSE: tl.constexpr,
                    STEPS: tl.constexpr, WIDE: tl.constexpr,
                    N: tl.constexpr):
    """Grid (channel blocks, batch, directions); 1 is always the reverse."""
    if tl.program_id(2) == 0:
        _backward(u0, delta0, A0, B0, C0, D0, z, bias0, states0, grad0,
                  grad_u0, grad_delta0, grad_z0, grad_a0, grad_b0, grad_c0,
                  grad_skip0, grad_bias0, slots, channels, count, length,
                  token_b, token_c, token_t, mixed_b, mixed_n, mixed_t,
                  HAS_D0, HAS_Z, HAS_BIAS0, SOFTPLUS, REVERSE, STEPS, WIDE,
                  N)
    else:
        _backward(u1, delta1, A1, B1, C1, D1, z, bias1, states1, grad1,
                  grad_u1, grad_delta1, grad_z1, grad_a1, grad_b1, grad_c1,
                  grad_skip1, grad_bias1, slots, channels, count, length,
                  token_b, token_c, token_t, mixed_b, mixed_n, mixed_t,
                  HAS_D1, HAS_Z, HAS_BIAS1, SOFTPLUS, True, STEPS, WIDE, N)
