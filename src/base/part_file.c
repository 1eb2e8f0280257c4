// SPDX-License-Identifier: MIT
#include "base/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

struct fovea__part_file {
    fovea_context *context;
    char *path, *name;  // PATH and PATH.part
    int64_t size;
    int file;
};

static fovea_status fail_part(const fovea__part_file *part, const char *what, fovea_error *error) {
    return fovea__fail_at(error, FOVEA_IO, part->name, -1, "%s: %s", what, strerror(errno));
}

static void free_part(fovea__part_file *part) {
    if (part->file >= 0) close(part->file);  // which gives up the lock
    fovea__free(part->context, part->path);
    fovea__free(part->context, part->name);
    fovea__free(part->context, part);
}

// The lock is of use only if the name still leads to the file: its holder may have renamed it just
// then.
static bool is_current(const fovea__part_file *part, const struct stat *mine) {
    struct stat there;
    return stat(part->name, &there) == 0 && there.st_ino == mine->st_ino &&
           there.st_dev == mine->st_dev;
}

static fovea_status lock(fovea__part_file *part, fovea_error *error) {
    struct stat mine;
    do {
        if (part->file >= 0) close(part->file);
        part->file = open(part->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
        if (part->file < 0 || fstat(part->file, &mine) != 0)
            return fail_part(part, "cannot be written", error);
        if (!S_ISREG(mine.st_mode)) {
            return fovea__fail_at(error, FOVEA_IO, part->name, -1, "is no regular file");
        }
        if (flock(part->file, LOCK_EX | LOCK_NB) != 0) {
            return fovea__fail_at(error, FOVEA_EXISTS, part->name, -1,
                                  "another process is working on it");
        }
    } while (!is_current(part, &mine));
    part->size = mine.st_size;
    return FOVEA_OK;
}

fovea_status fovea__part_open(fovea_context *context, const char *path, fovea__part_file **part,
                              fovea_error *error) {
    *part = NULL;
    fovea__part_file *made = fovea__new(context, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    made->file = -1;
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    made->path = fovea__copy_text(context, path, error);
    if (!made->path) goto failed;
    fovea__text name = fovea__text_begin(context);
    fovea__text_format(&name, "%s.part", path);
    status = fovea__text_take(&name, &made->name, NULL, error);
    if (status == FOVEA_OK) status = lock(made, error);
    if (status != FOVEA_OK) goto failed;
    *part = made;
    return FOVEA_OK;
failed:
    free_part(made);
    return status;
}

int64_t fovea__part_size(const fovea__part_file *part) {
    return part->size;
}

fovea_status fovea__part_append(fovea__part_file *part, const void *bytes, size_t size,
                                fovea_error *error) {
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t count = pwrite(part->file, at, size, part->size);
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) errno = ENOSPC;
        if (count <= 0) return fail_part(part, "writing failed", error);
        at += count;
        size -= (size_t)count;
        part->size += count;
    }
    return FOVEA_OK;
}

fovea_status fovea__part_empty(fovea__part_file *part, fovea_error *error) {
    if (ftruncate(part->file, 0) != 0) return fail_part(part, "cannot be emptied", error);
    part->size = 0;
    return FOVEA_OK;
}

fovea_status fovea__part_read(fovea__part_file *part, int64_t offset, void *bytes, size_t size,
                              size_t *count, fovea_error *error) {
    *count = 0;
    while (*count < size) {
        ssize_t got = pread(part->file, (uint8_t *)bytes + *count, size - *count,
                            (off_t)(offset + (int64_t)*count));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_part(part, "reading failed", error);
        if (got == 0) break;
        *count += (size_t)got;
    }
    return FOVEA_OK;
}

fovea_status fovea__part_commit(fovea__part_file *part, fovea_error *error) {
    fovea_status status = FOVEA_OK;
    if (fsync(part->file) != 0)
        status = fail_part(part, "syncing failed", error);
    else if (rename(part->name, part->path) != 0)
        status = fail_part(part, "renaming failed", error);
    else
        status = fovea__folder_sync(part->path, error);
    free_part(part);
    return status;
}

void fovea__part_close(fovea__part_file *part) {
    if (!part) return;
    if (part->size == 0) unlink(part->name);
    free_part(part);
}
