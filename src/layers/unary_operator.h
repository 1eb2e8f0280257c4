// SPDX-License-Identifier: MIT
// Operators of one input whose outputs depend on one number each: what the files that define them
// share.
#ifndef FOVEA_LAYERS_UNARY_OPERATOR_H
#define FOVEA_LAYERS_UNARY_OPERATOR_H

#include "kernels/unary/unary.h"
#include "layers/op.h"

// The kernel an operator is, and its constants (0 where it has none).
typedef struct fovea__unary {
    fovea__unary_kind kind;
    double alpha, beta;
} fovea__unary;

static inline fovea__unary fovea__unary_make(fovea__unary_kind kind, double alpha, double beta) {
    return (fovea__unary){kind, alpha, beta};
}
// Of an operator that is one such function, else false.
bool fovea__unary_of(const fovea__op *op, const fovea__attributes *attributes, fovea__unary *unary);

// Shape functions: floats of any shape; the same, and integers.
fovea_status fovea__unary_shape(fovea__attributes *attributes, const fovea__signature *in,
                                int32_t in_count, fovea__signature *out, fovea_error *error);
fovea_status fovea__unary_number_shape(fovea__attributes *attributes, const fovea__signature *in,
                                       int32_t in_count, fovea__signature *out, fovea_error *error);
void fovea__unary_forward(const fovea__call *call, const fovea__unary *unary);
void fovea__unary_vjp(const fovea__call *call, const fovea__unary *unary, const fovea_view *d_out,
                      fovea_view *d_in);

// A real parameter called `word` in architecture text, too.
#define FOVEA__REAL_PARAMETER(word, description, value, least, most)                             \
    {                                                                                            \
        .name = word, .text = word, .help = description, .kind = FOVEA__REAL, .standard = value, \
        .minimum = least, .maximum = most,                                                       \
    }

// One that comes from files only: architecture text has no key for it.
#define FOVEA__FILE_PARAMETER(word, description, value, least, most)               \
    {                                                                              \
        .name = word, .help = description, .kind = FOVEA__REAL, .standard = value, \
        .minimum = least, .maximum = most,                                         \
    }

// The operator fovea__op_NAME. `own_constants(attributes)` gives its fovea__unary; the arguments
// behind the description are its parameters.
#define FOVEA__UNARY_OP(function, onnx, pytorch, version, trait, own_shape, own_constants, \
                        description, ...)                                                  \
    fovea__unary fovea__unary_of_##function(const fovea__attributes *attributes) {         \
        (void)attributes;                                                                  \
        return own_constants;                                                              \
    }                                                                                      \
    static fovea_status function##_forward(const fovea__call *call, fovea_error *error) {  \
        (void)error;                                                                       \
        fovea__unary unary = fovea__unary_of_##function(call->attributes);                 \
        fovea__unary_forward(call, &unary);                                                \
        return FOVEA_OK;                                                                   \
    }                                                                                      \
    static fovea_status function##_vjp(const fovea__call *call, const fovea_view *d_out,   \
                                       fovea_view *d_in, fovea_error *error) {             \
        (void)error;                                                                       \
        fovea__unary unary = fovea__unary_of_##function(call->attributes);                 \
        fovea__unary_vjp(call, &unary, d_out, d_in);                                       \
        return FOVEA_OK;                                                                   \
    }                                                                                      \
    const fovea__op fovea__op_##function = {                                               \
        .name = onnx,                                                                      \
        .text = #function,                                                                 \
        .label = pytorch,                                                                  \
        .help = description,                                                               \
        .since = version,                                                                  \
        .traits = FOVEA__ELEMENTWISE | trait,                                              \
        .parameter = {__VA_ARGS__},                                                        \
        .input = {"X"},                                                                    \
        .inputs_required = 1,                                                              \
        .inputs_maximum = 1,                                                               \
        .outputs = 1,                                                                      \
        .shape = own_shape,                                                                \
        .forward = function##_forward,                                                     \
        .vjp = function##_vjp,                                                             \
    };

#endif
