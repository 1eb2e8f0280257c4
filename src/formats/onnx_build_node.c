// SPDX-License-Identifier: MIT
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/onnx_build.h"

typedef const fovea__onnx_attribute_message attribute_message;

// AttributeProto.AttributeType beyond fovea__onnx_kind.
enum { KIND_TENSORS = 9, KIND_GRAPHS = 10, KIND_LAST = 14 };

fovea_status fovea__onnx_build_text(fovea__onnx_builder *builder, const ProtobufCBinaryData *place,
                                    const char **text, fovea_error *error) {
    const fovea__onnx_place at = fovea__onnx_place_of(place);
    const char *from = (const char *)builder->source->bytes + at.offset;
    *text = NULL;
    if (memchr(from, 0, (size_t)at.size) || !fovea__is_utf8(from, (size_t)at.size)) return FOVEA_OK;
    char *copy = fovea__onnx_take(builder->arena, (size_t)at.size + 1, 1, error);
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    memcpy(copy, from, (size_t)at.size);
    *text = copy;
    return FOVEA_OK;
}

// The values an attribute has, as bits 1 << kind.
static unsigned present(attribute_message *m) {
    return (unsigned)m->has_f << FOVEA__ONNX_FLOAT | (unsigned)m->has_i << FOVEA__ONNX_INT |
           (unsigned)m->has_s << FOVEA__ONNX_STRING | (m->t ? 1u << FOVEA__ONNX_TENSOR : 0) |
           (m->n_g ? 1u << FOVEA__ONNX_GRAPH : 0) | (m->n_floats ? 1u << FOVEA__ONNX_FLOATS : 0) |
           (m->n_ints ? 1u << FOVEA__ONNX_INTS : 0) |
           (m->n_strings ? 1u << FOVEA__ONNX_STRINGS : 0) |
           (m->n_tensors ? 1u << KIND_TENSORS : 0) | (m->n_graphs ? 1u << KIND_GRAPHS : 0);
}

// Files of IR versions 1 and 2 may not say the kind: then it is that of the only value.
static fovea_status find_kind(attribute_message *m, int *kind, fovea_error *error) {
    const unsigned values = present(m);
    *kind = m->type;
    if (m->type < 0 || m->type > KIND_LAST)
        return fovea__fail(error, FOVEA_BAD_FILE, "%d is no type of attributes", m->type);
    if (m->type == 0) {
        if (values & (values - 1))
            return fovea__fail(error, FOVEA_BAD_FILE, "no type and several values");
        while (values >> *kind > 1) ++*kind;
    }
    if (values & ~(1u << *kind))
        return fovea__fail(error, FOVEA_BAD_FILE, "type %d with a value of another type", m->type);
    if (*kind == FOVEA__ONNX_TENSOR && !m->t)
        return fovea__fail(error, FOVEA_BAD_FILE, "type TENSOR without a tensor");
    return FOVEA_OK;
}

static fovea_status build_texts(fovea__onnx_builder *builder, attribute_message *m,
                                fovea__onnx_attribute *attribute, fovea_error *error) {
    const char **list = fovea__onnx_take(builder->arena, m->n_strings, sizeof *list, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < m->n_strings; i++) {
        FOVEA__TRY(fovea__onnx_build_text(builder, &m->strings[i], &list[i], error));
        if (!list[i]) attribute->kind = FOVEA__ONNX_OTHER;
    }
    if (attribute->kind == FOVEA__ONNX_OTHER) return FOVEA_OK;
    attribute->strings = list;
    attribute->count = m->n_strings;
    return FOVEA_OK;
}

static fovea_status build_value(fovea__onnx_builder *builder, attribute_message *m,
                                fovea__onnx_attribute *attribute, fovea_error *error) {
    switch (attribute->kind) {
        case FOVEA__ONNX_STRING:
            attribute->s = "";
            if (!m->has_s) return FOVEA_OK;
            FOVEA__TRY(fovea__onnx_build_text(builder, &m->s, &attribute->s, error));
            if (!attribute->s) attribute->kind = FOVEA__ONNX_OTHER;
            return FOVEA_OK;
        case FOVEA__ONNX_STRINGS:
            return build_texts(builder, m, attribute, error);
        case FOVEA__ONNX_FLOATS:
            attribute->floats = m->floats;
            attribute->count = m->n_floats;
            return FOVEA_OK;
        case FOVEA__ONNX_INTS:
            attribute->ints = m->ints;
            attribute->count = m->n_ints;
            return FOVEA_OK;
        case FOVEA__ONNX_TENSOR:
            attribute->t = fovea__onnx_take(builder->arena, 1, sizeof *attribute->t, error);
            if (!attribute->t) return FOVEA_OUT_OF_MEMORY;
            return fovea__onnx_build_tensor(builder, m->t, attribute->t, error);
        default:
            return FOVEA_OK;
    }
}

