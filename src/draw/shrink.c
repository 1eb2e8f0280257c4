// SPDX-License-Identifier: MIT
#include "draw/shrink.h"

#include <math.h>
#include <string.h>

#include "base/threads.h"

// Source columns summed at a time; a pixel of dst covers fewer.
enum { SPAN = 2048, MOST_SHRINKING = 1000 };
enum { BAND = 16 };  // rows a worker makes at a time

bool fovea__can_shrink(int64_t rows, int64_t columns, int64_t dst_rows, int64_t dst_columns) {
    return dst_rows >= 1 && dst_columns >= 1 && dst_rows <= rows && dst_columns <= columns &&
           columns / dst_columns < MOST_SHRINKING;
}

// Adds `weight` times `count` bytes to `sums`.
static void add_row(const uint8_t *src, int64_t count, float weight, float *sums) {
    for (int64_t i = 0; i < count; i++) sums[i] += weight * (float)src[i];
}

// How much of [at, at+1] lies in [low, high].
static float share_of(double low, double high, int64_t at) {
    double from = low > (double)at ? low : (double)at;
    double to = high < (double)(at + 1) ? high : (double)(at + 1);
    return to > from ? (float)(to - from) : 0;
}

// Sums of the rows low..high, of `count` source columns from `first` on.
static void sum_rows(const uint8_t *src, int64_t rows, int64_t columns, int64_t first,
                     int64_t count, double low, double high, float *sums) {
    memset(sums, 0, (size_t)count * 3 * sizeof *sums);
    for (int64_t y = (int64_t)low; y < rows && (double)y < high; y++) {
        float weight = share_of(low, high, y);
        if (weight > 0) add_row(src + (y * columns + first) * 3, count * 3, weight, sums);
    }
}

// The pixel over columns low..high of the sums, which begin at column `first`.
static uint32_t pixel_of(const float *sums, int64_t first, int64_t columns, double low, double high,
                         float scale) {
    float rgb[3] = {0, 0, 0};
    for (int64_t x = (int64_t)low; x < columns && (double)x < high; x++) {
        float weight = share_of(low, high, x);
        const float *at = sums + 3 * (x - first);
        for (int c = 0; c < 3; c++) rgb[c] += weight * at[c];
    }
    uint32_t word = 0;
    for (int c = 0; c < 3; c++) {
        int value = (int)(rgb[c] * scale + 0.5f);
        word = word << 8 | (uint32_t)(value > 255 ? 255 : value);
    }
    return word;
}

typedef struct shrinking {
    const uint8_t *src;
    uint32_t *dst;
    int64_t rows, columns, dst_rows, dst_columns, stride;
} shrinking;

// One band of rows of dst.
static void shrink_band(void *user, int64_t band, int32_t worker) {
    const shrinking *s = user;
    (void)worker;
    float sums[3 * SPAN];
    double down = (double)s->rows / (double)s->dst_rows;
    double across = (double)s->columns / (double)s->dst_columns;
    float scale = (float)(1 / (down * across));
    int64_t block = (int64_t)floor((SPAN - 2) / across);
    int64_t top = band * BAND, bottom = top + BAND < s->dst_rows ? top + BAND : s->dst_rows;
    for (int64_t left = 0; left < s->dst_columns; left += block) {
        int64_t right = left + block < s->dst_columns ? left + block : s->dst_columns;
        int64_t first = (int64_t)((double)left * across);
        int64_t end = (int64_t)ceil((double)right * across);
        if (end > s->columns) end = s->columns;
        for (int64_t y = top; y < bottom; y++) {
            sum_rows(s->src, s->rows, s->columns, first, end - first, (double)y * down,
                     (double)(y + 1) * down, sums);
            for (int64_t x = left; x < right; x++)
                s->dst[y * s->stride + x] =
                    pixel_of(sums, first, end, (double)x * across, (double)(x + 1) * across, scale);
        }
    }
}

void fovea__shrink(fovea_context *context, const uint8_t *src, int64_t rows, int64_t columns,
                   uint32_t *dst, int64_t dst_rows, int64_t dst_columns, int64_t stride) {
    shrinking s = {src, dst, rows, columns, dst_rows, dst_columns, stride};
    fovea__parallel(context, (dst_rows + BAND - 1) / BAND, shrink_band, &s);
}
