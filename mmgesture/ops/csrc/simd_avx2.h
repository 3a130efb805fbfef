// 8 lanes of float32 with AVX2 and FMA.
#pragma once

#include <immintrin.h>

namespace {

struct Simd {
  using F = __m256;
  static constexpr int W = 8;

  static F load(const float *p) { return _mm256_loadu_ps(p); }
  static void store(float *p, F x) { _mm256_storeu_ps(p, x); }
  static F set1(float x) { return _mm256_set1_ps(x); }
  static F zero() { return _mm256_setzero_ps(); }
  static F fma(F a, F b, F c) { return _mm256_fmadd_ps(a, b, c); }
  static F abs(F x) { return _mm256_andnot_ps(set1(-0.0f), x); }
  // max and min keep a NaN that stands in the second place.
  static F max(F bound, F x) { return _mm256_max_ps(bound, x); }
  static F min(F bound, F x) { return _mm256_min_ps(bound, x); }
  static F round(F x) { return _mm256_round_ps(x, 8); }
  // x * 2^exponent for an integer exponent in [-127, 128]: 0 and inf at
  // the ends.
  static F scale(F x, F exponent) {
    const __m256i e = _mm256_cvtps_epi32(exponent + set1(127.0f));
    return x * _mm256_castsi256_ps(_mm256_slli_epi32(e, 23));
  }
  static F select_greater(F a, F b, F yes, F no) {
    return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_GT_OQ));
  }
  static bool all_less(F a, F b) {
    return _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_LT_OQ)) == 0xff;
  }

  static constexpr float kDecayScale = 1.4426950408889634f;
  static constexpr float kDecayLimit = 120.0f;
  // Both are 2^t for any argument; defined in kernels_avx2.cpp.
  static F decay_fast(F t);
  static F decay_safe(F t);

  // Adds the sums over the lanes of x[0..7] to dst[0..7].
  static void add_sums(const F *x, float *dst) {
    F s[4];
    for (int i = 0; i < 4; ++i) {
      const F lo = _mm256_permute2f128_ps(x[i], x[i + 4], 0x20);
      const F hi = _mm256_permute2f128_ps(x[i], x[i + 4], 0x31);
      s[i] = lo + hi;  // halves: x[i], x[i+4]
    }
    const F a = _mm256_hadd_ps(s[0], s[1]);
    const F b = _mm256_hadd_ps(s[2], s[3]);
    const F sum = _mm256_hadd_ps(a, b);
    store(dst, load(dst) + sum);
  }
};

}  // namespace
