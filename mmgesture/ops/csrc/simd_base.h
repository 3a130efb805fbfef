// 4 lanes of float32 through the compiler's own vectors: SSE2, NEON, ...
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

struct Simd {
  typedef float F __attribute__((vector_size(16)));
  typedef int32_t I __attribute__((vector_size(16)));
  static constexpr int W = 4;

  static F load(const float *p) {
    F x;
    std::memcpy(&x, p, sizeof(x));
    return x;
  }
  static void store(float *p, F x) { std::memcpy(p, &x, sizeof(x)); }
  static F set1(float x) { return F{x, x, x, x}; }
  static F zero() { return set1(0.0f); }
  static F fma(F a, F b, F c) { return a * b + c; }
  static F blend(I mask, F yes, F no) {
    return (F)(((I)yes & mask) | ((I)no & ~mask));
  }
  static F abs(F x) { return (F)((I)x & (I{} + 0x7fffffff)); }
  // max and min keep a NaN that stands in the second place.
  static F max(F bound, F x) { return blend(bound > x, bound, x); }
  static F min(F bound, F x) { return blend(bound < x, bound, x); }
  // For |x| < 2^22, which is all that the callers need.
  static F round(F x) {
    const F magic = set1(12582912.0f);
    return (x + magic) - magic;
  }
  // x * 2^exponent for an integer exponent in [-127, 128]: 0 and inf at
  // the ends.
  static F scale(F x, F exponent) {
    const I bits = (I)(exponent + set1(12582912.0f + 127.0f));
    return x * (F)(bits << 23);
  }
  static F select_greater(F a, F b, F yes, F no) {
    return blend(a > b, yes, no);
  }
  static bool all_less(F a, F b) {
    const I m = a < b;
    return m[0] && m[1] && m[2] && m[3];
  }

  static constexpr float kDecayScale = 1.4426950408889634f;
  static constexpr float kDecayLimit = 120.0f;
  // Both are 2^t for any argument; defined in kernels_base.cpp.
  static F decay_fast(F t);
  static F decay_safe(F t);

  // Adds the sums over the lanes of x[0..7] to dst[0..7].
  static void add_sums(const F *x, float *dst) {
    for (int i = 0; i < 8; ++i)
      dst[i] += (x[i][0] + x[i][1]) + (x[i][2] + x[i][3]);
  }
};

}  // namespace
