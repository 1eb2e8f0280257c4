// SPDX-License-Identifier: MIT
#include "download/verify.h"

#include <string.h>

#include "base/fail.h"
#include "base/hash.h"
#include "base/memory.h"
#include "formats/gz.h"

enum { BLOCK = 1 << 20 };

typedef struct both_hashes {
    fovea__sha256 sha256;
    fovea__md5 md5;
} both_hashes;

static void begin(both_hashes *hashes) {
    fovea__sha256_begin(&hashes->sha256);
    fovea__md5_begin(&hashes->md5);
}

static void add(both_hashes *hashes, const void *bytes, size_t size) {
    fovea__sha256_add(&hashes->sha256, bytes, size);
    fovea__md5_add(&hashes->md5, bytes, size);
}

// All that are known must be right, and one must be known.
static int end(both_hashes *hashes, const fovea__known_file *known) {
    char sha256[65], md5[33];
    fovea__sha256_end(&hashes->sha256, sha256);
    fovea__md5_end(&hashes->md5, md5);
    if (known->sha256 && strcmp(known->sha256, sha256) != 0) return 0;
    if (known->md5 && strcmp(known->md5, md5) != 0) return 0;
    return known->sha256 || known->md5;
}

fovea_status fovea__verify_part(fovea_context *context, fovea__part_file *part,
                                const fovea__known_file *known, int *right, fovea_error *error) {
    *right = 0;
    uint8_t *block = fovea__new(context, BLOCK, 1, error);
    if (!block) return FOVEA_OUT_OF_MEMORY;
    both_hashes hashes;
    fovea_status status;
    int64_t at = 0;
    size_t count;
    begin(&hashes);
    do {
        FOVEA__GO(fovea__part_read(part, at, block, BLOCK, &count, error));
        add(&hashes, block, count);
        at += (int64_t)count;
    } while (count == BLOCK);
    *right = end(&hashes, known);
done:
    fovea__free(context, block);
    return status;
}

// A file that does not inflate is not right; only a lack of memory is a failure.
static fovea_status verify_content(fovea_context *context, const fovea__bytes *bytes,
                                   const fovea__known_file *known, int *right, fovea_error *error) {
    fovea__bytes content = *bytes;
    bool packed = fovea__gz_is(bytes->data, bytes->size);
    if (packed) {
        fovea_status status = fovea__gz_inflate(context, bytes->data, bytes->size, known->name,
                                                (uint64_t)FOVEA__DOWNLOAD_MAX, &content, error);
        if (status == FOVEA_OUT_OF_MEMORY) return status;
        if (status != FOVEA_OK) return FOVEA_OK;
    }
    char hex[65];
    fovea__sha256_of(content.data, content.size, hex);
    *right = strcmp(hex, known->inflated_sha256) == 0;
    if (packed) fovea__free(context, content.data);
    return FOVEA_OK;
}

fovea_status fovea__verify_bytes(fovea_context *context, const fovea__bytes *bytes,
                                 const fovea__known_file *known, int *right, fovea_error *error) {
    both_hashes hashes;
    begin(&hashes);
    add(&hashes, bytes->data, bytes->size);
    *right = end(&hashes, known);
    if (*right || !known->inflated_sha256) return FOVEA_OK;
    return verify_content(context, bytes, known, right, error);
}
