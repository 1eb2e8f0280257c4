// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"

enum { NAME_TRIES = 100 };

struct fovea__file_writer {
    fovea_context *context;
    char *path, *temporary;
    int64_t written;
    int file;
};

static void free_writer(fovea__file_writer *writer) {
    fovea__free(writer->context, writer->path);
    fovea__free(writer->context, writer->temporary);
    fovea__free(writer->context, writer);
}

static fovea_status fail_system(fovea_error *error, const char *path, const char *what) {
    return fovea__fail_at(error, FOVEA_IO, path, -1, "%s: %s", what, strerror(errno));
}

// A rename would put a file in the place of a device or fail on a folder: both are refused at once.
static fovea_status check_target(const char *path, mode_t *mode, fovea_error *error) {
    struct stat status;
    *mode = 0;
    if (path[0] == '\0')
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the name of a file to write is empty");
    if (stat(path, &status) != 0) return FOVEA_OK;
    if (!S_ISREG(status.st_mode)) {
        return fovea__fail_at(error, FOVEA_IO, path, -1, "is %s, cannot be replaced by a file",
                              S_ISDIR(status.st_mode) ? "a folder" : "no regular file");
    }
    *mode = status.st_mode & 07777;
    return FOVEA_OK;
}

// PATH.tmp.PID, or PATH.tmp.PID.1 … where another writer of this process has that one open.
static fovea_status open_temporary(fovea__file_writer *writer, fovea_error *error) {
    for (int attempt = 0; attempt < NAME_TRIES; attempt++) {
        fovea__text name = fovea__text_begin(writer->context);
        fovea__text_format(&name, "%s.tmp.%ld", writer->path, (long)getpid());
        if (attempt > 0) fovea__text_format(&name, ".%d", attempt);
        FOVEA__TRY(fovea__text_take(&name, &writer->temporary, NULL, error));
        writer->file = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->file >= 0) return FOVEA_OK;
        if (errno != EEXIST) break;
        fovea__free(writer->context, writer->temporary);
        writer->temporary = NULL;
    }
    return fail_system(error, writer->path, "cannot be written");
}

fovea_status fovea__file_writer_open(fovea_context *context, const char *path,
                                     fovea__file_writer **writer, fovea_error *error) {
    *writer = NULL;
    mode_t mode;
    FOVEA__TRY(check_target(path, &mode, error));
    fovea__file_writer *made = fovea__new(context, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    made->file = -1;
    // A link keeps being a link: what it leads to is replaced.
    char *target = realpath(path, NULL);
    made->path = fovea__copy_text(context, target ? target : path, error);
    free(target);
    fovea_status status = made->path ? open_temporary(made, error) : FOVEA_OUT_OF_MEMORY;
    if (status != FOVEA_OK) {
        free_writer(made);
        return status;
    }
    if (mode) (void)fchmod(made->file, mode);  // the old file's rights where that is possible
    *writer = made;
    return FOVEA_OK;
}

fovea_status fovea__file_write(fovea__file_writer *writer, const void *bytes, size_t size,
                               fovea_error *error) {
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t count = write(writer->file, at, size);
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) errno = ENOSPC;
        if (count <= 0) {
            return fovea__fail_at(error, FOVEA_IO, writer->path, writer->written,
                                  "writing failed: %s", strerror(errno));
        }
        at += count;
        size -= (size_t)count;
        writer->written += count;
    }
    return FOVEA_OK;
}

// The new name is durable only once its folder is. Some file systems cannot sync a folder.
fovea_status fovea__folder_sync(char *path, fovea_error *error) {
    char *slash = strrchr(path, '/');
    const char *folder = ".";
    if (slash) {
        folder = slash == path ? "/" : path;
        if (slash != path) *slash = '\0';
    }
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = file < 0 ? errno : 0;
    if (file >= 0) {
        if (fsync(file) != 0) code = errno;
        close(file);
    }
    if (slash) *slash = '/';
    if (code == 0 || code == EINVAL || code == ENOTSUP || code == EACCES) return FOVEA_OK;
    errno = code;
    return fail_system(error, path, "the folder could not be synced");
}

fovea_status fovea__file_writer_commit(fovea__file_writer *writer, fovea_error *error) {
    // A second fsync after a failed one would report success for pages that are lost: no second
    // try.
    if (fsync(writer->file) != 0) {
        fovea_status status = fail_system(error, writer->path, "syncing failed");
        fovea__file_writer_discard(writer);
        return status;
    }
    int closed = close(writer->file);
    writer->file = -1;
    if (closed != 0 || rename(writer->temporary, writer->path) != 0) {
        fovea_status status =
            fail_system(error, writer->path, closed != 0 ? "closing failed" : "renaming failed");
        fovea__file_writer_discard(writer);
        return status;
    }
    fovea_status status = fovea__folder_sync(writer->path, error);
    free_writer(writer);
    return status;
}

void fovea__file_writer_discard(fovea__file_writer *writer) {
    if (!writer) return;
    if (writer->file >= 0) close(writer->file);
    unlink(writer->temporary);
    free_writer(writer);
}

fovea_status fovea__file_save(fovea_context *context, const char *path, const void *bytes,
                              size_t size, fovea_error *error) {
    fovea__file_writer *writer;
    FOVEA__TRY(fovea__file_writer_open(context, path, &writer, error));
    fovea_status status = fovea__file_write(writer, bytes, size, error);
    if (status != FOVEA_OK) {
        fovea__file_writer_discard(writer);
        return status;
    }
    return fovea__file_writer_commit(writer, error);
}
