// SPDX-License-Identifier: MIT
// A sample as channels of a height and a width, for methods that cover parts of a picture.
#ifndef FOVEA_EXPLAIN_PLANE_H
#define FOVEA_EXPLAIN_PLANE_H

#include "explain/explainer.h"

// N×C×L has height 1; the numbers of N×K are one channel of height 1.
typedef struct fovea__plane {
    int64_t channels, height, width;
} fovea__plane;

// Of the job's x. UNSUPPORTED where it has more dimensions than a height and a width.
fovea_status fovea__plane_of(const fovea__job *job, fovea__plane *plane, fovea_error *error);
// result->map for one number a cell of rows × columns, all channels together: 1×R×C for pictures, 1×C
// where x has no height, C for N×K. Errors: OUT_OF_MEMORY.
fovea_status fovea__new_plane_map(fovea__job *job, int64_t rows, int64_t columns,
                                  fovea_error *error);

#endif
