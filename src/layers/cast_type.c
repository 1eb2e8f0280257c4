// SPDX-License-Identifier: MIT
// Cast. F16 and BF16 are storage: such numbers are floats that these types have.
#include "kernels/cast/cast.h"

#include "base/fail.h"
#include "layers/elementwise.h"
#include "tensor/convert.h"

// ONNX's codes of types.
enum { ONNX_F16 = 10, ONNX_BF16 = 16 };
static const fovea_type types[] = {
    [1] = FOVEA_F32,  [2] = FOVEA_U8,   [3] = FOVEA_I8,   [4] = FOVEA_U16,  [5] = FOVEA_I16,
    [6] = FOVEA_I32,  [7] = FOVEA_I64,  [9] = FOVEA_BOOL, [10] = FOVEA_F32, [11] = FOVEA_F64,
    [12] = FOVEA_U32, [13] = FOVEA_U64, [16] = FOVEA_F32,
};

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)in_count;
    int64_t to = attributes->value[0].i[0];
    out[0] = (fovea__signature){types[to], in[0].shape};
    if (out[0].type == FOVEA_TYPE_NONE)
        return fovea__fail(error, FOVEA_UNSUPPORTED, "there are no numbers of ONNX's type %d",
                           (int)to);
    if (in[0].type == FOVEA_F16 || in[0].type == FOVEA_BF16)
        return fovea__fail(error, FOVEA_UNSUPPORTED, "input 0 is %s", fovea_type_name(in[0].type));
    return FOVEA_OK;
}

// The nearest number that F16 or BF16 has.
static double half(int64_t to, double x) {
    return to == ONNX_F16 ? fovea__f64_of_f16(fovea__f16_of_f64(x))
                          : fovea__f64_of_bf16(fovea__bf16_of_f64(x));
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    const fovea_view *x = &call->in[0], *y = &call->out[0];
    int64_t count = fovea_shape_count(&x->shape), to = call->attributes->value[0].i[0];
    fovea__cast(count, x->type, x->data, y->type, y->data);
    if (to != ONNX_F16 && to != ONNX_BF16) return FOVEA_OK;
    float *floats = y->data;
    const double *doubles = x->type == FOVEA_F64 ? x->data : NULL;
    for (int64_t i = 0; i < count; i++)
        floats[i] = (float)half(to, doubles ? doubles[i] : floats[i]);
    return FOVEA_OK;
}

// Between floats; nothing flows through integers.
static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)call, (void)error;
    if (d_in[0].data)
        fovea__cast(fovea_shape_count(&d_in[0].shape), d_out[0].type, d_out[0].data, d_in[0].type,
                    d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_cast = {
    .name = "Cast",
    .text = "cast",
    .label = "Cast",
    .help = "The same numbers in another type.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__ELEMENTWISE,
    .parameter = {{.name = "to",
                   .text = "to",
                   .help = "ONNX's code: 1 F32, 2 U8, 3 I8, 4 U16, 5 I16, 6 I32, 7 I64, 9 BOOL, "
                           "10 F16, 11 F64, 12 U32, 13 U64, 16 BF16",
                   .kind = FOVEA__INT,
                   .standard = 1,
                   .minimum = 1,
                   .maximum = 16,
                   .required = true}},
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
