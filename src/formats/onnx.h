// SPDX-License-Identifier: MIT
// ONNX model files (protobuf messages of onnx.proto, our own copy of the fields we use) as plain
// structs, and back. Nothing here knows what an operator means: model/onnx_import.h does.
//
// Texts are UTF-8 and end with a zero byte. Sub-graphs, functions, training information and sparse
// tensors are not read; a node that holds one says so (`has_graph`).
#ifndef FOVEA_FORMATS_ONNX_H
#define FOVEA_FORMATS_ONNX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fovea/tensor.h"

#define FOVEA__ONNX_MAX_FILE (UINT64_C(2) << 30)  // protobuf's own limit, 2 GiB

// A TensorProto with its numbers decoded: raw_data, typed fields and external files alike.
typedef struct fovea__onnx_tensor {
    const char *name;
    int32_t data_type;  // ONNX's code (1 = FLOAT), for messages
    // F32 for FLOAT16 and BFLOAT16. NONE: a type fovea has no numbers for (strings, complex, FLOAT8 …).
    fovea_type type;
    fovea_shape shape;  // dimensions >= 0
    void *data;         // dense, row-major, 64-byte aligned; owned by the model until it is taken
    size_t size;        // bytes
} fovea__onnx_tensor;

// AttributeProto.AttributeType.
typedef enum fovea__onnx_kind {
    FOVEA__ONNX_FLOAT = 1,
    FOVEA__ONNX_INT = 2,
    FOVEA__ONNX_STRING = 3,
    FOVEA__ONNX_TENSOR = 4,
    FOVEA__ONNX_GRAPH = 5,  // not read
    FOVEA__ONNX_FLOATS = 6,
    FOVEA__ONNX_INTS = 7,
    FOVEA__ONNX_STRINGS = 8,
    FOVEA__ONNX_OTHER = 9,  // a kind that is not read
} fovea__onnx_kind;

typedef struct fovea__onnx_attribute {
    const char *name;
    fovea__onnx_kind kind;
    float f;
    int64_t i;
    const char *s;
    fovea__onnx_tensor *t;
    size_t count;  // of the lists
    const float *floats;
    const int64_t *ints;
    const char *const *strings;
} fovea__onnx_attribute;

typedef struct fovea__onnx_node {
    const char *name, *op, *domain;  // name may be "", domain "" is ai.onnx
    size_t input_count, output_count, attribute_count;
    const char *const *input;  // "": an optional input that is absent
    const char *const *output;
    const fovea__onnx_attribute *attribute;
    bool has_graph;
} fovea__onnx_node;

// ValueInfoProto of an input, output or value between.
typedef struct fovea__onnx_value {
    const char *name;
    int32_t data_type;
    fovea_type type;  // NONE: unknown, no tensor, or a type fovea has no numbers for
    bool has_shape;
    fovea_shape shape;                   // FOVEA_DYNAMIC where the size is open
    const char *symbol[FOVEA_MAX_RANK];  // its name ("N", "height"), or NULL
} fovea__onnx_value;

typedef struct fovea__onnx_pair {
    const char *key, *value;
} fovea__onnx_pair;

typedef struct fovea__onnx_opset {
    const char *domain;
    int64_t version;
} fovea__onnx_opset;

typedef struct fovea__onnx_model {
    fovea_context *context;
    int64_t ir_version, model_version;
    int64_t opset;  // of the domain "" (ai.onnx); 0: none, and no node is of that domain
    const char *producer_name, *producer_version, *doc, *graph_name;
    size_t opset_count, metadata_count, node_count, initializer_count, input_count, output_count,
        value_count;
    const fovea__onnx_opset *opsets;
    const fovea__onnx_pair *metadata;
    const fovea__onnx_node *node;     // in the file's order, which may be any
    fovea__onnx_tensor *initializer;  // `data` may be taken: set it to NULL
    const fovea__onnx_value *input;   // those that are initializers too are left out
    const fovea__onnx_value *output;
    const fovea__onnx_value *value;  // value_info
    void *memory;                    // what everything above points into
} fovea__onnx_model;

// Reads `path`. External data: files of the model's own folder only, no "..", no links. Memory:
// the file (not the external data) and the numbers, FLOAT16 as four bytes; at most 64 MiB and three
// times the files. Errors: BAD_FILE naming file, place (byte where it is
// known, else "node 'conv1'" or "initializer 'w'") and what is wrong; UNSUPPORTED (opset or IR too
// new, a type of tensor); OUT_OF_MEMORY. On failure `*model` is NULL.
fovea_status fovea__onnx_read(fovea_context *context, const char *path, fovea__onnx_model **model,
                              fovea_error *error);
// The same for bytes in memory; `folder` (NULL: refused) is where external data may lie.
fovea_status fovea__onnx_parse(fovea_context *context, const void *bytes, size_t size,
                               const char *name, const char *folder, fovea__onnx_model **model,
                               fovea_error *error);
void fovea__onnx_free(fovea__onnx_model *model);

// A TensorProto file (input_0.pb of ONNX's test cases) as a tensor. Errors as above.
fovea_status fovea__onnx_read_tensor(fovea_context *context, const char *path,
                                     fovea_tensor **tensor, fovea_error *error);
// The same for bytes in memory.
fovea_status fovea__onnx_parse_tensor(fovea_context *context, const void *bytes, size_t size,
                                      const char *name, fovea_tensor **tensor, fovea_error *error);

// Writes the model (old or new content under `path`, never half): ir_version and producer first, so
// that other programs know the file by its first bytes; tensors as raw_data. The same model gives
// the same bytes. Errors: INVALID_ARGUMENT (over 2 GiB), IO, OUT_OF_MEMORY.
fovea_status fovea__onnx_write(fovea_context *context, const char *path,
                               const fovea__onnx_model *model, fovea_error *error);

#endif
