// SPDX-License-Identifier: MIT
// ONNX models made of C's literals, for tests of the importer.
//
//   onnx_net net = {.context = context};
//   onnx_net_input(&net, "x", 4, (int64_t[]){FOVEA_DYNAMIC, 3, 8, 8});
//   onnx_net_floats(&net, "w", 4, (int64_t[]){4, 3, 3, 3});
//   onnx_net_node(&net, "conv", "Conv", "x w", "y");
//   onnx_net_output(&net, "y");
//   fovea__onnx_import(onnx_net_model(&net), ...);
#ifndef FOVEA_TESTS_ONNX_NET_H
#define FOVEA_TESTS_ONNX_NET_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/onnx_import.h"
#include "unit/golden_tensor.h"

enum { ONNX_NET_MOST = 24, ONNX_NET_LIST = 8 };

typedef struct onnx_net {
    fovea_context *context;
    fovea__onnx_model model;
    fovea__onnx_node node[ONNX_NET_MOST];
    const char *names[ONNX_NET_MOST][2][ONNX_NET_LIST];
    fovea__onnx_attribute attribute[ONNX_NET_MOST][ONNX_NET_LIST];
    char text[ONNX_NET_MOST][2][200];
    fovea__onnx_tensor tensor[ONNX_NET_MOST];
    fovea__onnx_value input[ONNX_NET_MOST], output[ONNX_NET_MOST];
} onnx_net;

static inline void onnx_net_input(onnx_net *net, const char *name, int32_t rank,
                                  const int64_t *dim) {
    fovea__onnx_value *value = &net->input[net->model.input_count++];
    *value = (fovea__onnx_value){.name = name,
                                 .data_type = 1,
                                 .type = FOVEA_F32,
                                 .has_shape = true,
                                 .shape = fovea_shape_make(rank, dim)};
}

static inline void onnx_net_output(onnx_net *net, const char *name) {
    net->output[net->model.output_count++] = (fovea__onnx_value){.name = name};
}

static inline fovea__onnx_tensor *onnx_net_tensor(onnx_net *net, const char *name, fovea_type type,
                                                  int32_t rank, const int64_t *dim) {
    fovea__onnx_tensor *tensor = &net->tensor[net->model.initializer_count++];
    *tensor = (fovea__onnx_tensor){.name = name,
                                   .data_type = type == FOVEA_I64 ? 7 : 1,
                                   .type = type,
                                   .shape = fovea_shape_make(rank, dim)};
    size_t count = (size_t)fovea_shape_count(&tensor->shape);
    tensor->size = count * fovea_type_size(type);
    tensor->data = fovea__new(net->context, count, fovea_type_size(type), NULL);
    return tensor;
}

// A weight of numbers that depend on its place among the initializers.
static inline void onnx_net_floats(onnx_net *net, const char *name, int32_t rank,
                                   const int64_t *dim) {
    fovea__onnx_tensor *tensor = onnx_net_tensor(net, name, FOVEA_F32, rank, dim);
    if (!tensor->data) return;
    golden_fill((fovea_view){FOVEA_F32, tensor->shape, tensor->data},
                (uint32_t)net->model.initializer_count, 0.5);
}

static inline void onnx_net_integers(onnx_net *net, const char *name, int64_t count,
                                     const int64_t *values) {
    fovea__onnx_tensor *tensor = onnx_net_tensor(net, name, FOVEA_I64, 1, &count);
    memcpy(tensor->data, values, tensor->size);
}

// Names are separated by blanks; "-" is an input that is left out.
static inline size_t onnx_net_split(char *text, const char **names) {
    size_t count = 0;
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
        names[count++] = strcmp(word, "-") == 0 ? "" : word;
    return count;
}

static inline fovea__onnx_node *onnx_net_node(onnx_net *net, const char *name, const char *op,
                                              const char *inputs, const char *outputs) {
    size_t n = net->model.node_count++;
    fovea__onnx_node *node = &net->node[n];
    snprintf(net->text[n][0], sizeof net->text[n][0], "%s", inputs);
    snprintf(net->text[n][1], sizeof net->text[n][1], "%s", outputs);
    *node = (fovea__onnx_node){.name = name, .op = op, .domain = ""};
    node->input_count = onnx_net_split(net->text[n][0], net->names[n][0]);
    node->output_count = onnx_net_split(net->text[n][1], net->names[n][1]);
    node->input = net->names[n][0];
    node->output = net->names[n][1];
    node->attribute = net->attribute[n];
    return node;
}

// Attributes of the last node.
static inline fovea__onnx_attribute *onnx_net_attribute(onnx_net *net, const char *name,
                                                        fovea__onnx_kind kind) {
    size_t n = net->model.node_count - 1;
    fovea__onnx_attribute *a = &net->attribute[n][net->node[n].attribute_count++];
    *a = (fovea__onnx_attribute){.name = name, .kind = kind};
    return a;
}

static inline void onnx_net_int(onnx_net *net, const char *name, int64_t value) {
    onnx_net_attribute(net, name, FOVEA__ONNX_INT)->i = value;
}

static inline void onnx_net_ints(onnx_net *net, const char *name, size_t count,
                                 const int64_t *values) {
    fovea__onnx_attribute *a = onnx_net_attribute(net, name, FOVEA__ONNX_INTS);
    a->count = count;
    a->ints = values;
}

static inline fovea__onnx_model *onnx_net_model(onnx_net *net) {
    net->model.context = net->context;
    net->model.opset = 17;
    net->model.node = net->node;
    net->model.initializer = net->tensor;
    net->model.input = net->input;
    net->model.output = net->output;
    return &net->model;
}

static inline void onnx_net_clear(onnx_net *net) {
    for (size_t i = 0; i < net->model.initializer_count; i++)
        fovea__free(net->context, net->tensor[i].data);
}

#endif
