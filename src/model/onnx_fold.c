// SPDX-License-Identifier: MIT
// Nodes of constants are computed at once, by the operator's own functions: a graph of this node
// alone says types and shapes.
#include <stdio.h>
#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "model/onnx_importer.h"

// Operators that move numbers as they are, so that the mark of an open batch stays one.
static bool moves(const char *op) {
    static const char *const names[] = {"Identity", "Reshape", "Squeeze",   "Unsqueeze",
                                        "Concat",   "Slice",   "Gather",    "Cast",
                                        "Expand",   "Split",   "Transpose", "Flatten"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], op) == 0) return true;
    return false;
}

typedef struct fold {
    fovea__onnx_importer *importer;
    fovea_graph *graph;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    bool marked;
} fold;

static fovea_status build(fold *f, const char *op, const fovea_value *inputs, int32_t count,
                          const fovea__onnx_list *attributes, fovea_error *error) {
    fovea_value values[FOVEA__MAX_INPUTS], outputs[FOVEA__MAX_OUTPUTS];
    for (int32_t i = 0; i < count; i++) {
        char name[16];
        values[i] = FOVEA_NO_VALUE;
        f->in[i] = (fovea_view){0};
        if (inputs[i] == FOVEA_NO_VALUE) continue;
        const fovea__onnx_slot *slot = &f->importer->slot[inputs[i]];
        f->in[i] = slot->view;
        f->marked |= slot->marked;
        snprintf(name, sizeof name, "in%d", i);
        FOVEA__TRY(fovea_graph_add_parameter(f->graph, name, slot->view.type, &slot->view.shape, 0,
                                             0, &values[i], error));
    }
    return fovea_graph_add_node(f->graph, op, "folded", values, count,
                                attributes ? attributes->item : NULL,
                                attributes ? attributes->count : 0, outputs, error);
}

static int64_t bytes_of(const fovea__signature *signature) {
    int64_t bytes;
    bool fits = fovea__mul_i64(fovea_shape_count(&signature->shape),
                               (int64_t)fovea_type_size(signature->type), &bytes);
    return fits && bytes >= 0 ? bytes : INT64_MAX / 4;
}

static int64_t add_capped(int64_t a, int64_t b) {
    int64_t sum;
    return fovea__add_i64(a, b, &sum) ? sum : INT64_MAX;
}

// Whether the results may be computed: they have no open batch, there are neither too many bytes nor
// too much work in it, and the batch's size is in no sum.
static fovea_status may_compute(fold *f, const char *op, bool *may, fovea_error *error) {
    const fovea__node *node = &f->graph->node[0];
    fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS] = {{0}};
    int64_t folded = f->importer->folded, worked = f->importer->worked;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (node->in[i] == FOVEA_NO_VALUE) continue;
        in[i] = f->graph->value[node->in[i]].signature;
        worked = add_capped(worked, bytes_of(&in[i]));
    }
    for (int32_t i = 0; i < node->out_count; i++) {
        out[i] = f->graph->value[node->out[i]].signature;
        worked = add_capped(worked, bytes_of(&out[i]));
        folded = add_capped(folded, bytes_of(&out[i]));
        if (f->marked && (!moves(op) || out[i].type != FOVEA_I64))
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "the size of the batch is computed with");
    }
    if (node->op->multiply_adds) {
        int64_t each = node->op->multiply_adds(&node->attributes, in, out);
        worked = add_capped(worked, each > INT64_MAX / 4 ? INT64_MAX : 4 * each);
    }
    *may = folded <= FOVEA__ONNX_MAX_FOLDED && worked <= FOVEA__ONNX_MAX_WORK;
    if (!*may) return FOVEA_OK;
    f->importer->folded = folded;
    f->importer->worked = worked;
    return FOVEA_OK;
}

static fovea_status compute(fold *f, int32_t in_count, fovea_error *error) {
    const fovea__node *node = &f->graph->node[0];
    fovea_context *context = f->importer->context;
    for (int32_t i = 0; i < node->out_count; i++) {
        const fovea__signature *out = &f->graph->value[node->out[i]].signature;
        f->out[i] = (fovea_view){out->type, out->shape, NULL};
        f->out[i].data = fovea__new(context, (size_t)fovea_shape_count(&out->shape),
                                    fovea_type_size(out->type), error);
        if (!f->out[i].data) return FOVEA_OUT_OF_MEMORY;
    }
    fovea__call call = {.attributes = &node->attributes,
                        .cpu = fovea__context_cpu(context),
                        .in = f->in,
                        .in_count = in_count,
                        .out = f->out,
                        .out_count = node->out_count};
    return node->op->forward(&call, error);
}

static fovea_status keep(fold *f, const char *const *names, fovea_value *slots,
                         fovea_error *error) {
    for (int32_t i = 0; i < f->graph->node[0].out_count; i++) {
        void *data = f->out[i].data;
        f->out[i].data = NULL;
        FOVEA__TRY(fovea__onnx_own_slot(f->importer, names[i], f->out[i].type, &f->out[i].shape,
                                        data, &slots[i], error));
    }
    return FOVEA_OK;
}

fovea_status fovea__onnx_fold(fovea__onnx_importer *importer, const char *op,
                              const fovea_value *inputs, int32_t input_count,
                              const fovea__onnx_list *attributes, const char *const *names,
                              fovea_value *slots, bool *computed, fovea_error *error) {
    fold f = {.importer = importer};
    *computed = false;
    FOVEA__TRY(fovea_graph_create(importer->context, &f.graph, error));
    fovea__graph_defer(f.graph);
    fovea_status status = build(&f, op, inputs, input_count, attributes, error);
    if (status == FOVEA_OK) status = may_compute(&f, op, computed, error);
    if (status == FOVEA_OK && *computed) status = compute(&f, input_count, error);
    if (status == FOVEA_OK && *computed) status = keep(&f, names, slots, error);
    for (int32_t i = 0; i < FOVEA__MAX_OUTPUTS; i++) fovea__free(importer->context, f.out[i].data);
    fovea_graph_free(f.graph);
    return status;
}
