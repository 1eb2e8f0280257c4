// SPDX-License-Identifier: MIT
// Pad with a constant, or with numbers of the input.
#include <float.h>

#include "base/fail.h"
#include "kernels/copy/copy.h"
#include "kernels/copy/place_map.h"
#include "layers/check.h"
#include "layers/geometry.h"
#include "layers/move.h"

enum { PADS, VALUE, MODE };

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
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
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
        if (out->shape.dim[d] < 1 && (fovea__is_open(&in->shape) || out->shape.dim[d] < 0)) {
            char text[128];
            fovea_shape_format(&in->shape, text, sizeof text);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "padding of %lld and %lld leaves nothing of dimension %d of %s",
                               (long long)begin, (long long)end, d, text);
        }
    }
    for (int32_t d = 0; attributes->value[MODE].i[0] != FOVEA__PAD_CONSTANT && d < rank; d++) {
        if (in->shape.dim[d] == 0 && out->shape.dim[d]) {
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "dimension %d has nothing to fill its border with", d);
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

bool fovea__pads_constant(const fovea__attributes *attributes) {
    return attributes->value[MODE].i[0] == FOVEA__PAD_CONSTANT;
}

static int64_t modulo(int64_t a, int64_t b) {
    return a % b < 0 ? a % b + b : a % b;
}

typedef struct border {
    fovea__copy_pad pad;
    int64_t mode;
} border;

static int64_t place(const void *how, int32_t d, int64_t o) {
    const border *b = how;
    int64_t i = o - b->pad.begin[d], size = b->pad.in[d];
    if (i >= 0 && i < size) return i;
    if (b->mode == FOVEA__PAD_EDGE) return i < 0 ? 0 : size - 1;
    if (b->mode == FOVEA__PAD_WRAP) return modulo(i, size);
    if (size == 1) return 0;
    i = modulo(i, 2 * (size - 1));
    return i < size ? i : 2 * (size - 1) - i;
}

static fovea__place_map map_of(const border *b) {
    fovea__place_map map = {.rank = b->pad.rank, .place = place, .how = b};
    for (int32_t d = 0; d < map.rank; d++) {
        map.in[d] = b->pad.in[d];
        map.out[d] = b->pad.begin[d] + b->pad.in[d] + b->pad.end[d];
        map.same[d] = b->pad.begin[d] == 0 && b->pad.end[d] == 0;
    }
    return map;
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    border b = {fovea__pad_of(call->attributes, &call->in[0].shape),
                call->attributes->value[MODE].i[0]};
    fovea_type type = call->in[0].type;
    uint8_t item[8];
    fovea__element(type, fovea__pad_value(call->attributes), item);
    if (b.mode == FOVEA__PAD_CONSTANT) {
        fovea__copy_pad_forward(&b.pad, fovea_type_size(type), item, call->in[0].data,
                                call->out[0].data);
        return FOVEA_OK;
    }
    fovea__place_map map = map_of(&b);
    fovea__place_map_forward(&map, fovea_type_size(type), item, call->in[0].data,
                             call->out[0].data);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    border b = {fovea__pad_of(call->attributes, &call->in[0].shape),
                call->attributes->value[MODE].i[0]};
    fovea__place_map map = map_of(&b);
    if (b.mode == FOVEA__PAD_CONSTANT)
        fovea__copy_pad_backward(&b.pad, fovea_type_size(d_in[0].type), d_out[0].data,
                                 d_in[0].data);
    else if (d_in[0].type == FOVEA_F64)
        fovea__place_map_backward_f64(&map, d_out[0].data, d_in[0].data);
    else
        fovea__place_map_backward_f32(&map, d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_pad = {
    .name = "Pad",
    .text = "pad",
    .label = "Pad",
    .help = "Adds a border, or cuts one off.",
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
                   .minimum = -DBL_MAX,
                   .maximum = DBL_MAX},
                  {.name = "mode",
                   .help = "0 constant, 1 reflect (mirrored at the last number), 2 edge (the last "
                           "number), 3 wrap (from the other side)",
                   .kind = FOVEA__INT,
                   .standard = FOVEA__PAD_CONSTANT,
                   .minimum = FOVEA__PAD_CONSTANT,
                   .maximum = FOVEA__PAD_WRAP}},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
