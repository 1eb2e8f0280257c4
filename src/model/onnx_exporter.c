// SPDX-License-Identifier: MIT
#include "model/onnx_exporter.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"
#include "layers/move.h"

enum { ROOM = 1 << 16, ALIGNED = 16 };

struct fovea__onnx_room {
    struct fovea__onnx_room *next;
    size_t used, size;
};

void *fovea__onnx_take_room(fovea__onnx_exporter *x, size_t count, size_t size) {
    const size_t head = (sizeof *x->room + ALIGNED - 1) / ALIGNED * ALIGNED;
    size_t bytes = (count * size + ALIGNED) / ALIGNED * ALIGNED;
    if (x->status != FOVEA_OK) return NULL;
    if (!x->room || x->room->size - x->room->used < bytes) {
        size_t whole = head + (bytes > ROOM ? bytes : ROOM);
        struct fovea__onnx_room *room = fovea__new(x->context, whole, 1, x->error);
        if (!room) {
            x->status = FOVEA_OUT_OF_MEMORY;
            return NULL;
        }
        *room = (struct fovea__onnx_room){x->room, head, whole};
        x->room = room;
    }
    void *taken = (char *)x->room + x->room->used;
    x->room->used += bytes;
    return taken;
}

void fovea__onnx_exporter_clear(fovea__onnx_exporter *x) {
    while (x->room) {
        struct fovea__onnx_room *next = x->room->next;
        fovea__free(x->context, x->room);
        x->room = next;
    }
    fovea__free(x->context, x->node);
    fovea__free(x->context, x->initializer);
    fovea__free(x->context, x->value);
    fovea__free(x->context, x->written);
    fovea__free(x->context, x->output);
    fovea__name_table_free(x->context, &x->values);
    fovea__name_table_free(x->context, &x->nodes);
}

void fovea__onnx_refuse(fovea__onnx_exporter *x, const char *format, ...) {
    char message[400];
    va_list list;
    if (x->status != FOVEA_OK) return;
    va_start(list, format);
    fovea__format_list(message, sizeof message, format, list);
    va_end(list);
    x->status = fovea__fail(x->error, FOVEA_UNSUPPORTED, "node '%.200s' (%.60s): %s", x->of->name,
                            x->of->op->name, message);
}

bool fovea__onnx_needs(fovea__onnx_exporter *x, int64_t opset, const char *what) {
    if (x->opset >= opset) return false;
    fovea__onnx_refuse(x, "%s needs opset %lld; the file is to have %lld", what, (long long)opset,
                       (long long)x->opset);
    return true;
}

static const char *copy_text(fovea__onnx_exporter *x, const char *text) {
    char *copy = fovea__onnx_take_room(x, strlen(text) + 1, 1);
    return copy ? strcpy(copy, text) : "";
}

// `wanted`, or it with a number behind it, that is in neither table; it is then in the second.
static const char *free_name(fovea__onnx_exporter *x, const fovea__name_table *graph,
                             fovea__name_table *own, const char *wanted) {
    char name[FOVEA__MAX_NAME + 80];
    fovea__format(name, sizeof name, "%.*s", FOVEA__MAX_NAME + 40, wanted);
    for (int i = 2; fovea__name_find(graph, name) >= 0 || fovea__name_find(own, name) >= 0; i++)
        fovea__format(name, sizeof name, "%.*s.%d", FOVEA__MAX_NAME + 40, wanted, i);
    const char *copy = copy_text(x, name);
    if (x->status == FOVEA_OK) x->status = fovea__name_reserve(x->context, own, x->error);
    if (x->status != FOVEA_OK) return "";
    fovea__name_add(own, copy, 0);
    return copy;
}

const char *fovea__onnx_free_name(fovea__onnx_exporter *x, const char *wanted) {
    return free_name(x, &x->graph->value_names, &x->values, wanted);
}

static void with_suffix(const fovea__onnx_exporter *x, const char *suffix, char *name,
                        size_t size) {
    fovea__format(name, size, "%s.%s", x->of->name, suffix);
}

static const char *suffixed_value(fovea__onnx_exporter *x, const char *suffix) {
    char name[FOVEA__MAX_NAME + 40];
    with_suffix(x, suffix, name, sizeof name);
    return fovea__onnx_free_name(x, name);
}

