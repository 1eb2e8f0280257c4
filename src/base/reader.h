// SPDX-License-Identifier: MIT
// A bounded reader over bytes in memory: the only way a parser looks at its input. Every take
// either succeeds whole or fails with file, byte offset, what was wanted and what is left.
#ifndef FOVEA_BASE_READER_H
#define FOVEA_BASE_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/fail.h"

typedef struct fovea__reader {
    const uint8_t *begin, *at, *end;
    const char *name;  // file name for messages, borrowed
} fovea__reader;

// At the first of `size` bytes, which stay the caller's.
fovea__reader fovea__reader_over(const void *bytes, size_t size, const char *name);
// Bytes not taken yet, and bytes taken.
size_t fovea__reader_left(const fovea__reader *reader);
int64_t fovea__reader_offset(const fovea__reader *reader);

// `what` names the field in the message ("label count").
fovea_status fovea__take_u8(fovea__reader *reader, const char *what, uint8_t *value,
                            fovea_error *error);
fovea_status fovea__take_u32_be(fovea__reader *reader, const char *what, uint32_t *value,
                                fovea_error *error);
fovea_status fovea__take_u16_le(fovea__reader *reader, const char *what, uint16_t *value,
                                fovea_error *error);
fovea_status fovea__take_u32_le(fovea__reader *reader, const char *what, uint32_t *value,
                                fovea_error *error);
fovea_status fovea__take_u64_le(fovea__reader *reader, const char *what, uint64_t *value,
                                fovea_error *error);
// `*bytes` points into the input.
fovea_status fovea__take_bytes(fovea__reader *reader, const char *what, size_t size,
                               const uint8_t **bytes, fovea_error *error);
// BAD_FILE at the reader's position.
fovea_status fovea__reader_fail(const fovea__reader *reader, fovea_error *error, const char *format,
                                ...) __attribute__((format(printf, 3, 4)));
#define fovea__reader_fail(...) fovea__failed(FOVEA_BAD_FILE, (fovea__reader_fail)(__VA_ARGS__))

#endif
