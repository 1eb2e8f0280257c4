// SPDX-License-Identifier: MIT
// The PNG reader; what it reads, written and read again, is the same picture.
#include "formats/png.h"
#include "fuzz_parser.h"

static uint64_t hash_of(const fovea__picture *picture) {
    return fuzz_touch(picture->pixels,
                      (size_t)picture->width * (size_t)picture->height * (size_t)picture->channels);
}

static void require_round_trip(fovea_context *context, const fovea__picture *picture,
                               fovea__png_effort effort) {
    fovea_error error;
    fovea__picture again;
    fovea__bytes png;
    const size_t stride = (size_t)picture->width * (size_t)picture->channels;
    fuzz_require(fovea__png_write(context, picture->pixels, picture->width, picture->height,
                                  picture->channels, stride, effort, &png, &error) == FOVEA_OK);
    fuzz_require(fovea__png_read(context, png.data, png.size, "again", &again, &error) == FOVEA_OK);
    fuzz_require(hash_of(&again) == hash_of(picture));
    fovea__free(context, png.data);
    fovea__picture_clear(context, &again);
}

static uint64_t parse(fovea_context *context, const uint8_t *bytes, size_t size) {
    fovea_error error;
    fovea__picture picture;
    if (fovea__png_read(context, bytes, size, "input", &picture, &error) != FOVEA_OK) {
        fuzz_require(picture.pixels == NULL);
        return 0;
    }
    const uint64_t hash = hash_of(&picture);
    // Encoding a large one takes longer than a fuzzer waits.
    if (picture.width <= 1024 && picture.height <= 1024) {
        require_round_trip(context, &picture, FOVEA__PNG_SMALL);
        require_round_trip(context, &picture, FOVEA__PNG_FAST);
    }
    fovea__picture_clear(context, &picture);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_twice(data, size, parse);
    return 0;
}
