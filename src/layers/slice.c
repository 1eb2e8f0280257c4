// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "kernels/copy/copy.h"
#include "layers/check.h"
#include "layers/geometry.h"
#include "layers/move.h"

enum { STARTS, ENDS, AXES, STEPS };

#define FAR 9.3e18  // beyond any integer: ONNX writes "to the end" as the largest one
#define STEP_MOST 1099511627776.0

// Axes left out are 0, 1, 2, ..., steps 1.
static fovea_status fill(fovea__attribute *value, int32_t rank, fovea_error *error) {
    int32_t count = value[STARTS].count;
    for (int32_t i = value[AXES].count ? count : 0; i < count; i++) value[AXES].i[i] = i;
    for (int32_t i = value[STEPS].count ? count : 0; i < count; i++) value[STEPS].i[i] = 1;
    if (value[AXES].count == 0) value[AXES].count = count;
    if (value[STEPS].count == 0) value[STEPS].count = count;
    if (count > rank || value[ENDS].count != count || value[AXES].count != count ||
        value[STEPS].count != count) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%d starts, %d ends, %d axes and %d steps: there must be as many of "
                           "each, and at most %d",
                           count, value[ENDS].count, value[AXES].count, value[STEPS].count, rank);
    }
    return FOVEA_OK;
}

static int64_t clamp(int64_t x, int64_t least, int64_t most) {
    return x < least ? least : x > most ? most : x;
}

// Places from `*start` on in steps of `step` before `end` in a dimension of `size`, ONNX's way:
// negative numbers count from the end, what lies outside is moved inside.
static int64_t places(int64_t size, int64_t *start, int64_t end, int64_t step) {
    if (*start < 0) *start += size;
    if (end < 0) end += size;
    if (step > 0) {
        *start = clamp(*start, 0, size);
        end = clamp(end, 0, size);
        return end > *start ? (end - *start - 1) / step + 1 : 0;
    }
    if (size == 0) return 0;
    *start = clamp(*start, 0, size - 1);
    end = clamp(end, -1, size - 1);
    return *start > end ? (*start - end - 1) / -step + 1 : 0;
}

// The kernel's description of the whole slice. Needs attributes that `fill` has accepted.
fovea__copy_slice fovea__slice_of(const fovea__attributes *attributes, const fovea_shape *x) {
    const fovea__attribute *value = attributes->value;
    fovea__copy_slice slice = {.rank = x->rank};
    for (int32_t d = 0; d < x->rank; d++) {
        slice.in[d] = slice.out[d] = x->dim[d];
        slice.start[d] = 0;
        slice.step[d] = 1;
    }
    for (int32_t i = 0; i < value[STARTS].count; i++) {
        int64_t axis = value[AXES].i[i];
        if (axis < 0) axis += x->rank;
        slice.start[axis] = value[STARTS].i[i];
        slice.step[axis] = value[STEPS].i[i];
        slice.out[axis] =
            places(x->dim[axis], &slice.start[axis], value[ENDS].i[i], value[STEPS].i[i]);
    }
    return slice;
}

static fovea_status check_axes(const fovea__attribute *value, const fovea_shape *x,
                               fovea_error *error) {
    bool taken[FOVEA_MAX_RANK] = {false};
    for (int32_t i = 0; i < value[AXES].count; i++) {
        int32_t axis;
        FOVEA__TRY(fovea__check_axis(value[AXES].i[i], x->rank, &axis, error));
        FOVEA__TRY(fovea__check_fixed(x, axis, "slice", error));
        if (taken[axis]) {
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "axis %d is named twice", axis);
        }
        taken[axis] = true;
        if (value[STEPS].i[i] == 0) {
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the step of axis %d is 0", axis);
        }
    }
    return FOVEA_OK;
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    FOVEA__TRY(fill(attributes->value, in->shape.rank, error));
    FOVEA__TRY(check_axes(attributes->value, &in->shape, error));
    fovea__copy_slice slice = fovea__slice_of(attributes, &in->shape);
    out[0] = in[0];
    for (int32_t d = 0; d < in->shape.rank; d++) {
        if (slice.out[d] == 0 && fovea__is_open(&in->shape)) {
            char text[128];
            fovea_shape_format(&in->shape, text, sizeof text);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "the slice leaves nothing of dimension %d of %s", d, text);
        }
        out->shape.dim[d] = slice.out[d];
    }
    return FOVEA_OK;
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__copy_slice slice = fovea__slice_of(call->attributes, &call->in[0].shape);
    fovea__copy_slice_forward(&slice, fovea_type_size(call->in[0].type), call->in[0].data,
                              call->out[0].data);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__copy_slice slice = fovea__slice_of(call->attributes, &call->in[0].shape);
    fovea__copy_slice_backward(&slice, fovea_type_size(d_in[0].type), d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

#define INTS(onnx, description, needed, default_value, most)                               \
    {                                                                                      \
        .name = onnx, .text = onnx, .help = description, .kind = FOVEA__INTS,              \
        .standard = default_value, .minimum = -(most), .maximum = most, .required = needed \
    }

const fovea__op fovea__op_slice = {
    .name = "Slice",
    .text = "slice",
    .label = "Slice",
    .help = "Cuts a part out, or takes every n-th place.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {INTS("starts", "first place of each axis; negative: from the end", true, 0, FAR),
                  INTS("ends", "place each axis stops before", true, 0, FAR),
                  INTS("axes", "dimensions that are cut; the first ones when left out", false, 0,
                       FOVEA_MAX_RANK),
                  INTS("steps", "step of each axis; negative runs backwards", false, 1, STEP_MOST)},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
