// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/fail.h"
#include "tensor/convert.h"

enum { BLOCK = 1024 };

fovea_status fovea_view_statistics(const fovea_view *view, fovea_statistics *statistics,
                                   fovea_error *error) {
    double block[BLOCK], sum = 0;
    int64_t count = fovea_shape_count(&view->shape), numbers = 0;
    *statistics = (fovea_statistics){.minimum = NAN, .maximum = NAN, .mean = NAN};
    if (count < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a tensor of an open shape has no numbers");
    const uint8_t *data = view->data;
    size_t width = fovea_type_size(view->type);
    for (int64_t begin = 0; begin < count; begin += BLOCK) {
        int64_t some = count - begin < BLOCK ? count - begin : BLOCK;
        FOVEA__TRY(fovea__convert(view->type, data + (size_t)begin * width, FOVEA_F64, block, some,
                                  error));
        for (int64_t i = 0; i < some; i++) {
            if (!isfinite(block[i])) {
                statistics->not_finite++;
                continue;
            }
            statistics->minimum = fmin(statistics->minimum, block[i]);
            statistics->maximum = fmax(statistics->maximum, block[i]);
            statistics->zeros += block[i] == 0;
            sum += block[i];
            numbers++;
        }
    }
    statistics->count = count;
    if (numbers > 0) statistics->mean = sum / (double)numbers;
    return FOVEA_OK;
}
