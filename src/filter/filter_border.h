// SPDX-License-Identifier: MIT
// Which pixel stands for one outside of the picture.
#ifndef FOVEA_FILTER_FILTER_BORDER_H
#define FOVEA_FILTER_FILTER_BORDER_H

#include <stdint.h>

#include "fovea/filter.h"

// The index in [0, count) that `index` stands for; -1: a zero.
static inline int64_t fovea__border_index(int64_t index, int64_t count, fovea_border border) {
    if (index >= 0 && index < count) return index;
    if (border == FOVEA_BORDER_ZERO) return -1;
    if (border == FOVEA_BORDER_REPLICATE) return index < 0 ? 0 : count - 1;
    if (count == 1) return 0;
    int64_t period = 2 * (count - 1);
    index %= period;
    if (index < 0) index += period;
    return index < count ? index : period - index;
}

#endif
