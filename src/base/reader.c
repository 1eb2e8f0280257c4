// SPDX-License-Identifier: MIT
#include "base/reader.h"

#include <stdarg.h>

#include "base/format_text.h"

fovea__reader fovea__reader_over(const void *bytes, size_t size, const char *name) {
    static const uint8_t nothing;
    const uint8_t *begin = bytes ? bytes : &nothing;
    return (fovea__reader){
        .begin = begin, .at = begin, .end = begin + (bytes ? size : 0), .name = name};
}

size_t fovea__reader_left(const fovea__reader *reader) {
    return (size_t)(reader->end - reader->at);
}

int64_t fovea__reader_offset(const fovea__reader *reader) {
    return reader->at - reader->begin;
}

fovea_status fovea__take_bytes(fovea__reader *reader, const char *what, size_t size,
                               const uint8_t **bytes, fovea_error *error) {
    if (size > fovea__reader_left(reader)) {
        return fovea__reader_fail(reader, error, "%s needs %zu bytes, %zu are left", what, size,
                                  fovea__reader_left(reader));
    }
    *bytes = reader->at;
    reader->at += size;
    return FOVEA_OK;
}

fovea_status fovea__take_u8(fovea__reader *reader, const char *what, uint8_t *value,
                            fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(reader, what, 1, &b, error));
    *value = b[0];
    return FOVEA_OK;
}

fovea_status fovea__take_u32_be(fovea__reader *reader, const char *what, uint32_t *value,
                                fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(reader, what, 4, &b, error));
    *value = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    return FOVEA_OK;
}

fovea_status fovea__take_u16_le(fovea__reader *reader, const char *what, uint16_t *value,
                                fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(reader, what, 2, &b, error));
    *value = (uint16_t)(b[0] | b[1] << 8);
    return FOVEA_OK;
}

fovea_status fovea__take_u32_le(fovea__reader *reader, const char *what, uint32_t *value,
                                fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(reader, what, 4, &b, error));
    *value = (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
    return FOVEA_OK;
}

fovea_status fovea__take_u64_le(fovea__reader *reader, const char *what, uint64_t *value,
                                fovea_error *error) {
    const uint8_t *b;
    FOVEA__TRY(fovea__take_bytes(reader, what, 8, &b, error));
    uint64_t sum = 0;
    for (int i = 7; i >= 0; i--) sum = sum << 8 | b[i];
    *value = sum;
    return FOVEA_OK;
}

fovea_status(fovea__reader_fail)(const fovea__reader *reader, fovea_error *error,
                                 const char *format, ...) {
    if (!error) return FOVEA_BAD_FILE;
    char message[sizeof(error->text)];
    va_list list;
    va_start(list, format);
    fovea__format_list(message, sizeof(message), format, list);
    va_end(list);
    return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, fovea__reader_offset(reader), "%s",
                          message);
}
