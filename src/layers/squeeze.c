// SPDX-License-Identifier: MIT
// Squeeze and Unsqueeze: dimensions of size 1 go and come.
#include "base/fail.h"
#include "layers/check.h"
#include "layers/move.h"

static fovea_status mark(const fovea__attribute *axes, int32_t rank, bool marked[FOVEA_MAX_RANK],
                         fovea_error *error) {
    for (int32_t i = 0; i < axes->count; i++) {
        int32_t axis;
        FOVEA__TRY(fovea__check_axis(axes->i[i], rank, &axis, error));
        if (marked[axis])
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "axis %d is named twice", axis);
        marked[axis] = true;
    }
    return FOVEA_OK;
}

// Without axes every dimension of size 1 goes; the batch would only where it happens to be 1.
static fovea_status mark_ones(const fovea_shape *x, bool marked[FOVEA_MAX_RANK],
                              fovea_error *error) {
    if (x->rank) FOVEA__TRY(fovea__check_fixed(x, 0, "squeeze without axes", error));
    for (int32_t d = 0; d < x->rank; d++) marked[d] = x->dim[d] == 1;
    return FOVEA_OK;
}

static fovea_status squeeze_shape(fovea__attributes *attributes, const fovea__signature *in,
                                  int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    const fovea_shape *x = &in->shape;
    bool gone[FOVEA_MAX_RANK] = {false};
    if (attributes->value[0].count) {
        FOVEA__TRY(mark(&attributes->value[0], x->rank, gone, error));
    } else {
        FOVEA__TRY(mark_ones(x, gone, error));
    }
    out->type = in->type;
    out->shape.rank = 0;
    for (int32_t d = 0; d < x->rank; d++) {
        if (!gone[d]) {
            out->shape.dim[out->shape.rank++] = x->dim[d];
            continue;
        }
        FOVEA__TRY(fovea__check_fixed(x, d, "squeeze", error));
        if (x->dim[d] == 1) continue;
        char text[128];
        fovea_shape_format(x, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "dimension %d of %s is not 1 and cannot be dropped", d, text);
    }
    return FOVEA_OK;
}

static fovea_status unsqueeze_shape(fovea__attributes *attributes, const fovea__signature *in,
                                    int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    const fovea_shape *x = &in->shape;
    const fovea__attribute *axes = &attributes->value[0];
    int32_t rank = x->rank + axes->count;
    if (rank > FOVEA_MAX_RANK) {
        return fovea__fail(error, FOVEA_UNSUPPORTED, "%d dimensions; at most %d are possible", rank,
                           FOVEA_MAX_RANK);
    }
    bool added[FOVEA_MAX_RANK] = {false};
    FOVEA__TRY(mark(axes, rank, added, error));
    if (added[0] && x->rank) FOVEA__TRY(fovea__check_fixed(x, 0, "unsqueeze before", error));
    out->type = in->type;
    out->shape.rank = rank;
    for (int32_t d = 0, from = 0; d < rank; d++) {
        out->shape.dim[d] = added[d] ? 1 : x->dim[from++];
    }
    return FOVEA_OK;
}

#define AXES(description, needed)                                                                \
    {                                                                                            \
        .name = "axes", .text = "axes", .help = description, .kind = FOVEA__INTS, .standard = 0, \
        .minimum = -FOVEA_MAX_RANK, .maximum = FOVEA_MAX_RANK - 1, .required = needed            \
    }

const fovea__op fovea__op_squeeze = {
    .name = "Squeeze",
    .text = "squeeze",
    .label = "Squeeze",
    .help = "Drops dimensions of size 1.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {AXES("dimensions that go; all of size 1 when left out", false)},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = squeeze_shape,
    .forward = fovea__keep_forward,
    .vjp = fovea__keep_vjp,
};

const fovea__op fovea__op_unsqueeze = {
    .name = "Unsqueeze",
    .text = "unsqueeze",
    .label = "Unsqueeze",
    .help = "Inserts dimensions of size 1.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {AXES("where they stand in the result", true)},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = unsqueeze_shape,
    .forward = fovea__keep_forward,
    .vjp = fovea__keep_vjp,
};
