// SPDX-License-Identifier: MIT
// Which function writes an operator. What has none is copied: ONNX has it with the same inputs and
// attributes in all opsets that are written.
#include <string.h>

#include "model/onnx_exporter.h"

// ONNX has had these before the version whose semantics are ours, which only added types.
static const char *const older[] = {"Relu", "LeakyRelu", "PRelu", "Where", "Add",
                                    "Sub",  "Mul",       "Div",   "Pow",   NULL};

static const fovea__onnx_writer *const families[] = {
    fovea__onnx_writers_activation, fovea__onnx_writers_move,      fovea__onnx_writers_norm,
    fovea__onnx_writers_pool,       fovea__onnx_writers_reduction, fovea__onnx_writers_resize,
    fovea__onnx_writers_shape,
};

static const fovea__onnx_writer *find(const char *op) {
    for (size_t f = 0; f < sizeof families / sizeof *families; f++)
        for (const fovea__onnx_writer *w = families[f]; w->op; w++)
            if (strcmp(w->op, op) == 0) return w;
    return NULL;
}

static bool is_older(const char *op) {
    for (int i = 0; older[i]; i++)
        if (strcmp(older[i], op) == 0) return true;
    return false;
}

// Opset 13 has arithmetic of whole numbers of 32 and 64 bits only.
static bool is_too_narrow(fovea__onnx_exporter *x, const fovea__node *node) {
    static const char *const arithmetic[] = {"Add", "Sub", "Mul", "Div", NULL};
    fovea_type type = x->graph->value[node->out[0]].signature.type;
    for (int i = 0; arithmetic[i]; i++)
        if (strcmp(arithmetic[i], node->op->name) == 0 && fovea_type_size(type) < 4)
            return fovea__onnx_needs(x, 14, fovea_type_name(type));
    return false;
}

void fovea__onnx_write_node(fovea__onnx_exporter *x, const fovea__node *node) {
    const fovea__onnx_writer *writer = find(node->op->name);
    x->of = node;
    if (is_too_narrow(x, node)) return;
    if (writer) {
        writer->write(x);
    } else if (node->op->since == 0) {
        fovea__onnx_refuse(x, "ONNX has no such operator");
    } else if (is_older(node->op->name) || !fovea__onnx_needs(x, node->op->since, node->op->name)) {
        fovea__onnx_copy(x, node->op->name);
    }
}
