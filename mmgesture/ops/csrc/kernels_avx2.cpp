// The kernels for AVX2; run only where the processor has it.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "scan.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
// After the standard headers: their inline functions must stay portable.
#pragma GCC target("avx2,fma")

#include "simd_avx2.h"

#include "kernels.h"

namespace {
inline F Simd::decay_fast(F t) { return exp2_clamped(t); }
inline F Simd::decay_safe(F t) { return exp2_clamped(t); }

const Kernels kKernels = {"avx2", scan_forward_task<true>,
                          scan_forward_task<false>, scan_backward_task,
                          conv_forward_task, conv_backward_task};
}  // namespace

const Kernels *avx2_kernels() { return &kKernels; }
#else
const Kernels *avx2_kernels() { return nullptr; }
#endif
