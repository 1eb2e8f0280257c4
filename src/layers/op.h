// SPDX-License-Identifier: MIT
// The operator contract. A graph node is an ONNX operator at fixed semantics (opset 17); an
// operator is one constant table entry that describes itself and three pure functions over NCHW
// views:
//
//   shape    types and shapes of the outputs from those of the inputs; refuses what cannot work
//   forward  out = f(in)
//   vjp      d_in[i] = sum over outputs of d_out * d out / d in[i]; a d_in[i] without data is not
//            computed
//
// Weights are inputs like any other. Views hold a whole batch; f32 and f64 are computed by the same
// code. Sums over the samples of the batch follow kernels/splitting.h, so that the batch-in-lanes
// steps of a plan give the same bits. vjp overwrites d_in. Neither allocates.
#ifndef FOVEA_LAYERS_OP_H
#define FOVEA_LAYERS_OP_H

#include <stdbool.h>

#include "base/cpu.h"
#include "fovea/tensor.h"

#define FOVEA__MAX_PARAMETERS 12
#define FOVEA__MAX_INTS 16
#define FOVEA__MAX_INPUTS 64
#define FOVEA__MAX_OUTPUTS 3

typedef enum fovea__trait {
    FOVEA__LINEAR = 1,       // linear in its first input once the others are fixed
    FOVEA__ELEMENTWISE = 2,  // out[k] depends on in[k] alone
    FOVEA__MONOTONE = 4,     // elementwise and non-decreasing
    FOVEA__BATCH_STATS = 8,  // needs the whole batch when training
    FOVEA__RANDOM = 16,      // draws random numbers when training
    FOVEA__SHAPE_ONLY = 32,  // moves values without changing them
} fovea__trait;

typedef enum fovea__parameter_kind {
    FOVEA__INT,  // one integer
    // One integer per spatial dimension (pads: two, all begins, then all ends) or per axis.
    FOVEA__INTS,
    FOVEA__FLAG,  // 0 or 1
    FOVEA__REAL,
    FOVEA__REALS,  // as INTS
} fovea__parameter_kind;

static inline bool fovea__is_list(fovea__parameter_kind kind) {
    return kind == FOVEA__INTS || kind == FOVEA__REALS;
}

// One attribute an operator takes. `name` is ONNX's ("kernel_shape"), `text` the one in
// architecture text and help ("kernel"; NULL: cannot be typed there).
typedef struct fovea__parameter {
    const char *name, *text, *help;
    fovea__parameter_kind kind;
    double standard, minimum, maximum;  // default and range of each number
    bool required;
} fovea__parameter;

// The value of one parameter: `count` integers in i or, of REALS, numbers in r; or f. count 0 for an
// INTS or REALS that was left out.
typedef struct fovea__attribute {
    int32_t count;
    union {
        int64_t i[FOVEA__MAX_INTS];
        double r[FOVEA__MAX_INTS];
    };
    double f;
} fovea__attribute;

// Indexed as the operator's parameters.
typedef struct fovea__attributes {
    fovea__attribute value[FOVEA__MAX_PARAMETERS];
} fovea__attributes;

typedef struct fovea__signature {
    fovea_type type;
    fovea_shape shape;
} fovea__signature;

// Keys of random numbers: see base/random.h. `sample[n]` is the third counter word of sample n.
typedef struct fovea__random_key {
    uint64_t seed;
    uint32_t epoch, stream;
    const uint32_t *sample;
} fovea__random_key;

typedef struct fovea__call {
    const fovea__attributes *attributes;
    fovea__cpu cpu;
    bool training;
    fovea__random_key random;
    const fovea_view *in;  // absent optional inputs have data NULL
    int32_t in_count;
    fovea_view *out;  // vjp finds here what forward made
    int32_t out_count;
} fovea__call;

typedef struct fovea__op {
    const char *name;   // ONNX's operator type: "Conv"
    const char *text;   // name in architecture text, help and node names: "conv"
    const char *label;  // name in tables, PyTorch's: "Conv"; a rank is appended ("Conv2d")
    const char *help;   // one line
    int32_t since;      // ONNX opset version whose semantics these are
    uint32_t traits;
    fovea__parameter parameter[FOVEA__MAX_PARAMETERS];  // ends at the first without a name
    const char *input[5];  // names; the first `inputs_required` must be there
    int32_t inputs_required, inputs_maximum, outputs;
    // Attributes come checked against kind and range; INTS that were left out are filled in here
    // (it may write into `attributes`). A dynamic batch is dimension 0 = FOVEA_DYNAMIC and passes
    // through.
    fovea_status (*shape)(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error);
    fovea_status (*forward)(const fovea__call *call, fovea_error *error);
    // NULL: no gradient flows through this operator. Only the first output carries one.
    fovea_status (*vjp)(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error);
    // Multiply-adds of one forward for these shapes, as torchinfo counts them; NULL: none. `in` has
    // FOVEA__MAX_INPUTS entries, absent ones of type NONE.
    int64_t (*multiply_adds)(const fovea__attributes *attributes, const fovea__signature *in,
                             const fovea__signature *out);
} fovea__op;

// All operators, in the order of `fovea describe`. The list is layers/op_list.inc: one line an
// operator.
const fovea__op *const *fovea__op_table(size_t *count);
// By ONNX name ("Conv") or architecture text ("conv"); NULL when there is none.
const fovea__op *fovea__op_find(const char *name);
const fovea__op *fovea__op_find_text(const char *text);
// Index of the parameter called so (ONNX name or text), -1 when there is none.
int fovea__op_parameter(const fovea__op *op, const char *name);
// Every parameter at its default.
void fovea__attributes_default(const fovea__op *op, fovea__attributes *attributes);
// Checks kind and range of parameter `index` (count, minimum, maximum).
fovea_status fovea__attribute_check(const fovea__op *op, int index, const fovea__attribute *value,
                                    fovea_error *error);

#endif
