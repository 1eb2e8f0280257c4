// SPDX-License-Identifier: MIT
// Pictures made smaller by averaging: each pixel is the mean of the area it covers, weighted by how
// much of each source pixel lies in it. The same bytes with every version of the drawing library.
#ifndef FOVEA_DRAW_SHRINK_H
#define FOVEA_DRAW_SHRINK_H

#include <stdbool.h>
#include <stdint.h>

#include "fovea/context.h"

// Whether fovea__shrink can do it: dst is not larger than src, and a thousandth of it at least.
bool fovea__can_shrink(int64_t rows, int64_t columns, int64_t dst_rows, int64_t dst_columns);

// `src` is [rows][columns][3]; `dst` gets words 0x00RRGGBB, `stride` of them from row to row.
// The context's threads share the rows.
void fovea__shrink(fovea_context *context, const uint8_t *src, int64_t rows, int64_t columns,
                   uint32_t *dst, int64_t dst_rows, int64_t dst_columns, int64_t stride);

#endif
