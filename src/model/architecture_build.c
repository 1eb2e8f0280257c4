// SPDX-License-Identifier: MIT
// Layers to a graph: names, labels and branches. The layers themselves are in build_weighted.c and
// build_weightless.c.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/graph.h"
#include "model/architecture_builder.h"

static const struct fovea__label *find_label(const fovea__builder *b, fovea__span span) {
    const char *text = b->layers->text;
    for (int32_t i = 0; i < b->label_count; i++) {
        fovea__span known = b->label[i].span;
        if (known.length == span.length &&
            memcmp(text + known.at, text + span.at, (size_t)span.length) == 0)
            return &b->label[i];
    }
    return NULL;
}

static fovea_status unknown_label(const fovea__builder *b, fovea__span span, fovea_error *error) {
    char word[64], known[32][64];
    const char *names[32];
    size_t count = 0;
    fovea__architecture_word(b->layers, span, word, sizeof word);
    for (int32_t i = b->label_count - 1; i >= 0 && count < 32; i--, count++) {
        fovea__architecture_word(b->layers, b->label[i].span, known[count], sizeof known[count]);
        names[count] = known[count];
    }
    const char *near = fovea__nearest(word, names, count);
    return fovea__architecture_fail(
        b->layers, span, error, "no value before this place is labelled '%s'%s%s%s", word,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

// A label, else the name of a node or of the input.
static fovea_status find_value(const fovea__builder *b, fovea__span span, fovea_value *value,
                               fovea_error *error) {
    const struct fovea__label *label = find_label(b, span);
    if (label) {
        *value = label->value;
        return FOVEA_OK;
    }
    char word[160];
    fovea__architecture_word(b->layers, span, word, sizeof word);
    *value = fovea_graph_find_value(b->graph, word);
    if (*value != FOVEA_NO_VALUE) {
        fovea_value_kind kind = fovea_graph_value(b->graph, *value).kind;
        if (kind == FOVEA_VALUE_COMPUTED || kind == FOVEA_VALUE_INPUT) return FOVEA_OK;
    }
    return unknown_label(b, span, error);
}

static fovea_status set_label(fovea__builder *b, fovea__span span, fovea_error *error) {
    if (find_label(b, span)) {
        char word[64];
        fovea__architecture_word(b->layers, span, word, sizeof word);
        return fovea__architecture_fail(b->layers, span, error, "label '%s' is taken already",
                                        word);
    }
    b->label[b->label_count++] = (struct fovea__label){span, b->current};
    return FOVEA_OK;
}

static fovea_status build_join(fovea__builder *b, fovea_error *error) {
    const fovea__layer *layer = b->layer;
    fovea_value inputs[1 + FOVEA__MAX_LABELS] = {b->current};
    fovea__attribute_list attributes = {0};
    for (int32_t i = 0; i < layer->label_count; i++)
        FOVEA__TRY(find_value(b, layer->labels[i], &inputs[1 + i], error));
    if (strcmp(layer->kind->op, "Concat") == 0) {
        int64_t axis = fovea__builder_integer(b, FOVEA__KEY_AXIS, 1);
        fovea__attribute_integers(&attributes, "axis", 1, &axis);
    }
    return fovea__builder_node(b, inputs, 1 + layer->label_count, &attributes, error);
}

static fovea_status build_role(fovea__builder *b, fovea_error *error) {
    switch (b->layer->kind->role) {
        case FOVEA__LAYER_CONV:
            return fovea__build_conv(b, error);
        case FOVEA__LAYER_LINEAR:
            return fovea__build_linear(b, error);
        case FOVEA__LAYER_NORM:
            return fovea__build_norm(b, error);
        case FOVEA__LAYER_PRELU:
            return fovea__build_prelu(b, error);
        case FOVEA__LAYER_ROWNORM:
            return fovea__build_rownorm(b, error);
        case FOVEA__LAYER_LRN:
            return fovea__build_lrn(b, error);
        case FOVEA__LAYER_POOL:
            return fovea__build_pool(b, error);
        case FOVEA__LAYER_PAD:
            return fovea__build_pad(b, error);
        case FOVEA__LAYER_SLICE:
            return fovea__build_slice(b, error);
        case FOVEA__LAYER_JOIN:
            return build_join(b, error);
        case FOVEA__LAYER_LABEL:
            return set_label(b, b->layer->labels[0], error);
        case FOVEA__LAYER_BRANCH:
            return find_value(b, b->layer->labels[0], &b->current, error);
        default:
            return fovea__build_plain(b, error);
    }
}

static void name_node(fovea__builder *b) {
    size_t count;
    const fovea__layer_kind *kinds = fovea__layer_kinds(&count), *kind = b->layer->kind;
    int32_t number = ++b->nodes_of_kind[kind - kinds];
    const fovea__layer_value *name = fovea__layer_value_of(b->layers, b->layer, FOVEA__KEY_NAME);
    if (name)
        fovea__architecture_word(b->layers, name->span, b->name, 300);
    else
        snprintf(b->name, sizeof b->name, "%s%d", kind->text, number);
}

static fovea_status check_rank(const fovea__builder *b, fovea_error *error) {
    const fovea__layer *layer = b->layer;
    int32_t rank = fovea__builder_rank(b);
    if (layer->rank == 0 || layer->rank == rank) return FOVEA_OK;
    // PyTorch's BatchNorm1d takes vectors too.
    if (layer->rank == 1 && rank == 0 && layer->kind->role == FOVEA__LAYER_NORM) return FOVEA_OK;
    char shape[160];
    fovea_shape sample = fovea__builder_sample(b);
    fovea_shape_format(&sample, shape, sizeof shape);
    return fovea__builder_mismatch(b, error, "%s%dd wants %d spatial dimension%s, got %s",
                                   layer->kind->text, layer->rank, layer->rank,
                                   layer->rank == 1 ? "" : "s", shape);
}

static fovea_status build_layer(fovea__builder *b, fovea_error *error) {
    name_node(b);
    FOVEA__TRY(check_rank(b, error));
    FOVEA__TRY(build_role(b, error));
    return b->layer->label.length > 0 ? set_label(b, b->layer->label, error) : FOVEA_OK;
}

static void fill(fovea_graph *graph, fovea_value value, double number) {
    fovea_view view = fovea__graph_parameter(graph, value);
    int64_t count = fovea_shape_count(&view.shape);
    for (int64_t i = 0; i < count; i++) {
        if (view.type == FOVEA_F32)
            ((float *)view.data)[i] = (float)number;
        else
            ((double *)view.data)[i] = number;
    }
}

// Where PyTorch's norms and slopes begin.
static void fill_constants(fovea_graph *graph) {
    for (int32_t n = 0; n < fovea_graph_node_count(graph); n++) {
        fovea_node_info node = fovea_graph_node(graph, n);
        if (strcmp(node.op, "PRelu") == 0) fill(graph, node.inputs[1], 0.25);
        if (strstr(node.op, "Normalization")) fill(graph, node.inputs[1], 1);
        if (strcmp(node.op, "BatchNormalization") == 0) fill(graph, node.inputs[4], 1);
    }
}

static fovea_status add_input(fovea__builder *b, const fovea_shape *input, fovea_error *error) {
    fovea_shape shape = {input->rank + 1, {FOVEA_DYNAMIC}};
    if (input->rank < 1 || input->rank > 4)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "an input has 1 to 4 dimensions (channels and up to three of space), "
                           "not %d",
                           input->rank);
    for (int32_t i = 0; i < input->rank; i++) {
        if (input->dim[i] < 1 || input->dim[i] > INT32_MAX)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "dimension %d of the input is %lld, wants 1 to %d", i,
                               (long long)input->dim[i], INT32_MAX);
        shape.dim[i + 1] = input->dim[i];
    }
    return fovea_graph_add_input(b->graph, "x", b->type, &shape, &b->current, error);
}

