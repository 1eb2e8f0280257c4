// SPDX-License-Identifier: MIT
// Where a map's cells lie in the picture.
#ifndef FOVEA_EXPLAIN_ON_PICTURE_H
#define FOVEA_EXPLAIN_ON_PICTURE_H

#include "fovea/explain.h"

typedef struct fovea__cells {
    // Cell (i, j) is the patch of patch[0] rows from i stride[0] on and patch[1] columns from j stride[1]
    // on; 0: cells lie side by side and fill the picture.
    int32_t patch[2], stride[2];
    int64_t picture[2];  // its height and width
} fovea__cells;

fovea__cells fovea__cells_of(const fovea_attribution *attribution);

// The numbers `src` of shape `from` at the size `to`, the picture's own or a reduced one: bilinear, as
// fovea__upsample, where cells lie side by side; else each pixel has the mean of the patches that cover it,
// and beyond the last patch the number of the nearest. Errors: INVALID_ARGUMENT (ranks that differ,
// patches of more dimensions than height and width), OUT_OF_MEMORY.
fovea_status fovea__on_picture(fovea_context *context, const double *src, const fovea_shape *from,
                               const fovea__cells *cells, const fovea_shape *to, double *dst,
                               fovea_error *error);

#endif
