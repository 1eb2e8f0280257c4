// SPDX-License-Identifier: MIT
// Written item by item: lengths are measured first, then each message is packed straight into the file
// and weights go there from where they are.
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx.h"
#include "formats/onnx_tensor.h"
#include "formats/onnx_wire.h"

// Fields of GraphProto and ModelProto that are written one by one.
enum {
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    GRAPH_VALUE = 13,
    MODEL_GRAPH = 7,
    BUFFERED = 1 << 16
};

#define MAX_SIZE ((uint64_t)INT32_MAX)  // of a protobuf message

// Room for the messages of one node.
typedef struct scratch {
    fovea__onnx_attribute_message *attribute;
    fovea__onnx_attribute_message **pointer;
    fovea__onnx_tensor_message *tensor;
    ProtobufCBinaryData *raw, *text;
} scratch;

typedef struct writer {
    ProtobufCBuffer base;  // what protobuf-c appends to; stands first
    fovea__file_writer *file;
    fovea_status status;  // of appending, which cannot say it at once
    fovea_error *error;
    bool measuring;
    uint64_t size;  // measured so far
    scratch room;
    size_t used;
    uint8_t buffer[BUFFERED];
} writer;

static void flush(writer *w) {
    if (w->status == FOVEA_OK && w->used > 0)
        w->status = fovea__file_write(w->file, w->buffer, w->used, w->error);
    w->used = 0;
}

static void append(ProtobufCBuffer *base, size_t size, const uint8_t *bytes) {
    writer *w = (writer *)base;
    if (w->measuring) {
        w->size += size;
        return;
    }
    if (size > BUFFERED - w->used) flush(w);
    if (size > BUFFERED) {
        if (w->status == FOVEA_OK) w->status = fovea__file_write(w->file, bytes, size, w->error);
    } else if (size > 0) {
        memcpy(w->buffer + w->used, bytes, size);
        w->used += size;
    }
}

static void append_varint(writer *w, uint64_t value) {
    uint8_t bytes[10];
    size_t size = 0;
    for (; value > 0x7f; value >>= 7) bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    append(&w->base, size, bytes);
}

static void append_head(writer *w, unsigned field, uint64_t size) {
    append_varint(w, field << 3 | FOVEA__ONNX_WIRE_LENGTH);
    append_varint(w, size);
}

// A message as a field of the one that is being written.
static void append_message(writer *w, unsigned field, const ProtobufCMessage *message) {
    const size_t size = protobuf_c_message_get_packed_size(message);
    append_head(w, field, size);
    if (w->measuring)
        w->size += size;
    else
        protobuf_c_message_pack_to_buffer(message, &w->base);
}

static char *text_or_null(const char *text) {
    return text && text[0] ? (char *)(uintptr_t)text : NULL;
}

static ProtobufCBinaryData bytes_of(const void *data, size_t size) {
    return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)data};
}

// `raw` must stay as long as the message.
static fovea_status fill_tensor(const fovea__onnx_tensor *tensor,
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
    message->name = text_or_null(tensor->name);
    *raw = bytes_of(tensor->data, tensor->size);
    message->n_raw_data = 1;
    message->raw_data = raw;
    return FOVEA_OK;
}

static void fill_texts(const fovea__onnx_attribute *attribute,
                       fovea__onnx_attribute_message *message, ProtobufCBinaryData **text) {
    message->strings = *text;
    message->n_strings = attribute->count;
    for (size_t i = 0; i < attribute->count; i++)
        *(*text)++ = bytes_of(attribute->strings[i], strlen(attribute->strings[i]));
}

