// SPDX-License-Identifier: MIT
// Zip archives made by hand, with every field where a test can reach it.
#ifndef FOVEA_TESTS_ZIP_BUILDER_H
#define FOVEA_TESTS_ZIP_BUILDER_H

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "unit/unit.h"

enum { ZIP_MEMBERS = 16, ZIP_LOCAL = 30, ZIP_ENTRY = 46, ZIP_END = 22 };

typedef struct zip_builder {
    uint8_t *bytes;
    size_t size, room, count;
    size_t local[ZIP_MEMBERS], data[ZIP_MEMBERS], entry[ZIP_MEMBERS], end;  // positions
    struct {
        const char *name;
        uint32_t crc, packed, size;
        uint16_t method, flags;
    } member[ZIP_MEMBERS];
} zip_builder;

static inline void zip_put(zip_builder *z, const void *bytes, size_t size) {
    if (z->size + size > z->room) {
        z->room = 2 * (z->size + size);
        z->bytes = realloc(z->bytes, z->room);
        assert_non_null(z->bytes);
    }
    if (size > 0) memcpy(z->bytes + z->size, bytes, size);
    z->size += size;
}

static inline void zip_put_number(zip_builder *z, uint64_t value, int size) {
    for (int i = 0; i < size; i++) zip_put(z, &(uint8_t){(uint8_t)(value >> 8 * i)}, 1);
}

static inline void zip_patch(zip_builder *z, size_t at, uint64_t value, int size) {
    for (int i = 0; i < size; i++) z->bytes[at + (size_t)i] = (uint8_t)(value >> 8 * i);
}

// From the flags to the extra field's length, as in local headers and entries.
static inline void zip_put_common(zip_builder *z, size_t i) {
    zip_put_number(z, z->member[i].flags, 2);
    zip_put_number(z, z->member[i].method, 2);
    zip_put_number(z, 0x210000, 4);
    zip_put_number(z, z->member[i].crc, 4);
    zip_put_number(z, z->member[i].packed, 4);
    zip_put_number(z, z->member[i].size, 4);
    zip_put_number(z, strlen(z->member[i].name), 2);
    zip_put_number(z, 0, 2);
}

// `packed` bytes are stored under `method`; crc and size are of the content.
static inline void zip_add_packed(zip_builder *z, const char *name, int method, const void *packed,
                                  size_t packed_size, uint32_t crc, size_t size) {
    size_t i = z->count++;
    assert_true(i < ZIP_MEMBERS);
    z->member[i].name = name;
    z->member[i].method = (uint16_t)method;
    z->member[i].crc = crc;
    z->member[i].packed = (uint32_t)packed_size;
    z->member[i].size = (uint32_t)size;
    z->local[i] = z->size;
    zip_put_number(z, 0x04034b50, 4);
    zip_put_number(z, 20, 2);
    zip_put_common(z, i);
    zip_put(z, name, strlen(name));
    z->data[i] = z->size;
    zip_put(z, packed, packed_size);
}

static inline void zip_add(zip_builder *z, const char *name, const void *content, size_t size) {
    zip_add_packed(z, name, 0, content, size, (uint32_t)crc32(0, content, (uInt)size), size);
}

static inline void zip_add_deflated(zip_builder *z, const char *name, const void *content,
                                    size_t size) {
    uLongf room = compressBound((uLong)size);
    uint8_t *packed = malloc(room);
    z_stream stream = {0};
    assert_non_null(packed);
    assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = (Bytef *)(uintptr_t)content;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    zip_add_packed(z, name, 8, packed, stream.total_out, (uint32_t)crc32(0, content, (uInt)size),
                   size);
    deflateEnd(&stream);
    free(packed);
}

static inline void zip_finish(zip_builder *z) {
    size_t begin = z->size;
    for (size_t i = 0; i < z->count; i++) {
        z->entry[i] = z->size;
        zip_put_number(z, 0x02014b50, 4);
        zip_put_number(z, 20, 2);
        zip_put_number(z, 20, 2);
        zip_put_common(z, i);
        zip_put(z, (uint8_t[10]){0}, 10);
        zip_put_number(z, z->local[i], 4);
        zip_put(z, z->member[i].name, strlen(z->member[i].name));
    }
    z->end = z->size;
    zip_put_number(z, 0x06054b50, 4);
    zip_put_number(z, 0, 4);
    zip_put_number(z, z->count, 2);
    zip_put_number(z, z->count, 2);
    zip_put_number(z, z->end - begin, 4);
    zip_put_number(z, begin, 4);
    zip_put_number(z, 0, 2);
}

#endif
