// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/fail.h"
#include "fovea/tensor.h"

static double element(const fovea_view *view, int64_t i) {
    return view->type == FOVEA_F64 ? ((const double *)view->data)[i]
                                   : (double)((const float *)view->data)[i];
}

static fovea_status check_pair(const fovea_view *a, const fovea_view *b, fovea_error *error) {
    if (a->type != b->type || (a->type != FOVEA_F32 && a->type != FOVEA_F64)) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s and %s cannot be compared: both must be F32 or both F64",
                           fovea_type_name(a->type), fovea_type_name(b->type));
    }
    if (!fovea_shape_equal(&a->shape, &b->shape) || fovea_shape_count(&a->shape) < 0) {
        char left[96], right[96];
        fovea_shape_format(&a->shape, left, sizeof(left));
        fovea_shape_format(&b->shape, right, sizeof(right));
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "shapes %s and %s cannot be compared: equal, fixed ones are needed",
                           left, right);
    }
    return FOVEA_OK;
}

fovea_status fovea_view_compare(const fovea_view *a, const fovea_view *b, double rtol, double atol,
                                double *largest, int *close, fovea_error *error) {
    FOVEA__TRY(check_pair(a, b, error));
    int64_t count = fovea_shape_count(&a->shape);
    double most = 0;
    int all_close = 1;
    for (int64_t i = 0; i < count; i++) {
        double x = element(a, i), y = element(b, i);
        if (x == y) continue;  // equal infinities too
        double difference = fabs(x - y);
        // Written so that a NaN on either side, or an infinity on one, is not close.
        if (!(difference <= atol + rtol * fabs(y)) || isinf(y)) all_close = 0;
        if (difference > most || isnan(difference)) most = isnan(most) ? most : difference;
    }
    if (largest) *largest = most;
    if (close) *close = all_close;
    return FOVEA_OK;
}
