// SPDX-License-Identifier: MIT
#include "data/resize.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"

enum { PRECISION = 22 };

// For each output sample: the first input sample that counts, how many, and their weights.
typedef struct filter_taps {
    int32_t *first, *count, *weight;
    int32_t most;  // room for weights of each
} filter_taps;

static void free_taps(fovea_context *context, filter_taps *taps) {
    fovea__free(context, taps->first);
    fovea__free(context, taps->count);
    fovea__free(context, taps->weight);
}

static void fill_tap(filter_taps *taps, int32_t at, int32_t from, double scale, double support,
                     double *triangle) {
    double centre = (at + 0.5) * scale, sum = 0;
    int32_t first = (int32_t)fmax(centre - support + 0.5, 0);
    int32_t end = (int32_t)fmin(centre + support + 0.5, from);
    for (int32_t i = first; i < end; i++) {
        double distance = fabs((i - centre + 0.5) / support);
        triangle[i - first] = distance < 1 ? 1 - distance : 0;
        sum += triangle[i - first];
    }
    int32_t *weight = taps->weight + (size_t)at * (size_t)taps->most;
    for (int32_t i = 0; i < end - first; i++)
        weight[i] = (int32_t)(triangle[i] / sum * (1 << PRECISION) + 0.5);
    taps->first[at] = first;
    taps->count[at] = end - first;
}

static fovea_status make_taps(fovea_context *context, int32_t from, int32_t to, filter_taps *taps,
                              fovea_error *error) {
    double scale = (double)from / to, support = fmax(scale, 1);
    taps->most = (int32_t)ceil(support) * 2 + 1;
    size_t count = (size_t)to;
    double *triangle = fovea__new(context, (size_t)taps->most, sizeof(*triangle), error);
    taps->first = triangle ? fovea__new(context, count, sizeof(int32_t), error) : NULL;
    taps->count = taps->first ? fovea__new(context, count, sizeof(int32_t), error) : NULL;
    taps->weight = taps->count
                       ? fovea__new(context, count * (size_t)taps->most, sizeof(int32_t), error)
                       : NULL;
    if (taps->weight) {
        for (int32_t at = 0; at < to; at++) fill_tap(taps, at, from, scale, support, triangle);
    }
    fovea__free(context, triangle);
    return taps->weight ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

// One line of output samples, `step` apart, from input samples `step` apart.
static void filter_line(const filter_taps *taps, const uint8_t *src, size_t step, int32_t to,
                        uint8_t *dst) {
    for (int32_t at = 0; at < to; at++) {
        const int32_t *weight = taps->weight + (size_t)at * (size_t)taps->most;
        int32_t sum = 1 << (PRECISION - 1);
        for (int32_t i = 0; i < taps->count[at]; i++)
            sum += weight[i] * src[(size_t)(taps->first[at] + i) * step];
        int32_t value = sum >> PRECISION;
        dst[(size_t)at * step] = (uint8_t)(value > 255 ? 255 : value);
    }
}

fovea_status fovea__resize(fovea_context *context, const uint8_t *src, int32_t channels, int32_t h,
                           int32_t w, int32_t height, int32_t width, uint8_t *dst,
                           fovea_error *error) {
    size_t src_w = (size_t)w, dst_w = (size_t)width, rows = (size_t)h;
    filter_taps across = {0}, down = {0};
    fovea_status status;
    uint8_t *between = fovea__new(context, rows * dst_w, 1, error);
    if (!between) return FOVEA_OUT_OF_MEMORY;
    FOVEA__GO(make_taps(context, w, width, &across, error));
    FOVEA__GO(make_taps(context, h, height, &down, error));
    for (size_t c = 0; c < (size_t)channels; c++) {
        for (size_t y = 0; y < rows; y++) {
            filter_line(&across, src + (c * rows + y) * src_w, 1, width, between + y * dst_w);
        }
        for (size_t x = 0; x < dst_w; x++)
            filter_line(&down, between + x, dst_w, height, dst + c * (size_t)height * dst_w + x);
    }
done:
    free_taps(context, &across);
    free_taps(context, &down);
    fovea__free(context, between);
    return status;
}
