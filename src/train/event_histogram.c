// SPDX-License-Identifier: MIT
#include "train/event_histogram.h"

#include <float.h>
#include <math.h>
#include <string.h>

void fovea__histogram_begin(fovea__histogram_bins *bins) {
    double limit = 1e-12;
    double *zero = bins->limit + FOVEA__HISTOGRAM_SIDE;
    *zero = 0;
    for (int i = 1; i <= FOVEA__HISTOGRAM_SIDE; i++) {
        zero[i] = i < FOVEA__HISTOGRAM_SIDE ? limit : DBL_MAX;
        zero[-i] = -zero[i];
        limit *= 1.1;
    }
}

// The first bucket whose limit is above `value`; DBL_MAX itself belongs to the last.
static int bucket_of(const double *limit, double value) {
    int low = 0, high = FOVEA__HISTOGRAM_BUCKETS - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (limit[middle] > value)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void keep_buckets(fovea__histogram_bins *bins, fovea__histogram *histogram) {
    int first = 0, last = FOVEA__HISTOGRAM_BUCKETS - 1;
    size_t kept = 0;
    while (bins->count[first] == 0) first++;
    while (bins->count[last] == 0) last--;
    for (int i = first; i <= last; i++) {
        if (bins->count[i] == 0 && bins->count[i + 1] == 0) continue;
        bins->kept_limit[kept] = bins->limit[i];
        bins->kept_count[kept++] = (double)bins->count[i];
    }
    histogram->limit = bins->kept_limit;
    histogram->bucket = bins->kept_count;
    histogram->buckets = kept;
}

void fovea__histogram_of(fovea__histogram_bins *bins, const fovea_view *values,
                         fovea__histogram *histogram) {
    int64_t count = fovea_shape_count(&values->shape), counted = 0;
    *histogram = (fovea__histogram){.minimum = INFINITY, .maximum = -INFINITY};
    memset(bins->count, 0, sizeof bins->count);
    for (int64_t i = 0; i < count; i++) {
        double value = values->type == FOVEA_F64 ? ((const double *)values->data)[i]
                                                 : (double)((const float *)values->data)[i];
        if (!isfinite(value)) continue;
        bins->count[bucket_of(bins->limit, value)]++;
        histogram->minimum = fmin(histogram->minimum, value);
        histogram->maximum = fmax(histogram->maximum, value);
        histogram->sum += value;
        histogram->squares += value * value;
        counted++;
    }
    histogram->count = (double)counted;
    if (counted > 0) keep_buckets(bins, histogram);
}
