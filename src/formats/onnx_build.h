// SPDX-License-Identifier: MIT
// From messages to the structs of onnx.h, which point into the messages' memory.
#ifndef FOVEA_FORMATS_ONNX_BUILD_H
#define FOVEA_FORMATS_ONNX_BUILD_H

#include "formats/onnx.h"
#include "formats/onnx_tensor.h"
#include "formats/onnx_wire.h"

// Opsets of ai.onnx and versions of the format that are read.
enum { FOVEA__ONNX_LAST_OPSET = 28, FOVEA__ONNX_LAST_IR = 14 };

typedef struct fovea__onnx_builder {
    fovea__onnx_source *source;
    fovea__onnx_arena *arena;
    const char *name;  // of the file
} fovea__onnx_builder;

// From the moment `*model` is set it owns the arena, also on failure.
fovea_status fovea__onnx_build(fovea__onnx_builder *builder,
                               const fovea__onnx_model_message *message, fovea__onnx_model **model,
                               fovea_error *error);

// Nodes with their attributes into `node`, `*built` of which are whole; and one value.
fovea_status fovea__onnx_build_node(fovea__onnx_builder *builder, size_t number,
                                    const fovea__onnx_node_message *message, fovea__onnx_node *node,
                                    fovea_error *error);
fovea_status fovea__onnx_build_value(const fovea__onnx_builder *builder, const char *what,
                                     const fovea__onnx_value_message *message,
                                     fovea__onnx_value *value, fovea_error *error);
// Type, shape and numbers. The error names no tensor yet.
fovea_status fovea__onnx_build_tensor(fovea__onnx_builder *builder,
                                      const fovea__onnx_tensor_message *message,
                                      fovea__onnx_tensor *tensor, fovea_error *error);
// The text a place stands for; NULL in `*text` where it is not UTF-8 or has a zero byte.
fovea_status fovea__onnx_build_text(fovea__onnx_builder *builder, const ProtobufCBinaryData *place,
                                    const char **text, fovea_error *error);

#endif