static fovea_status build_attribute(fovea__onnx_builder *builder, attribute_message *m,
                                    fovea__onnx_attribute *attribute, bool *has_graph,
                                    fovea_error *error) {
    int kind;
    attribute->name = m->name ? m->name : "";
    FOVEA__TRY(find_kind(m, &kind, error));
    *has_graph |= kind == FOVEA__ONNX_GRAPH || kind == KIND_GRAPHS;
    attribute->kind =
        kind == 0 || kind > FOVEA__ONNX_STRINGS ? FOVEA__ONNX_OTHER : (fovea__onnx_kind)kind;
    attribute->f = m->f;
    attribute->i = m->i;
    return build_value(builder, m, attribute, error);
}

static fovea_status fail_node(const fovea__onnx_builder *builder, size_t number,
                              const fovea__onnx_node *node, const char *attribute,
                              fovea_status status, fovea_error *error) {
    char where[256];
    const int length = node->name[0] ? snprintf(where, sizeof where, "%.100s: node '%.60s' (%.30s)",
                                                builder->name, node->name, node->op)
                                     : snprintf(where, sizeof where, "%.100s: node %zu (%.30s)",
                                                builder->name, number, node->op);
    if (attribute && length > 0 && (size_t)length < sizeof where)
        snprintf(where + length, sizeof where - (size_t)length, ", attribute '%.30s'", attribute);
    return fovea__fail_in(error, status, where);
}

// Duplicates: few attributes are compared with each other, many have been sorted out by the budget.
static bool has_twin(const fovea__onnx_node *node, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(node->attribute[i].name, node->attribute[index].name) == 0) return true;
    return false;
}

enum { MAX_ATTRIBUTES = 1000 };

static fovea_status build_attributes(fovea__onnx_builder *builder, size_t number,
                                     const fovea__onnx_node_message *m, fovea__onnx_node *node,
                                     fovea_error *error) {
    fovea__onnx_attribute *list =
        fovea__onnx_take(builder->arena, m->n_attribute, sizeof *list, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    node->attribute = list;
    if (m->n_attribute > MAX_ATTRIBUTES)
        return fail_node(builder, number, node, NULL,
                         fovea__fail(error, FOVEA_BAD_FILE, "%zu attributes, at most %d are read",
                                     m->n_attribute, MAX_ATTRIBUTES),
                         error);
    node->attribute_count = m->n_attribute;
    for (size_t i = 0; i < m->n_attribute; i++) {
        fovea_status status =
            build_attribute(builder, m->attribute[i], &list[i], &node->has_graph, error);
        if (status == FOVEA_OK && has_twin(node, i))
            status = fovea__fail(error, FOVEA_BAD_FILE, "occurs twice");
        if (status != FOVEA_OK)
            return fail_node(builder, number, node, list[i].name, status, error);
    }
    return FOVEA_OK;
}

fovea_status fovea__onnx_build_node(fovea__onnx_builder *builder, size_t number,
                                    const fovea__onnx_node_message *m, fovea__onnx_node *node,
                                    fovea_error *error) {
    node->name = m->name ? m->name : "";
    node->op = m->op_type ? m->op_type : "";
    node->domain = m->domain && strcmp(m->domain, "ai.onnx") != 0 ? m->domain : "";
    node->input = (const char *const *)m->input;
    node->input_count = m->n_input;
    node->output = (const char *const *)m->output;
    node->output_count = m->n_output;
    if (!node->op[0])
        return fail_node(builder, number, node, NULL,
                         fovea__fail(error, FOVEA_BAD_FILE, "has no operator"), error);
    return build_attributes(builder, number, m, node, error);
}
