// exp, sigmoid and softplus on vectors; polynomials fitted for this project
// (minimax in the relative error, checked in the tests against float64).
#pragma once

namespace {

using F = Simd::F;

inline F set1(float x) { return Simd::set1(x); }

// 2^t; a NaN stays, below 2^-126 comes 0, above 2^128 infinity. 1e-7.
inline F exp2_clamped(F t) {
  t = Simd::min(set1(128.0f), Simd::max(set1(-127.0f), t));
  const F n = Simd::round(t);
  const F r = t - n;
  F p = set1(1.3264727e-3f);
  p = Simd::fma(p, r, set1(9.6715130e-3f));
  p = Simd::fma(p, r, set1(5.5507336e-2f));
  p = Simd::fma(p, r, set1(2.4022242e-1f));
  p = Simd::fma(p, r, set1(6.9314700e-1f));
  p = Simd::fma(p, r, set1(1.0f));
  return Simd::scale(p, n);
}

// e^x, the argument reduced in two parts so that large ones stay accurate.
inline F exp_vec(F x) {
  x = Simd::min(set1(88.7f), Simd::max(set1(-87.3f), x));
  const F n = Simd::round(x * set1(1.44269504f));
  F r = Simd::fma(n, set1(-0.693359375f), x);
  r = Simd::fma(n, set1(2.12194440e-4f), r);
  F p = set1(1.3843560e-3f);
  p = Simd::fma(p, r, set1(8.3742356e-3f));
  p = Simd::fma(p, r, set1(4.1668009e-2f));
  p = Simd::fma(p, r, set1(1.6666430e-1f));
  p = Simd::fma(p, r, set1(0.49999994f));
  p = Simd::fma(p, r, set1(1.0f));
  p = Simd::fma(p, r, set1(1.0f));
  return Simd::scale(p, n);
}

inline F sigmoid_vec(F x) {
  return set1(1.0f) / (set1(1.0f) + exp_vec(Simd::zero() - x));
}

// log(1 + e) for e in [0, 1].
inline F log1p_unit(F e) {
  F p = set1(5.3648227e-3f);
  p = Simd::fma(p, e, set1(-3.0065786e-2f));
  p = Simd::fma(p, e, set1(7.9204522e-2f));
  p = Simd::fma(p, e, set1(-1.3753802e-1f));
  p = Simd::fma(p, e, set1(1.9153655e-1f));
  p = Simd::fma(p, e, set1(-2.4857163e-1f));
  p = Simd::fma(p, e, set1(3.3321324e-1f));
  p = Simd::fma(p, e, set1(-4.9999648e-1f));
  p = Simd::fma(p, e, set1(1.0f));
  return p * e;
}

// softplus(x) = max(x, 0) + log(1 + e^-|x|). Above Mamba's threshold of 20
// the second term is below half a unit in the last place, so that no branch
// is needed. exp_abs receives e^-|x| (or NaN).
inline F softplus_vec(F x, F &exp_abs) {
  exp_abs = exp_vec(Simd::zero() - Simd::abs(x));
  return Simd::max(Simd::zero(), x) + log1p_unit(exp_abs);
}

// Its derivative, the sigmoid, from the same exponential.
inline F softplus_slope(F x, F exp_abs) {
  const F one = set1(1.0f);
  const F top = Simd::select_greater(x, Simd::zero(), one, exp_abs);
  return top / (one + exp_abs);
}

}  // namespace
