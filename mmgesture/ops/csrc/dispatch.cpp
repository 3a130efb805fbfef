// Entry points (plain C ABI), choice of the kernels, threads.
#include <cstdlib>
#include <cstring>
#include <new>

#ifdef _OPENMP
#include <omp.h>
#endif
#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

#include "scan.h"

namespace {

// A child of fork() must not enter a parallel region: GNU's OpenMP waits
// there for threads that only the parent has. It works with one thread.
bool forked = false;
void after_fork() { forked = true; }

const Kernels *best_kernels() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
  if (avx512_kernels() && __builtin_cpu_supports("avx512f")
      && __builtin_cpu_supports("avx512dq")
      && __builtin_cpu_supports("avx512vl"))
    return avx512_kernels();
  if (avx2_kernels() && __builtin_cpu_supports("avx2")
      && __builtin_cpu_supports("fma"))
    return avx2_kernels();
#endif
  return base_kernels();
}

const Kernels *chosen = best_kernels();

struct OnLoad {
  OnLoad() {
#if defined(__unix__) || defined(__APPLE__)
    pthread_atfork(nullptr, nullptr, after_fork);
#endif
  }
} on_load;

struct Scratch {
  float *data = nullptr;
  int64_t floats = 0;
  ~Scratch() { std::free(data); }
};
thread_local Scratch scratch;

// Runs task(batch, group) for all of them. What one thread
// does for one (batch, group) goes through the directions in order, so that
// two directions may add to one output.
template <class Task>
int run_all(int64_t batch, int64_t channels, int threads, const Task &task) {
  const int64_t groups = (channels + kGroup - 1) / kGroup;
  const int64_t tasks = batch * groups;
  int failed = 0;
  if (forked || tasks < 2) threads = 1;
#pragma omp parallel for schedule(dynamic) num_threads(threads) \
    if (threads > 1) reduction(| : failed)
  for (int64_t i = 0; i < tasks; ++i) {
    try {
      task(i / groups, i % groups);
    } catch (const std::bad_alloc &) {
      failed |= 1;
    }
  }
  return failed;
}

}  // namespace

float *thread_scratch(int64_t floats) {
  if (scratch.floats < floats) {
    std::free(scratch.data);
    scratch.floats = 0;
    const size_t bytes = (floats * sizeof(float) + 63) / 64 * 64;
    scratch.data = static_cast<float *>(std::aligned_alloc(64, bytes));
    if (!scratch.data) throw std::bad_alloc();
    scratch.floats = floats;
  }
  return scratch.data;
}

#pragma GCC visibility push(default)
extern "C" {

// All return 0, or 1 when memory ran out.
int mmgesture_scan_forward(const ScanArgs *args, int directions,
                           int threads) {
  return run_all(args->batch, args->channels, threads,
                 [&](int64_t batch, int64_t group) {
                   for (int i = 0; i < directions; ++i)
                     chosen->scan_forward(args[i], batch, group);
                 });
}

// The forward pass without the recurrence's dependency: wrong values in the
// time of the same loads, stores and exponentials. For benchmarks.
int mmgesture_scan_bound(const ScanArgs *args, int directions, int threads) {
  return run_all(args->batch, args->channels, threads,
                 [&](int64_t batch, int64_t group) {
                   for (int i = 0; i < directions; ++i)
                     chosen->scan_bound(args[i], batch, group);
                 });
}

int mmgesture_scan_backward(const ScanArgs *args, int directions,
                            int threads) {
  return run_all(args->batch, args->channels, threads,
                 [&](int64_t batch, int64_t group) {
                   for (int i = 0; i < directions; ++i)
                     chosen->scan_backward(args[i], batch, group);
                 });
}

int mmgesture_conv_forward(const ConvArgs *args, int threads) {
  return run_all(args->batch, args->channels, threads,
                 [&](int64_t batch, int64_t group) {
                   chosen->conv_forward(*args, batch, group);
                 });
}

int mmgesture_conv_backward(const ConvArgs *args, int threads) {
  return run_all(args->batch, args->channels, threads,
                 [&](int64_t batch, int64_t group) {
                   chosen->conv_backward(*args, batch, group);
                 });
}

// Name of the kernels in use: avx512, avx2 or base.
const char *mmgesture_kernels() { return chosen->name; }

// Selects kernels by name, for tests and benchmarks; 0 when they are not
// built or the processor cannot run them.
int mmgesture_select_kernels(const char *name) {
  const Kernels *best = best_kernels();
  const Kernels *all[] = {avx512_kernels(), avx2_kernels(), base_kernels()};
  bool usable = false;
  for (const Kernels *k : all) {
    if (!k) continue;
    usable = usable || k == best;
    if (usable && std::strcmp(k->name, name) == 0) {
      chosen = k;
      return 1;
    }
  }
  return 0;
}

// Constants that the Python side must agree with.
int mmgesture_layout(int which) {
  const int values[] = {kChunk, kGroup, kStateBlock, kChannelBlock,
                        kMaxConvWidth, static_cast<int>(sizeof(ScanArgs)),
                        static_cast<int>(sizeof(ConvArgs))};
  return which >= 0 && which < 7 ? values[which] : -1;
}

}  // extern "C"
#pragma GCC visibility pop