void fovea__onnx_begin(fovea__onnx_exporter *x, const char *op, const char *suffix) {
    char name[FOVEA__MAX_NAME + 40];
    x->op = op;
    x->name = x->of->name;
    x->input_count = x->attribute_count = 0;
    if (!suffix) return;
    with_suffix(x, suffix, name, sizeof name);
    x->name = free_name(x, &x->graph->node_names, &x->nodes, name);
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

fovea__onnx_value fovea__onnx_value_info(const char *name, fovea_type type,
                                         const fovea_shape *shape) {
    fovea__onnx_value value = {.name = name, .type = type, .has_shape = true, .shape = *shape};
    for (int32_t d = 0; d < shape->rank; d++)
        if (shape->dim[d] == FOVEA_DYNAMIC) value.symbol[d] = "N";
    return value;
}

void fovea__onnx_describe(fovea__onnx_exporter *x, const char *name, fovea_type type,
                          const fovea_shape *shape) {
    if (x->status != FOVEA_OK) return;
    fovea__onnx_value *grown =
        fovea__grow(x->context, x->value, x->model.value_count, &x->value_capacity,
                    x->model.value_count + 1, sizeof *grown, x->error);
    if (!grown) {
        x->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    x->value = grown;
    grown[x->model.value_count++] = fovea__onnx_value_info(name, type, shape);
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
    const char *first = suffixed_value(x, suffix);
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

static void add_initializer(fovea__onnx_exporter *x, const char *name, fovea_type type,
                            const fovea_shape *shape, void *data) {
    if (x->status != FOVEA_OK) return;
    fovea__onnx_tensor *grown = fovea__grow(
        x->context, x->initializer, x->model.initializer_count, &x->initializer_capacity,
        x->model.initializer_count + 1, sizeof *grown, x->error);
    if (!grown) {
        x->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    x->initializer = grown;
    size_t size = (size_t)fovea_shape_count(shape) * fovea_type_size(type);
    grown[x->model.initializer_count++] = (fovea__onnx_tensor){
        .name = name, .type = type, .shape = *shape, .data = data, .size = size};
}

const char *fovea__onnx_value_named(fovea__onnx_exporter *x, fovea_value value) {
    if (value == FOVEA_NO_VALUE) return "";
    const fovea__value *v = &x->graph->value[value];
    if (!x->written[value] && v->data)
        add_initializer(x, v->name, v->signature.type, &v->signature.shape, v->data);
    else if (!x->written[value])
        fovea__onnx_refuse(x, "'%.100s' is a result that exists in training only", v->name);
    x->written[value] = true;
    return v->name;
}

const char *fovea__onnx_source(fovea__onnx_exporter *x, int32_t index) {
    return index < x->of->in_count ? fovea__onnx_value_named(x, x->of->in[index]) : "";
}

const fovea__signature *fovea__onnx_of_input(const fovea__onnx_exporter *x, int32_t index) {
    return &x->graph->value[x->of->in[index]].signature;
}

const fovea__signature *fovea__onnx_of_output(const fovea__onnx_exporter *x) {
    return &x->graph->value[x->of->out[0]].signature;
}

const fovea__attribute *fovea__onnx_of(const fovea__onnx_exporter *x, const char *attribute) {
    return fovea__node_attribute(x->of, attribute);
}

int64_t fovea__onnx_of_int(const fovea__onnx_exporter *x, const char *attribute) {
    return fovea__node_integer(x->of, attribute, 0, 0);
}

const char *fovea__onnx_ints_of(fovea__onnx_exporter *x, const char *suffix, int32_t count,
                                const int64_t *values) {
    const char *name = suffixed_value(x, suffix);
    int64_t *copy = fovea__onnx_take_room(x, (size_t)count, sizeof *copy);
    if (!copy) return "";
    memcpy(copy, values, (size_t)count * sizeof *copy);
    add_initializer(x, name, FOVEA_I64, &(fovea_shape){1, {count}}, copy);
    return name;
}

const char *fovea__onnx_floats_of(fovea__onnx_exporter *x, const char *suffix, fovea_type type,
                                  const fovea_shape *shape, const double *values) {
    const char *name = suffixed_value(x, suffix);
    int64_t count = fovea_shape_count(shape);
    size_t size = fovea_type_size(type);
    char *copy = fovea__onnx_take_room(x, (size_t)count, size);
    for (int64_t i = 0; copy && i < count; i++) {
        uint8_t item[8];
        fovea__element(type, values[i], item);
        memcpy(copy + (size_t)i * size, item, size);
    }
    if (copy) add_initializer(x, name, type, shape, copy);
    return name;
}

const char *fovea__onnx_number_of(fovea__onnx_exporter *x, const char *suffix, fovea_type type,
                                  double value) {
    return fovea__onnx_floats_of(x, suffix, type, &(fovea_shape){.rank = 0}, &value);
}
