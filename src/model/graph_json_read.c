// SPDX-License-Identifier: MIT
// Everything read goes through fovea_graph_add_*, which check it: operators, attributes, shapes,
// names.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph.h"
#include "model/graph_json.h"

// A model file is a file: what is wrong in it is BAD_FILE, whatever the graph called it.
static fovea_status in_file(const fovea__json *at, fovea_status status, fovea_error *error) {
    if (status == FOVEA_OK || status == FOVEA_OUT_OF_MEMORY || status == FOVEA_UNSUPPORTED)
        return status;
    if (!error) return FOVEA_BAD_FILE;
    char message[sizeof error->text];
    memcpy(message, error->text, sizeof message);
    return fovea__json_fail(at, error, "%s", message);
}

static fovea_status text_of(const fovea__json *object, const char *key, const char **text,
                            fovea_error *error) {
    fovea__json at;
    FOVEA__TRY(fovea__json_member(object, key, &at, error));
    return fovea__json_string(&at, text, error);
}

static fovea_status read_type(const fovea__json *object, fovea_type wanted, fovea_type *type,
                              fovea_error *error) {
    fovea__json at;
    const char *text;
    FOVEA__TRY(fovea__json_member(object, "type", &at, error));
    FOVEA__TRY(fovea__json_string(&at, &text, error));
    for (fovea_type t = FOVEA_F32; t <= FOVEA_U64; t++) {
        if (strcmp(text, fovea_type_name(t)) != 0 || t == FOVEA_F16 || t == FOVEA_BF16) continue;
        *type = wanted != FOVEA_TYPE_NONE && fovea__is_float(t) ? wanted : t;
        return FOVEA_OK;
    }
    return fovea__json_fail(&at, error, "type '%.20s', wants F32, F64, I64, I32, U8, BOOL …", text);
}

static fovea_status read_shape(const fovea__json *object, fovea_shape *shape, fovea_error *error) {
    fovea__json at, item;
    size_t rank;
    *shape = (fovea_shape){0};
    FOVEA__TRY(fovea__json_member(object, "shape", &at, error));
    FOVEA__TRY(fovea__json_count(&at, &rank, error));
    if (rank > FOVEA_MAX_RANK)
        return fovea__json_fail(&at, error, "%zu dimensions; %d is the most", rank, FOVEA_MAX_RANK);
    shape->rank = (int32_t)rank;
    for (size_t i = 0; i < rank; i++) {
        FOVEA__TRY(fovea__json_item(&at, i, &item, error));
        if (i == 0 && json_is_string(item.value)) {
            const char *text;
            FOVEA__TRY(fovea__json_string(&item, &text, error));
            if (strcmp(text, "N") != 0)
                return fovea__json_fail(&item, error, "'%.20s', wants \"N\" or a number", text);
            shape->dim[0] = FOVEA_DYNAMIC;
        } else {
            FOVEA__TRY(fovea__json_integer(&item, 1, INT32_MAX, &shape->dim[i], error));
        }
    }
    return FOVEA_OK;
}

static fovea_status read_input(const fovea__json *item, fovea_type type, fovea_graph *graph,
                               fovea_error *error) {
    const char *name;
    fovea_shape shape;
    fovea_value value;
    FOVEA__TRY(text_of(item, "name", &name, error));
    FOVEA__TRY(read_type(item, type, &type, error));
    FOVEA__TRY(read_shape(item, &shape, error));
    bool batch = shape.rank > 0 && shape.dim[0] == FOVEA_DYNAMIC;
    fovea_status status =
        batch ? fovea_graph_add_input(graph, name, type, &shape, &value, error)
              : fovea_graph_add_fixed_input(graph, name, type, &shape, &value, error);
    return in_file(item, status, error);
}

static fovea_status read_parameter(const fovea__json *item, fovea_type type, fovea_graph *graph,
                                   fovea_error *error) {
    const char *name;
    fovea_shape shape;
    fovea__json at;
    bool trained;
    int64_t fan_in;
    fovea_value value;
    FOVEA__TRY(text_of(item, "name", &name, error));
    FOVEA__TRY(read_type(item, type, &type, error));
    FOVEA__TRY(read_shape(item, &shape, error));
    FOVEA__TRY(fovea__json_member(item, "trained", &at, error));
    FOVEA__TRY(fovea__json_bool(&at, &trained, error));
    FOVEA__TRY(fovea__json_member(item, "fan_in", &at, error));
    FOVEA__TRY(fovea__json_integer(&at, 0, INT64_MAX, &fan_in, error));
    return in_file(
        item, fovea_graph_add_parameter(graph, name, type, &shape, trained, fan_in, &value, error),
        error);
}

