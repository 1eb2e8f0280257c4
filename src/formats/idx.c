// SPDX-License-Identifier: MIT
#include "formats/idx.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"
#include "formats/gz.h"

enum { UNSIGNED_BYTE = 0x08, MAX_HEADER = 4 + 4 * FOVEA__IDX_MAX_RANK };

static const char *type_name(uint8_t type) {
    switch (type) {
        case UNSIGNED_BYTE:
            return "unsigned byte";
        case 0x09:
            return "signed byte";
        case 0x0b:
            return "16-bit integer";
        case 0x0c:
            return "32-bit integer";
        case 0x0d:
            return "32-bit float";
        case 0x0e:
            return "64-bit float";
        default:
            return "unknown";
    }
}

static fovea_status check_magic(const uint8_t *magic, const char *name, int32_t min_rank,
                                int32_t max_rank, fovea_error *error) {
    if (magic[0] != 0 || magic[1] != 0) {
        const bool swapped = magic[1] == UNSIGNED_BYTE && magic[2] == 0 && magic[3] == 0;
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 0,
                              "not an IDX file: it begins with %02x %02x %02x %02x, not 00 00 08 "
                              "and the rank%s",
                              magic[0], magic[1], magic[2], magic[3],
                              swapped ? " (its bytes are in reverse order)" : "");
    }
    if (magic[2] != UNSIGNED_BYTE) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 2,
                              "IDX elements of type %02x (%s) are not read, only unsigned bytes "
                              "(08) are",
                              magic[2], type_name(magic[2]));
    }
    if (magic[3] < min_rank || magic[3] > max_rank) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, min_rank == max_rank ? "%d" : "%d to %d", (int)min_rank,
                 (int)max_rank);
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 3,
                              "the IDX rank is %d, expected is %s (labels have 1, pictures 3 or 4)",
                              magic[3], wanted);
    }
    return FOVEA_OK;
}

// Takes the header; `idx->size` is the number of element bytes that have to follow.
static fovea_status take_header(fovea__reader *reader, int32_t min_rank, int32_t max_rank,
                                fovea__idx *idx, fovea_error *error) {
    static const char *const what[] = {"first", "second", "third", "fourth"};
    const uint8_t *magic;
    size_t count = 1;
    FOVEA__TRY(fovea__take_bytes(reader, "IDX magic number", 4, &magic, error));
    FOVEA__TRY(check_magic(magic, reader->name, min_rank, max_rank, error));
    *idx = (fovea__idx){.rank = magic[3]};
    for (int32_t i = 0; i < idx->rank; i++) {
        const int64_t offset = fovea__reader_offset(reader);
        uint32_t dim;
        FOVEA__TRY(fovea__take_u32_be(reader, "IDX dimension", &dim, error));
        if (dim == 0) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, offset,
                                  "the %s IDX dimension is 0, it must be at least 1", what[i]);
        }
        if (!fovea__mul_size(count, dim, &count)) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, offset,
                                  "with its %s dimension %" PRIu32
                                  " the file would have more than 2^64 bytes",
                                  what[i], dim);
        }
        idx->dim[i] = dim;
    }
    idx->size = count;
    return FOVEA_OK;
}

static void format_dims(const fovea__idx *idx, char *text, size_t size) {
    size_t used = 0;
    for (int32_t i = 0; i < idx->rank && used < size; i++) {
        const int n =
            snprintf(text + used, size - used, "%s%" PRId64, i > 0 ? "x" : "", idx->dim[i]);
        used += n > 0 ? (size_t)n : 0;
    }
}

static fovea_status size_mismatch(const fovea__idx *idx, const char *name, size_t found,
                                  fovea_error *error) {
    char dims[64];
    format_dims(idx, dims, sizeof dims);
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, 4 + 4 * (int64_t)idx->rank,
                          "the IDX header announces %s = %zu bytes, %zu follow it", dims, idx->size,
                          found);
}

