// SPDX-License-Identifier: MIT
// Messages of onnx.proto that stand for structs of onnx.h, without copies of their texts and numbers:
// what they are filled from must stay as long as they do.
#ifndef FOVEA_FORMATS_ONNX_MESSAGES_H
#define FOVEA_FORMATS_ONNX_MESSAGES_H

#include "formats/onnx.h"
#include "formats/onnx_wire.h"

// Room for the messages of one node.
typedef struct fovea__onnx_room {
    fovea__onnx_attribute_message *attribute;
    fovea__onnx_attribute_message **pointer;
    fovea__onnx_tensor_message *tensor;
    ProtobufCBinaryData *raw, *text;
} fovea__onnx_room;

// For the largest node of the model. Errors: INVALID_ARGUMENT (a node with a sub-graph), OUT_OF_MEMORY;
// free it even so.
fovea_status fovea__onnx_room_make(fovea_context *context, const fovea__onnx_model *model,
                                   fovea__onnx_room *room, fovea_error *error);
void fovea__onnx_room_free(fovea_context *context, fovea__onnx_room *room);

// The message lives in `room`, but for itself, until the next node is filled in. Errors:
// INVALID_ARGUMENT (an attribute of a kind that is not written, a tensor as below), naming the node.
fovea_status fovea__onnx_fill_node(const fovea__onnx_room *room, const fovea__onnx_node *node,
                                   fovea__onnx_node_message *message, fovea_error *error);
// `raw` must stay as long as the message. Errors: INVALID_ARGUMENT (no numbers, or of a type that ONNX
// does not have).
fovea_status fovea__onnx_fill_tensor(const fovea__onnx_tensor *tensor,
                                     fovea__onnx_tensor_message *message, ProtobufCBinaryData *raw,
                                     fovea_error *error);

// As protobuf-c wants them, which does not write to what it packs; an empty text is NULL.
static inline char *fovea__onnx_message_text(const char *text) {
    return text && text[0] ? (char *)(uintptr_t)text : NULL;
}

static inline ProtobufCBinaryData fovea__onnx_message_bytes(const void *data, size_t size) {
    return (ProtobufCBinaryData){.len = size, .data = (uint8_t *)(uintptr_t)data};
}

#endif
