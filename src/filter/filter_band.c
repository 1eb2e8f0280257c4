// SPDX-License-Identifier: MIT
#include "filter/filter_band.h"

#include <string.h>

#include "filter/filter_border.h"

typedef struct band {
    const fovea__filter_job *job;
    const uint8_t *src;  // the channel
    size_t padded;       // elements from one row of the ring to the next
    float *row, *ring, *sum;
    fovea__filter2d_rounding rounding;
} band;

static bool in_bytes(const fovea__filter_job *job) {
    return job->depth == FOVEA_FILTER_U8 && job->kernel->kind != FOVEA_FILTER_MATRIX;
}

// Column of the i-th element beside the row, of width - 1 in all.
static int64_t beside(const fovea__filter_job *job, int32_t i) {
    int64_t before = job->kernel->width / 2;
    return i < before ? i - before : job->width + i - before;
}

// The source row with what stands beside it, as floats of bytes or of bytes/255.
static void pad_floats(const fovea__filter_job *job, const uint8_t *src, float *dst) {
    float *inside = dst + job->kernel->width / 2;
    const float by = job->depth == FOVEA_FILTER_F32 ? 255 : 1;
    for (int64_t x = 0; x < job->width; x++) inside[x] = (float)src[x] / by;
    for (int32_t i = 0; i < job->kernel->width - 1; i++) {
        int64_t x = beside(job, i), from = fovea__border_index(x, job->width, job->border);
        inside[x] = from < 0 ? 0 : inside[from];
    }
}

static void pad_bytes(const fovea__filter_job *job, const uint8_t *src, uint8_t *dst) {
    uint8_t *inside = dst + job->kernel->width / 2;
    memcpy(inside, src, (size_t)job->width);
    for (int32_t i = 0; i < job->kernel->width - 1; i++) {
        int64_t x = beside(job, i), from = fovea__border_index(x, job->width, job->border);
        inside[x] = from < 0 ? 0 : src[from];
    }
}

// Source row `y`, which may lie outside, as the ring keeps it: a matrix' rows padded, those of box
// and Gaussian summed along the row.
static void fill_ring(const band *b, int64_t y) {
    const fovea__filter_job *job = b->job;
    const fovea_filter_kernel *kernel = job->kernel;
    int64_t slot = (y + kernel->height) % kernel->height;
    float *kept = b->ring + (size_t)slot * b->padded;
    int64_t from = fovea__border_index(y, job->height, job->border);
    if (from < 0) {
        memset(kept, 0, b->padded * sizeof *kept);
        return;
    }
    const uint8_t *src = b->src + from * job->width;
    if (in_bytes(job)) {
        pad_bytes(job, src, (uint8_t *)b->row);
        job->variant->across((uint8_t *)b->row, job->side, kernel->width, job->width,
                             (uint16_t *)kept);
    } else if (kernel->kind == FOVEA_FILTER_MATRIX) {
        pad_floats(job, src, kept);
    } else {
        const float *const row = b->row;
        pad_floats(job, src, b->row);
        job->variant->correlate(&row, job->side_taps, kernel->width, job->width, kept);
    }
}

static void write_row(const band *b, int64_t y, int64_t at) {
    const fovea__filter_job *job = b->job;
    const fovea_filter_kernel *kernel = job->kernel;
    const float *rows[FOVEA_FILTER_MAX_SIDE];
    const uint16_t *sums[FOVEA_FILTER_MAX_SIDE];
    for (int32_t i = 0; i < kernel->height; i++) {
        int64_t from = y - kernel->height / 2 + i;
        rows[i] = b->ring + (size_t)((from + kernel->height) % kernel->height) * b->padded;
        sums[i] = (const uint16_t *)rows[i];
    }
    if (job->depth == FOVEA_FILTER_F32) {
        job->variant->correlate(rows, job->taps, job->tap_count, job->width,
                                (float *)job->dst + at);
    } else if (in_bytes(job)) {
        uint32_t *sum = (uint32_t *)b->sum;
        job->variant->down(sums, job->side, kernel->height, job->width, sum);
        fovea__filter2d_round(sum, job->width, &b->rounding, (uint8_t *)job->dst + at);
    } else {
        job->variant->correlate(rows, job->taps, job->tap_count, job->width, b->sum);
        job->variant->bytes(b->sum, job->width, (uint8_t *)job->dst + at);
    }
}

int64_t fovea__filter_bands(const fovea__filter_job *job) {
    return (job->height + FOVEA__FILTER_BAND - 1) / FOVEA__FILTER_BAND;
}

void fovea__filter_band(void *user, int64_t item, int32_t worker) {
    const fovea__filter_job *job = user;
    int64_t bands = fovea__filter_bands(job), channel = item / bands;
    int64_t plane = job->height * job->width, first = item % bands * FOVEA__FILTER_BAND;
    int64_t end =
        first + FOVEA__FILTER_BAND < job->height ? first + FOVEA__FILTER_BAND : job->height;
    int32_t rows = job->kernel->height;
    band b = {.job = job, .src = job->src + channel * plane, .rounding = job->rounding};
    b.rounding.first = job->channels == 3 ? 2 - channel : 0;  // OpenCV's rows hold blue, green, red
    b.padded = job->scratch_size / sizeof(float) / (size_t)(rows + 2);
    b.row = (float *)(job->scratch + (size_t)worker * job->scratch_size);
    b.sum = b.row + b.padded;
    b.ring = b.sum + b.padded;
    for (int64_t y = first - rows / 2; y < first + rows - 1 - rows / 2; y++) fill_ring(&b, y);
    for (int64_t y = first; y < end; y++) {
        fill_ring(&b, y + rows - 1 - rows / 2);
        write_row(&b, y, channel * plane + y * job->width);
    }
}
