// SPDX-License-Identifier: MIT
// Files: read whole with a cap, and written so that a name holds the old or the new content, never
// half.
#ifndef FOVEA_BASE_FILE_H
#define FOVEA_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fovea/context.h"

typedef struct fovea__bytes {
    uint8_t *data;
    size_t size;
} fovea__bytes;

// Reads a regular file (read(), not mmap: a file that shrinks meanwhile is an error, not a signal).
// Folders, pipes, devices and files over `limit` bytes are refused with BAD_FILE before reading.
// `bytes->data` is freed with fovea__free.
fovea_status fovea__file_read(fovea_context *context, const char *path, uint64_t limit,
                              fovea__bytes *bytes, fovea_error *error);

bool fovea__file_exists(const char *path);    // a regular file, after links
bool fovea__folder_exists(const char *path);  // a folder, after links
// Creates the folder and its parents; fine if it is there already.
fovea_status fovea__folder_make(const char *path, fovea_error *error);
// Names in the folder ("." and ".." left out), sorted by bytes. Free with fovea__names_free.
typedef struct fovea__names {
    char **name;
    size_t count;
} fovea__names;
fovea_status fovea__folder_list(fovea_context *context, const char *path, fovea__names *names,
                                fovea_error *error);
void fovea__names_free(fovea_context *context, fovea__names *names);

// "a/b" in memory of its own (fovea__free).
char *fovea__path_join(fovea_context *context, const char *a, const char *b, fovea_error *error);
// ".png" for "x/y.PNG" in lower case, "" without one; `size` bytes at most.
void fovea__path_extension(const char *path, char *extension, size_t size);

// Writing: open makes PATH.tmp.PID in the same folder, write appends (short writes and EINTR
// handled), commit does fsync, close, rename, fsync of the folder. Anything not committed is
// removed by discard.
typedef struct fovea__file_writer fovea__file_writer;
fovea_status fovea__file_writer_open(fovea_context *context, const char *path,
                                     fovea__file_writer **writer, fovea_error *error);
fovea_status fovea__file_write(fovea__file_writer *writer, const void *bytes, size_t size,
                               fovea_error *error);
fovea_status fovea__file_writer_commit(fovea__file_writer *writer, fovea_error *error);  // frees it
void fovea__file_writer_discard(fovea__file_writer *writer);                             // frees it
// fsync of the folder `path` lies in, so that a new name lasts. `path` is changed meanwhile, and
// restored.
fovea_status fovea__folder_sync(char *path, fovea_error *error);
// The whole of the above for bytes at hand.
fovea_status fovea__file_save(fovea_context *context, const char *path, const void *bytes,
                              size_t size, fovea_error *error);

#endif
