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

static const char *suffixed(fovea__onnx_exporter *x, const fovea__name_table *graph,
                            fovea__name_table *own, const char *suffix) {
    char name[FOVEA__MAX_NAME + 40];
    fovea__format(name, sizeof name, "%s.%s", x->of->name, suffix);
    return free_name(x, graph, own, name);
}

const char *fovea__onnx_part_value(fovea__onnx_exporter *x, const char *suffix) {
    return suffixed(x, &x->graph->value_names, &x->values, suffix);
}

const char *fovea__onnx_part_node(fovea__onnx_exporter *x, const char *suffix) {
    return suffixed(x, &x->graph->node_names, &x->nodes, suffix);
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
    const char *name = fovea__onnx_part_value(x, suffix);
    int64_t *copy = fovea__onnx_take_room(x, (size_t)count, sizeof *copy);
    if (!copy) return "";
    memcpy(copy, values, (size_t)count * sizeof *copy);
    add_initializer(x, name, FOVEA_I64, &(fovea_shape){1, {count}}, copy);
    return name;
}

const char *fovea__onnx_floats_of(fovea__onnx_exporter *x, const char *suffix, fovea_type type,
                                  const fovea_shape *shape, const double *values) {
    const char *name = fovea__onnx_part_value(x, suffix);
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
