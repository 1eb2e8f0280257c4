// SPDX-License-Identifier: MIT
#include <string.h>

#include "formats/ppm.h"
#include "fuzz_parser.h"

// What was read is written and read again: the same picture.
static void require_round_trip(fovea_context *context, const fovea__picture *picture) {
    fovea__bytes encoded;
    fovea__picture again;
    fuzz_require(fovea__ppm_write(context, picture, &encoded, NULL) == FOVEA_OK);
    fuzz_require(fovea__ppm_read(context, encoded.data, encoded.size, "again", &again, NULL) ==
                 FOVEA_OK);
    fuzz_require(again.width == picture->width && again.height == picture->height &&
                 again.channels == picture->channels);
    fuzz_require(memcmp(again.pixels, picture->pixels,
                        (size_t)again.width * (size_t)again.height * (size_t)again.channels) == 0);
    fovea__picture_clear(context, &again);
    fovea__free(context, encoded.data);
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea__picture picture;
    fovea_error error;
    const fovea_status status = fovea__ppm_read(context, bytes, size, "fuzz", &picture, &error);
    if (status != FOVEA_OK) return (uint64_t)status;
    fuzz_require((size_t)picture.width * (size_t)picture.height <= size);
    require_round_trip(context, &picture);
    const uint64_t hash = fuzz_touch(
        picture.pixels, (size_t)picture.width * (size_t)picture.height * (size_t)picture.channels);
    fovea__picture_clear(context, &picture);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
