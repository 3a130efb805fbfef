// Moves (time, channel) tiles between strided tensors and small contiguous
// buffers whose rows hold kGroup channels; what the tensor lacks is zero.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace {

// A tensor seen from one (batch, first channel) in scan order.
struct Strip {
  void *data;
  int64_t channel, time;
  bool half;

  Strip(const View &v, bool reverse, int64_t length, int64_t batch,
        int64_t first)
      : data(v.data), channel(v.channel), time(reverse ? -v.time : v.time),
        half(v.half != 0) {
    if (data)
      data = at(batch * v.batch + first * v.channel
                + (reverse ? (length - 1) * v.time : 0));
  }
  int64_t bytes() const { return half ? 2 : 4; }
  char *at(int64_t element) const {
    return static_cast<char *>(data) + element * bytes();
  }
};

// bfloat16 is the upper half of a float32; to the nearest, ties to even.
inline float widen(uint16_t x) {
  const uint32_t bits = static_cast<uint32_t>(x) << 16;
  float y;
  std::memcpy(&y, &bits, sizeof(y));
  return y;
}

inline uint16_t narrow(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  const uint32_t rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  const bool is_nan = (bits & 0x7fffffff) > 0x7f800000;
  return static_cast<uint16_t>(is_nan ? 0x7fc0 : rounded);
}

// Fetches part `part` of `parts` of a coming tile into the cache while the
// processor computes: rows lie a page apart, which no hardware prefetcher
// follows. Steps outside the tensor are left out.
inline void prefetch_tile(const Strip &s, int64_t t0, int64_t length,
                          int channels, int part, int parts) {
  if (!s.data || t0 < 0) return;
  const int steps = static_cast<int>(std::min<int64_t>(kChunk, length - t0));
  const bool rows = s.channel == 1;
  const int64_t line = 64 / s.bytes();  // Elements in a cache line.
  const int64_t outer = rows ? steps : channels;
  const int64_t inner = rows ? channels : steps;
  const int64_t stride = rows ? s.time : s.channel;
  if (!rows && s.time != 1 && s.time != -1) return;
  const int64_t along = rows ? 1 : s.time;
  for (int64_t i = outer * part / parts; i < outer * (part + 1) / parts; ++i)
    for (int64_t j = 0; j < inner; j += line)
      __builtin_prefetch(s.at(t0 * s.time + i * stride + j * along), 0, 2);
  // Without this, GCC 12 takes the function for one without effects.
  asm volatile("");
}

// Four steps of four channels between time-contiguous memory and a tile.
typedef float Four __attribute__((vector_size(16)));
typedef int32_t FourInts __attribute__((vector_size(16)));
const FourInts kLow = {0, 4, 1, 5}, kHigh = {2, 6, 3, 7};
const FourInts kFront = {0, 1, 4, 5}, kBack = {2, 3, 6, 7};

inline void transpose(Four *x) {
  const Four a = __builtin_shuffle(x[0], x[1], kLow);
  const Four b = __builtin_shuffle(x[2], x[3], kLow);
  const Four c = __builtin_shuffle(x[0], x[1], kHigh);
  const Four d = __builtin_shuffle(x[2], x[3], kHigh);
  x[0] = __builtin_shuffle(a, b, kFront);
  x[1] = __builtin_shuffle(a, b, kBack);
  x[2] = __builtin_shuffle(c, d, kFront);
  x[3] = __builtin_shuffle(c, d, kBack);
}

inline void load_half_tile(const Strip &s, int64_t t0, int steps,
                           int channels, int padded, float *tile) {
  const auto *src = reinterpret_cast<const uint16_t *>(s.at(t0 * s.time));
  for (int t = 0; t < steps; ++t) {
    const uint16_t *from = src + t * s.time;
    float *row = tile + t * kGroup;
    if (s.channel == 1)
      for (int c = 0; c < channels; ++c) row[c] = widen(from[c]);
    else
      for (int c = 0; c < channels; ++c) row[c] = widen(from[c * s.channel]);
    for (int c = channels; c < padded; ++c) row[c] = 0.0f;
  }
}

inline void store_half_tile(const Strip &s, int64_t t0, int steps,
                            int channels, const float *tile) {
  auto *dst = reinterpret_cast<uint16_t *>(s.at(t0 * s.time));
  for (int t = 0; t < steps; ++t) {
    const float *row = tile + t * kGroup;
    uint16_t *to = dst + t * s.time;
    if (s.channel == 1)
      for (int c = 0; c < channels; ++c) to[c] = narrow(row[c]);
    else
      for (int c = 0; c < channels; ++c) to[c * s.channel] = narrow(row[c]);
  }
}

