// SPDX-License-Identifier: MIT
// Named tensors as a file holds them: what every reader of weight files makes.
#ifndef FOVEA_FORMATS_TENSOR_LIST_H
#define FOVEA_FORMATS_TENSOR_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "fovea/tensor.h"

enum {
    FOVEA__LIST_MAX_TENSORS = 32768,
    FOVEA__LIST_MAX_NAME = 256,    // bytes of a tensor's name
    FOVEA__LIST_MAX_PASSED = 4096  // entries passed over that are listed
};

typedef struct fovea__list_tensor {
    const char *name;  // 1 to 256 bytes of UTF-8 without control characters
    fovea_type type;
    fovea_shape shape;    // every dimension 0 to 2^31-1, at most 2^40 elements
    const uint8_t *data;  // dense, row-major
    size_t size;          // bytes: elements of `shape` times the type's size
} fovea__list_tensor;

// A pair of texts: metadata, or an entry that is no tensor and what it is.
typedef struct fovea__list_text {
    const char *name, *text;
} fovea__list_text;

// Zero-filled but for `context` is empty; fovea__list_clear releases it.
typedef struct fovea__tensor_list {
    fovea_context *context;
    fovea__list_tensor *item;  // in the file's order
    const fovea__list_tensor **by_name;
    fovea__list_text *metadata, *passed;
    void **block;  // memory that all of the above points into
    size_t count, room, metadata_count, metadata_room, passed_count, passed_room, block_count,
        block_room;
} fovea__tensor_list;

// Adds a tensor; the name is copied, the data stay where they are. Errors: BAD_FILE (`file`: a name
// as above is wrong, too many), OUT_OF_MEMORY.
fovea_status fovea__list_add(fovea__tensor_list *list, const char *file,
                             const fovea__list_tensor *tensor, fovea_error *error);
// Both texts are copied. Passed-over entries beyond the limit are only counted.
fovea_status fovea__list_add_metadata(fovea__tensor_list *list, const char *name, const char *text,
                                      fovea_error *error);
fovea_status fovea__list_pass(fovea__tensor_list *list, const char *name, const char *text,
                              fovea_error *error);
// `block` (from fovea__new) lives as long as the list; it is freed on failure.
fovea_status fovea__list_keep(fovea__tensor_list *list, void *block, fovea_error *error);
// Sorts by name when all are there. BAD_FILE where two have the same name.
fovea_status fovea__list_finish(fovea__tensor_list *list, const char *file, fovea_error *error);

// The tensor of that name, by halving; NULL when there is none. Borrowed.
const fovea__list_tensor *fovea__tensor_find(const fovea__list_tensor *const *by_name, size_t count,
                                             const char *name);
void fovea__list_clear(fovea__tensor_list *list);

// Whether `text` of `length` bytes may name a tensor.
int fovea__list_good_name(const char *text, size_t length);

#endif
