// SPDX-License-Identifier: MIT
#include "formats/zip.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>
#include <zlib.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/zip_directory.h"

// The archive as libzip reads it, with its own checks.
static fovea_status open_archive(fovea__zip *zip, fovea_error *error) {
    zip_error_t reason;
    fovea_status status = FOVEA_OK;
    zip_error_init(&reason);
    zip_source_t *source = zip_source_buffer_create(zip->bytes, zip->size, 0, &reason);
    if (source) zip->archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &reason);
    if (!zip->archive) {
        bool memory = zip_error_code_zip(&reason) == ZIP_ER_MEMORY;
        zip_source_free(source);
        status = memory ? FOVEA_OUT_OF_MEMORY : FOVEA_BAD_FILE;
        status = fovea__fail_at(error, status, zip->file, -1, "a damaged zip archive (%s)",
                                zip_error_strerror(&reason));
    }
    zip_error_fini(&reason);
    return status;
}

static fovea_status check_by_libzip(fovea__zip *zip, fovea_error *error) {
    FOVEA__TRY(open_archive(zip, error));
    if (zip_get_num_entries(zip->archive, 0) == (zip_int64_t)zip->count) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, -1,
                          "two ways to read the zip directory give different members");
}

static int order_by_name(const void *left, const void *right) {
    const fovea__zip_member *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static fovea_status sort_names(fovea__zip *zip, fovea_error *error) {
    zip->by_name = fovea__new(zip->context, zip->count, sizeof(*zip->by_name), error);
    if (!zip->by_name) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < zip->count; i++) zip->by_name[i] = &zip->member[i];
    qsort(zip->by_name, zip->count, sizeof(*zip->by_name), order_by_name);
    for (size_t i = 1; i < zip->count; i++)
        if (strcmp(zip->by_name[i - 1]->name, zip->by_name[i]->name) == 0)
            return fovea__fail_at(
                error, FOVEA_BAD_FILE, zip->file, (int64_t)zip->by_name[i]->header,
                "two members of the zip archive are called %s", zip->by_name[i]->name);
    return FOVEA_OK;
}

fovea_status fovea__zip_open(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, fovea__zip *zip, fovea_error *error) {
    *zip = (fovea__zip){.context = context, .bytes = bytes, .size = size, .file = name};
    fovea_status status = fovea__zip_directory(zip, error);
    if (status == FOVEA_OK) status = sort_names(zip, error);
    if (status == FOVEA_OK) status = check_by_libzip(zip, error);
    if (status != FOVEA_OK) fovea__zip_close(zip);
    return status;
}

void fovea__zip_close(fovea__zip *zip) {
    if (zip->archive) zip_discard(zip->archive);
    for (size_t i = 0; i < zip->count; i++) fovea__free(zip->context, zip->member[i].name);
    if (zip->context) {
        fovea__free(zip->context, zip->member);
        fovea__free(zip->context, zip->by_name);
    }
    *zip = (fovea__zip){0};
}

const fovea__zip_member *fovea__zip_find(const fovea__zip *zip, const char *name) {
    size_t low = 0, high = zip->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, zip->by_name[middle]->name);
        if (order == 0) return zip->by_name[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static uint32_t crc_of(const uint8_t *bytes, uint64_t size) {
    uLong crc = crc32(0, NULL, 0);
    while (size > 0) {
        uInt some = size > INT_MAX ? INT_MAX : (uInt)size;
        crc = crc32(crc, bytes, some);
        bytes += some;
        size -= some;
    }
    return (uint32_t)crc;
}

static fovea_status fail_crc(const fovea__zip *zip, const fovea__zip_member *member,
                             fovea_error *error) {
    return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, (int64_t)member->offset,
                          "the member %s is damaged: its CRC-32 is not %08" PRIx32, member->name,
                          member->crc);
}

// libzip compares the CRC at the end of the data.
static fovea_status inflate_member(const fovea__zip *zip, const fovea__zip_member *member,
                                   uint8_t *data, fovea_error *error) {
    zip_file_t *file = zip_fopen_index(zip->archive, (zip_uint64_t)(member - zip->member), 0);
    if (!file)
        return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, (int64_t)member->offset,
                              "the member %s cannot be read (%s)", member->name,
                              zip_strerror(zip->archive));
    uint64_t done = 0;
    zip_int64_t count = 1;
    while (done < member->size && count > 0) {
        count = zip_fread(file, data + done, member->size - done);
        if (count > 0) done += (uint64_t)count;
    }
    uint8_t more;
    if (done == member->size && count >= 0) count = zip_fread(file, &more, 1);
    zip_fclose(file);
    if (done == member->size && count == 0 && crc_of(data, done) == member->crc) return FOVEA_OK;
    if (done == member->size && count == 0) return fail_crc(zip, member, error);
    return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, (int64_t)member->offset,
                          "the member %s is damaged: it does not inflate to %" PRIu64 " bytes",
                          member->name, member->size);
}

static fovea_status take_deflated(const fovea__zip *zip, const fovea__zip_member *member,
                                  uint64_t *budget, uint8_t **owned, fovea_error *error) {
    if (member->size > *budget || member->size / FOVEA__ZIP_MAX_RATIO > member->packed)
        return fovea__fail_at(error, FOVEA_BAD_FILE, zip->file, (int64_t)member->offset,
                              "the member %s would inflate to %" PRIu64
                              " bytes, too many for this file",
                              member->name, member->size);
    *budget -= member->size;
    uint8_t *data = fovea__new(zip->context, (size_t)member->size, 1, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = inflate_member(zip, member, data, error);
    if (status == FOVEA_OK)
        *owned = data;
    else
        fovea__free(zip->context, data);
    return status;
}

fovea_status fovea__zip_take(const fovea__zip *zip, const fovea__zip_member *member,
                             uint64_t *budget, const uint8_t **content, uint8_t **owned,
                             fovea_error *error) {
    *owned = NULL;
    if (member->deflated) {
        FOVEA__TRY(take_deflated(zip, member, budget, owned, error));
        *content = *owned;
        return FOVEA_OK;
    }
    *content = zip->bytes + member->offset;
    if (member->crc != 0 && crc_of(*content, member->size) != member->crc)
        return fail_crc(zip, member, error);
    return FOVEA_OK;
}

uint64_t fovea__zip_budget(size_t size) {
    return ((uint64_t)24 << 20) + 2 * (uint64_t)size;
}
