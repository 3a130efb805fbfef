// Everything that is compiled once per instruction set. Included last by the
// kernels_*.cpp files, which set the target and the Simd type before.
#pragma once

#include "vec_math.h"
#include "tile.h"
#include "scan_forward.h"
#include "scan_backward.h"
#include "conv.h"
