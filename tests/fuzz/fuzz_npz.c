// SPDX-License-Identifier: MIT
// Zip archives of arrays, read as they are; and once more as the content of a member, stored, of an
// archive that is built around them, so that a changed byte of an array does not end at its CRC.
#include <string.h>
#include <zlib.h>

#include "formats/npz.h"
#include "fuzz_parser.h"

enum { LOCAL = 30, ENTRY = 46, END = 22, NAME = 5 };

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea_error error;
    fovea__zip zip;
    fovea__tensor_list list;
    uint64_t hash = 0;
    if (fovea__zip_open(context, bytes, size, "input", &zip, &error) != FOVEA_OK) return 0;
    for (size_t i = 0; i < zip.count; i++)
        fuzz_require(fovea__zip_find(&zip, zip.member[i].name) == &zip.member[i]);
    if (fovea__npz_read_zip(&zip, &list, &error) == FOVEA_OK) {
        for (size_t i = 0; i < list.count; i++)
            hash = hash * 31 + 1 + fuzz_touch(list.item[i].data, list.item[i].size);
        fovea__list_clear(&list);
    }
    fovea__zip_close(&zip);
    return hash;
}

static void put(uint8_t *at, uint64_t value, size_t size) {
    for (size_t i = 0; i < size; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static void put_common(uint8_t *at, const uint8_t *content, size_t size) {
    put(at + 8, crc32(0, content, (uInt)size), 4);
    put(at + 12, size, 4);
    put(at + 16, size, 4);
    put(at + 20, NAME, 2);
}

static void read_wrapped(const uint8_t *data, size_t size) {
    const size_t directory = LOCAL + NAME + size;
    uint8_t *bytes = calloc(1, directory + ENTRY + NAME + END), *end;
    fuzz_require(bytes != NULL);
    put(bytes, 0x04034b50, 4);
    put_common(bytes + 6, data, size);
    memcpy(bytes + LOCAL, "a.npy", NAME);
    if (size > 0) memcpy(bytes + LOCAL + NAME, data, size);
    put(bytes + directory, 0x02014b50, 4);
    put_common(bytes + directory + 8, data, size);
    memcpy(bytes + directory + ENTRY, "a.npy", NAME);
    end = bytes + directory + ENTRY + NAME;
    put(end, 0x06054b50, 4);
    put(end + 8, 1, 2);
    put(end + 10, 1, 2);
    put(end + 12, ENTRY + NAME, 4);
    put(end + 16, directory, 4);
    fuzz_twice(bytes, directory + ENTRY + NAME + END, parse);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size >= 2 && data[0] == 'P' && data[1] == 'K')
        fuzz_twice(data, size, parse);
    else
        read_wrapped(data, size);
    return 0;
}
