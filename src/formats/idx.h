// SPDX-License-Identifier: MIT
// IDX, the format of MNIST and its relatives: 00 00 type rank, then each dimension as a big-endian
// 32-bit number, then the elements. Only unsigned bytes (type 08) of rank 1 to 4 are read; labels
// have rank 1 (N), pictures 3 (N,H,W) or 4.
#ifndef FOVEA_FORMATS_IDX_H
#define FOVEA_FORMATS_IDX_H

#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

#define FOVEA__IDX_MAX_RANK 4

typedef struct fovea__idx {
    int32_t rank;
    int64_t dim[FOVEA__IDX_MAX_RANK];  // each at least 1
    const uint8_t *data;               // inside the bytes parsed, row-major
    size_t size;                       // product of the dimensions
} fovea__idx;

// Reads the header and points into `bytes`; nothing is allocated. The file must have exactly the
// size its header announces and a rank from min_rank to max_rank (1 to 4). BAD_FILE with the byte
// and what was found otherwise; element types other than unsigned byte are named.
fovea_status fovea__idx_parse(const uint8_t *bytes, size_t size, const char *name, int32_t min_rank,
                              int32_t max_rank, fovea__idx *idx, fovea_error *error);

// The same for a file that may be gzipped, which its first bytes tell, not its name. If it is, the
// compressed bytes in `*file` are replaced by the inflated ones (and freed); the header is inflated
// and checked before memory is taken for the rest. A size over `limit` bytes is BAD_FILE. `idx`
// points into `file->data`. On failure `*file` is unchanged; it is the caller's to free in any
// case.
fovea_status fovea__idx_open(fovea_context *context, fovea__bytes *file, const char *name,
                             int32_t min_rank, int32_t max_rank, uint64_t limit, fovea__idx *idx,
                             fovea_error *error);

// Checks that every label (rank 1) lies in first ... first + classes - 1. BAD_FILE with number,
// value and byte of the first that does not.
fovea_status fovea__idx_check_labels(const fovea__idx *labels, const char *name, int32_t first,
                                     int32_t classes, fovea_error *error);

// Checks that pictures and labels are equally many. BAD_FILE naming both files otherwise.
fovea_status fovea__idx_check_pair(const fovea__idx *pictures, const char *pictures_name,
                                   const fovea__idx *labels, const char *labels_name,
                                   fovea_error *error);

#endif
