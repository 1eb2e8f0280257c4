// SPDX-License-Identifier: MIT
// Numbers counted in TensorBoard's usual buckets.
#ifndef FOVEA_TRAIN_EVENT_HISTOGRAM_H
#define FOVEA_TRAIN_EVENT_HISTOGRAM_H

#include "formats/tfevents.h"
#include "fovea/tensor.h"

enum { FOVEA__HISTOGRAM_SIDE = 775, FOVEA__HISTOGRAM_BUCKETS = 2 * FOVEA__HISTOGRAM_SIDE + 1 };

// Limits of the buckets, and room for counts of one tensor at a time.
typedef struct fovea__histogram_bins {
    double limit[FOVEA__HISTOGRAM_BUCKETS];  // -DBL_MAX, …, -1e-12, 0, 1e-12, …, DBL_MAX
    int64_t count[FOVEA__HISTOGRAM_BUCKETS];
    double kept_limit[FOVEA__HISTOGRAM_BUCKETS], kept_count[FOVEA__HISTOGRAM_BUCKETS];
} fovea__histogram_bins;

void fovea__histogram_begin(fovea__histogram_bins *bins);
// Of `values`, F32 or F64. Empty buckets at both ends are left out, and of those in between that
// lie beside each other one is made. Sums are added in the order of the elements. `histogram`
// points into `bins`; its count is 0 where no value is finite.
void fovea__histogram_of(fovea__histogram_bins *bins, const fovea_view *values,
                         fovea__histogram *histogram);

#endif
