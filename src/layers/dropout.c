// SPDX-License-Identifier: MIT
#include <string.h>

#include "kernels/dropout/dropout.h"

#include "base/fail.h"
#include "kernels/splitting.h"
#include "layers/check.h"

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(in, 1, FOVEA_MAX_RANK, "a batch", error));
    out[0] = in[0];
    return FOVEA_OK;
}

// Forward on x and backward on d_y are the same function; sample ids left out are 0, 1, 2, ...
static void run(const fovea__call *call, const fovea_view *src, const fovea_view *dst) {
    int64_t count = fovea_shape_count(&src->shape);
    size_t size = fovea_type_size(src->type);
    if (!call->training) {
        if (dst->data != src->data) memmove(dst->data, src->data, (size_t)count * size);
        return;
    }
    fovea__splitting split = fovea__split(src->shape.dim[0]);
    int64_t elements = fovea__span(&src->shape, 1, src->shape.rank);
    for (int64_t group = 0; group < split.groups; group++) {
        int64_t from = group * FOVEA__LANES;
        int32_t samples = fovea__group_samples(&split, group);
        uint32_t ids[FOVEA__LANES];
        for (int32_t n = 0; n < samples; n++) {
            ids[n] = call->random.sample ? call->random.sample[from + n] : (uint32_t)(from + n);
        }
        fovea__dropout dropout = {call->attributes->value[0].f, call->random.seed,
                                  call->random.epoch, call->random.stream, ids};
        const char *x = (const char *)src->data + (size_t)(from * elements) * size;
        char *y = (char *)dst->data + (size_t)(from * elements) * size;
        if (src->type == FOVEA_F64) {
            fovea__dropout_apply_f64(&dropout, samples, elements, (const double *)x, (double *)y);
        } else {
            fovea__dropout_choose(call->cpu)->apply(&dropout, FOVEA__LAYOUT_NCHW, samples, elements,
                                                    (const float *)x, (float *)y);
        }
    }
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    run(call, &call->in[0], &call->out[0]);
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (d_in[0].data) run(call, &d_out[0], &d_in[0]);
    return FOVEA_OK;
}

const fovea__op fovea__op_dropout = {
    .name = "Dropout",
    .text = "dropout",
    .label = "Dropout",
    .help = "In training, zeroes values at random and enlarges the others; else does nothing.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__ELEMENTWISE | FOVEA__RANDOM,
    .parameter = {{.name = "ratio",
                   .text = "ratio",
                   .help = "share of the values that become zero",
                   .kind = FOVEA__REAL,
                   .standard = 0.5,
                   .minimum = 0,
                   .maximum = 1}},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
