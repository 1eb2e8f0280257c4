// SPDX-License-Identifier: MIT
// Pad with a constant.
#include "base/fail.h"
#include "kernels/copy/copy.h"
#include "layers/check.h"
#include "layers/geometry.h"

enum { PADS, VALUE };

#define MOST 1048576  // places a side

// One number: all sides of the dimensions from 2 on; two a such dimension: its begins, then its
// ends; two a dimension: as ONNX wants them. Ends in ONNX's form.
static fovea_status fill(fovea__attribute *pads, int32_t rank, fovea_error *error) {
    int32_t spatial = rank - 2;
    if (pads->count == 2 * rank) return FOVEA_OK;
    if (spatial < 1 || (pads->count != 1 && pads->count != 2 * spatial)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "pads has %d numbers, wants %d: the begins of all dimensions, then the "
                           "ends",
                           pads->count, 2 * rank);
    }
    fovea__attribute full = {.count = 2 * rank};
    for (int32_t d = 0; d < spatial; d++) {
        full.i[2 + d] = pads->i[pads->count == 1 ? 0 : d];
        full.i[rank + 2 + d] = pads->i[pads->count == 1 ? 0 : spatial + d];
    }
    *pads = full;
    return FOVEA_OK;
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_size(in, error));
    fovea__attribute *pads = &attributes->value[PADS];
    int32_t rank = in->shape.rank;
    FOVEA__TRY(fill(pads, rank, error));
    out[0] = in[0];
    for (int32_t d = 0; d < rank; d++) {
        int64_t begin = pads->i[d], end = pads->i[rank + d];
        if (begin == 0 && end == 0) continue;
        FOVEA__TRY(fovea__check_fixed(&in->shape, d, "pad", error));
        out->shape.dim[d] += begin + end;
        if (out->shape.dim[d] < 1) {
            char text[128];
            fovea_shape_format(&in->shape, text, sizeof text);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "padding of %lld and %lld leaves nothing of dimension %d of %s",
                               (long long)begin, (long long)end, d, text);
        }
    }
    return fovea__check_size(out, error);
}

fovea__copy_pad fovea__pad_of(const fovea__attributes *attributes, const fovea_shape *x) {
    const fovea__attribute *pads = &attributes->value[PADS];
    fovea__copy_pad pad = {.rank = x->rank};
    for (int32_t d = 0; d < x->rank; d++) {
        pad.in[d] = x->dim[d];
        pad.begin[d] = pads->i[d];
        pad.end[d] = pads->i[x->rank + d];
    }
    return pad;
}

double fovea__pad_value(const fovea__attributes *attributes) {
    return attributes->value[VALUE].f;
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__copy_pad pad = fovea__pad_of(call->attributes, &call->in[0].shape);
    double value = fovea__pad_value(call->attributes);
    float narrow = (float)value;
    bool f64 = call->in[0].type == FOVEA_F64;
    fovea__copy_pad_forward(&pad, f64 ? 8 : 4, f64 ? (const void *)&value : &narrow,
                            call->in[0].data, call->out[0].data);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__copy_pad pad = fovea__pad_of(call->attributes, &call->in[0].shape);
    fovea__copy_pad_backward(&pad, fovea_type_size(d_in[0].type), d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_pad = {
    .name = "Pad",
    .text = "pad",
    .label = "Pad",
    .help = "Adds a border of one value, or cuts one off.",
    .since = 2,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "pads",
                   .text = "pads",
                   .help =
                       "places added: one number for all sides, or begins and ends; below 0 cuts",
                   .kind = FOVEA__INTS,
                   .standard = 0,
                   .minimum = -MOST,
                   .maximum = MOST,
                   .required = true},
                  {.name = "value",
                   .text = "value",
                   .help = "what the border holds",
                   .kind = FOVEA__REAL,
                   .standard = 0,
                   .minimum = -1e30,
                   .maximum = 1e30}},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