// The attributes of one node and the numbers they point to.
typedef struct attributes {
    fovea_attribute item[FOVEA__MAX_PARAMETERS];
    int64_t integers[FOVEA__MAX_PARAMETERS][FOVEA__MAX_INTS];
    double reals[FOVEA__MAX_PARAMETERS][FOVEA__MAX_INTS];
    int32_t count;
} attributes;

// A number, or one of the three that JSON has no numbers for.
static fovea_status read_real(const fovea__json *at, double *value, fovea_error *error) {
    const char *text;
    if (!json_is_string(at->value)) return fovea__json_number(at, value, error);
    FOVEA__TRY(fovea__json_string(at, &text, error));
    if (strcmp(text, "inf") == 0)
        *value = (double)INFINITY;
    else if (strcmp(text, "-inf") == 0)
        *value = -(double)INFINITY;
    else if (strcmp(text, "nan") == 0)
        *value = (double)NAN;
    else
        return fovea__json_fail(at, error, "'%.20s', wants a number, inf, -inf or nan", text);
    return FOVEA_OK;
}

static bool is_real(const fovea__json *at) {
    return json_is_real(at->value) || json_is_string(at->value);
}

static fovea_status read_numbers(const fovea__json *at, size_t count, int64_t *integers,
                                 double *reals, bool *real, fovea_error *error) {
    fovea__json item;
    *real = false;
    for (size_t i = 0; i < count; i++) {
        FOVEA__TRY(fovea__json_item(at, i, &item, error));
        *real |= is_real(&item);
    }
    for (size_t i = 0; i < count; i++) {
        FOVEA__TRY(fovea__json_item(at, i, &item, error));
        FOVEA__TRY(*real ? read_real(&item, &reals[i], error)
                         : fovea__json_integer(&item, INT64_MIN, INT64_MAX, &integers[i], error));
    }
    return FOVEA_OK;
}

static fovea_status read_attribute(const fovea__json *at, const char *name, attributes *list,
                                   fovea_error *error) {
    if (list->count == FOVEA__MAX_PARAMETERS)
        return fovea__json_fail(at, error, "no operator has more than %d attributes",
                                FOVEA__MAX_PARAMETERS);
    fovea_attribute *attribute = &list->item[list->count];
    int64_t *integers = list->integers[list->count];
    double *reals = list->reals[list->count++];
    *attribute = (fovea_attribute){.name = name, .integers = integers};
    if (is_real(at)) return read_real(at, &attribute->real, error);
    if (!json_is_array(at->value)) {
        attribute->count = 1;
        return fovea__json_integer(at, INT64_MIN, INT64_MAX, &integers[0], error);
    }
    size_t count;
    bool real;
    FOVEA__TRY(fovea__json_count(at, &count, error));
    if (count < 1 || count > FOVEA__MAX_INTS)
        return fovea__json_fail(at, error, "%zu numbers, wants 1 to %d", count, FOVEA__MAX_INTS);
    FOVEA__TRY(read_numbers(at, count, integers, reals, &real, error));
    attribute->count = (int32_t)count;
    if (real) attribute->reals = reals;
    return FOVEA_OK;
}

static fovea_status read_attributes(const fovea__json *node, attributes *list, fovea_error *error) {
    fovea__json object, at;
    const char *name;
    void *iterator = NULL;
    FOVEA__TRY(fovea__json_member(node, "attributes", &object, error));
    for (;;) {
        FOVEA__TRY(fovea__json_next(&object, &iterator, &name, &at, error));
        if (!name) return FOVEA_OK;
        FOVEA__TRY(read_attribute(&at, name, list, error));
    }
}

static fovea_status find_value(const fovea__json *at, const fovea_graph *graph, fovea_value *value,
                               fovea_error *error) {
    const char *name;
    FOVEA__TRY(fovea__json_string(at, &name, error));
    *value = name[0] ? fovea_graph_find_value(graph, name) : FOVEA_NO_VALUE;
    if (name[0] && *value == FOVEA_NO_VALUE)
        return fovea__json_fail(at, error, "no value before this place is called '%.80s'", name);
    return FOVEA_OK;
}

