// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"

static const char *kind_of(mode_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

static fovea_status check_size(int file, const char *path, uint64_t limit, size_t *size,
                               fovea_error *error) {
    struct stat status;
    if (fstat(file, &status) != 0)
        return fovea__fail_at(error, FOVEA_IO, path, -1, "%s", strerror(errno));
    if (!S_ISREG(status.st_mode)) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1, "is %s, a file is needed",
                              kind_of(status.st_mode));
    }
    if ((uint64_t)status.st_size > limit || (uint64_t)status.st_size >= SIZE_MAX) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1,
                              "has %llu bytes, more than the %llu allowed",
                              (unsigned long long)status.st_size, (unsigned long long)limit);
    }
    *size = (size_t)status.st_size;
    return FOVEA_OK;
}

// Fills `data` and then asks for one byte more: a file that shrank or grew meanwhile is refused.
static fovea_status read_exactly(int file, const char *path, uint8_t *data, size_t size,
                                 fovea_error *error) {
    size_t done = 0;
    for (;;) {
        uint8_t extra;
        ssize_t count = done < size ? read(file, data + done, size - done) : read(file, &extra, 1);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            return fovea__fail_at(error, FOVEA_IO, path, (int64_t)done, "reading failed: %s",
                                  strerror(errno));
        }
        if (done == size && count == 0) return FOVEA_OK;
        if (done == size || count == 0) {
            return fovea__fail_at(error, FOVEA_BAD_FILE, path, (int64_t)done,
                                  "%s while it was read", count == 0 ? "shrank" : "grew");
        }
        done += (size_t)count;
    }
}

fovea_status fovea__file_read(fovea_context *context, const char *path, uint64_t limit,
                              fovea__bytes *bytes, fovea_error *error) {
    *bytes = (fovea__bytes){0};
    if (path[0] == '\0') return fovea__fail(error, FOVEA_BAD_FILE, "the name of a file is empty");
    // Not blocking: opening a pipe must not wait for a writer. It means nothing for regular files.
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1, "%s", strerror(errno));
    size_t size;
    uint8_t *data = NULL;
    fovea_status status;
    FOVEA__GO(check_size(file, path, limit, &size, error));
    data = fovea__new(context, size + 1, 1, error);
    if (!data) {
        status = FOVEA_OUT_OF_MEMORY;
        goto done;
    }
    FOVEA__GO(read_exactly(file, path, data, size, error));
    *bytes = (fovea__bytes){.data = data, .size = size};
    data = NULL;
done:
    fovea__free(context, data);
    close(file);
    return status;
}
