"""Device functions of the Triton scan: tiles in, recurrence, softplus.

A tile holds STEPS steps of WIDE channels (and N states) in scan order; steps
and channels outside the tensor read as zero. This file needs triton.
"""
import triton
import triton.language as tl


@triton.jit
def combine(decay_a, state_a, decay_b, state_b):
    """Two stretches of the recurrence h -> decay h + state, a before b."""
    return decay_a * decay_b, decay_b * state_a + state_b


@triton.jit
def sigmoid(x):
    """1 / (1 + e^-x)."""
    return 1.0 / (1.0 + tl.exp(-x))


@triton.jit
def softplus(x):
    """max(x, 0) + log(1 + e^-|x|), exact to 1e-7 also where it is tiny.

    log(1 + e) itself would lose the digits of a small e, so a polynomial
    (minimax in the relative error on [0, 1]) takes its place.
    """
    e = tl.exp(-tl.abs(x))
    p = 5.3648227e-3 * e - 3.0065786e-2
    p = p * e + 7.9204522e-2
    p = p * e - 1.3753802e-1
    p = p * e + 1.9153655e-1
    p = p * e - 2.4857163e-1
    p = p * e + 3.3321324e-1
    p = p * e - 4.9999648e-1
    p = p * e + 1.0
    return tl.maximum(x, 0.0) + p * e


@triton.jit
def offsets(start, length, column, batch, columns, strides_b, strides_c,
            strides_t, STEPS: tl.constexpr, REVERSE: tl.constexpr):
    """Addresses and mask of a (STEPS, len(column)) tile."""
    step = start + tl.arange(0, STEPS)
    token = step
    if REVERSE:
        token = length - 1 - step
    inside = (step < length)[:, None] & (column < columns)[None, :]
    where = (
        batch * strides_b + column[None, :] * strides_c +
        token[:, None] * strides_t)
    return where, inside


@triton.jit
def load(pointer, where, inside):
    """A tile in float32, zero where the tensor ends."""
    return tl.load(pointer + where, mask=inside, other=0.0).to(tl.float32)


@triton.jit
def load_row(pointer, column, columns, PRESENT: tl.constexpr):
    """A value per channel in float32; zeros for an absent tensor."""
    row = tl.zeros(column.shape, tl.float32)
    if PRESENT:
        row = tl.load(
            pointer + column, mask=column < columns, other=0.0).to(tl.float32)
    return row


@triton.jit
def positive_step(raw, inside, SOFTPLUS: tl.constexpr):
    """delta of Algorithm 2; a step outside neither decays nor drives."""
    if SOFTPLUS:
        raw = softplus(raw)
    return tl.where(inside, raw, 0.0)


@triton.jit
def pick(x, row, STEPS: tl.constexpr):
    """Row ``row`` of a (STEPS, WIDE, N) tile."""
    here = (tl.arange(0, STEPS) == row)[:, None, None]
    return tl.sum(tl.where(here, x, 0.0), axis=0)
