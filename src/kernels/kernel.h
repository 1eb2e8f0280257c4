// SPDX-License-Identifier: MIT
// What all kernel families share. A kernel takes plain pointers and sizes, allocates nothing and
// knows no tensor. It works on one *group* of at most 16 samples at a time, in one of two layouts:
//
//   NCHW  `samples` (1..16) dense samples one after the other: [n][c][d][h][w]
//   N16   the batch in the vector lanes: [c][d][h][w][16]. Lanes from `samples` on are masked: what
//         they hold in activations is finite and ignored, in gradients it is zero.
//
// The order of every sum is part of a family's definition (its FAMILY_reference.c): one
// fused-multiply-add chain per output in the order c, kd, kh, kw, bias first. All variants and both
// layouts give the same bits. Sums over samples follow `splitting.h`.
//
// A family's variants stand in its list, best first; the first whose processor level is allowed and
// which accepts the geometry is used; the reference comes last and accepts everything.
#ifndef FOVEA_KERNELS_KERNEL_H
#define FOVEA_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

// Samples of a group.
#define FOVEA__LANES 16

typedef enum fovea__layout {
    FOVEA__LAYOUT_NCHW = 0,
    FOVEA__LAYOUT_N16 = 1,
} fovea__layout;

#endif
