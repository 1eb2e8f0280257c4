// SPDX-License-Identifier: MIT
#include "formats/onnx_messages.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/onnx_tensor.h"

fovea_status fovea__onnx_fill_tensor(const fovea__onnx_tensor *tensor,
                                     fovea__onnx_tensor_message *message, ProtobufCBinaryData *raw,
                                     fovea_error *error) {
    const int64_t count = fovea_shape_count(&tensor->shape);
    *message = (fovea__onnx_tensor_message)FOVEA__ONNX__TENSOR_PROTO__INIT;
    message->has_data_type = 1;
    message->data_type = fovea__onnx_data_type_of(tensor->type);
    if (!message->data_type || !tensor->data || count < 0 ||
        tensor->size != (size_t)count * fovea_type_size(tensor->type))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the tensor '%s' has no numbers that ONNX could hold", tensor->name);
    message->n_dims = (size_t)tensor->shape.rank;
    message->dims = (int64_t *)(uintptr_t)tensor->shape.dim;
    message->name = fovea__onnx_message_text(tensor->name);
    *raw = fovea__onnx_message_bytes(tensor->data, tensor->size);
    message->n_raw_data = 1;
    message->raw_data = raw;
    return FOVEA_OK;
}

static void fill_texts(const fovea__onnx_attribute *attribute,
                       fovea__onnx_attribute_message *message, ProtobufCBinaryData **text) {
    message->strings = *text;
    message->n_strings = attribute->count;
    for (size_t i = 0; i < attribute->count; i++)
        *(*text)++ =
            fovea__onnx_message_bytes(attribute->strings[i], strlen(attribute->strings[i]));
}

static fovea_status fill_attribute(const fovea__onnx_room *room, size_t index,
                                   const fovea__onnx_attribute *attribute,
                                   ProtobufCBinaryData **text, fovea_error *error) {
    fovea__onnx_attribute_message *message = &room->attribute[index];
    *message = (fovea__onnx_attribute_message)FOVEA__ONNX__ATTRIBUTE_PROTO__INIT;
    room->pointer[index] = message;
    message->name = fovea__onnx_message_text(attribute->name);
    message->has_type = 1;
    message->type = (int32_t)attribute->kind;
    switch (attribute->kind) {
        case FOVEA__ONNX_FLOAT:
            message->has_f = 1;
            message->f = attribute->f;
            return FOVEA_OK;
        case FOVEA__ONNX_INT:
            message->has_i = 1;
            message->i = attribute->i;
            return FOVEA_OK;
        case FOVEA__ONNX_STRING:
            message->has_s = 1;
            message->s = fovea__onnx_message_bytes(attribute->s, strlen(attribute->s));
            return FOVEA_OK;
        case FOVEA__ONNX_TENSOR:
            message->t = &room->tensor[index];
            return fovea__onnx_fill_tensor(attribute->t, message->t, &room->raw[index], error);
        case FOVEA__ONNX_FLOATS:
            message->n_floats = attribute->count;
            message->floats = (float *)(uintptr_t)attribute->floats;
            return FOVEA_OK;
        case FOVEA__ONNX_INTS:
            message->n_ints = attribute->count;
            message->ints = (int64_t *)(uintptr_t)attribute->ints;
            return FOVEA_OK;
        case FOVEA__ONNX_STRINGS:
            fill_texts(attribute, message, text);
            return FOVEA_OK;
        default:
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "the attribute '%s' is of a kind that is not written",
                               attribute->name);
    }
}

fovea_status fovea__onnx_fill_node(const fovea__onnx_room *room, const fovea__onnx_node *node,
                                   fovea__onnx_node_message *message, fovea_error *error) {
    *message = (fovea__onnx_node_message)FOVEA__ONNX__NODE_PROTO__INIT;
    ProtobufCBinaryData *text = room->text;
    message->n_input = node->input_count;
    message->input = (char **)(uintptr_t)node->input;
    message->n_output = node->output_count;
    message->output = (char **)(uintptr_t)node->output;
    message->name = fovea__onnx_message_text(node->name);
    message->op_type = fovea__onnx_message_text(node->op);
    message->domain = fovea__onnx_message_text(node->domain);
    message->n_attribute = node->attribute_count;
    message->attribute = room->pointer;
    for (size_t i = 0; i < node->attribute_count; i++) {
        fovea_status status = fill_attribute(room, i, &node->attribute[i], &text, error);
        if (status != FOVEA_OK) return fovea__fail_in(error, status, node->name);
    }
    return FOVEA_OK;
}

void fovea__onnx_room_free(fovea_context *context, fovea__onnx_room *room) {
    fovea__free(context, room->attribute);
    fovea__free(context, room->pointer);
    fovea__free(context, room->tensor);
    fovea__free(context, room->raw);
    fovea__free(context, room->text);
}

fovea_status fovea__onnx_room_make(fovea_context *context, const fovea__onnx_model *model,
                                   fovea__onnx_room *room, fovea_error *error) {
    size_t attributes = 0, texts = 0;
    for (size_t i = 0; i < model->node_count; i++) {
        const fovea__onnx_node *node = &model->node[i];
        size_t of_node = 0;
        for (size_t k = 0; k < node->attribute_count; k++)
            if (node->attribute[k].kind == FOVEA__ONNX_STRINGS) of_node += node->attribute[k].count;
        if (node->attribute_count > attributes) attributes = node->attribute_count;
        if (of_node > texts) texts = of_node;
        if (node->has_graph)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "node '%s': sub-graphs are not written", node->name);
    }
    room->attribute = fovea__new(context, attributes, sizeof *room->attribute, error);
    room->pointer = fovea__new(context, attributes, sizeof *room->pointer, error);
    room->tensor = fovea__new(context, attributes, sizeof *room->tensor, error);
    room->raw = fovea__new(context, attributes, sizeof *room->raw, error);
    room->text = fovea__new(context, texts, sizeof *room->text, error);
    return room->attribute && room->pointer && room->tensor && room->raw && room->text
               ? FOVEA_OK
               : FOVEA_OUT_OF_MEMORY;
}
