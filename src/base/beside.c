// SPDX-License-Identifier: MIT
#include "base/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"

typedef struct identity {
    dev_t device;
    ino_t number;
} identity;

struct fovea__beside {
    fovea_context *context;
    int folder, file;  // -1: none
    char *name;        // of the file
    uint64_t size, total;
    identity *seen;
    size_t count, capacity;
};

fovea_status fovea__beside_open(fovea_context *context, const char *folder, fovea__beside **beside,
                                fovea_error *error) {
    *beside = fovea__new(context, 1, sizeof **beside, error);
    if (!*beside) return FOVEA_OUT_OF_MEMORY;
    (*beside)->context = context;
    (*beside)->file = -1;
    (*beside)->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if ((*beside)->folder >= 0) return FOVEA_OK;
    fovea__fail(error, FOVEA_BAD_FILE, "the folder '%s' cannot be opened: %s", folder,
                strerror(errno));
    fovea__beside_close(*beside);
    *beside = NULL;
    return FOVEA_BAD_FILE;
}

static void forget_file(fovea__beside *beside) {
    if (beside->file >= 0) close(beside->file);
    fovea__free(beside->context, beside->name);
    beside->file = -1;
    beside->name = NULL;
}

void fovea__beside_close(fovea__beside *beside) {
    if (!beside) return;
    forget_file(beside);
    if (beside->folder >= 0) close(beside->folder);
    fovea__free(beside->context, beside->seen);
    fovea__free(beside->context, beside);
}

static bool is_plain_name(const char *name) {
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static fovea_status add_seen(fovea__beside *beside, const struct stat *status, fovea_error *error) {
    const identity id = {status->st_dev, status->st_ino};
    for (size_t i = 0; i < beside->count; i++)
        if (beside->seen[i].device == id.device && beside->seen[i].number == id.number)
            return FOVEA_OK;
    if (beside->count == FOVEA__BESIDE_MAX_FILES)
        return fovea__fail(error, FOVEA_BAD_FILE, "more than %d files beside it are not read",
                           FOVEA__BESIDE_MAX_FILES);
    identity *list = fovea__grow(beside->context, beside->seen, beside->count, &beside->capacity,
                                 beside->count + 1, sizeof id, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    beside->seen = list;
    list[beside->count++] = id;
    beside->total += (uint64_t)status->st_size;
    return FOVEA_OK;
}

static fovea_status open_plain(fovea__beside *beside, const char *name, fovea_error *error) {
    // The last component is never followed, and asked for its kind once it is open: nothing can be put
    // in its place between a check and the use. Not blocking: a pipe must not wait for a writer.
    beside->file =
        openat(beside->folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (beside->file >= 0) return FOVEA_OK;
    if (errno == ELOOP)
        return fovea__fail(error, FOVEA_BAD_FILE,
                           "'%s' is a link, which is not followed; put the file itself (a copy) in "
                           "the link's place, beside the model",
                           name);
    return fovea__fail(error, FOVEA_BAD_FILE, "'%s': %s", name, strerror(errno));
}

fovea_status fovea__beside_choose(fovea__beside *beside, const char *name, uint64_t *size,
                                  fovea_error *error) {
    *size = beside->size;
    if (beside->name && strcmp(beside->name, name) == 0) return FOVEA_OK;
    if (!is_plain_name(name))
        return fovea__fail(error, FOVEA_BAD_FILE,
                           "'%s' is not the plain name of a file in the model's own folder; other "
                           "folders are not read from",
                           name);
    struct stat status;
    forget_file(beside);
    FOVEA__TRY(open_plain(beside, name, error));
    if (fstat(beside->file, &status) != 0)
        return fovea__fail(error, FOVEA_IO, "'%s': %s", name, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return fovea__fail(error, FOVEA_BAD_FILE, "'%s' is no regular file", name);
    FOVEA__TRY(add_seen(beside, &status, error));
    beside->name = fovea__copy_text(beside->context, name, error);
    if (!beside->name) return FOVEA_OUT_OF_MEMORY;
    *size = beside->size = (uint64_t)status.st_size;
    return FOVEA_OK;
}

uint64_t fovea__beside_total(const fovea__beside *beside) {
    return beside->total;
}

fovea_status fovea__beside_read(fovea__beside *beside, uint64_t offset, void *bytes, size_t size,
                                fovea_error *error) {
    uint8_t *at = bytes;
    while (size > 0) {
        ssize_t count = pread(beside->file, at, size, (off_t)offset);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return fovea__fail(error, FOVEA_IO, "'%s': reading failed: %s", beside->name,
                               strerror(errno));
        if (count == 0)
            return fovea__fail(error, FOVEA_BAD_FILE, "'%s' shrank while it was read",
                               beside->name);
        at += count;
        offset += (uint64_t)count;
        size -= (size_t)count;
    }
    return FOVEA_OK;
}