static fovea_status fill_attribute(const scratch *room, size_t index,
                                   const fovea__onnx_attribute *attribute,
                                   ProtobufCBinaryData **text, fovea_error *error) {
    fovea__onnx_attribute_message *message = &room->attribute[index];
    *message = (fovea__onnx_attribute_message)FOVEA__ONNX__ATTRIBUTE_PROTO__INIT;
    room->pointer[index] = message;
    message->name = text_or_null(attribute->name);
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
            message->s = bytes_of(attribute->s, strlen(attribute->s));
            return FOVEA_OK;
        case FOVEA__ONNX_TENSOR:
            message->t = &room->tensor[index];
            return fill_tensor(attribute->t, message->t, &room->raw[index], error);
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

static fovea_status write_node(writer *w, const fovea__onnx_node *node, fovea_error *error) {
    fovea__onnx_node_message message = FOVEA__ONNX__NODE_PROTO__INIT;
    ProtobufCBinaryData *text = w->room.text;
    message.n_input = node->input_count;
    message.input = (char **)(uintptr_t)node->input;
    message.n_output = node->output_count;
    message.output = (char **)(uintptr_t)node->output;
    message.name = text_or_null(node->name);
    message.op_type = text_or_null(node->op);
    message.domain = text_or_null(node->domain);
    message.n_attribute = node->attribute_count;
    message.attribute = w->room.pointer;
    for (size_t i = 0; i < node->attribute_count; i++) {
        fovea_status status = fill_attribute(&w->room, i, &node->attribute[i], &text, error);
        if (status != FOVEA_OK) return fovea__fail_in(error, status, node->name);
    }
    append_message(w, GRAPH_NODE, &message.base);
    return FOVEA_OK;
}

static void write_value(writer *w, unsigned field, const fovea__onnx_value *value) {
    Fovea__Onnx__Dimension dimension[FOVEA_MAX_RANK], *pointer[FOVEA_MAX_RANK];
    Fovea__Onnx__TensorShapeProto shape = FOVEA__ONNX__TENSOR_SHAPE_PROTO__INIT;
    Fovea__Onnx__TensorType tensor = FOVEA__ONNX__TENSOR_TYPE__INIT;
    Fovea__Onnx__TypeProto type = FOVEA__ONNX__TYPE_PROTO__INIT;
    fovea__onnx_value_message message = FOVEA__ONNX__VALUE_INFO_PROTO__INIT;
    message.name = text_or_null(value->name);
    tensor.elem_type = value->type ? fovea__onnx_data_type_of(value->type) : value->data_type;
    tensor.has_elem_type = 1;
    if (tensor.elem_type) message.type = &type;
    type.tensor_type = &tensor;
    if (value->has_shape) tensor.shape = &shape;
    shape.dim = pointer;
    shape.n_dim = (size_t)value->shape.rank;
    for (size_t i = 0; i < shape.n_dim; i++) {
        dimension[i] = (Fovea__Onnx__Dimension)FOVEA__ONNX__DIMENSION__INIT;
        pointer[i] = &dimension[i];
        dimension[i].has_dim_value = value->shape.dim[i] >= 0;
        dimension[i].dim_value = value->shape.dim[i];
        if (!dimension[i].has_dim_value) dimension[i].dim_param = text_or_null(value->symbol[i]);
    }
    append_message(w, field, &message.base);
}

static void write_values(writer *w, unsigned field, size_t count, const fovea__onnx_value *values) {
    for (size_t i = 0; i < count; i++) write_value(w, field, &values[i]);
}

static fovea_status write_graph(writer *w, const fovea__onnx_model *model, fovea_error *error) {
    const size_t name = model->graph_name ? strlen(model->graph_name) : 0;
    for (size_t i = 0; i < model->node_count; i++)
        FOVEA__TRY(write_node(w, &model->node[i], error));
    append_head(w, GRAPH_NAME, name);
    append(&w->base, name, (const uint8_t *)model->graph_name);
    for (size_t i = 0; i < model->initializer_count; i++) {
        fovea__onnx_tensor_message message;
        ProtobufCBinaryData raw;
        FOVEA__TRY(fill_tensor(&model->initializer[i], &message, &raw, error));
        append_message(w, GRAPH_INITIALIZER, &message.base);
    }
    write_values(w, GRAPH_INPUT, model->input_count, model->input);
    write_values(w, GRAPH_OUTPUT, model->output_count, model->output);
    write_values(w, GRAPH_VALUE, model->value_count, model->value);
    return FOVEA_OK;
}

// Fields before the graph.
static void write_head(writer *w, const fovea__onnx_model *model) {
    fovea__onnx_model_message message = FOVEA__ONNX__MODEL_PROTO__INIT;
    message.has_ir_version = 1;
    message.ir_version = model->ir_version;
    message.producer_name = text_or_null(model->producer_name);
    message.producer_version = text_or_null(model->producer_version);
    message.has_model_version = model->model_version != 0;
    message.model_version = model->model_version;
    message.has_doc_string = model->doc && model->doc[0];
    if (message.has_doc_string) message.doc_string = bytes_of(model->doc, strlen(model->doc));
    protobuf_c_message_pack_to_buffer(&message.base, &w->base);
}

// Fields behind it.
static void write_tail(writer *w, const fovea__onnx_model *model) {
    enum { OPSET_IMPORT = 8, METADATA = 14 };
    for (size_t i = 0; i < model->opset_count; i++) {
        Fovea__Onnx__OperatorSetIdProto message = FOVEA__ONNX__OPERATOR_SET_ID_PROTO__INIT;
        // Present though empty, as other writers have it.
        message.domain = (char *)(uintptr_t)model->opsets[i].domain;
        message.has_version = 1;
        message.version = model->opsets[i].version;
        append_message(w, OPSET_IMPORT, &message.base);
    }
    for (size_t i = 0; i < model->metadata_count; i++) {
        fovea__onnx_pair_message message = FOVEA__ONNX__PAIR__INIT;
        message.key = (char *)(uintptr_t)model->metadata[i].key;
        message.value = (char *)(uintptr_t)model->metadata[i].value;
        append_message(w, METADATA, &message.base);
    }
}

static void free_scratch(fovea_context *context, scratch *room) {
    fovea__free(context, room->attribute);
    fovea__free(context, room->pointer);
    fovea__free(context, room->tensor);
    fovea__free(context, room->raw);
    fovea__free(context, room->text);
}

static fovea_status make_scratch(fovea_context *context, const fovea__onnx_model *model,
                                 scratch *room, fovea_error *error) {
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

static fovea_status write_all(writer *w, const fovea__onnx_model *model, const char *path,
                              fovea_error *error) {
    w->measuring = true;
    FOVEA__TRY(write_graph(w, model, error));
    const uint64_t graph = w->size;
    write_head(w, model);
    write_tail(w, model);
    if (w->size + 2 * sizeof graph > MAX_SIZE)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, path, -1,
                              "the model would take %llu bytes, an ONNX file holds less than 2 GiB",
                              (unsigned long long)w->size);
    w->measuring = false;
    write_head(w, model);
    append_head(w, MODEL_GRAPH, graph);
    FOVEA__TRY(write_graph(w, model, error));
    write_tail(w, model);
    flush(w);
    return w->status;
}

fovea_status fovea__onnx_write(fovea_context *context, const char *path,
                               const fovea__onnx_model *model, fovea_error *error) {
    writer *w = fovea__new(context, 1, sizeof *w, error);
    if (!w) return FOVEA_OUT_OF_MEMORY;
    w->base.append = append;
    w->error = error;
    fovea_status status;
    FOVEA__GO(make_scratch(context, model, &w->room, error));
    FOVEA__GO(fovea__file_writer_open(context, path, &w->file, error));
    FOVEA__GO(write_all(w, model, path, error));
    fovea__file_writer *file = w->file;
    w->file = NULL;
    status = fovea__file_writer_commit(file, error);
done:
    fovea__file_writer_discard(w->file);
    free_scratch(context, &w->room);
    fovea__free(context, w);
    return status;
}
