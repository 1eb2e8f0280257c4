// SPDX-License-Identifier: MIT
// Running over places of an array in row-major order.
#ifndef FOVEA_KERNELS_REDUCTION_WALK_H
#define FOVEA_KERNELS_REDUCTION_WALK_H

#include "kernels/reduction/reduction.h"

typedef struct fovea__walk {
    const fovea__reduction_axes *axes;
    int32_t rank;  // of the axes walked over, the first ones
    int64_t index[FOVEA__REDUCTION_RANK];
    int64_t at;  // the place
} fovea__walk;

static inline fovea__walk fovea__walk_over(const fovea__reduction_axes *axes, int32_t rank) {
    return (fovea__walk){.axes = axes, .rank = rank};
}

// To the next place; false when there is none.
static inline bool fovea__walk_on(fovea__walk *walk) {
    for (int32_t d = walk->rank - 1; d >= 0; d--) {
        walk->at += walk->axes->step[d];
        if (++walk->index[d] < walk->axes->dim[d]) return true;
        walk->at -= walk->axes->dim[d] * walk->axes->step[d];
        walk->index[d] = 0;
    }
    return false;
}

// Whether there is no place to run over.
static inline bool fovea__walk_nowhere(const fovea__reduction_axes *axes) {
    for (int32_t d = 0; d < axes->rank; d++)
        if (axes->dim[d] == 0) return true;
    return false;
}

// Neighbours along the last of the axes: their number where they lie side by side, else 1.
static inline int64_t fovea__walk_stretch(const fovea__reduction_axes *axes) {
    int32_t last = axes->rank - 1;
    return last >= 0 && axes->step[last] == 1 ? axes->dim[last] : 1;
}
// How many axes are left to walk over.
static inline int32_t fovea__walk_rest(const fovea__reduction_axes *axes) {
    return axes->rank - (axes->rank > 0 && axes->step[axes->rank - 1] == 1);
}

#endif
