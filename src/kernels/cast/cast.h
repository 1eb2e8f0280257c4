// SPDX-License-Identifier: MIT
// Numbers of one type as those of another.
//
//   float to integer   towards 0, held within the range of 64 bits, then wrapped around; NaN is 0
//   integer to integer wraps around
//   to float           the nearest one
//   to BOOL            0 is false, everything else true; BOOL to a number: 0 or 1
#ifndef FOVEA_KERNELS_CAST_H
#define FOVEA_KERNELS_CAST_H

#include "fovea/tensor.h"

// Types: all but F16 and BF16. dst may be src where both have the same size.
void fovea__cast(int64_t count, fovea_type from, const void *src, fovea_type to, void *dst);

#endif
