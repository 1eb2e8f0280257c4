// SPDX-License-Identifier: MIT
// The JPEG reader; what the strict one accepts the lenient one reads alike.
#include "formats/jpeg.h"
#include "fuzz_parser.h"

static uint64_t read_as(fovea_context *context, const uint8_t *bytes, size_t size, bool lenient) {
    fovea_error error;
    fovea__picture picture;
    if (fovea__jpeg_read(context, bytes, size, "input", lenient, &picture, &error) != FOVEA_OK) {
        fuzz_require(picture.pixels == NULL);
        return 0;
    }
    const uint64_t hash = fuzz_touch(
        picture.pixels, (size_t)picture.width * (size_t)picture.height * (size_t)picture.channels);
    fovea__picture_clear(context, &picture);
    return hash;
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    const uint64_t strict = read_as(context, bytes, size, false);
    const uint64_t lenient = read_as(context, bytes, size, true);
    fuzz_require(strict == 0 || strict == lenient);
    return strict ^ lenient;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
