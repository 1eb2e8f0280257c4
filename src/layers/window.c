// SPDX-License-Identifier: MIT
#include "layers/window.h"

#include "base/fail.h"

fovea_status fovea__window_fill(fovea__attribute *value, int32_t spatial, int64_t standard,
                                const char *what, fovea_error *error) {
    if (value->count > 1 && value->count != spatial) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s has %d numbers, wants one or %d (one a dimension)", what,
                           value->count, spatial);
    }
    int64_t same = value->count ? value->i[0] : standard;
    for (int32_t d = value->count > 1 ? spatial : 0; d < spatial; d++) value->i[d] = same;
    value->count = spatial;
    return FOVEA_OK;
}

fovea_status fovea__window_fill_pads(fovea__attribute *pads, int32_t spatial, fovea_error *error) {
    if (pads->count == 2 * spatial && pads->count > 0) return FOVEA_OK;
    FOVEA__TRY(fovea__window_fill(pads, spatial, 0, "padding", error));
    for (int32_t d = 0; d < spatial; d++) pads->i[spatial + d] = pads->i[d];
    pads->count = 2 * spatial;
    return FOVEA_OK;
}

int64_t fovea__window_count(int64_t in, int64_t kernel, int64_t stride, int64_t begin, int64_t end,
                            int64_t dilation, bool ceil) {
    int64_t room = in + begin + end - dilation * (kernel - 1) - 1;
    if (ceil) room += stride - 1;
    if (room < 0) return 0;
    int64_t count = room / stride + 1;
    if (ceil && (count - 1) * stride >= in + begin) count--;
    return count;
}
