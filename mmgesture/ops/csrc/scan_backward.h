// Backward pass of one (batch, channel group). The chunks are taken from the
// last to the first; inside one, the states are recomputed from the stored
// boundary state, four at a time, and then walked backwards:
//
//   x_t  = g_t C_t + w_{t+1}       gradient of h_t, g_t that of C_t h_t
//   w_t  = a_t x_t                 what h_{t-1} receives, a_t = exp(delta A)
//   v_t  = w_t h_{t-1}             gradient of delta_t A
//
// dC_t and dB_t are summed over the group's channels here and over the groups
// by the caller, both in a fixed order: results do not depend on threads.
#pragma once

namespace {

struct GradTiles {
  const float *delta, *delta_u, *grad, *b, *c;
  float *grad_delta_u, *grad_decay;
  float *grad_bc;  // rows of 2 * padded: per four states 4 dB, then 4 dC
};

inline void sweep_back(const GradTiles &tiles, int steps, int padded,
                       const float *decay, const float *kept_h,
                       const float *kept_a, float *carry, float *grad_a) {
  constexpr int W = Simd::W;
  constexpr int kStep = kStateBlock * kPair;
  F w[kStateBlock][2], da[kStateBlock][2];
  for (int n = 0; n < kStateBlock; ++n)
    for (int v = 0; v < 2; ++v) {
      w[n][v] = Simd::load(carry + n * kPair + v * W);
      da[n][v] = Simd::load(grad_a + n * kPair + v * W);
    }
  for (int t = steps - 1; t >= 0; --t) {
    F sums[2 * kStateBlock];
    for (int v = 0; v < 2; ++v) {
      const int i = t * kGroup + v * W;
      const F g = Simd::load(tiles.grad + i);
      const F delta = Simd::load(tiles.delta + i);
      const F delta_u = Simd::load(tiles.delta_u + i);
      F grad_delta_u = Simd::load(tiles.grad_delta_u + i);
      F grad_decay = Simd::load(tiles.grad_decay + i);
      for (int n = 0; n < kStateBlock; ++n) {
        const float *h = kept_h + t * kStep + n * kPair + v * W;
        const F e = Simd::load(kept_a + t * kStep + n * kPair + v * W);
        const F x = Simd::fma(g, set1(tiles.c[t * padded + n]), w[n][v]);
        F &db = sums[n], &dc = sums[kStateBlock + n];
        const F now = Simd::load(h + kStep);
        db = v ? Simd::fma(x, delta_u, db) : x * delta_u;
        dc = v ? Simd::fma(g, now, dc) : g * now;
        grad_delta_u = Simd::fma(x, set1(tiles.b[t * padded + n]),
                                 grad_delta_u);
        w[n][v] = x * e;
        const F q = w[n][v] * Simd::load(h);
        da[n][v] = Simd::fma(q, delta, da[n][v]);
        grad_decay = Simd::fma(q, Simd::load(decay + n * kPair + v * W),
                               grad_decay);
      }
      Simd::store(tiles.grad_delta_u + i, grad_delta_u);
      Simd::store(tiles.grad_decay + i, grad_decay);
    }
    Simd::add_sums(sums, tiles.grad_bc + t * 2 * padded);
  }
  for (int n = 0; n < kStateBlock; ++n)
    for (int v = 0; v < 2; ++v) {
      Simd::store(carry + n * kPair + v * W, w[n][v]);
      Simd::store(grad_a + n * kPair + v * W, da[n][v]);
    }
}

// dy -> g = dy silu(z), and dz's factor dy silu'(z), in place of z.
inline void prepare_gate(int steps, int width, float *grad, float *z) {
  for (int t = 0; t < steps; ++t)
    for (int i = t * kGroup; i < t * kGroup + width; i += Simd::W) {
      const F gate = Simd::load(z + i), dy = Simd::load(grad + i);
      const F s = sigmoid_vec(gate);
      const F one = set1(1.0f);
      Simd::store(grad + i, dy * (gate * s));
      Simd::store(z + i, dy * (s * Simd::fma(gate, one - s, one)));
    }
}

void scan_backward_task(const ScanArgs &a, int64_t batch, int64_t group) {
  const Job job(a, batch, group);
  const int tile = kChunk * kGroup;
  const int64_t states = static_cast<int64_t>(kGroup) * job.padded;
  const int kept = kStateBlock * kPair;
  Cutter cut{thread_scratch(9 * tile + 4 * states + 6 * kGroup
                            + 4 * kChunk * job.padded
                            + (2 * kChunk + 1) * kept + 256)};
  float *delta = cut.take(tile), *u = cut.take(tile), *y = cut.take(tile);
  float *delta_u = cut.take(tile), *z = cut.take(tile);
  float *grad = cut.take(tile), *slope = cut.take(tile);
  float *grad_delta_u = cut.take(tile), *grad_decay = cut.take(tile);
  float *decay = cut.take(states), *state = cut.take(states);
  float *carry = cut.take(states), *grad_a = cut.take(states);
  float *b = cut.take(kChunk * job.padded);
  float *c = cut.take(kChunk * job.padded);
  float *grad_bc = cut.take(2 * kChunk * job.padded);
  float *kept_h = cut.take((kChunk + 1) * kept);
  float *kept_a = cut.take(kChunk * kept);
  float *skip = cut.take(kGroup), *bias = cut.take(kGroup);
  float *top = cut.take(kGroup), *bounds = cut.take(kGroup);
  float *grad_skip = cut.take(kGroup), *grad_bias = cut.take(kGroup);

  auto strip = [&](const View &v, int64_t first) {
    return Strip(v, a.reverse, a.length, batch, first);
  };
  const Strip u_in = strip(a.u, job.first), z_in = strip(a.z, job.first);
  const Strip delta_in = strip(a.delta, job.first);
  const Strip grad_in = strip(a.grad_y, job.first);
  const Strip b_in = strip(a.b, 0), c_in = strip(a.c, 0);
  const Strip u_out = strip(a.grad_u, job.first);
  const Strip delta_out = strip(a.grad_delta, job.first);
  const Strip z_out = strip(a.grad_z, job.first);
  load_decay(a, job, decay);
  decay_bounds(job, decay, bounds);
  load_row(a.skip, job.first, job.channels, skip);
  load_row(a.delta_bias, job.first, job.channels, bias);
  std::memset(carry, 0, states * sizeof(float));
  std::memset(grad_a, 0, states * sizeof(float));
  std::memset(grad_skip, 0, kGroup * sizeof(float));
  std::memset(grad_bias, 0, kGroup * sizeof(float));
  const int width = job.pairs * kPair;
  const F unscale = set1(1.0f / Simd::kDecayScale);

  for (int64_t chunk = job.chunks - 1; chunk >= 0; --chunk) {
    const int64_t t0 = chunk * kChunk;
    const int steps =
        static_cast<int>(std::min<int64_t>(kChunk, a.length - t0));
    load_tile(u_in, t0, steps, job.channels, u);
    load_tile(delta_in, t0, steps, job.channels, delta);
    load_tile(grad_in, t0, steps, job.channels, grad);
    load_states(b_in, t0, steps, job.states, job.padded, b);
    load_states(c_in, t0, steps, job.states, job.padded, c);
    prepare_delta(a, job, steps, bias, delta, u, delta_u, slope, top);
    if (z_in.data) {
      load_tile(z_in, t0, steps, job.channels, z);
      prepare_gate(steps, width, grad, z);
    }
    for (int i = 0; i < width; i += Simd::W) {
      F sum = Simd::load(grad_skip + i);
      for (int t = 0; t < steps; ++t) {
        const int at = t * kGroup + i;
        const F input = Simd::load(u + at);
        sum = Simd::fma(Simd::load(grad + at), input, sum);
        Simd::store(y + at, input * Simd::load(skip + i));
        Simd::store(grad_delta_u + at, Simd::zero());
        Simd::store(grad_decay + at, Simd::zero());
      }
      Simd::store(grad_skip + i, sum);
    }
    std::memset(grad_bc, 0, sizeof(float) * 2 * kChunk * job.padded);

    for (int p = 0; p < job.pairs; ++p) {
      std::memcpy(state, job.boundary(a, chunk, p),
                  sizeof(float) * kPair * job.padded);
      const bool tame = is_tame(top, bounds, p);
      const int col = p * kPair;
      for (int n = 0; n < job.padded; n += kStateBlock) {
        const int parts = job.pairs * job.padded / kStateBlock;
        const int part = (p * job.padded + n) / kStateBlock;
        for (const Strip *s : {&u_in, &delta_in, &z_in, &grad_in})
          prefetch_tile(*s, t0 - kChunk, a.length, job.channels, part, parts);
        for (const Strip *s : {&u_out, &delta_out, &z_out})
          prefetch_tile(*s, t0, a.length, job.channels, part, parts);
        const SweepTiles tiles{delta + col, delta_u + col, b + n, c + n,
                               y + col};
        const float *d = decay + job.at(p, n);
        float *h = state + n * kPair;
        if (!tame)
          sweep<true, true, true, true>(tiles, steps, job.padded, d, h,
                                        kept_h, kept_a);
        else if (z_in.data)
          sweep<true, false, true, true>(tiles, steps, job.padded, d, h,
                                         kept_h, kept_a);
        else
          sweep<true, false, true, false>(tiles, steps, job.padded, d, h,
                                          kept_h, kept_a);
        const GradTiles back{delta + col, delta_u + col, grad + col, b + n,
                             c + n, grad_delta_u + col, grad_decay + col,
                             grad_bc + 2 * n};
        sweep_back(back, steps, job.padded, d, kept_h, kept_a,
                   carry + job.at(p, n), grad_a + job.at(p, n));
      }
    }

    for (int i = 0; i < width; i += Simd::W) {
      F sum = Simd::load(grad_bias + i);
      const F d_skip = Simd::load(skip + i);
      for (int t = 0; t < steps; ++t) {
        const int at = t * kGroup + i;
        const F ddu = Simd::load(grad_delta_u + at);
        F dd = Simd::fma(ddu, Simd::load(u + at),
                         Simd::load(grad_decay + at) * unscale);
        if (a.softplus) dd = dd * Simd::load(slope + at);
        sum = sum + dd;
        Simd::store(grad_decay + at, dd);
        Simd::store(grad_delta_u + at,
                    Simd::fma(ddu, Simd::load(delta + at),
                              Simd::load(grad + at) * d_skip));
        if (z_in.data)
          Simd::store(z + at, Simd::load(z + at) * Simd::load(y + at));
      }
      Simd::store(grad_bias + i, sum);
    }
    store_tile(u_out, t0, steps, job.channels, grad_delta_u);
    store_tile(delta_out, t0, steps, job.channels, grad_decay);
    if (z_in.data) {
      if (a.accumulate_z) {
        load_tile(z_out, t0, steps, job.channels, y);
        for (int t = 0; t < steps; ++t)
          for (int i = t * kGroup; i < t * kGroup + width; i += Simd::W)
            Simd::store(z + i, Simd::load(z + i) + Simd::load(y + i));
      }
      store_tile(z_out, t0, steps, job.channels, z);
    }
    for (int t = 0; t < steps; ++t) {
      const int64_t token = a.reverse ? a.length - 1 - t0 - t : t0 + t;
      std::memcpy(a.grad_bc + ((group * a.batch + batch) * a.length + token)
                      * 2 * job.padded,
                  grad_bc + t * 2 * job.padded,
                  sizeof(float) * 2 * job.padded);
    }
  }

  for (int ch = 0; ch < job.channels; ++ch) {
    const int64_t out = batch * a.channels + job.first + ch;
    for (int n = 0; n < job.states; ++n)
      a.grad_a[out * a.states + n] =
          grad_a[job.at(ch / kPair, n) + ch % kPair];
    a.grad_skip[out] = grad_skip[ch];
    a.grad_bias[out] = grad_bias[ch];
  }
}

}  // namespace
