// SPDX-License-Identifier: MIT
#include "kernels/reduction/reduction.h"

// In front of the others: dimensions come last first.
static void put(fovea__reduction_axes *axes, bool joins, int64_t dim, int64_t step) {
    if (joins) {
        axes->dim[0] *= dim;
        return;
    }
    for (int32_t d = axes->rank; d > 0; d--) {
        axes->dim[d] = axes->dim[d - 1];
        axes->step[d] = axes->step[d - 1];
    }
    axes->dim[0] = dim;
    axes->step[0] = step;
    axes->rank++;
}

fovea__reduction fovea__reduction_of(fovea__reduction_kind kind, int32_t rank, const int64_t *dim,
                                     const bool *reduced) {
    fovea__reduction r = {.kind = kind, .count = 1};
    int64_t step = 1;
    int before = -1;  // the sort of the dimension before
    for (int32_t d = rank - 1; d >= 0; d--) {
        if (dim[d] == 1) continue;
        put(reduced[d] ? &r.reduced : &r.kept, before == reduced[d], dim[d], step);
        before = reduced[d];
        if (reduced[d]) r.count *= dim[d];
        step *= dim[d];
    }
    return r;
}
