// Forward pass of one (batch, channel group): two vectors of channels times
// four states at a time in registers, walked through one chunk of time.
//
// h_t = exp(delta_t A) h_{t-1} + delta_t u_t B_t,  y_t = C_t h_t + D u_t
// (Mamba, arXiv 2312.00752, Algorithm 2; B discretised as delta B, as its
// kernels do).
#pragma once

#include <algorithm>

namespace {

constexpr int kPair = 2 * Simd::W;

// Sizes and addresses shared by the forward and the backward task.
struct Job {
  int64_t batch, group, first, chunks;
  int channels, pairs, states, padded;

  Job(const ScanArgs &a, int64_t batch_index, int64_t group_index)
      : batch(batch_index), group(group_index), first(group_index * kGroup),
        chunks((a.length + kChunk - 1) / kChunk),
        channels(static_cast<int>(
            std::min<int64_t>(kGroup, a.channels - first))),
        pairs((channels + kPair - 1) / kPair),
        states(static_cast<int>(a.states)),
        padded((states + kStateBlock - 1) / kStateBlock * kStateBlock) {}

  // Where pair p's states n .. n + 3 lie in a (pair, state, 2, W) buffer.
  int64_t at(int p, int n) const {
    return (static_cast<int64_t>(p) * padded + n) * kPair;
  }
  float *boundary(const ScanArgs &a, int64_t chunk, int p) const {
    const int64_t all = (a.channels + kChannelBlock - 1) / kChannelBlock
        * kChannelBlock;
    return a.boundaries
        + ((batch * chunks + chunk) * all + first + p * kPair) * padded;
  }
};

// Cuts one thread's scratch buffer into pieces.
struct Cutter {
  float *next;
  float *take(int64_t floats) {
    float *p = next;
    next += (floats + 15) / 16 * 16;
    return p;
  }
};

// A times the scale that decay_* expects, as (pair, state, 2, W).
inline void load_decay(const ScanArgs &a, const Job &job, float *decay) {
  for (int p = 0; p < job.pairs; ++p)
    for (int n = 0; n < job.padded; ++n)
      for (int i = 0; i < kPair; ++i) {
        const int c = p * kPair + i;
        const bool real = c < job.channels && n < job.states;
        decay[job.at(p, n) + i] = real
            ? a.a[(job.first + c) * a.states + n] * Simd::kDecayScale
            : 0.0f;
      }
}

// The largest |A| of each pair, scaled like `decay`; NaN stays.
inline void decay_bounds(const Job &job, const float *decay, float *bounds) {
  for (int p = 0; p < job.pairs; ++p)
    for (int v = 0; v < 2; ++v) {
      F top = Simd::zero();
      for (int n = 0; n < job.padded; ++n)
        top = Simd::max(
            top, Simd::abs(Simd::load(decay + job.at(p, n) + v * Simd::W)));
      Simd::store(bounds + p * kPair + v * Simd::W, top);
    }
}

struct SweepTiles {
  const float *delta, *delta_u, *b, *c;
  float *y;
};

// One pair, four states, `steps` steps. Without kRecur every step starts from
// the same state: the benchmarks' bound, all the work but no waiting. kKeep
// stores the decays and the
// states (kept_h starts with the state before the first step) for backward.
template <bool kRecur, bool kSafe, bool kKeep, bool kOutput>
inline void sweep(const SweepTiles &tiles, int steps, int padded,
                  const float *decay, float *state, float *kept_h,
                  float *kept_a) {
  constexpr int W = Simd::W;
  F h[kStateBlock][2], a[kStateBlock][2];
  for (int n = 0; n < kStateBlock; ++n)
    for (int v = 0; v < 2; ++v) {
      h[n][v] = Simd::load(state + n * kPair + v * W);
      a[n][v] = Simd::load(decay + n * kPair + v * W);
      if (kKeep) Simd::store(kept_h + n * kPair + v * W, h[n][v]);
    }
  for (int t = 0; t < steps; ++t) {
    F y[2], delta[2], delta_u[2];
    for (int v = 0; v < 2; ++v) {
      delta[v] = Simd::load(tiles.delta + t * kGroup + v * W);
      delta_u[v] = Simd::load(tiles.delta_u + t * kGroup + v * W);
      if (kOutput) y[v] = Simd::load(tiles.y + t * kGroup + v * W);
    }
    for (int n = 0; n < kStateBlock; ++n) {
      const F b = set1(tiles.b[t * padded + n]);
      const F c = set1(tiles.c[t * padded + n]);
      for (int v = 0; v < 2; ++v) {
        const F product = delta[v] * a[n][v];
        const F e = kSafe ? Simd::decay_safe(product)
                          : Simd::decay_fast(product);
        const F next = Simd::fma(e, h[n][v], delta_u[v] * b);
        if (kRecur) h[n][v] = next;
        if (kOutput) y[v] = Simd::fma(c, next, y[v]);
        if (kKeep) {
          const int64_t i = (t * kStateBlock + n) * kPair + v * W;
          Simd::store(kept_a + i, e);
          Simd::store(kept_h + kStateBlock * kPair + i, next);
        }
      }
    }
    if (kOutput)
      for (int v = 0; v < 2; ++v)
        Simd::store(tiles.y + t * kGroup + v * W, y[v]);
  }
  for (int n = 0; n < kStateBlock; ++n)
    for (int v = 0; v < 2; ++v)
      Simd::store(state + n * kPair + v * W, h[n][v]);
}

// delta <- softplus(delta + bias) in place, with its largest size per
// channel in `top`, and delta * u.
inline void prepare_delta(const ScanArgs &a, const Job &job, int steps,
                          const float *bias, float *delta, const float *u,
                          float *delta_u, float *slope, float *top) {
  for (int c = 0; c < job.pairs * kPair; c += Simd::W) {
    const F add = Simd::load(bias + c);
    F largest = Simd::zero();
    for (int t = 0; t < steps; ++t) {
      const int i = t * kGroup + c;
      F d = Simd::load(delta + i) + add;
      if (a.softplus) {
        F e;
        const F soft = softplus_vec(d, e);
        if (slope) Simd::store(slope + i, softplus_slope(d, e));
        d = soft;
      }
      Simd::store(delta + i, d);
      Simd::store(delta_u + i, d * Simd::load(u + i));
      largest = Simd::max(largest, Simd::abs(d));
    }
    Simd::store(top + c, largest);
  }
}

// May this pair's chunk use decay_fast? Never with a NaN or an infinity.
inline bool is_tame(const float *top, const float *bounds, int p) {
  for (int v = 0; v < 2; ++v) {
    const int i = p * kPair + v * Simd::W;
    if (!Simd::all_less(Simd::load(top + i) * Simd::load(bounds + i),
                        set1(Simd::kDecayLimit)))
      return false;
  }
  return true;
}

template <bool kRecur>
void scan_forward_task(const ScanArgs &a, int64_t batch, int64_t group) {
  const Job job(a, batch, group);
  const int tile = kChunk * kGroup;
  const int64_t states = static_cast<int64_t>(kGroup) * job.padded;
  Cutter cut{thread_scratch(5 * tile + 2 * states + 4 * kGroup
                            + 2 * kChunk * job.padded + 256)};
  float *delta = cut.take(tile), *u = cut.take(tile), *y = cut.take(tile);
  float *delta_u = cut.take(tile), *z = cut.take(tile);
  float *decay = cut.take(states), *state = cut.take(states);
  float *b = cut.take(kChunk * job.padded);
  float *c = cut.take(kChunk * job.padded);
  float *skip = cut.take(kGroup), *bias = cut.take(kGroup);
  float *top = cut.take(kGroup), *bounds = cut.take(kGroup);

  auto strip = [&](const View &v, int64_t first) {
    return Strip(v, a.reverse, a.length, batch, first);
  };
  const Strip u_in = strip(a.u, job.first), z_in = strip(a.z, job.first);
  const Strip delta_in = strip(a.delta, job.first);
  const Strip y_out = strip(a.y, job.first);
  const Strip b_in = strip(a.b, 0), c_in = strip(a.c, 0);
  load_decay(a, job, decay);
  decay_bounds(job, decay, bounds);
  load_row(a.skip, job.first, job.channels, skip);
  load_row(a.delta_bias, job.first, job.channels, bias);
  std::memset(state, 0, states * sizeof(float));

  for (int64_t chunk = 0; chunk < job.chunks; ++chunk) {
    const int64_t t0 = chunk * kChunk;
    const int steps =
        static_cast<int>(std::min<int64_t>(kChunk, a.length - t0));
    if (a.boundaries)
      for (int p = 0; p < job.pairs; ++p)
        std::memcpy(job.boundary(a, chunk, p), state + job.at(p, 0),
                    sizeof(float) * kPair * job.padded);
    load_tile(u_in, t0, steps, job.channels, u);
    load_tile(delta_in, t0, steps, job.channels, delta);
    load_states(b_in, t0, steps, job.states, job.padded, b);
    load_states(c_in, t0, steps, job.states, job.padded, c);
    prepare_delta(a, job, steps, bias, delta, u, delta_u, nullptr, top);
    if (y_out.data)
      for (int t = 0; t < steps; ++t)
        for (int i = 0; i < job.pairs * kPair; i += Simd::W)
          Simd::store(y + t * kGroup + i,
                      Simd::load(u + t * kGroup + i) * Simd::load(skip + i));
    for (int p = 0; p < job.pairs; ++p) {
      const bool tame = is_tame(top, bounds, p);
      for (int n = 0; n < job.padded; n += kStateBlock) {
        const int parts = job.pairs * job.padded / kStateBlock;
        const int part = (p * job.padded + n) / kStateBlock;
        for (const Strip *s : {&u_in, &delta_in, &z_in, &y_out})
          prefetch_tile(*s, s == &z_in || s == &y_out ? t0 : t0 + kChunk,
                        a.length, job.channels, part, parts);
        const SweepTiles tiles{delta + p * kPair, delta_u + p * kPair, b + n,
                               c + n, y + p * kPair};
        float *h = state + job.at(p, n);
        const float *d = decay + job.at(p, n);
        if (!y_out.data)  // Only the states are wanted.
          sweep<kRecur, true, false, false>(tiles, steps, job.padded, d, h,
                                            nullptr, nullptr);
        else if (tame)
          sweep<kRecur, false, false, true>(tiles, steps, job.padded, d, h,
                                            nullptr, nullptr);
        else
          sweep<kRecur, true, false, true>(tiles, steps, job.padded, d, h,
                                           nullptr, nullptr);
      }
    }
    if (!y_out.data) continue;
    if (a.accumulate_y) {  // u's tile is free by now
      load_tile(y_out, t0, steps, job.channels, u);
      for (int t = 0; t < steps; ++t)
        for (int i = t * kGroup; i < t * kGroup + job.pairs * kPair;
             i += Simd::W)
          Simd::store(y + i, Simd::load(y + i) + Simd::load(u + i));
    }
    if (z_in.data) {
      load_tile(z_in, t0, steps, job.channels, z);
      for (int t = 0; t < steps; ++t)
        for (int i = 0; i < job.pairs * kPair; i += Simd::W) {
          const int at = t * kGroup + i;
          const F gate = Simd::load(z + at);
          Simd::store(y + at,
                      Simd::load(y + at) * (gate * sigmoid_vec(gate)));
        }
    }
    store_tile(y_out, t0, steps, job.channels, y);
  }
}

}  // namespace
