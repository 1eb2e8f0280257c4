// SPDX-License-Identifier: MIT
#include <math.h>

#include "filter/filter_band.h"
#include "filter/gaussian.h"

// In OpenCV a box of up to 256 pixels is divided in whole numbers of 2^-23, a larger one by a
// float; the last columns, fewer than 8, by a double.
static void box_rounding(fovea__filter_job *job) {
    uint32_t area = (uint32_t)(job->kernel->height * job->kernel->width);
    fovea__filter2d_rounding *r = &job->rounding;
    if (area > 256) {
        *r = (fovea__filter2d_rounding){
            .share = 1.0 / area, .tail = job->width * job->channels / 8 * 8, .step = job->channels};
        return;
    }
    double scale = (double)(1 << 23) / area, below = floor(scale);
    bool up = scale - below >= 0.5;
    *r = (fovea__filter2d_rounding){.delta = area == 1 ? 0 : area / 2 + (up ? 0 : 1),
                                    .scale = (uint32_t)below + (up ? 1 : 0),
                                    .shift = 23};
}

static void prepare_matrix(fovea__filter_job *job) {
    const fovea_filter_kernel *k = job->kernel;
    for (int32_t i = 0; i < k->height * k->width; i++)
        if (k->weight[i] != 0)
            job->taps[job->tap_count++] =
                (fovea__filter2d_tap){i / k->width, i % k->width, k->weight[i]};
}

static void prepare_side(fovea__filter_job *job) {
    const fovea_filter_kernel *k = job->kernel;
    double side[FOVEA_FILTER_MAX_SIDE];
    bool box = k->kind == FOVEA_FILTER_BOX;
    for (int32_t i = 0; i < k->width; i++) {
        side[i] = 1.0 / k->width;
        job->side[i] = 1;
    }
    if (!box) {
        (void)fovea__gaussian_weights(k->width, k->sigma, side);
        fovea__gaussian_fixed(k->width, k->sigma, job->side);
        job->rounding = (fovea__filter2d_rounding){.delta = 1 << 15, .scale = 1, .shift = 16};
    } else {
        box_rounding(job);
    }
    for (int32_t i = 0; i < k->width; i++) {
        job->side_taps[i] = (fovea__filter2d_tap){0, i, (float)side[i]};
        job->taps[i] = (fovea__filter2d_tap){i, 0, (float)side[i]};
    }
    job->tap_count = k->width;
}

void fovea__filter_prepare(fovea__filter_job *job) {
    job->tap_count = 0;
    if (job->kernel->kind == FOVEA_FILTER_MATRIX)
        prepare_matrix(job);
    else
        prepare_side(job);
    // A padded row to begin with, the ring, and a row of sums; four bytes an element.
    size_t padded = (size_t)(job->width + job->kernel->width + 15) / 16 * 16;
    job->scratch_size = padded * sizeof(float) * (size_t)(job->kernel->height + 2);
}
