// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_CROSS_PRODUCTS_H
#define FOVEA_EXPLAIN_CROSS_PRODUCTS_H

#include <stdbool.h>

#include "fovea/context.h"

// Products of all pairs of `rows` vectors of `depth` numbers, for k >= i:
//
//   dst[i * rows + k] = sum over d of x_i[d] * x_k[d]
//
// x_i[d] = src[i * line + d], turned src[d * line + i]. Each number is one chain of fused
// multiply-adds, d ascending, from 0 or (`resume`) from what dst holds; what lies below the
// diagonal is left undefined. The threads share the rows.
void fovea__cross_products(fovea_context *context, const double *src, int64_t rows, int64_t depth,
                           int64_t line, bool turned, bool resume, double *dst);

#endif