inline void load_tile(const Strip &s, int64_t t0, int steps, int channels,
                      float *tile) {
  const int padded = (channels + kChannelBlock - 1) / kChannelBlock
      * kChannelBlock;
  if (s.half) return load_half_tile(s, t0, steps, channels, padded, tile);
  const auto *src = reinterpret_cast<const float *>(s.at(t0 * s.time));
  if (s.channel == 1) {
    for (int t = 0; t < steps; ++t) {
      float *row = tile + t * kGroup;
      if (channels == kGroup) {
        for (int c = 0; c < kGroup; c += Simd::W)
          Simd::store(row + c, Simd::load(src + t * s.time + c));
      } else {
        std::memcpy(row, src + t * s.time, channels * sizeof(float));
        std::memset(row + channels, 0, (padded - channels) * sizeof(float));
      }
    }
    return;
  }
  const bool blocks = s.time == 1 || s.time == -1;
  const int whole_c = blocks ? channels / 4 * 4 : 0;
  const int whole_t = steps / 4 * 4;
  for (int c = 0; c < whole_c; c += 4)
    for (int t = 0; t < whole_t; t += 4) {
      Four x[4];
      const float *col = src + c * s.channel + t * s.time
          - (s.time < 0 ? 3 : 0);
      for (int i = 0; i < 4; ++i)
        std::memcpy(&x[i], col + i * s.channel, sizeof(Four));
      transpose(x);
      for (int i = 0; i < 4; ++i)
        std::memcpy(tile + (t + i) * kGroup + c,
                    &x[s.time < 0 ? 3 - i : i], sizeof(Four));
    }
  for (int c = 0; c < channels; ++c) {
    const float *col = src + c * s.channel;
    for (int t = c < whole_c ? whole_t : 0; t < steps; ++t)
      tile[t * kGroup + c] = col[t * s.time];
  }
  for (int t = 0; t < steps; ++t)
    for (int c = channels; c < padded; ++c) tile[t * kGroup + c] = 0.0f;
}

inline void store_tile(const Strip &s, int64_t t0, int steps, int channels,
                       const float *tile) {
  if (s.half) return store_half_tile(s, t0, steps, channels, tile);
  auto *dst = reinterpret_cast<float *>(s.at(t0 * s.time));
  if (s.channel == 1) {
    for (int t = 0; t < steps; ++t) {
      const float *row = tile + t * kGroup;
      if (channels == kGroup) {
        for (int c = 0; c < kGroup; c += Simd::W)
          Simd::store(dst + t * s.time + c, Simd::load(row + c));
      } else {
        std::memcpy(dst + t * s.time, row, channels * sizeof(float));
      }
    }
    return;
  }
  const bool blocks = s.time == 1 || s.time == -1;
  const int whole_c = blocks ? channels / 4 * 4 : 0;
  const int whole_t = steps / 4 * 4;
  for (int c = 0; c < whole_c; c += 4)
    for (int t = 0; t < whole_t; t += 4) {
      Four x[4];
      for (int i = 0; i < 4; ++i)
        std::memcpy(&x[s.time < 0 ? 3 - i : i],
                    tile + (t + i) * kGroup + c, sizeof(Four));
      transpose(x);
      float *col = dst + c * s.channel + t * s.time - (s.time < 0 ? 3 : 0);
      for (int i = 0; i < 4; ++i)
        std::memcpy(col + i * s.channel, &x[i], sizeof(Four));
    }
  for (int c = 0; c < channels; ++c) {
    float *col = dst + c * s.channel;
    for (int t = c < whole_c ? whole_t : 0; t < steps; ++t)
      col[t * s.time] = tile[t * kGroup + c];
  }
}

// (channels,) with zeros up to kGroup; absent: all zeros.
inline void load_row(const float *src, int64_t first, int channels,
                     float *row) {
  for (int c = 0; c < kGroup; ++c)
    row[c] = src && c < channels ? src[first + c] : 0.0f;
}

// B or C of some steps as rows of `padded` states, zeros beyond the last.
inline void load_states(const Strip &s, int64_t t0, int steps, int states,
                        int padded, float *rows) {
  for (int t = 0; t < steps; ++t) {
    const char *src = s.at((t0 + t) * s.time);
    float *row = rows + t * padded;
    if (s.half) {
      const auto *from = reinterpret_cast<const uint16_t *>(src);
      for (int n = 0; n < states; ++n) row[n] = widen(from[n * s.channel]);
    } else {
      const auto *from = reinterpret_cast<const float *>(src);
      for (int n = 0; n < states; ++n) row[n] = from[n * s.channel];
    }
    for (int n = states; n < padded; ++n) row[n] = 0.0f;
  }
}

}  // namespace
