// SPDX-License-Identifier: MIT
#include "layers/check.h"

#include "base/checked.h"
#include "base/fail.h"

fovea_status fovea__check_inputs(const fovea__signature *in, int32_t in_count, fovea_error *error) {
    char text[128];
    for (int32_t i = 0; i < in_count; i++) {
        if (in[i].type == FOVEA_TYPE_NONE) continue;
        if (in[i].type != FOVEA_F32 && in[i].type != FOVEA_F64) {
            return fovea__fail(error, FOVEA_UNSUPPORTED, "input %d is %s, wants F32 or F64", i,
                               fovea_type_name(in[i].type));
        }
        if (in[i].type != in[0].type) {
            return fovea__fail(error, FOVEA_UNSUPPORTED, "input %d is %s, input 0 is %s", i,
                               fovea_type_name(in[i].type), fovea_type_name(in[0].type));
        }
        for (int32_t d = 0; d < in[i].shape.rank; d++) {
            int64_t dim = in[i].shape.dim[d];
            if (dim >= 1 || (d == 0 && dim == FOVEA_DYNAMIC)) continue;
            fovea_shape_format(&in[i].shape, text, sizeof text);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "dimension %d of input %d (%s) is %lld, wants at least 1", d, i,
                               text, (long long)dim);
        }
    }
    return FOVEA_OK;
}

fovea_status fovea__check_rank(const fovea__signature *in, int32_t least, int32_t most,
                               const char *wants, fovea_error *error) {
    if (in->shape.rank >= least && in->shape.rank <= most) return FOVEA_OK;
    char text[128];
    fovea_shape_format(&in->shape, text, sizeof text);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "got %s (%d dimensions), wants %s", text,
                       in->shape.rank, wants);
}

fovea_status fovea__check_size(const fovea__signature *out, fovea_error *error) {
    int64_t count = 1;
    bool fits = true;
    for (int32_t d = 0; d < out->shape.rank && fits; d++) {
        int64_t dim = out->shape.dim[d];
        if (d == 0 && dim == FOVEA_DYNAMIC) continue;
        fits = fovea__mul_i64(count, dim, &count) && count <= FOVEA__MAX_ELEMENTS;
    }
    if (fits) return FOVEA_OK;
    char text[128];
    fovea_shape_format(&out->shape, text, sizeof text);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "%s is more than %lld elements", text,
                       (long long)FOVEA__MAX_ELEMENTS);
}

fovea_status fovea__check_axis(int64_t axis, int32_t rank, int32_t *index, fovea_error *error) {
    if (axis < -rank || axis >= rank) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "axis is %lld, the input has %d dimensions", (long long)axis, rank);
    }
    *index = (int32_t)(axis < 0 ? axis + rank : axis);
    return FOVEA_OK;
}

fovea_status fovea__check_fixed(const fovea_shape *shape, int32_t axis, const char *what,
                                fovea_error *error) {
    if (shape->dim[axis] != FOVEA_DYNAMIC) return FOVEA_OK;
    char text[128];
    fovea_shape_format(shape, text, sizeof text);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "cannot %s along the batch N of %s", what,
                       text);
}