fovea_status fovea__idx_parse(const uint8_t *bytes, size_t size, const char *name, int32_t min_rank,
                              int32_t max_rank, fovea__idx *idx, fovea_error *error) {
    fovea__reader reader = fovea__reader_over(bytes, size, name);
    fovea__idx found = {0};
    *idx = found;
    if (min_rank < 1 || max_rank > FOVEA__IDX_MAX_RANK) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "IDX ranks are 1 to %d",
                           FOVEA__IDX_MAX_RANK);
    }
    FOVEA__TRY(take_header(&reader, min_rank, max_rank, &found, error));
    const size_t left = fovea__reader_left(&reader);
    if (left != found.size) return size_mismatch(&found, name, left, error);
    FOVEA__TRY(fovea__take_bytes(&reader, "IDX elements", found.size, &found.data, error));
    *idx = found;
    return FOVEA_OK;
}

// Inflates just the header and finds out how many bytes the whole file has to have.
static fovea_status gz_content_size(fovea_context *context, const fovea__bytes *file,
                                    const char *name, int32_t min_rank, int32_t max_rank,
                                    size_t *content, fovea_error *error) {
    uint8_t start[MAX_HEADER];
    size_t got = 0;
    fovea__gz *gz;
    FOVEA__TRY(fovea__gz_open(context, file->data, file->size, name, UINT64_MAX, &gz, error));
    const fovea_status status = fovea__gz_read(gz, start, sizeof start, &got, error);
    fovea__gz_close(gz);
    FOVEA__TRY(status);
    fovea__reader reader = fovea__reader_over(start, got, name);
    fovea__idx idx;
    FOVEA__TRY(take_header(&reader, min_rank, max_rank, &idx, error));
    if (!fovea__add_size(idx.size, 4 + 4 * (size_t)idx.rank, content)) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 4, "the IDX file would have 2^64 bytes");
    }
    return FOVEA_OK;
}

fovea_status fovea__idx_open(fovea_context *context, fovea__bytes *file, const char *name,
                             int32_t min_rank, int32_t max_rank, uint64_t limit, fovea__idx *idx,
                             fovea_error *error) {
    *idx = (fovea__idx){0};
    if (!fovea__gz_is(file->data, file->size)) {
        return fovea__idx_parse(file->data, file->size, name, min_rank, max_rank, idx, error);
    }
    size_t content;
    fovea__bytes inflated;
    FOVEA__TRY(gz_content_size(context, file, name, min_rank, max_rank, &content, error));
    if (content > limit) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 4,
                              "the IDX header announces %zu bytes, at most %" PRIu64 " are read",
                              content, limit);
    }
    FOVEA__TRY(fovea__gz_inflate_exactly(context, file->data, file->size, name, content, &inflated,
                                         error));
    const fovea_status status =
        fovea__idx_parse(inflated.data, inflated.size, name, min_rank, max_rank, idx, error);
    if (status != FOVEA_OK) {
        fovea__free(context, inflated.data);
        return status;
    }
    fovea__free(context, file->data);
    *file = inflated;
    return FOVEA_OK;
}

fovea_status fovea__idx_check_labels(const fovea__idx *labels, const char *name, int32_t first,
                                     int32_t classes, fovea_error *error) {
    if (labels->rank != 1) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, 3,
                              "labels have rank 1, this file has %" PRId32, labels->rank);
    }
    for (int64_t i = 0; i < labels->dim[0]; i++) {
        const int32_t label = labels->data[i];
        if (label < first || label - first >= classes) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, 8 + i,
                                  "label number %" PRId64 " is %" PRId32 ", with %" PRId32
                                  " classes it must lie in %" PRId32 " to %" PRId32,
                                  i, label, classes, first, first + classes - 1);
        }
    }
    return FOVEA_OK;
}

fovea_status fovea__idx_check_pair(const fovea__idx *pictures, const char *pictures_name,
                                   const fovea__idx *labels, const char *labels_name,
                                   fovea_error *error) {
    if (pictures->dim[0] == labels->dim[0]) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_BAD_FILE, pictures_name, 4,
                          "it has %" PRId64 " pictures, but %s has %" PRId64 " labels",
                          pictures->dim[0], labels_name, labels->dim[0]);
}
