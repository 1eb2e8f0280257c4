// SPDX-License-Identifier: MIT
#include "formats/zip_members.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static fovea_status fail_archive(struct archive *archive, const char *name, fovea_error *error) {
    const char *reason = archive_error_string(archive);
    return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "no zip archive, or a damaged one (%s)",
                          reason ? reason : "no reason given");
}

// Memory grows only with bytes that are really there.
static fovea_status take(fovea_context *context, struct archive *archive, const char *name,
                         const char *wanted, uint64_t limit, fovea__bytes *member,
                         fovea_error *error) {
    size_t capacity = 0;
    for (;;) {
        uint8_t *data = fovea__grow(context, member->data, member->size, &capacity,
                                    member->size + 65536, 1, error);
        if (!data) return FOVEA_OUT_OF_MEMORY;
        member->data = data;
        la_ssize_t count = archive_read_data(archive, data + member->size, capacity - member->size);
        if (count < 0) return fail_archive(archive, name, error);
        if (count == 0) return FOVEA_OK;
        member->size += (size_t)count;
        if (member->size > limit) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                                  "the member %s has more than %llu bytes", wanted,
                                  (unsigned long long)limit);
        }
    }
}

static fovea_status find(fovea_context *context, struct archive *archive, const char *name,
                         const char *wanted, uint64_t limit, fovea__bytes *member,
                         fovea_error *error) {
    for (;;) {
        struct archive_entry *entry;
        int code = archive_read_next_header(archive, &entry);
        if (code == ARCHIVE_EOF) return FOVEA_OK;
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return fail_archive(archive, name, error);
        const char *path = archive_entry_pathname(entry);
        if (!path || strcmp(base_name(path), wanted) != 0) continue;
        if (archive_entry_filetype(entry) != AE_IFREG) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                                  "the member %s is not a plain file", wanted);
        }
        return take(context, archive, name, wanted, limit, member, error);
    }
}

fovea_status fovea__zip_member(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, const char *wanted, uint64_t limit,
                               fovea__bytes *member, fovea_error *error) {
    *member = (fovea__bytes){0};
    struct archive *archive = archive_read_new();
    if (!archive) {
        return fovea__fail_at(error, FOVEA_OUT_OF_MEMORY, name, -1,
                              "no memory to read the archive");
    }
    fovea_status status;
    if (archive_read_support_format_zip(archive) != ARCHIVE_OK ||
        archive_read_open_memory(archive, bytes, size) != ARCHIVE_OK)
        status = fail_archive(archive, name, error);
    else
        status = find(context, archive, name, wanted, limit, member, error);
    archive_read_free(archive);
    if (status != FOVEA_OK) {
        fovea__free(context, member->data);
        *member = (fovea__bytes){0};
    }
    return status;
}
