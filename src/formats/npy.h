// SPDX-License-Identifier: MIT
// NumPy's array file (.npy): a header that describes the array as a Python dictionary, then its
// elements. The header is parsed by a grammar of its own; nothing is evaluated.
#ifndef FOVEA_FORMATS_NPY_H
#define FOVEA_FORMATS_NPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "fovea/tensor.h"

// Most bytes a header made by fovea__npy_header takes.
enum { FOVEA__NPY_HEADER = 384 };

typedef struct fovea__npy {
    fovea_type type;  // F16 F32 F64, I8 I16 I32 I64, U8 U16 U32 U64 or BOOL
    fovea_shape shape;
    size_t size;  // bytes of data
    void *data;   // dense, row-major, in the byte order of this machine
    void *owned;  // `data` where they are not the file's own bytes
} fovea__npy;

// Reads versions 1.0, 2.0 and 3.0 of the types above in either byte order; Fortran order is
// transposed. Rank at most 8, dimensions at most 2^31-1, header at most 10,000 bytes. The size is
// compared with the bytes present before memory is taken. BAD_FILE with the byte for anything else:
// objects (O), complex, text, records, other keys, a key twice, missing or surplus data, a bool
// that is not 0 or 1. Release with fovea__npy_clear.
fovea_status fovea__npy_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__npy *npy, fovea_error *error);
// The same without a copy where the bytes are as wanted and aligned: `data` then points into them
// and must not be written to. A copy takes `*budget` bytes at most, which is lessened by it.
fovea_status fovea__npy_borrow(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, uint64_t *budget, fovea__npy *npy,
                               fovea_error *error);
void fovea__npy_clear(fovea_context *context, fovea__npy *npy);

// Writes into `header` what NumPy would for this type and shape (version 1.0, C order, length a
// multiple of 64); `*length` bytes. INVALID_ARGUMENT: BF16 or an unknown type (NumPy has no name
// for it), a dimension that is negative, a rank over 8.
fovea_status fovea__npy_header(fovea_type type, const fovea_shape *shape,
                               uint8_t header[FOVEA__NPY_HEADER], size_t *length,
                               fovea_error *error);

// Saves a dense row-major array of this machine's byte order under `path` (old file or new, never
// half). Errors: those of fovea__npy_header and of the file writer.
fovea_status fovea__npy_save(fovea_context *context, const char *path, const fovea_view *view,
                             fovea_error *error);

// Bytes of the elements of a view: product of dimensions and size of a type NumPy knows. Errors:
// INVALID_ARGUMENT as for fovea__npy_header, and for a product that overflows.
fovea_status fovea__npy_data_size(const fovea_view *view, size_t *size, fovea_error *error);

#endif
