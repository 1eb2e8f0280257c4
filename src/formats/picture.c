// SPDX-License-Identifier: MIT
#include "formats/picture.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/fail.h"
#include "base/memory.h"

fovea_status fovea__picture_check(const char *name, int64_t offset, uint64_t width, uint64_t height,
                                  fovea_error *error) {
    if (width == 0 || height == 0) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, offset,
                              "the picture is %" PRIu64 "x%" PRIu64
                              " pixels, width and height must be at least 1",
                              width, height);
    }
    if (width > FOVEA__PICTURE_MAX_SIDE || height > FOVEA__PICTURE_MAX_SIDE) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, offset,
                              "the picture is %" PRIu64 "x%" PRIu64
                              " pixels, at most %d along a side are read",
                              width, height, (int)FOVEA__PICTURE_MAX_SIDE);
    }
    if (width * height > FOVEA__PICTURE_MAX_PIXELS) {
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, offset,
                              "the picture is %" PRIu64 "x%" PRIu64 " = %" PRIu64
                              " pixels, at most %d are read",
                              width, height, width * height, (int)FOVEA__PICTURE_MAX_PIXELS);
    }
    return FOVEA_OK;
}

fovea_status fovea__picture_new(fovea_context *context, const char *name, int64_t offset,
                                uint64_t width, uint64_t height, int32_t channels,
                                fovea__picture *picture, fovea_error *error) {
    *picture = (fovea__picture){0};
    FOVEA__TRY(fovea__picture_check(name, offset, width, height, error));
    if (channels != 1 && channels != 3) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture has 1 or 3 channels, not %" PRId32, channels);
    }
    // At most 2^26 pixels of 3 bytes: no overflow.
    uint8_t *pixels = fovea__new(context, (size_t)width * (size_t)height, (size_t)channels, error);
    if (pixels == NULL) return FOVEA_OUT_OF_MEMORY;
    *picture = (fovea__picture){(int32_t)width, (int32_t)height, channels, pixels};
    return FOVEA_OK;
}

void fovea__picture_clear(fovea_context *context, fovea__picture *picture) {
    fovea__free(context, picture->pixels);
    *picture = (fovea__picture){0};
}
