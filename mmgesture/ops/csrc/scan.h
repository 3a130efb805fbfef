// Plain C structures of the selective scan and the depthwise convolution,
// shared by the entry points (dispatch.cpp), the kernels and, field by field,
// by the ctypes mirror in mmgesture/ops/library.py.
#pragma once

#include <cstdint>

extern "C" {

// A tensor with axes (batch, channel or state, time), any strides, counted in
// elements; bfloat16 when `half`, else float32. data == nullptr: it is absent.
struct View {
  void *data;
  int64_t batch, channel, time, half;
};

// One direction of a scan. A backward direction (last token first) is the
// same structure with `reverse` set: the kernels then start at the last
// token and negate the time strides, so no flipped copy exists.
struct ScanArgs {
  int64_t batch, channels, states, length;
  int32_t softplus, reverse;
  View u, delta, z, b, c, y;
  const float *a;           // (channels, states), contiguous
  const float *skip;        // (channels,) or nullptr
  const float *delta_bias;  // (channels,) or nullptr
  float *boundaries;        // states before each chunk, or nullptr
  // Backward only.
  View grad_y, grad_u, grad_delta, grad_z;
  float *grad_bc;       // (groups, batch, length, padded / 4, 2, 4)
  float *grad_a;        // (batch, channels, states)
  float *grad_skip;     // (batch, channels)
  float *grad_bias;     // (batch, channels)
  int32_t accumulate_z;  // add to grad_z instead of writing it
  int32_t accumulate_y;  // add to y, then gate: no gate before that
};

// Depthwise causal convolution y = act(conv(x) + bias), SiLU when `silu`.
struct ConvArgs {
  int64_t batch, channels, width, length;
  int32_t silu, reverse;
  View x, y;
  const float *weight;  // (channels, width), contiguous
  const float *bias;    // (channels,) or nullptr
  View grad_y, grad_x;
  float *grad_weight;  // (batch, channels, width)
  float *grad_bias;    // (batch, channels)
};

}  // extern "C"

// Steps between two stored states, channels of one task, the multiple to
// which the number of states is padded with zeros, and the one to which
// channels are padded inside `boundaries`.
constexpr int kChunk = 32;
constexpr int kGroup = 64;
constexpr int kStateBlock = 4;
constexpr int kChannelBlock = 32;
constexpr int kMaxConvWidth = 16;

// The kernels of one instruction set: each runs one (batch, channel group).
struct Kernels {
  const char *name;
  void (*scan_forward)(const ScanArgs &, int64_t batch, int64_t group);
  void (*scan_bound)(const ScanArgs &, int64_t batch, int64_t group);
  void (*scan_backward)(const ScanArgs &, int64_t batch, int64_t group);
  void (*conv_forward)(const ConvArgs &, int64_t batch, int64_t group);
  void (*conv_backward)(const ConvArgs &, int64_t batch, int64_t group);
};

// nullptr where the compiler or the architecture cannot build them.
const Kernels *avx512_kernels();
const Kernels *avx2_kernels();
const Kernels *base_kernels();

// A buffer that belongs to the calling thread and outlives the call, so that
// repeated calls do not fault fresh pages in; aligned to 64 bytes.
float *thread_scratch(int64_t floats);
