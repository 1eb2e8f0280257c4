// SPDX-License-Identifier: MIT
// An axis of the walk cut into stretches of destinations that meet the same taps: the inside of a
// picture and its borders.
#ifndef FOVEA_KERNELS_CONV_STRETCH_H
#define FOVEA_KERNELS_CONV_STRETCH_H

#include "kernels/conv/conv_axis.h"

// Destinations [begin, end) that meet exactly the taps `taps` (none: begin = end = 0).
typedef struct stretch {
    int64_t begin, end;
    fovea__conv_range taps;
} stretch;

static inline fovea__conv_range taps_at(const axis *a, int64_t j) {
    fovea__conv_range taps = taps_inside(a, j * a->source_step + a->offset);
    return taps.end > taps.begin ? taps : (fovea__conv_range){0, 0};
}

// The longest stretch from `begin` on, begin < count.
static inline stretch stretch_at(const axis *a, int64_t begin) {
    stretch s = {begin, begin + 1, taps_at(a, begin)};
    if (a->taps > 0 && s.taps.end - s.taps.begin == a->taps) {  // until the foremost tap leaves
        int64_t ahead = a->offset_step > 0 ? (a->taps - 1) * a->offset_step : 0;
        s.end = fovea__conv_inside(a->count, a->source_step, a->offset + ahead, a->source_size).end;
        return s;
    }
    for (; s.end < a->count; s.end++) {
        fovea__conv_range next = taps_at(a, s.end);
        if (next.begin != s.taps.begin || next.end != s.taps.end) break;
    }
    return s;
}

#endif
