// SPDX-License-Identifier: MIT
// ReduceSum and its like: axes are an input from opset 13 on for ReduceSum, from 18 on for the others.
#include <string.h>

#include "model/onnx_exporter.h"

// Without axes and with noop_with_empty_axes each number is reduced by itself, which ONNX's versions do
// not agree about: written as a function of one value.
static const struct {
    const char *op, *alone;
} single[] = {
    {"ReduceSum", "Identity"},  {"ReduceMean", "Identity"}, {"ReduceMax", "Identity"},
    {"ReduceMin", "Identity"},  {"ReduceProd", "Identity"}, {"ReduceLogSumExp", "Identity"},
    {"ReduceL1", "Abs"},        {"ReduceL2", "Abs"},        {"ReduceLogSum", "Log"},
    {"ReduceSumSquare", "Mul"},
};

static void write_alone(fovea__onnx_exporter *x) {
    const char *op = x->of->op->name, *in = fovea__onnx_source(x, 0);
    for (size_t i = 0; i < sizeof single / sizeof *single; i++)
        if (strcmp(single[i].op, op) == 0)
            fovea__onnx_last(x, single[i].alone, in, strcmp(single[i].alone, "Mul") ? NULL : in);
}

static bool is_extreme(const char *op) {
    return strcmp(op, "ReduceMax") == 0 || strcmp(op, "ReduceMin") == 0;
}

static void write_reduce(fovea__onnx_exporter *x) {
    const char *op = x->of->op->name;
    const fovea__attribute *axes = fovea__onnx_of(x, "axes");
    bool as_input = strcmp(op, "ReduceSum") == 0 || x->opset >= 18;
    if (axes->count == 0 && fovea__onnx_of_int(x, "noop_with_empty_axes")) {
        write_alone(x);
        return;
    }
    if (fovea__onnx_of_input(x, 0)->type == FOVEA_BOOL) {
        if (!is_extreme(op)) fovea__onnx_refuse(x, "ONNX has it for numbers, not for BOOL");
        if (fovea__onnx_needs(x, 20, "BOOL")) return;
    }
    const char *list =
        as_input && axes->count ? fovea__onnx_ints_of(x, "axes", axes->count, axes->i) : NULL;
    fovea__onnx_begin(x, op, NULL);
    fovea__onnx_put_inputs(x, 0);
    if (list) fovea__onnx_put_input(x, list);
    if (!as_input) fovea__onnx_put_attribute(x, "axes");
    fovea__onnx_put_attribute(x, "keepdims");
    fovea__onnx_end(x);
}

const fovea__onnx_writer fovea__onnx_writers_reduction[] = {{"ReduceMean", write_reduce},
                                                            {"ReduceSum", write_reduce},
                                                            {"ReduceMax", write_reduce},
                                                            {"ReduceMin", write_reduce},
                                                            {"ReduceL1", write_reduce},
                                                            {"ReduceL2", write_reduce},
                                                            {"ReduceProd", write_reduce},
                                                            {"ReduceSumSquare", write_reduce},
                                                            {"ReduceLogSum", write_reduce},
                                                            {"ReduceLogSumExp", write_reduce},
                                                            {NULL, NULL}};
