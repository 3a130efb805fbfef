// Depthwise causal convolution over time with bias and SiLU, one (batch,
// channel group) per call; tiles of kChunk steps behind a halo of width - 1.
#pragma once

namespace {

// weight as rows (width, kGroup); row k multiplies x[t - (width - 1) + k].
inline void load_taps(const ConvArgs &a, int64_t first, int channels,
                      float *taps) {
  for (int k = 0; k < a.width; ++k)
    for (int c = 0; c < kGroup; ++c)
      taps[k * kGroup + c] =
          c < channels ? a.weight[(first + c) * a.width + k] : 0.0f;
}

// The convolution before the activation at one step and vector of channels;
// x points at the step's own row, earlier steps lie before it.
inline F convolve(const float *x, const float *taps, const float *bias,
                  int width) {
  F sum = Simd::load(bias);
  for (int k = 0; k < width; ++k)
    sum = Simd::fma(Simd::load(x + (k - width + 1) * kGroup),
                    Simd::load(taps + k * kGroup), sum);
  return sum;
}

struct ConvJob {
  int64_t first;
  int channels, width, halo, lanes;

  ConvJob(const ConvArgs &a, int64_t group)
      : first(group * kGroup),
        channels(static_cast<int>(
            std::min<int64_t>(kGroup, a.channels - first))),
        width(static_cast<int>(a.width)), halo(width - 1),
        lanes((channels + Simd::W - 1) / Simd::W * Simd::W) {}
};

void conv_forward_task(const ConvArgs &a, int64_t batch, int64_t group) {
  const ConvJob job(a, group);
  const int rows = kChunk + kMaxConvWidth;
  Cutter cut{thread_scratch((2 * rows + kMaxConvWidth + 1) * kGroup + 64)};
  float *x = cut.take(rows * kGroup), *y = cut.take(kChunk * kGroup);
  float *taps = cut.take(kMaxConvWidth * kGroup), *bias = cut.take(kGroup);
  const Strip x_in(a.x, a.reverse, a.length, batch, job.first);
  const Strip y_out(a.y, a.reverse, a.length, batch, job.first);
  load_taps(a, job.first, job.channels, taps);
  load_row(a.bias, job.first, job.channels, bias);
  std::memset(x, 0, sizeof(float) * job.halo * kGroup);
  float *body = x + job.halo * kGroup;
  for (int64_t t0 = 0; t0 < a.length; t0 += kChunk) {
    const int steps =
        static_cast<int>(std::min<int64_t>(kChunk, a.length - t0));
    load_tile(x_in, t0, steps, job.channels, body);
    for (int t = 0; t < steps; ++t) {
      prefetch_tile(x_in, t0 + kChunk, a.length, job.channels, t, steps);
      prefetch_tile(y_out, t0, a.length, job.channels, t, steps);
      for (int i = 0; i < job.lanes; i += Simd::W) {
        const int at = t * kGroup + i;
        F v = convolve(body + at, taps + i, bias + i, job.width);
        if (a.silu) v = v * sigmoid_vec(v);
        Simd::store(y + at, v);
      }
    }
    store_tile(y_out, t0, steps, job.channels, y);
    std::memmove(x, x + steps * kGroup, sizeof(float) * job.halo * kGroup);
  }
}

// dx[t] = sum_k w[k] dp[t + width - 1 - k], so the chunks are taken from the
// last to the first and the first rows of dp are carried over.
void conv_backward_task(const ConvArgs &a, int64_t batch, int64_t group) {
  const ConvJob job(a, group);
  const int rows = kChunk + kMaxConvWidth;
  Cutter cut{thread_scratch((3 * rows + 2 * kMaxConvWidth + 2) * kGroup
                            + 64)};
  float *x = cut.take(rows * kGroup), *grad = cut.take(rows * kGroup);
  float *out = cut.take(kChunk * kGroup);
  float *taps = cut.take(kMaxConvWidth * kGroup);
  float *grad_taps = cut.take(kMaxConvWidth * kGroup);
  float *bias = cut.take(kGroup), *grad_bias = cut.take(kGroup);
  const Strip x_in(a.x, a.reverse, a.length, batch, job.first);
  const Strip grad_in(a.grad_y, a.reverse, a.length, batch, job.first);
  const Strip x_out(a.grad_x, a.reverse, a.length, batch, job.first);
  load_taps(a, job.first, job.channels, taps);
  load_row(a.bias, job.first, job.channels, bias);
  std::memset(grad_taps, 0, sizeof(float) * kMaxConvWidth * kGroup);
  std::memset(grad_bias, 0, sizeof(float) * kGroup);
  std::memset(grad, 0, sizeof(float) * rows * kGroup);
  float *body = x + job.halo * kGroup;
  const int64_t chunks = (a.length + kChunk - 1) / kChunk;
  for (int64_t chunk = chunks - 1; chunk >= 0; --chunk) {
    const int64_t t0 = chunk * kChunk;
    const int steps =
        static_cast<int>(std::min<int64_t>(kChunk, a.length - t0));
    for (int k = 1; k <= job.halo; ++k) {  // Steps before t0.
      float *row = body - k * kGroup;
      if (t0 - k >= 0)
        load_tile(x_in, t0 - k, 1, job.channels, row);
      else
        std::memset(row, 0, sizeof(float) * kGroup);
    }
    // The steps after this chunk are the first rows of the one done before.
    std::memmove(grad + steps * kGroup, grad,
                 sizeof(float) * job.halo * kGroup);
    load_tile(x_in, t0, steps, job.channels, body);
    load_tile(grad_in, t0, steps, job.channels, grad);
    for (int i = 0; i < job.lanes; i += Simd::W) {
      F sum = Simd::load(grad_bias + i);
      for (int t = 0; t < steps; ++t) {
        const int at = t * kGroup + i;
        F dp = Simd::load(grad + at);
        if (a.silu) {
          const F v = convolve(body + at, taps + i, bias + i, job.width);
          const F s = sigmoid_vec(v), one = set1(1.0f);
          dp = dp * (s * Simd::fma(v, one - s, one));
        }
        Simd::store(grad + at, dp);
        sum = sum + dp;
      }
      Simd::store(grad_bias + i, sum);
      for (int k = 0; k < job.width; ++k) {
        F tap = Simd::load(grad_taps + k * kGroup + i);
        for (int t = 0; t < steps; ++t)
          tap = Simd::fma(
              Simd::load(grad + t * kGroup + i),
              Simd::load(body + (t + k - job.halo) * kGroup + i), tap);
        Simd::store(grad_taps + k * kGroup + i, tap);
      }
      for (int t = 0; t < steps; ++t) {
        F dx = Simd::zero();
        for (int k = 0; k < job.width; ++k)
          dx = Simd::fma(
              Simd::load(grad + (t + job.halo - k) * kGroup + i),
              Simd::load(taps + k * kGroup + i), dx);
        Simd::store(out + t * kGroup + i, dx);
      }
    }
    store_tile(x_out, t0, steps, job.channels, out);
  }
  for (int c = 0; c < job.channels; ++c) {
    const int64_t at = batch * a.channels + job.first + c;
    for (int k = 0; k < job.width; ++k)
      a.grad_weight[at * a.width + k] = grad_taps[k * kGroup + c];
    a.grad_bias[at] = grad_bias[c];
  }
}

}  // namespace
