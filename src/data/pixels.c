// SPDX-License-Identifier: MIT
#include "data/pixels.h"

#include <string.h>

#include "base/threads.h"

static uint8_t grey(uint32_t red, uint32_t green, uint32_t blue) {
    return (uint8_t)((9798 * red + 19235 * green + 3735 * blue + 16384) >> 15);
}

enum { BAND = 64 };  // rows

typedef struct planar_job {
    const fovea__picture *picture;
    int32_t channels;
    uint8_t *dst;
} planar_job;

static void planar_band(void *user, int64_t item, int32_t worker) {
    const planar_job *j = user;
    const fovea__picture *p = j->picture;
    (void)worker;
    size_t width = (size_t)p->width, count = width * (size_t)p->height, from = (size_t)p->channels;
    size_t first = (size_t)item * BAND * width, end = first + BAND * width;
    if (end > count) end = count;
    const uint8_t *src = p->pixels + first * from;
    uint8_t *dst = j->dst;
    if (j->channels == 1 && from == 1) {
        memcpy(dst + first, src, end - first);
    } else if (j->channels == 1) {
        for (size_t i = first; i < end; i++, src += 3) dst[i] = grey(src[0], src[1], src[2]);
    } else {
        size_t green = from == 1 ? 0 : 1, blue = from == 1 ? 0 : 2;
        for (size_t i = first; i < end; i++, src += from) {
            dst[i] = src[0];
            dst[count + i] = src[green];
            dst[2 * count + i] = src[blue];
        }
    }
}

void fovea__pixels_planar(fovea_context *context, const fovea__picture *picture, int32_t channels,
                          uint8_t *dst) {
    planar_job j = {picture, channels, dst};
    fovea__parallel(context, (picture->height + BAND - 1) / BAND, planar_band, &j);
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
