// The kernels for any processor: what the compiler makes of 4-lane vectors.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "scan.h"

#include "simd_base.h"

#include "kernels.h"

namespace {
inline F Simd::decay_fast(F t) { return exp2_clamped(t); }
inline F Simd::decay_safe(F t) { return exp2_clamped(t); }

const Kernels kKernels = {"base", scan_forward_task<true>,
                          scan_forward_task<false>, scan_backward_task,
                          conv_forward_task, conv_backward_task};
}  // namespace

const Kernels *base_kernels() { return &kKernels; }
