// SPDX-License-Identifier: MIT
// One channel, filtered in bands of rows by the workers of the pool. A worker keeps the last
// `height` prepared source rows in a ring, so each row of a band is prepared once.
#ifndef FOVEA_FILTER_FILTER_BAND_H
#define FOVEA_FILTER_FILTER_BAND_H

#include "fovea/filter.h"
#include "kernels/filter2d/filter2d.h"

// Rows of a band.
enum { FOVEA__FILTER_BAND = 64 };

typedef struct fovea__filter_job {
    const fovea_filter_kernel *kernel;
    fovea_border border;
    fovea_filter_depth depth;
    const fovea__filter2d_variant *variant;
    int64_t height, width;  // of the picture
    int32_t channels;       // of the picture
    const uint8_t *src;     // channels×height×width
    void *dst;              // the same, bytes or floats
    // A matrix: its weights that are not zero. Box and Gaussian in floats: one side twice, along a
    // row and down the ring.
    fovea__filter2d_tap taps[FOVEA_FILTER_MAX_SIDE * FOVEA_FILTER_MAX_SIDE];
    fovea__filter2d_tap side_taps[FOVEA_FILTER_MAX_SIDE];
    int32_t tap_count;
    // Box and Gaussian in bytes.
    uint16_t side[FOVEA_FILTER_MAX_SIDE];
    fovea__filter2d_rounding rounding;
    uint8_t *scratch;  // scratch_size bytes for each worker
    size_t scratch_size;
} fovea__filter_job;

// Fills taps, sides, rounding and scratch_size from the fields above them.
void fovea__filter_prepare(fovea__filter_job *job);
// Work for fovea__parallel: band `item` of the channels one after the other.
void fovea__filter_band(void *job, int64_t item, int32_t worker);
// Bands of one channel.
int64_t fovea__filter_bands(const fovea__filter_job *job);

#endif
