// SPDX-License-Identifier: MIT
#include "explain/warp.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

fovea_status fovea__warp_create(fovea_context *context, int64_t height, int64_t width,
                                fovea__warp *warp, fovea_error *error) {
    size_t count = 4 * (size_t)(height * width);
    *warp = (fovea__warp){.height = height, .width = width};
    warp->place = fovea__new(context, count, sizeof *warp->place, error);
    warp->weight = fovea__new(context, count, sizeof *warp->weight, error);
    if (warp->place && warp->weight) return FOVEA_OK;
    fovea__warp_free(context, warp);
    return FOVEA_OUT_OF_MEMORY;
}

void fovea__warp_free(fovea_context *context, fovea__warp *warp) {
    fovea__free(context, warp->place);
    fovea__free(context, warp->weight);
    warp->place = NULL;
    warp->weight = NULL;
}

static int64_t modulo(int64_t a, int64_t n) {
    int64_t rest = a % n;
    return rest < 0 ? rest + n : rest;
}

// The two neighbours of `at` on a line, clamped, shifted, and the share of the second.
static void neighbours(double at, int64_t count, int64_t shift, int64_t place[2], double *share) {
    if (at < 0) at = 0;
    if (at > (double)(count - 1)) at = (double)(count - 1);
    int64_t low = (int64_t)at, high = low + 1 < count ? low + 1 : low;
    *share = at - (double)low;
    place[0] = modulo(low + shift, count);
    place[1] = modulo(high + shift, count);
}

static void fill_table(fovea__warp *warp, double size, double angle) {
    int64_t height = warp->height, width = warp->width, plane = height * width;
    double middle_h = (double)(height - 1) / 2, middle_w = (double)(width - 1) / 2;
    double along = cos(angle) / size, across = sin(angle) / size;
    for (int64_t i = 0; i < plane; i++) {
        double h = (double)(i / width) - middle_h, w = (double)(i % width) - middle_w;
        int64_t row[2], column[2];
        double low, right;
        neighbours(middle_h + along * h - across * w, height, warp->down, row, &low);
        neighbours(middle_w + across * h + along * w, width, warp->right, column, &right);
        for (int k = 0; k < 4; k++) {
            warp->place[k * plane + i] = (int32_t)(row[k / 2] * width + column[k % 2]);
            warp->weight[k * plane + i] =
                (float)((k / 2 ? low : 1 - low) * (k % 2 ? right : 1 - right));
        }
    }
}

void fovea__warp_draw(fovea__warp *warp, const fovea__warp_range *range, uint64_t seed,
                      uint32_t sample, uint32_t step) {
    double drawn[4];
    int64_t places = 2 * range->jitter + 1;
    for (uint64_t k = 0; k < 4; k++)
        drawn[k] = fovea__random_double(seed, FOVEA__RANDOM_JITTER, step, sample, k);
    warp->down = (int64_t)(drawn[0] * (double)places) - range->jitter;
    warp->right = (int64_t)(drawn[1] * (double)places) - range->jitter;
    warp->turns = range->scale > 0 || range->turn > 0;
    if (warp->turns)
        fill_table(warp, 1 + range->scale * (2 * drawn[2] - 1),
                   range->turn * (2 * drawn[3] - 1) * 3.14159265358979323846 / 180);
}

// dst[h][w] = src[h + down][w + right].
static void roll(int64_t height, int64_t width, int64_t down, int64_t right, const float *src,
                 float *dst) {
    int64_t first = modulo(right, width);
    for (int64_t h = 0; h < height; h++) {
        const float *line = src + modulo(h + down, height) * width;
        memcpy(dst + h * width, line + first, (size_t)(width - first) * sizeof *dst);
        memcpy(dst + h * width + width - first, line, (size_t)first * sizeof *dst);
    }
}

void fovea__warp_apply(const fovea__warp *warp, int64_t channels, const float *src, float *dst) {
    int64_t plane = warp->height * warp->width;
    const int32_t *place = warp->place;
    const float *weight = warp->weight;
    for (int64_t c = 0; c < channels; c++, src += plane, dst += plane) {
        if (!warp->turns) {
            roll(warp->height, warp->width, warp->down, warp->right, src, dst);
            continue;
        }
        for (int64_t i = 0; i < plane; i++)
            dst[i] = weight[i] * src[place[i]] + weight[plane + i] * src[place[plane + i]] +
                     weight[2 * plane + i] * src[place[2 * plane + i]] +
                     weight[3 * plane + i] * src[place[3 * plane + i]];
    }
}

void fovea__warp_gradient(const fovea__warp *warp, int64_t channels, const float *d_dst,
                          float *d_src) {
    int64_t plane = warp->height * warp->width;
    for (int64_t c = 0; c < channels; c++, d_src += plane, d_dst += plane) {
        if (!warp->turns) {
            roll(warp->height, warp->width, -warp->down, -warp->right, d_dst, d_src);
            continue;
        }
        memset(d_src, 0, (size_t)plane * sizeof *d_src);
        for (int64_t i = 0; i < plane; i++)
            for (int k = 0; k < 4; k++)
                d_src[warp->place[k * plane + i]] += warp->weight[k * plane + i] * d_dst[i];
    }
}
