// SPDX-License-Identifier: MIT
#include "explain/plane.h"

#include "base/fail.h"

fovea_status fovea__plane_of(const fovea__job *job, fovea__plane *plane, fovea_error *error) {
    const fovea_shape *x = &job->x.shape;
    if (x->rank > 4)
        return fovea__fail(
            error, FOVEA_UNSUPPORTED,
            "%s is for pictures of a height and a width; the net takes %d dimensions "
            "of space",
            job->options->method, x->rank - 2);
    *plane = (fovea__plane){.channels = x->rank > 2 ? x->dim[1] : 1,
                            .height = x->rank > 3 ? x->dim[2] : 1,
                            .width = x->dim[x->rank - 1]};
    return FOVEA_OK;
}

fovea_status fovea__new_plane_map(fovea__job *job, int64_t rows, int64_t columns,
                                  fovea_error *error) {
    int32_t rank = job->x.shape.rank;
    fovea_shape shape =
        fovea_shape_make(rank > 3 ? 3 : rank - 1, (const int64_t[]){1, rows, columns});
    shape.dim[shape.rank - 1] = columns;
    return fovea__new_map(job, &shape, &job->result->map, error);
}
