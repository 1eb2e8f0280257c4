// SPDX-License-Identifier: MIT
// safetensors files: 8 bytes N (little-endian), N bytes of JSON
//   {"__metadata__":{"format":"pt"},
//    "conv1.weight":{"dtype":"F32","shape":[16,3,3,3],"data_offsets":[0,1728]},...}
// then the tensors' bytes, row-major and little-endian, without holes, overlaps or a tail. The code
// assumes a little-endian machine.
#ifndef FOVEA_FORMATS_SAFETENSORS_H
#define FOVEA_FORMATS_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "formats/tensor_list.h"
#include "fovea/tensor.h"

#define FOVEA__SAFETENSORS_MAX_FILE (UINT64_C(4) << 30)  // the usual `limit` of reading
enum {
    FOVEA__SAFETENSORS_MAX_HEADER = 16 * 1000 * 1000,  // bytes of JSON
    FOVEA__SAFETENSORS_MAX_TENSORS = 32768,
    FOVEA__SAFETENSORS_MAX_NAME = 256  // bytes of a tensor's name
};

// A key of the metadata and its text, both UTF-8.
typedef struct fovea__text_pair {
    const char *key, *value;
} fovea__text_pair;

// Its data lie inside the file's bytes with any alignment: copy before computing.
typedef fovea__list_tensor fovea__safetensor;

// Released with fovea__safetensors_clear; zero-filled means empty.
typedef struct fovea__safetensors {
    fovea__bytes file;  // owned by fovea__safetensors_read, borrowed after fovea__safetensors_parse
    int owns_file;
    size_t header_size;  // N
    size_t count;
    fovea__safetensor *tensor;  // by position in the file
    const fovea__safetensor **by_name;
    size_t metadata_count;
    fovea__text_pair *metadata;  // in file order
    char *texts;                 // what the names, keys and values point into
} fovea__safetensors;

// Reads the structure of a file in memory, which must stay until `out` is cleared. BOOL bytes are
// checked to be 0 or 1; other numbers may be anything, NaN too.
// Errors: BAD_FILE naming file, tensor and member; UNSUPPORTED (a type that exists but is not read,
// such as F8_E4M3); OUT_OF_MEMORY. On failure `out` is empty.
fovea_status fovea__safetensors_parse(fovea_context *context, const void *bytes, size_t size,
                                      const char *name, fovea__safetensors *out,
                                      fovea_error *error);
// The same for the file `path` of at most `limit` bytes.
fovea_status fovea__safetensors_read(fovea_context *context, const char *path, uint64_t limit,
                                     fovea__safetensors *out, fovea_error *error);
void fovea__safetensors_clear(fovea_context *context, fovea__safetensors *file);

// The tensor of that name, by halving; NULL when there is none. Borrowed.
const fovea__safetensor *fovea__safetensors_find(const fovea__safetensors *file, const char *name);
// The metadata of that key; NULL when there is none. Borrowed.
const char *fovea__safetensors_metadata(const fovea__safetensors *file, const char *key);

// Whether metadata `hash_key` holds the file's hash as fovea__safetensors_write makes it. BAD_FILE
// when it is absent or another; `name` is used in messages.
fovea_status fovea__safetensors_verify(const fovea__safetensors *file, const char *hash_key,
                                       const char *name, fovea_error *error);

typedef struct fovea__named_view {
    const char *name;
    fovea_view view;
} fovea__named_view;

// What to write. `metadata` should hold {"format", "pt"}: some readers refuse files without it.
typedef struct fovea__safetensors_content {
    const fovea__text_pair *metadata;
    size_t metadata_count;
    const fovea__named_view *tensors;
    size_t count;
    const char *hash_key;  // NULL: no hash
} fovea__safetensors_content;

// Writes the file (old or new content under `path`, never half): metadata first, keys and tensors
// in the given order, header padded with spaces so that data begin at a multiple of 8. The bytes of
// tensors with wider elements come before those with narrower ones, else in the given order, so
// that every tensor is aligned. The same content gives the same bytes. With `hash_key` the metadata
// end with that key and the SHA-256, in 64 digits, of the whole file with those digits taken as
// zeros. `hash`, when not NULL, receives it (of the plain file without key). Errors:
// INVALID_ARGUMENT (a name or key that is empty, too long, no UTF-8, has control characters or
// occurs twice; a dynamic dimension; a type without a name in the format; data NULL), IO,
// OUT_OF_MEMORY.
fovea_status fovea__safetensors_write(fovea_context *context, const char *path,
                                      const fovea__safetensors_content *content, char hash[65],
                                      fovea_error *error);

#endif
