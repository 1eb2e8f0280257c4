// SPDX-License-Identifier: MIT
// Written item by item: lengths are measured first, then each message is packed straight into the file
// and weights go there from where they are.
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "formats/onnx.h"
#include "formats/onnx_messages.h"
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

typedef struct writer {
    ProtobufCBuffer base;  // what protobuf-c appends to; stands first
    fovea__file_writer *file;
    fovea_status status;  // of appending, which cannot say it at once
    fovea_error *error;
    bool measuring;
    uint64_t size;  // measured so far
    fovea__onnx_room room;
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

static fovea_status write_node(writer *w, const fovea__onnx_node *node, fovea_error *error) {
    fovea__onnx_node_message message;
    FOVEA__TRY(fovea__onnx_fill_node(&w->room, node, &message, error));
    append_message(w, GRAPH_NODE, &message.base);
    return FOVEA_OK;
}

static void write_value(writer *w, unsigned field, const fovea__onnx_value *value) {
    Fovea__Onnx__Dimension dimension[FOVEA_MAX_RANK], *pointer[FOVEA_MAX_RANK];
    Fovea__Onnx__TensorShapeProto shape = FOVEA__ONNX__TENSOR_SHAPE_PROTO__INIT;
    Fovea__Onnx__TensorType tensor = FOVEA__ONNX__TENSOR_TYPE__INIT;
    Fovea__Onnx__TypeProto type = FOVEA__ONNX__TYPE_PROTO__INIT;
    fovea__onnx_value_message message = FOVEA__ONNX__VALUE_INFO_PROTO__INIT;
    message.name = fovea__onnx_message_text(value->name);
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
        if (!dimension[i].has_dim_value)
            dimension[i].dim_param = fovea__onnx_message_text(value->symbol[i]);
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
        FOVEA__TRY(fovea__onnx_fill_tensor(&model->initializer[i], &message, &raw, error));
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
    message.producer_name = fovea__onnx_message_text(model->producer_name);
    message.producer_version = fovea__onnx_message_text(model->producer_version);
    message.has_model_version = model->model_version != 0;
    message.model_version = model->model_version;
    message.has_doc_string = model->doc && model->doc[0];
    if (message.has_doc_string)
        message.doc_string = fovea__onnx_message_bytes(model->doc, strlen(model->doc));
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
    FOVEA__GO(fovea__onnx_room_make(context, model, &w->room, error));
    FOVEA__GO(fovea__file_writer_open(context, path, &w->file, error));
    FOVEA__GO(write_all(w, model, path, error));
    fovea__file_writer *file = w->file;
    w->file = NULL;
    status = fovea__file_writer_commit(file, error);
done:
    fovea__file_writer_discard(w->file);
    fovea__onnx_room_free(context, &w->room);
    fovea__free(context, w);
    return status;
}
