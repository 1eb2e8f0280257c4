// SPDX-License-Identifier: MIT
// Filters of PNG rows (ISO/IEC 15948, 9).
#include <stdlib.h>
#include <string.h>

#include "formats/png_strip.h"

enum { NONE = 0, SUB = 1, UP = 2, PAETH = 4 };

static void filter_sub(const uint8_t *row, size_t size, size_t pixel, uint8_t *dst) {
    memcpy(dst, row, pixel < size ? pixel : size);
    for (size_t i = pixel; i < size; i++) dst[i] = (uint8_t)(row[i] - row[i - pixel]);
}

static void filter_up(const uint8_t *row, const uint8_t *above, size_t size, uint8_t *dst) {
    for (size_t i = 0; i < size; i++) dst[i] = (uint8_t)(row[i] - above[i]);
}

// The neighbour nearest to left + above - corner; of equals the left, then the one above.
static inline uint8_t paeth(int left, int above, int corner) {
    int by_left = abs(above - corner), by_above = abs(left - corner);
    int by_corner = abs(left + above - 2 * corner);
    int other = by_above <= by_corner ? above : corner;
    return (uint8_t)(by_left <= by_above && by_left <= by_corner ? left : other);
}

static void filter_paeth(const uint8_t *row, const uint8_t *above, size_t size, size_t pixel,
                         uint8_t *dst) {
    for (size_t i = 0; i < pixel && i < size; i++) dst[i] = (uint8_t)(row[i] - above[i]);
    for (size_t i = pixel; i < size; i++)
        dst[i] = (uint8_t)(row[i] - paeth(row[i - pixel], above[i], above[i - pixel]));
}

// Sum of the bytes' magnitudes, taken as numbers from -128 to 127.
static uint64_t magnitude(const uint8_t *bytes, size_t size) {
    uint64_t sum = 0;
    while (size > 0) {
        size_t part = size < 65536 ? size : 65536;
        uint32_t sum_of_part = 0;
        for (size_t i = 0; i < part; i++) {
            uint8_t turned = (uint8_t)-bytes[i];
            sum_of_part += bytes[i] < turned ? bytes[i] : turned;
        }
        sum += sum_of_part;
        bytes += part;
        size -= part;
    }
    return sum;
}

void fovea__png_filter_row(const fovea__png_pixels *p, size_t y, uint8_t *trial, uint8_t *dst) {
    const uint8_t *row = p->pixels + y * p->stride, *above = y > 0 ? row - p->stride : NULL;
    size_t size = p->width * p->channels;
    const uint8_t *best = row;
    uint64_t least = magnitude(row, size), sum;
    dst[0] = NONE;
    filter_sub(row, size, p->channels, trial);
    if ((sum = magnitude(trial, size)) < least) {
        dst[0] = SUB;
        least = sum;
        best = trial;
    }
    if (above) {
        filter_up(row, above, size, trial + size);
        if ((sum = magnitude(trial + size, size)) <= least) {
            dst[0] = UP;
            least = sum;
            best = trial + size;
        }
        if (p->matches) {
            filter_paeth(row, above, size, p->channels, trial + 2 * size);
            if (magnitude(trial + 2 * size, size) < least) {
                dst[0] = PAETH;
                best = trial + 2 * size;
            }
        }
    }
    memcpy(dst + 1, best, size);
}
