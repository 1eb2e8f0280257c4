// SPDX-License-Identifier: MIT
// Activations that ONNX does not have, or only in later opsets, as products of those it has; and Clip.
#include <float.h>

#include "model/onnx_exporter.h"

static void write_silu(fovea__onnx_exporter *x) {
    const char *in = fovea__onnx_source(x, 0);
    const char *gate = fovea__onnx_part(x, "Sigmoid", "sigmoid", in, NULL);
    fovea__onnx_last(x, "Mul", in, gate);
}

static void write_mish(fovea__onnx_exporter *x) {
    if (x->opset >= 18) {
        fovea__onnx_copy(x, "Mish");
        return;
    }
    const char *in = fovea__onnx_source(x, 0);
    const char *part = fovea__onnx_part(x, "Softplus", "softplus", in, NULL);
    fovea__onnx_last(x, "Mul", in, fovea__onnx_part(x, "Tanh", "tanh", part, NULL));
}

// 3 / 18 and 0.5 are HardSwish's numbers.
static void write_hardswish(fovea__onnx_exporter *x) {
    if (x->opset >= 14) {
        fovea__onnx_copy(x, "HardSwish");
        return;
    }
    const fovea__signature *out = fovea__onnx_of_output(x);
    const char *in = fovea__onnx_source(x, 0);
    fovea__onnx_begin(x, "HardSigmoid", "hardsigmoid");
    fovea__onnx_put_input(x, in);
    fovea__onnx_put_real(x, "alpha", 1.0 / 6);
    fovea__onnx_put_real(x, "beta", 0.5);
    fovea__onnx_last(x, "Mul", in, fovea__onnx_end_part(x, out->type, &out->shape));
}

// x (1 + erf(x / sqrt 2)) / 2
static void write_gelu_erf(fovea__onnx_exporter *x) {
    fovea_type type = fovea__onnx_of_output(x)->type;
    const char *in = fovea__onnx_source(x, 0);
    const char *root = fovea__onnx_number_of(x, "sqrt2", type, 1.4142135623730951);
    const char *one = fovea__onnx_number_of(x, "one", type, 1);
    const char *half = fovea__onnx_number_of(x, "half", type, 0.5);
    const char *part = fovea__onnx_part(x, "Div", "scaled", in, root);
    part = fovea__onnx_part(x, "Erf", "erf", part, NULL);
    part = fovea__onnx_part(x, "Add", "share", part, one);
    part = fovea__onnx_part(x, "Mul", "product", in, part);
    fovea__onnx_last(x, "Mul", part, half);
}

// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
static void write_gelu_tanh(fovea__onnx_exporter *x) {
    fovea_type type = fovea__onnx_of_output(x)->type;
    const char *in = fovea__onnx_source(x, 0);
    const char *cubic = fovea__onnx_number_of(x, "cubic", type, 0.044715);
    const char *root = fovea__onnx_number_of(x, "root", type, 0.79788456080286541);
    const char *one = fovea__onnx_number_of(x, "one", type, 1);
    const char *half = fovea__onnx_number_of(x, "half", type, 0.5);
    const char *part = fovea__onnx_part(x, "Mul", "square", in, in);
    part = fovea__onnx_part(x, "Mul", "cube", part, in);
    part = fovea__onnx_part(x, "Mul", "bend", part, cubic);
    part = fovea__onnx_part(x, "Add", "bent", in, part);
    part = fovea__onnx_part(x, "Mul", "scaled", part, root);
    part = fovea__onnx_part(x, "Tanh", "tanh", part, NULL);
    part = fovea__onnx_part(x, "Add", "share", part, one);
    part = fovea__onnx_part(x, "Mul", "product", in, part);
    fovea__onnx_last(x, "Mul", part, half);
}

static void write_gelu(fovea__onnx_exporter *x) {
    bool tanh = fovea__onnx_of_int(x, "approximate") != 0;
    if (x->opset < 20) {
        tanh ? write_gelu_tanh(x) : write_gelu_erf(x);
        return;
    }
    fovea__onnx_begin(x, "Gelu", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_text(x, "approximate", tanh ? "tanh" : "none");
    fovea__onnx_end(x);
}

// The largest float says that there is no bound; ONNX then has no input.
static void write_clip(fovea__onnx_exporter *x) {
    double least = fovea__onnx_of(x, "min")->f, most = fovea__onnx_of(x, "max")->f;
    fovea_type type = fovea__onnx_of_output(x)->type;
    const char *low = least > -FLT_MAX ? fovea__onnx_number_of(x, "min", type, least) : "";
    const char *high = most < FLT_MAX ? fovea__onnx_number_of(x, "max", type, most) : NULL;
    fovea__onnx_begin(x, "Clip", NULL);
    fovea__onnx_put_inputs(x, 0);
    if (low[0] || high) fovea__onnx_put_input(x, low);
    if (high) fovea__onnx_put_input(x, high);
    fovea__onnx_end(x);
}

const fovea__onnx_writer fovea__onnx_writers_activation[] = {
    {"Silu", write_silu}, {"Mish", write_mish}, {"HardSwish", write_hardswish},
    {"Gelu", write_gelu}, {"Clip", write_clip}, {NULL, NULL}};
