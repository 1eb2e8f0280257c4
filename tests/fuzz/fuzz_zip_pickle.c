// SPDX-License-Identifier: MIT
// Files of torch.save. The first byte chooses: 0 a whole file; otherwise the rest is the pickle of a
// zip archive that is built around it, with four storages of 64 bytes (even: the archive; odd: the
// plain form).
#include <string.h>
#include <zlib.h>

#include "formats/pth.h"
#include "fuzz_parser.h"

enum { STORAGES = 4, STORAGE_BYTES = 64, HEADERS = 4096 };

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea_error error;
    fovea__tensor_list list;
    if (fovea__pth_read(context, bytes, size, "input", &list, &error) != FOVEA_OK) return 0;
    uint64_t hash = 1;
    for (size_t i = 0; i < list.count; i++) {
        const fovea__list_tensor *tensor = &list.item[i];
        hash = hash * 31 + fuzz_touch(tensor->data, tensor->size);
        fuzz_require(tensor->size ==
                     (size_t)fovea_shape_count(&tensor->shape) * fovea_type_size(tensor->type));
        fuzz_require((uintptr_t)tensor->data % fovea_type_size(tensor->type) == 0);
        fuzz_require(fovea__tensor_find(list.by_name, list.count, tensor->name) == tensor);
    }
    fovea__list_clear(&list);
    return hash;
}

typedef struct builder {
    uint8_t *bytes;
    size_t size;
    uint8_t directory[HEADERS];
    size_t directory_size, count;
} builder;

static size_t put(uint8_t *at, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) at[i] = (uint8_t)(value >> 8 * i);
    return size;
}

static size_t put_common(uint8_t *at, const char *name, const uint8_t *content, size_t size) {
    memset(at, 0, 24);
    put(at + 8, crc32(0, content, (uInt)size), 4);
    put(at + 12, size, 4);
    put(at + 16, size, 4);
    put(at + 20, strlen(name), 2);
    return 24;
}

static void add(builder *b, const char *name, const uint8_t *content, size_t size) {
    const size_t local = b->size, length = strlen(name);
    b->size += put(b->bytes + b->size, 0x04034b50, 4) + 2;
    b->size += put_common(b->bytes + b->size, name, content, size);
    memcpy(b->bytes + b->size, name, length);
    memcpy(b->bytes + b->size + length, content, size);
    b->size += length + size;
    uint8_t *entry = b->directory + b->directory_size;
    put(entry, 0x02014b50, 4);
    put_common(entry + 8, name, content, size);
    put(entry + 42, local, 4);
    memcpy(entry + 46, name, length);
    b->directory_size += 46 + length;
    b->count++;
}

static void finish(builder *b) {
    const size_t begin = b->size;
    memcpy(b->bytes + begin, b->directory, b->directory_size);
    b->size += b->directory_size;
    uint8_t *end = b->bytes + b->size;
    put(end, 0x06054b50, 8);
    put(end + 8, b->count, 2);
    put(end + 10, b->count, 2);
    put(end + 12, b->directory_size, 4);
    put(end + 16, begin, 4);
    b->size += 22;
}

static const uint8_t numbers[STORAGE_BYTES] = {0, 1, 0, 1, 0, 0, 0x80, 0x3f};

static void build_zip(builder *b, const uint8_t *pickle, size_t size) {
    static const char *const names[STORAGES] = {"n/data/0", "n/data/1", "n/data/2", "n/data/3"};
    add(b, "n/data.pkl", pickle, size);
    for (int i = 0; i < STORAGES; i++) add(b, names[i], numbers, STORAGE_BYTES);
    finish(b);
}

static void append(builder *b, const void *bytes, size_t size) {
    memcpy(b->bytes + b->size, bytes, size);
    b->size += size;
}

// One storage of sixteen floats, called 0.
static void build_plain(builder *b, const uint8_t *pickle, size_t size) {
    static const char begin[] =
        "\x80\2\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\2M\xe9\3."
        "\x80\2}X\x0d\0\0\0little_endian\x88s.";
    static const char keys[] = "\x80\2]X\1\0\0\0000a.\x10\0\0\0\0\0\0\0";
    append(b, begin, sizeof begin - 1);
    append(b, pickle, size);
    append(b, keys, sizeof keys - 1);
    append(b, numbers, STORAGE_BYTES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2 || data[0] == 0) {
        fuzz_twice(data + (size > 0), size - (size > 0), parse);
        return 0;
    }
    builder b = {.bytes = calloc(1, size + HEADERS)};
    fuzz_require(b.bytes != NULL);
    if (data[0] % 2 == 0)
        build_zip(&b, data + 1, size - 1);
    else
        build_plain(&b, data + 1, size - 1);
    fuzz_twice(b.bytes, b.size, parse);
    free(b.bytes);
    return 0;
}