fovea_status fovea__architecture_shapes(const fovea__architecture *layers, const fovea_shape *input,
                                        fovea_type type, fovea_graph *graph, fovea_error *error) {
    fovea__builder b = {.layers = layers, .graph = graph, .type = type};
    FOVEA__TRY(add_input(&b, input, error));
    b.label = fovea__new(layers->context, layers->count, sizeof *b.label, error);
    fovea_status status = b.label ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    fovea__graph_defer(graph);
    for (size_t i = 0; i < layers->count && status == FOVEA_OK; i++) {
        b.layer = &layers->layer[i];
        status = build_layer(&b, error);
    }
    fovea__free(layers->context, b.label);
    if (status != FOVEA_OK) return status;
    if (fovea_graph_value(graph, b.current).kind != FOVEA_VALUE_COMPUTED)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the architecture text ends without a layer that makes its output");
    return fovea_graph_add_output(graph, b.current, error);
}

fovea_status fovea__architecture_build(const fovea__architecture *layers, const fovea_shape *input,
                                       fovea_type type, fovea_graph *graph, fovea_error *error) {
    FOVEA__TRY(fovea__architecture_shapes(layers, input, type, graph, error));
    FOVEA__TRY(fovea__graph_allocate(graph, error));
    fill_constants(graph);
    return FOVEA_OK;
}
