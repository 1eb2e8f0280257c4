// SPDX-License-Identifier: MIT
// Nodes of an ONNX file, built one after the other.
#include <string.h>

#include "base/memory.h"
#include "model/onnx_exporter.h"

void fovea__onnx_begin(fovea__onnx_exporter *x, const char *op, const char *suffix) {
    x->op = op;
    x->name = suffix ? fovea__onnx_part_node(x, suffix) : x->of->name;
    x->input_count = x->attribute_count = 0;
}

void fovea__onnx_put_input(fovea__onnx_exporter *x, const char *name) {
    if (x->input_count < FOVEA__ONNX_NODE_INPUTS) x->input[x->input_count++] = name;
}

static fovea__onnx_attribute *put(fovea__onnx_exporter *x, const char *name,
                                  fovea__onnx_kind kind) {
    size_t last = FOVEA__ONNX_NODE_ATTRIBUTES - 1;
    fovea__onnx_attribute *a =
        &x->attribute[x->attribute_count < last ? x->attribute_count++ : last];
    *a = (fovea__onnx_attribute){.name = name, .kind = kind};
    return a;
}

void fovea__onnx_put_int(fovea__onnx_exporter *x, const char *name, int64_t value) {
    put(x, name, FOVEA__ONNX_INT)->i = value;
}

void fovea__onnx_put_ints(fovea__onnx_exporter *x, const char *name, int32_t count,
                          const int64_t *values) {
    int64_t *copy = fovea__onnx_take_room(x, (size_t)count, sizeof *copy);
    if (!copy) return;
    memcpy(copy, values, (size_t)count * sizeof *copy);
    fovea__onnx_attribute *a = put(x, name, FOVEA__ONNX_INTS);
    a->ints = copy;
    a->count = (size_t)count;
}

void fovea__onnx_put_real(fovea__onnx_exporter *x, const char *name, double value) {
    put(x, name, FOVEA__ONNX_FLOAT)->f = (float)value;
}

void fovea__onnx_put_text(fovea__onnx_exporter *x, const char *name, const char *text) {
    put(x, name, FOVEA__ONNX_STRING)->s = text;
}

static void put_reals(fovea__onnx_exporter *x, const char *name, const fovea__attribute *value) {
    float *copy = fovea__onnx_take_room(x, (size_t)value->count, sizeof *copy);
    if (!copy) return;
    for (int32_t i = 0; i < value->count; i++) copy[i] = (float)value->r[i];
    fovea__onnx_attribute *a = put(x, name, FOVEA__ONNX_FLOATS);
    a->floats = copy;
    a->count = (size_t)value->count;
}

static void put_parameter(fovea__onnx_exporter *x, int index) {
    const fovea__parameter *parameter = &x->of->op->parameter[index];
    const fovea__attribute *value = &x->of->attributes.value[index];
    if (parameter->kind == FOVEA__REAL)
        fovea__onnx_put_real(x, parameter->name, value->f);
    else if (!fovea__is_list(parameter->kind))
        fovea__onnx_put_int(x, parameter->name, value->i[0]);
    else if (value->count > 0 && parameter->kind == FOVEA__INTS)
        fovea__onnx_put_ints(x, parameter->name, value->count, value->i);
    else if (value->count > 0)
        put_reals(x, parameter->name, value);
}

void fovea__onnx_put_attribute(fovea__onnx_exporter *x, const char *name) {
    int index = fovea__op_parameter(x->of->op, name);
    if (index >= 0) put_parameter(x, index);
}

void fovea__onnx_put_attributes(fovea__onnx_exporter *x) {
    for (int i = 0; i < FOVEA__MAX_PARAMETERS && x->of->op->parameter[i].name; i++)
        put_parameter(x, i);
}

void fovea__onnx_put_inputs(fovea__onnx_exporter *x, int32_t first) {
    int32_t count = x->of->in_count;
    while (count > first && x->of->in[count - 1] == FOVEA_NO_VALUE) count--;
    for (int32_t i = first; i < count; i++) fovea__onnx_put_input(x, fovea__onnx_source(x, i));
}

// The node that was begun, with one output or (`second` not NULL) two.
static void end_node(fovea__onnx_exporter *x, const char *output, const char *second) {
    const char **names = fovea__onnx_take_room(x, x->input_count + 2, sizeof *names);
    fovea__onnx_attribute *attributes =
        fovea__onnx_take_room(x, x->attribute_count, sizeof *attributes);
    if (x->status != FOVEA_OK) return;
    fovea__onnx_node *grown =
        fovea__grow(x->context, x->node, x->model.node_count, &x->node_capacity,
                    x->model.node_count + 1, sizeof *grown, x->error);
    if (!grown) {
        x->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    x->node = grown;
    memcpy(names, x->input, x->input_count * sizeof *names);
    names[x->input_count] = output;
    names[x->input_count + 1] = second;
    memcpy(attributes, x->attribute, x->attribute_count * sizeof *attributes);
    grown[x->model.node_count++] = (fovea__onnx_node){.name = x->name,
                                                      .op = x->op,
                                                      .domain = "",
                                                      .input_count = x->input_count,
                                                      .output_count = second ? 2 : 1,
                                                      .attribute_count = x->attribute_count,
                                                      .input = names,
                                                      .output = names + x->input_count,
                                                      .attribute = attributes};
}

const char *fovea__onnx_end_part(fovea__onnx_exporter *x, fovea_type type,
                                 const fovea_shape *shape) {
    const char *output = fovea__onnx_free_name(x, x->name);
    end_node(x, output, NULL);
    fovea__onnx_describe(x, output, type, shape);
    return output;
}

// The graph node's first output is in the file.
static const fovea__value *write_output(fovea__onnx_exporter *x) {
    fovea_value v = x->of->out[0];
    const fovea__value *value = &x->graph->value[v];
    if (!x->output[v])
        fovea__onnx_describe(x, value->name, value->signature.type, &value->signature.shape);
    x->written[v] = true;
    return value;
}

void fovea__onnx_end(fovea__onnx_exporter *x) {
    end_node(x, write_output(x)->name, NULL);
}

void fovea__onnx_end_named(fovea__onnx_exporter *x, const char *output) {
    end_node(x, output, NULL);
}

void fovea__onnx_end_second(fovea__onnx_exporter *x, const char *suffix, fovea_type type) {
    const fovea__value *value = write_output(x);
    const char *first = fovea__onnx_part_value(x, suffix);
    fovea__onnx_describe(x, first, type, &value->signature.shape);
    end_node(x, first, value->name);
}

void fovea__onnx_copy(fovea__onnx_exporter *x, const char *op) {
    fovea__onnx_begin(x, op, NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_attributes(x);
    fovea__onnx_end(x);
}

const char *fovea__onnx_part(fovea__onnx_exporter *x, const char *op, const char *suffix,
                             const char *first, const char *second) {
    const fovea__signature *out = fovea__onnx_of_output(x);
    fovea__onnx_begin(x, op, suffix);
    fovea__onnx_put_input(x, first);
    if (second) fovea__onnx_put_input(x, second);
    return fovea__onnx_end_part(x, out->type, &out->shape);
}

void fovea__onnx_last(fovea__onnx_exporter *x, const char *op, const char *first,
                      const char *second) {
    fovea__onnx_begin(x, op, NULL);
    fovea__onnx_put_input(x, first);
    if (second) fovea__onnx_put_input(x, second);
    fovea__onnx_end(x);
}
