// The kernels for AVX512; run only where the processor has it.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "scan.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// After the standard headers: their inline functions must stay portable.
// GCC 12 warns of its own header's _mm512_undefined_ps (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")

#include "simd_avx512.h"

#include "kernels.h"

namespace {
inline F Simd::decay_safe(F t) {
  return exp2_clamped(t * set1(1.0f / 32.0f));
}

const Kernels kKernels = {"avx512", scan_forward_task<true>,
                          scan_forward_task<false>, scan_backward_task,
                          conv_forward_task, conv_backward_task};
}  // namespace

const Kernels *avx512_kernels() { return &kKernels; }
#else
const Kernels *avx512_kernels() { return nullptr; }
#endif
