// SPDX-License-Identifier: MIT
// Arrays from one element type to another. F16 is IEEE binary16 (5 bits of exponent, 10 of
// fraction), BF16 the upper half of a binary32 (8 and 7); both are rounded to nearest, ties to
// even, in one step from the source; NaN stays NaN and what is too large becomes an infinity.
#ifndef FOVEA_TENSOR_CONVERT_H
#define FOVEA_TENSOR_CONVERT_H

#include <stdint.h>

#include "fovea/tensor.h"

// dst[i] = src[i] for i in [0, count). Neither buffer needs alignment; they do not overlap.
// Possible: any type to F32 or F64 (BOOL gives 0 or 1), F32 and F64 to F16 and BF16, any type to
// itself. Everything else: UNSUPPORTED.
fovea_status fovea__convert(fovea_type src_type, const void *src, fovea_type dst_type, void *dst,
                            int64_t count, fovea_error *error);

// One value; bits as stored.
double fovea__f64_of_f16(uint16_t bits);
double fovea__f64_of_bf16(uint16_t bits);
uint16_t fovea__f16_of_f64(double value);
uint16_t fovea__bf16_of_f64(double value);

#endif
