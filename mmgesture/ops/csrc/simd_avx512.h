// 16 lanes of float32 with AVX-512 (F, DQ, VL).
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace {

// 2^(j/32) as bits, minus j << 18 (see decay_fast).
alignas(64) const int32_t kPowers[32] = {
    0x3f800000, 0x3f7ecd87, 0x3f7daac3, 0x3f7c980f,
    0x3f7b95c2, 0x3f7aa43a, 0x3f79c3d3, 0x3f78f4f0,
    0x3f7837f0, 0x3f778d3a, 0x3f76f532, 0x3f767043,
    0x3f75fed7, 0x3f75a15b, 0x3f75583f, 0x3f7523f6,
    0x3f7504f3, 0x3f74fbaf, 0x3f7508a4, 0x3f752c4d,
    0x3f75672a, 0x3f75b9be, 0x3f76248c, 0x3f76a81e,
    0x3f7744fd, 0x3f77fbb8, 0x3f78ccdf, 0x3f79b907,
    0x3f7ac0c7, 0x3f7be4ba, 0x3f7d257d, 0x3f7e83b3,
};

struct Simd {
  using F = __m512;
  static constexpr int W = 16;

  static F load(const float *p) { return _mm512_loadu_ps(p); }
  static void store(float *p, F x) { _mm512_storeu_ps(p, x); }
  static F set1(float x) { return _mm512_set1_ps(x); }
  static F zero() { return _mm512_setzero_ps(); }
  static F fma(F a, F b, F c) { return _mm512_fmadd_ps(a, b, c); }
  static F abs(F x) { return _mm512_abs_ps(x); }
  // max and min keep a NaN that stands in the second place.
  static F max(F bound, F x) { return _mm512_max_ps(bound, x); }
  static F min(F bound, F x) { return _mm512_min_ps(bound, x); }
  static F round(F x) { return _mm512_roundscale_ps(x, 8); }
  static F scale(F x, F exponent) { return _mm512_scalef_ps(x, exponent); }
  static F select_greater(F a, F b, F yes, F no) {
    const __mmask16 m = _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
    return _mm512_mask_blend_ps(m, no, yes);
  }
  static bool all_less(F a, F b) {
    return _mm512_cmp_ps_mask(a, b, _CMP_LT_OQ) == 0xffff;
  }

  // exp(delta * A) for arguments that stay far from over- and underflow:
  // t = 32 log2(e) delta A = 32 k + j + r. The table gives 2^(j/32) minus
  // j in the exponent's place; adding the integer 32 k + j there leaves
  // 2^(k + j/32). A second-degree polynomial in r does the rest (5e-8).
  static constexpr float kDecayScale = 46.16624130844683f;
  static constexpr float kDecayLimit = 32.0f * 120.0f;
  static F decay_fast(F t) {
    const F magic = set1(12582912.0f);
    const F m = t + magic;
    const F r = t - (m - magic);
    const __m512i i = _mm512_castps_si512(m);
    const __m512i table = _mm512_permutex2var_epi32(
        _mm512_load_si512(kPowers), i, _mm512_load_si512(kPowers + 16));
    const F base = _mm512_castsi512_ps(
        _mm512_add_epi32(table, _mm512_slli_epi32(i, 18)));
    const F p = fma(set1(2.3459629e-4f), r, set1(2.1661166e-2f));
    return fma(p, base * r, base);
  }
  // The same for any argument (defined in kernels_avx512.cpp).
  static F decay_safe(F t);

  // Adds the sums over the lanes of x[0..7] to dst[0..7].
  static void add_sums(const F *x, float *dst) {
    F s[4];
    for (int i = 0; i < 4; ++i) {
      const F lo = _mm512_shuffle_f32x4(x[i], x[i + 4], 0x44);
      const F hi = _mm512_shuffle_f32x4(x[i], x[i + 4], 0xee);
      s[i] = lo + hi;  // quarters: x[i], x[i], x[i+4], x[i+4]
    }
    F q[2];
    for (int i = 0; i < 2; ++i) {
      const F lo = _mm512_shuffle_f32x4(s[i], s[i + 2], 0x88);
      const F hi = _mm512_shuffle_f32x4(s[i], s[i + 2], 0xdd);
      q[i] = lo + hi;  // quarters: x[i], x[i+4], x[i+2], x[i+6]
    }
    const F lo = _mm512_unpacklo_ps(q[0], q[1]);
    const F hi = _mm512_unpackhi_ps(q[0], q[1]);
    F r = lo + hi;  // per quarter: q0, q1, q0, q1
    r = r + _mm512_permute_ps(r, 0x4e);
    // Lanes 0,1: x0 x1; 4,5: x4 x5; 8,9: x2 x3; 12,13: x6 x7.
    const __m512i order = _mm512_setr_epi32(0, 1, 8, 9, 4, 5, 12, 13,
                                            0, 0, 0, 0, 0, 0, 0, 0);
    const __m256 sum =
        _mm512_castps512_ps256(_mm512_permutexvar_ps(order, r));
    _mm256_storeu_ps(dst, _mm256_add_ps(_mm256_loadu_ps(dst), sum));
  }

};

}  // namespace
