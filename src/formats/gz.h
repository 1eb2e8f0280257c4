// SPDX-License-Identifier: MIT
// Inflating gzip (RFC 1952) from memory: as a stream of blocks, or whole.
//
// Concatenated members are accepted and their contents joined, as gunzip does; anything else after
// a member is refused. CRC-32 and length of each member are checked, and so is the header's CRC
// where there is one. A name or comment in a header may have 4096 bytes, more is refused.
#ifndef FOVEA_FORMATS_GZ_H
#define FOVEA_FORMATS_GZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

typedef struct fovea__gz fovea__gz;

// Whether the bytes begin as a gzip file does (1f 8b), whatever the file is called.
bool fovea__gz_is(const uint8_t *bytes, size_t size);

// Begins inflating `bytes`, which must stay until fovea__gz_close; `name` is for messages. `limit`:
// most bytes that may come out, more is BAD_FILE.
fovea_status fovea__gz_open(fovea_context *context, const uint8_t *bytes, size_t size,
                            const char *name, uint64_t limit, fovea__gz **gz, fovea_error *error);

// Puts the next bytes into `dst`, `capacity` of them unless the end comes first: `*count` <
// `capacity` says that the end was reached and every checksum was right. BAD_FILE with the byte in
// the compressed file: damaged, cut short, followed by something else, or longer than the limit.
fovea_status fovea__gz_read(fovea__gz *gz, uint8_t *dst, size_t capacity, size_t *count,
                            fovea_error *error);

void fovea__gz_close(fovea__gz *gz);  // NULL is fine

// Inflates a whole file of at most `limit` bytes in two passes: the first only counts and checks,
// so that memory is taken for nothing but good data. `inflated->data` is freed with fovea__free.
fovea_status fovea__gz_inflate(fovea_context *context, const uint8_t *bytes, size_t size,
                               const char *name, uint64_t limit, fovea__bytes *inflated,
                               fovea_error *error);

// Inflates a file that must hold exactly `expected` bytes. Where that is plausible for `size` bytes
// of input (up to 64 MiB + 32 * size) one pass is made; else the counting pass comes first.
fovea_status fovea__gz_inflate_exactly(fovea_context *context, const uint8_t *bytes, size_t size,
                                       const char *name, uint64_t expected, fovea__bytes *inflated,
                                       fovea_error *error);

#endif
