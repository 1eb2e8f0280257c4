// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "kernels/copy/transpose.h"
#include "layers/check.h"
#include "layers/move.h"

static fovea_status check_permutation(const fovea__attribute *perm, int32_t rank,
                                      fovea_error *error) {
    if (perm->count != rank) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "perm has %d numbers, wants %d",
                           perm->count, rank);
    }
    bool taken[FOVEA_MAX_RANK] = {false};
    for (int32_t k = 0; k < rank; k++) {
        int32_t axis;
        FOVEA__TRY(fovea__check_axis(perm->i[k], rank, &axis, error));
        if (taken[axis]) {
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "perm names axis %d twice", axis);
        }
        taken[axis] = true;
    }
    return FOVEA_OK;
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    const fovea_shape *x = &in->shape;
    fovea__attribute *perm = &attributes->value[0];
    for (int32_t k = 0; perm->count == 0 && k < x->rank; k++) perm->i[k] = x->rank - 1 - k;
    if (perm->count == 0) perm->count = x->rank;
    FOVEA__TRY(check_permutation(perm, x->rank, error));
    out[0] = in[0];
    for (int32_t k = 0; k < x->rank; k++) {
        if (perm->i[k] < 0) perm->i[k] += x->rank;
        if (perm->i[k] != k) FOVEA__TRY(fovea__check_fixed(x, k, "transpose", error));
        out->shape.dim[k] = x->dim[perm->i[k]];
    }
    return FOVEA_OK;
}

static fovea__transpose transpose_of(const fovea__call *call) {
    const fovea_shape *x = &call->in[0].shape;
    fovea__transpose t = {.rank = x->rank};
    for (int32_t k = 0; k < x->rank; k++) {
        t.in[k] = x->dim[k];
        t.perm[k] = (int32_t)call->attributes->value[0].i[k];
    }
    return t;
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__transpose t = transpose_of(call);
    fovea__transpose_forward(&t, fovea_type_size(call->in[0].type), call->in[0].data,
                             call->out[0].data);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__transpose t = transpose_of(call);
    fovea__transpose_backward(&t, fovea_type_size(d_in[0].type), d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_transpose = {
    .name = "Transpose",
    .text = "transpose",
    .label = "Transpose",
    .help = "Exchanges dimensions.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "perm",
                   .text = "perm",
                   .help = "for each dimension of the result that of the input; reversed when left "
                           "out",
                   .kind = FOVEA__INTS,
                   .standard = 0,
                   .minimum = -FOVEA_MAX_RANK,
                   .maximum = FOVEA_MAX_RANK - 1}},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
