// SPDX-License-Identifier: MIT
// TensorProto: type and shape, and its numbers from raw_data, typed fields or a file beside the model.
#ifndef FOVEA_FORMATS_ONNX_TENSOR_H
#define FOVEA_FORMATS_ONNX_TENSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/beside.h"
#include "formats/onnx.h"
#include "formats/onnx_wire.h"

// ONNX's TensorProto.DataType, those that are named here.
enum {
    FOVEA__ONNX_TYPE_FLOAT16 = 10,
    FOVEA__ONNX_TYPE_BFLOAT16 = 16,
    FOVEA__ONNX_TYPE_LAST = 28,
};
// What numbers of ONNX's type become: FLOAT16 and BFLOAT16 are F32. NONE: none of fovea's.
fovea_type fovea__onnx_type_of(int32_t data_type);
// ONNX's code for a type; 0 for NONE.
int32_t fovea__onnx_data_type_of(fovea_type type);
// "FLOAT16"; "?" for a code that does not exist.
const char *fovea__onnx_type_name(int32_t data_type);

// Where the numbers come from. Zero-filled but for the first four and `own`.
typedef struct fovea__onnx_source {
    fovea_context *context;
    const uint8_t *bytes;  // the whole file
    size_t size;
    uint8_t *own;           // `bytes`, where what has been taken need not be kept; NULL: borrowed
    const char *folder;     // of files beside it, NULL: none are read
    fovea__beside *beside;  // opened when it is first needed; closed by the owner
    uint64_t inner, outer;  // bytes of numbers made so far from the file and from files beside it
} fovea__onnx_source;

// Numbers from a file may take this much and twice the file's size (FLOAT16 doubles, varints may take
// less than their numbers); the same for all the files beside it.
#define FOVEA__ONNX_NUMBER_MEMORY ((uint64_t)16 << 20)

// Fills everything but `data`. Errors (texts without the tensor's name): BAD_FILE; UNSUPPORTED (rank
// over FOVEA_MAX_RANK, segments).
fovea_status fovea__onnx_tensor_describe(const fovea__onnx_tensor_message *message,
                                         fovea__onnx_tensor *tensor, fovea_error *error);
// Checks that the numbers are there, as many as the shape says, before there is memory for them.
// Errors: BAD_FILE, with the byte where they stand; IO; OUT_OF_MEMORY.
fovea_status fovea__onnx_numbers_check(fovea__onnx_source *source,
                                       const fovea__onnx_tensor_message *message,
                                       const fovea__onnx_tensor *tensor, fovea_error *error);
// Then writes all tensor->size bytes to `data`. BOOL is 0 or 1. Errors: BAD_FILE (a number its type
// cannot hold, a varint that is damaged); IO.
fovea_status fovea__onnx_numbers_take(fovea__onnx_source *source,
                                      const fovea__onnx_tensor_message *message,
                                      const fovea__onnx_tensor *tensor, void *data,
                                      fovea_error *error);

#endif
