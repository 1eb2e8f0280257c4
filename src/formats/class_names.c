// SPDX-License-Identifier: MIT
#include "formats/class_names.h"

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/reader.h"
#include "base/text.h"

static bool is_blank(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

// The next line without what ends it; blanks at both ends are cut off.
static void take_line(fovea__reader *reader, const uint8_t **line, size_t *length) {
    const uint8_t *begin = reader->at;
    const uint8_t *feed = memchr(begin, '\n', fovea__reader_left(reader));
    const uint8_t *end = feed != NULL ? feed : reader->end;
    reader->at = feed != NULL ? feed + 1 : reader->end;
    while (begin < end && is_blank(*begin)) begin++;
    while (begin < end && is_blank(end[-1])) end--;
    *line = begin;
    *length = (size_t)(end - begin);
}

static fovea_status check_name(const fovea__reader *reader, const uint8_t *line, size_t length,
                               fovea_error *error) {
    const int64_t offset = line - reader->begin;
    if (length == 0) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, offset,
                              "an empty line stands among the class names");
    }
    if (length > FOVEA__CLASS_NAME_BYTES) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, offset,
                              "a class name has %zu bytes, at most %d are read", length,
                              (int)FOVEA__CLASS_NAME_BYTES);
    }
    for (size_t i = 0; i < length; i++) {
        if (line[i] >= 0x20 && line[i] != 0x7f) continue;
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, offset + (int64_t)i,
                              "a class name contains the control character %02x", line[i]);
    }
    if (!fovea__is_utf8((const char *)line, length)) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, reader->name, offset,
                              "a class name is not UTF-8");
    }
    return FOVEA_OK;
}

static fovea_status add_name(fovea_context *context, const uint8_t *line, size_t length,
                             fovea__names *names, size_t *capacity, fovea_error *error) {
    if (names->count == *capacity) {
        char **grown = fovea__grow(context, names->name, names->count, capacity, names->count + 1,
                                   sizeof *grown, error);
        if (grown == NULL) return FOVEA_OUT_OF_MEMORY;
        names->name = grown;
    }
    char *copy = fovea__copy_text_n(context, (const char *)line, length, error);
    if (copy == NULL) return FOVEA_OUT_OF_MEMORY;
    names->name[names->count++] = copy;
    return FOVEA_OK;
}

static bool only_blank_lines_left(const fovea__reader *reader) {
    for (const uint8_t *at = reader->at; at < reader->end; at++) {
        if (!is_blank(*at) && *at != '\n') return false;
    }
    return true;
}

static fovea_status take_names(fovea_context *context, fovea__reader *reader, fovea__names *names,
                               fovea_error *error) {
    size_t capacity = 0;
    while (!only_blank_lines_left(reader)) {
        const uint8_t *line;
        size_t length;
        take_line(reader, &line, &length);
        FOVEA__TRY(check_name(reader, line, length, error));
        if (names->count == FOVEA__CLASS_NAMES_MAX) {
            return fovea__reader_fail(reader, error, "more than %d class names",
                                      (int)FOVEA__CLASS_NAMES_MAX);
        }
        FOVEA__TRY(add_name(context, line, length, names, &capacity, error));
    }
    return FOVEA_OK;
}

static fovea_status check_count(const fovea__reader *reader, size_t count, size_t expected,
                                fovea_error *error) {
    if (count > 0 && (expected == 0 || count == expected)) return FOVEA_OK;
    if (expected == 0) return fovea__reader_fail(reader, error, "it holds no class names");
    return fovea__reader_fail(reader, error, "it holds %zu class names, %zu were expected", count,
                              expected);
}

fovea_status fovea__class_names_parse(fovea_context *context, const uint8_t *bytes, size_t size,
                                      const char *name, size_t expected, fovea__names *names,
                                      fovea_error *error) {
    fovea__reader reader = fovea__reader_over(bytes, size, name);
    *names = (fovea__names){0};
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) reader.at += 3;
    fovea_status status = take_names(context, &reader, names, error);
    if (status == FOVEA_OK) status = check_count(&reader, names->count, expected, error);
    if (status != FOVEA_OK) {
        fovea__names_free(context, names);
        *names = (fovea__names){0};
    }
    return status;
}
