// SPDX-License-Identifier: MIT
// From bytes to messages of onnx.proto. A walk over the wire format checks every tag, length and text,
// says at which byte something is wrong, adds up the memory the messages will take, and writes a copy
// of the file without fields that onnx.proto does not have and with `bytes` replaced by places. Only
// that copy, known to be sound and of known cost, is decoded by protobuf-c.
#ifndef FOVEA_FORMATS_ONNX_WIRE_H
#define FOVEA_FORMATS_ONNX_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "formats/onnx.pb-c.h"
#include "fovea/context.h"

typedef Fovea__Onnx__Pair fovea__onnx_pair_message;
typedef Fovea__Onnx__TensorProto fovea__onnx_tensor_message;
typedef Fovea__Onnx__ValueInfoProto fovea__onnx_value_message;
typedef Fovea__Onnx__AttributeProto fovea__onnx_attribute_message;
typedef Fovea__Onnx__NodeProto fovea__onnx_node_message;
typedef Fovea__Onnx__GraphProto fovea__onnx_graph_message;
typedef Fovea__Onnx__ModelProto fovea__onnx_model_message;

// Wire types of protobuf that ONNX uses.
typedef enum fovea__onnx_wire {
    FOVEA__ONNX_WIRE_VARINT = 0,
    FOVEA__ONNX_WIRE_8_BYTES = 1,
    FOVEA__ONNX_WIRE_LENGTH = 2,
    FOVEA__ONNX_WIRE_4_BYTES = 5,
} fovea__onnx_wire;

// What a field of type `bytes` holds.
typedef struct fovea__onnx_place {
    uint64_t offset, size;  // in the file; size 0 to 2 GiB
    uint64_t wire;  // fovea__onnx_wire: LENGTH for texts and packed numbers, else one number
} fovea__onnx_place;
fovea__onnx_place fovea__onnx_place_of(const ProtobufCBinaryData *bytes);

// One block of memory that messages, and what is made of them, are cut from. `begin` is freed with
// fovea__free.
typedef struct fovea__onnx_arena {
    uint8_t *begin, *at, *end;
} fovea__onnx_arena;
// count*size zeroed bytes, or NULL with OUT_OF_MEMORY.
void *fovea__onnx_take(fovea__onnx_arena *arena, size_t count, size_t size, fovea_error *error);

// Messages take at most this much and twice the bytes of the file that are not the numbers of tensors.
#define FOVEA__ONNX_MESSAGE_MEMORY ((size_t)32 << 20)

// Decodes a file of one message (&fovea__onnx__model_proto__descriptor). `arena` then also has room for
// the structs of onnx.h, with 16 bytes around each, and for every text that a place outside of tensors
// stands for. Errors: BAD_FILE with the byte; OUT_OF_MEMORY. `arena->begin` is NULL on failure.
fovea_status fovea__onnx_decode(fovea_context *context, const ProtobufCMessageDescriptor *kind,
                                const uint8_t *bytes, size_t size, const char *name,
                                fovea__onnx_arena *arena, ProtobufCMessage **message,
                                fovea_error *error);

// Reads one varint of [*at, end) and steps over it. 0 when it is cut off, -1 when it has more than ten
// bytes, else 1.
int fovea__onnx_varint(const uint8_t **at, const uint8_t *end, uint64_t *value);

#endif
