// SPDX-License-Identifier: MIT
#include "data/pixels.h"

#include <string.h>

static uint8_t grey(uint32_t red, uint32_t green, uint32_t blue) {
    return (uint8_t)((9798 * red + 19235 * green + 3735 * blue + 16384) >> 15);
}

void fovea__pixels_planar(const fovea__picture *picture, int32_t channels, uint8_t *dst) {
    size_t count = (size_t)picture->width * (size_t)picture->height;
    size_t from = (size_t)picture->channels;
    const uint8_t *src = picture->pixels;
    for (size_t i = 0; i < count; i++, src += from) {
        if (channels == 1) {
            dst[i] = from == 1 ? src[0] : grey(src[0], src[1], src[2]);
            continue;
        }
        for (size_t c = 0; c < 3; c++) dst[c * count + i] = src[from == 1 ? 0 : c];
    }
}

void fovea__pixels_channels(const uint8_t *src, int32_t c, size_t pixels, int32_t channels,
                            uint8_t *dst) {
    if (c == channels) {
        memcpy(dst, src, (size_t)c * pixels);
    } else if (c == 1) {
        for (size_t i = 0; i < 3; i++) memcpy(dst + i * pixels, src, pixels);
    } else {
        for (size_t i = 0; i < pixels; i++)
            dst[i] = grey(src[i], src[pixels + i], src[2 * pixels + i]);
    }
}
