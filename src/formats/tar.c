// SPDX-License-Identifier: MIT
#include "formats/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/gz.h"

enum { BLOCK = 65536, FIRST_ALLOCATION = 64 << 20 };

// What libarchive reads from: the bytes themselves or, for a gzip file, what comes out of `gz`.
typedef struct tar_source {
    const uint8_t *bytes;
    size_t size, at;
    const char *name;
    fovea__gz *gz;
    uint8_t *block;       // BLOCK bytes, for gz only
    fovea_status status;  // the failure that ended the reading
    fovea_error *error;
} tar_source;

static la_ssize_t next_block(struct archive *archive, void *user, const void **block) {
    tar_source *source = user;
    size_t count = 0;
    if (source->gz == NULL) {
        count = source->size - source->at < BLOCK ? source->size - source->at : BLOCK;
        *block = source->bytes + source->at;
        source->at += count;
        return (la_ssize_t)count;
    }
    *block = source->block;
    source->status = fovea__gz_read(source->gz, source->block, BLOCK, &count, source->error);
    if (source->status == FOVEA_OK) return (la_ssize_t)count;
    archive_set_error(archive, EIO, "inflating failed");
    return ARCHIVE_FATAL;
}

static fovea_status archive_failure(const tar_source *source, struct archive *archive,
                                    const char *what) {
    if (source->status != FOVEA_OK) return source->status;
    const char *reason = archive_error_string(archive);
    return fovea__fail_at(source->error, FOVEA_BAD_FILE, source->name, -1, "%s (%s)", what,
                          reason != NULL ? reason : "no reason given");
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

// Index of the entry's base name in `wanted`, or `count`.
static size_t find_wanted(struct archive_entry *entry, const char *const *wanted, size_t count) {
    const char *path = archive_entry_pathname(entry);
    size_t i = 0;
    if (path == NULL) return count;
    while (i < count && strcmp(base_name(path), wanted[i]) != 0) i++;
    return i;
}

static fovea_status check_member(const tar_source *source, struct archive_entry *entry,
                                 const char *member, const fovea__bytes *earlier) {
    if (earlier->data != NULL) {
        return fovea__fail_at(source->error, FOVEA_BAD_FILE, source->name, -1,
                              "the archive has the member %s twice", member);
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL ||
        archive_entry_sparse_count(entry) > 0 || archive_entry_size(entry) < 0) {
        return fovea__fail_at(source->error, FOVEA_BAD_FILE, source->name, -1,
                              "the member %s is not a plain regular file", member);
    }
    return FOVEA_OK;
}

// Appends what the archive holds of the member. Its header's size is believed up to 64 MiB; from
// there on memory grows only with bytes that are really there.
static fovea_status take_member(fovea_context *context, tar_source *source, struct archive *archive,
                                int64_t announced, fovea__bytes *member) {
    size_t capacity = announced < FIRST_ALLOCATION ? (size_t)announced : FIRST_ALLOCATION;
    member->data = fovea__new(context, capacity, 1, source->error);
    if (member->data == NULL) return FOVEA_OUT_OF_MEMORY;
    for (;;) {
        const void *block;
        size_t count;
        la_int64_t offset;
        const int code = archive_read_data_block(archive, &block, &count, &offset);
        if (code == ARCHIVE_EOF) break;
        if (code != ARCHIVE_OK || offset < 0 || (uint64_t)offset != member->size) {
            return archive_failure(source, archive, "the archive is damaged or cut short");
        }
        if (count > capacity - member->size) {
            uint8_t *grown = fovea__grow(context, member->data, member->size, &capacity,
                                         member->size + count, 1, source->error);
            if (grown == NULL) return FOVEA_OUT_OF_MEMORY;
            member->data = grown;
        }
        if (count > 0) memcpy(member->data + member->size, block, count);
        member->size += count;
    }
    if (member->size == (uint64_t)announced) return FOVEA_OK;
    return fovea__fail_at(source->error, FOVEA_BAD_FILE, source->name, -1,
                          "a member has %zu bytes, its header announces %" PRId64, member->size,
                          announced);
}

static fovea_status read_entries(fovea_context *context, tar_source *source,
                                 struct archive *archive, const char *const *wanted, size_t count,
                                 fovea__bytes *members) {
    for (;;) {
        struct archive_entry *entry;
        const int code = archive_read_next_header(archive, &entry);
        if (code == ARCHIVE_EOF) return FOVEA_OK;
        if (code != ARCHIVE_OK && code != ARCHIVE_WARN) {
            return archive_failure(source, archive, "not a tar archive, or a damaged one");
        }
        const size_t i = find_wanted(entry, wanted, count);
        if (i == count) continue;
        FOVEA__TRY(check_member(source, entry, wanted[i], &members[i]));
        FOVEA__TRY(take_member(context, source, archive, archive_entry_size(entry), &members[i]));
    }
}

// The archive may end before the gzip file does: its checksums stand at the very end.
static fovea_status read_to_the_end(tar_source *source) {
    size_t count = BLOCK;
    while (source->gz != NULL && count == BLOCK) {
        FOVEA__TRY(fovea__gz_read(source->gz, source->block, BLOCK, &count, source->error));
    }
    return FOVEA_OK;
}

static fovea_status read_archive(fovea_context *context, tar_source *source,
                                 const char *const *wanted, size_t count, fovea__bytes *members) {
    struct archive *archive = archive_read_new();
    if (archive == NULL) {
        return fovea__fail(source->error, FOVEA_OUT_OF_MEMORY, "%s: no memory to read the archive",
                           source->name);
    }
    fovea_status status;
    if (archive_read_support_format_tar(archive) != ARCHIVE_OK ||
        archive_read_open(archive, source, NULL, next_block, NULL) != ARCHIVE_OK) {
        status = archive_failure(source, archive, "not a tar archive");
    } else {
        status = read_entries(context, source, archive, wanted, count, members);
    }
    archive_read_free(archive);
    return status == FOVEA_OK ? read_to_the_end(source) : status;
}

fovea_status fovea__tar_read(fovea_context *context, const uint8_t *bytes, size_t size,
                             const char *name, const char *const *wanted, size_t count,
                             uint64_t limit, fovea__bytes *members, fovea_error *error) {
    fovea_status status;
    tar_source source = {.bytes = bytes, .size = size, .name = name, .error = error};
    memset(members, 0, count * sizeof *members);
    if (fovea__gz_is(bytes, size)) {
        source.block = fovea__new(context, BLOCK, 1, error);
        if (source.block == NULL) return FOVEA_OUT_OF_MEMORY;
        FOVEA__GO(fovea__gz_open(context, bytes, size, name, limit, &source.gz, error));
    } else if (size > limit) {
        status = fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                                "it has %zu bytes, at most %" PRIu64 " are read", size, limit);
        goto done;
    }
    status = read_archive(context, &source, wanted, count, members);
done:
    for (size_t i = 0; status != FOVEA_OK && i < count; i++) {
        fovea__free(context, members[i].data);
        members[i] = (fovea__bytes){0};
    }
    fovea__gz_close(source.gz);
    fovea__free(context, source.block);
    return status;
}