static fovea_status read_inputs_of(const fovea__json *node, const fovea_graph *graph,
                                   fovea_value *inputs, int32_t *count, fovea_error *error) {
    fovea__json list, item;
    size_t found;
    FOVEA__TRY(fovea__json_member(node, "in", &list, error));
    FOVEA__TRY(fovea__json_count(&list, &found, error));
    if (found > FOVEA__MAX_INPUTS)
        return fovea__json_fail(&list, error, "%zu inputs; %d is the most", found,
                                FOVEA__MAX_INPUTS);
    *count = (int32_t)found;
    for (size_t i = 0; i < found; i++) {
        FOVEA__TRY(fovea__json_item(&list, i, &item, error));
        FOVEA__TRY(find_value(&item, graph, &inputs[i], error));
    }
    return FOVEA_OK;
}

// So many names as the operator has outputs.
static fovea_status read_outputs_of(const fovea__json *node, const char *op,
                                    const char *names[FOVEA__MAX_OUTPUTS], fovea_error *error) {
    fovea__json list, item;
    size_t found;
    const fovea__op *known = fovea__op_find(op);
    FOVEA__TRY(fovea__json_member(node, "out", &list, error));
    FOVEA__TRY(fovea__json_count(&list, &found, error));
    if (known && found != (size_t)known->outputs)
        return fovea__json_fail(&list, error, "%zu outputs; %s has %d", found, known->name,
                                known->outputs);
    for (size_t i = 0; known && i < found; i++) {
        FOVEA__TRY(fovea__json_item(&list, i, &item, error));
        FOVEA__TRY(fovea__json_string(&item, &names[i], error));
    }
    return FOVEA_OK;
}

static fovea_status read_node(const fovea__json *item, fovea_type type, fovea_graph *graph,
                              fovea_error *error) {
    (void)type;
    const char *op, *name, *names[FOVEA__MAX_OUTPUTS] = {NULL};
    fovea_value inputs[FOVEA__MAX_INPUTS], outputs[FOVEA__MAX_OUTPUTS];
    int32_t count = 0;
    attributes list = {.count = 0};
    FOVEA__TRY(text_of(item, "op", &op, error));
    FOVEA__TRY(text_of(item, "name", &name, error));
    FOVEA__TRY(read_inputs_of(item, graph, inputs, &count, error));
    FOVEA__TRY(read_attributes(item, &list, error));
    FOVEA__TRY(read_outputs_of(item, op, names, error));
    return in_file(item,
                   fovea_graph_add_node_named(graph, op, name, inputs, count, list.item, list.count,
                                              names, outputs, error),
                   error);
}

static fovea_status read_output(const fovea__json *item, fovea_type type, fovea_graph *graph,
                                fovea_error *error) {
    (void)type;
    fovea_value value;
    FOVEA__TRY(find_value(item, graph, &value, error));
    return in_file(item, fovea_graph_add_output(graph, value, error), error);
}

typedef fovea_status read_one(const fovea__json *item, fovea_type type, fovea_graph *graph,
                              fovea_error *error);

static fovea_status read_list(const fovea__json *root, const char *key, size_t least, size_t most,
                              read_one *read, fovea_type type, fovea_graph *graph,
                              fovea_error *error) {
    fovea__json list, item;
    size_t count;
    FOVEA__TRY(fovea__json_member(root, key, &list, error));
    FOVEA__TRY(fovea__json_count(&list, &count, error));
    if (count < least || count > most)
        return fovea__json_fail(&list, error, "%zu items, wants %zu to %zu", count, least, most);
    for (size_t i = 0; i < count; i++) {
        FOVEA__TRY(fovea__json_item(&list, i, &item, error));
        FOVEA__TRY(read(&item, type, graph, error));
    }
    return FOVEA_OK;
}

fovea_status fovea__graph_read_json(const fovea__json *root, fovea_type type, fovea_graph *graph,
                                    fovea_error *error) {
    fovea__graph_defer(graph);
    FOVEA__TRY(read_list(root, "inputs", 0, 64, read_input, type, graph, error));
    FOVEA__TRY(read_list(root, "parameters", 0, 65536, read_parameter, type, graph, error));
    FOVEA__TRY(read_list(root, "nodes", 1, FOVEA__MAX_NODES, read_node, type, graph, error));
    return read_list(root, "outputs", 1, 64, read_output, type, graph, error);
}
