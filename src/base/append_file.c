// SPDX-License-Identifier: MIT
#include "base/append_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/memory.h"

struct fovea__append_file {
    fovea_context *context;
    char *path;
    int64_t size;
    int file;
};

static fovea_status fail_append(const fovea__append_file *file, const char *what,
                                fovea_error *error) {
    return fovea__fail_at(error, FOVEA_IO, file->path, -1, "%s: %s", what, strerror(errno));
}

fovea_status fovea__append_create(fovea_context *context, const char *path,
                                  fovea__append_file **file, fovea_error *error) {
    *file = NULL;
    fovea__append_file *made = fovea__new(context, 1, sizeof *made, error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    made->file = -1;
    made->path = fovea__copy_text(context, path, error);
    fovea_status status = made->path ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        made->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (made->file < 0 && errno == EEXIST)
            status = fovea__fail_at(error, FOVEA_EXISTS, path, -1, "is there already");
        else if (made->file < 0)
            status = fail_append(made, "cannot be written", error);
    }
    if (status != FOVEA_OK) {
        fovea__append_close(made);
        return status;
    }
    *file = made;
    return FOVEA_OK;
}

fovea_status fovea__append_write(fovea__append_file *file, const void *bytes, size_t size,
                                 fovea_error *error) {
    size_t done = 0;
    while (done < size) {
        ssize_t count = pwrite(file->file, (const uint8_t *)bytes + done, size - done,
                               (off_t)(file->size + (int64_t)done));
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) errno = ENOSPC;
        if (count <= 0) {
            fovea_status status = fail_append(file, "writing failed", error);
            // Should this fail too, readers see a record that ends early, as after a crash.
            (void)!ftruncate(file->file, (off_t)file->size);
            return status;
        }
        done += (size_t)count;
    }
    file->size += (int64_t)size;
    return FOVEA_OK;
}

fovea_status fovea__append_sync(fovea__append_file *file, fovea_error *error) {
    return fsync(file->file) == 0 ? FOVEA_OK : fail_append(file, "syncing failed", error);
}

void fovea__append_close(fovea__append_file *file) {
    if (!file) return;
    if (file->file >= 0) close(file->file);
    fovea__free(file->context, file->path);
    fovea__free(file->context, file);
}
