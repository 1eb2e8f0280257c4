// SPDX-License-Identifier: MIT
// What optimizer_update.h and optimizer_slot_sum.h need for floats. A sum of squares of floats
// overflows no double, so it is finite exactly when all of them are.
#define REAL float
#define FMA(a, b, c) __builtin_fmaf(a, b, c)
#define SQRT(x) __builtin_sqrtf(x)
#define FINITE(square, block, count) ((square) <= 0x1.fffffffffffffp1023)
#include "kernels/optimizer/optimizer_slot_sum.h"
//
#include "kernels/optimizer/optimizer_names.h"
#include "kernels/optimizer/optimizer_update.h"
