// SPDX-License-Identifier: MIT
#include "explain/noise.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"

void fovea__normal_pair(uint64_t seed, int64_t n, int64_t p, double pair[2]) {
    uint64_t element = 2 * (uint64_t)p;
    double u = fovea__random_double(seed, FOVEA__RANDOM_NOISE, 0, (uint32_t)n, element);
    double v = fovea__random_double(seed, FOVEA__RANDOM_NOISE, 0, (uint32_t)n, element + 1);
    double radius = sqrt(-2 * log(1 - u)), angle = 6.28318530717958647692 * v;
    pair[0] = radius * cos(angle);
    pair[1] = radius * sin(angle);
}

typedef struct {
    const fovea__job *job;
    fovea__moment moment;
    double deviation;
    double *mean,
        *squares;  // of numbers of the gradient; `squares` of the variance: about the mean
} gathering;

static double range_of(const fovea_view *x) {
    double low = fovea__view_number(x, 0), high = low;
    for (int64_t i = 1; i < fovea_shape_count(&x->shape); i++) {
        low = fmin(low, fovea__view_number(x, i));
        high = fmax(high, fovea__view_number(x, i));
    }
    return high - low;
}

static void fill(void *user, int64_t n, const fovea_view *sample) {
    const gathering *g = user;
    int64_t count = fovea_shape_count(&sample->shape);
    double noise[2] = {0, 0};
    for (int64_t i = 0; i < count; i++) {
        if (g->deviation > 0 && i % 2 == 0)
            fovea__normal_pair(g->job->options->seed, n, i / 2, noise);
        fovea__view_set(sample, i, fovea__view_number(&g->job->x, i) + g->deviation * noise[i % 2]);
    }
}

// Welford's way: exact where all gradients are the same, and never below zero.
static void take_variance(gathering *g, int64_t n, const fovea_view *gradient) {
    for (int64_t i = 0; i < fovea_shape_count(&gradient->shape); i++) {
        double number = fovea__view_number(gradient, i), from_mean = number - g->mean[i];
        g->mean[i] += from_mean / (double)(n + 1);
        g->squares[i] += from_mean * (number - g->mean[i]);
    }
}

static void take_square(gathering *g, int64_t n, const fovea_view *gradient) {
    for (int64_t i = 0; i < fovea_shape_count(&gradient->shape); i++) {
        double number = fovea__view_number(gradient, i);
        g->mean[i] += (number * number - g->mean[i]) / (double)(n + 1);
    }
}

static void take(void *user, int64_t n, double logit, const fovea_view *gradient) {
    (void)logit;
    gathering *g = user;
    if (g->moment == FOVEA__MOMENT_MEAN)
        fovea__add_to_mean(g->job->explainer->context, gradient, n + 1, g->mean);
    else if (g->moment == FOVEA__MOMENT_MEAN_SQUARE)
        take_square(g, n, gradient);
    else
        take_variance(g, n, gradient);
}

static fovea_status write_map(fovea__job *job, const gathering *g, fovea_error *error) {
    fovea_shape shape = fovea__sample_shape(&job->x);
    FOVEA__TRY(fovea__new_map(job, &shape, &job->result->map, error));
    fovea_view map = fovea_tensor_view(job->result->map);
    for (int64_t i = 0; i < fovea_shape_count(&shape); i++)
        fovea__view_set(&map, i,
                        g->moment == FOVEA__MOMENT_VARIANCE ? g->squares[i] / job->options->samples
                                                            : g->mean[i]);
    return FOVEA_OK;
}

// Squares are of single gradients, so that each has to come back to the pixels.
static fovea_status gather_pixels(fovea__job *job, gathering *g, fovea_error *error) {
    fovea__sampling sampling = {
        .samples = job->options->samples, .gradients = true, .fill = fill, .take = take, .user = g};
    size_t count = (size_t)fovea_shape_count(&job->x.shape);
    g->mean = fovea__new(job->explainer->context, 2 * count, sizeof *g->mean, error);
    if (!g->mean) return FOVEA_OUT_OF_MEMORY;
    g->squares = g->mean + count;
    FOVEA__TRY(fovea__sample(job, &sampling, error));
    return write_map(job, g, error);
}

// The mean can be taken behind the net's affine beginning.
static fovea_status gather_mean(fovea__job *job, gathering *g, fovea__prefix *prefix,
                                fovea_error *error) {
    fovea__sampling sampling = {.samples = job->options->samples,
                                .gradients = true,
                                .prefix = prefix,
                                .pictures = true,
                                .fill = fill,
                                .take = take,
                                .user = g};
    fovea_context *context = job->explainer->context;
    size_t count = (size_t)fovea__prefix_size(prefix);
    g->mean = fovea__new(context, count, sizeof *g->mean, error);
    if (!g->mean) return FOVEA_OUT_OF_MEMORY;
    FOVEA__TRY(fovea__sample(job, &sampling, error));
    fovea_tensor *d_x = NULL;
    FOVEA__TRY(fovea__prefix_back(prefix, g->mean, &d_x, error));
    fovea_shape shape = fovea__sample_shape(&job->x);
    fovea_status status = fovea__new_map(job, &shape, &job->result->map, error);
    if (status == FOVEA_OK) {
        fovea_view from = fovea_tensor_view(d_x), map = fovea_tensor_view(job->result->map);
        for (int64_t i = 0; i < fovea_shape_count(&shape); i++)
            fovea__view_set(&map, i, fovea__view_number(&from, i));
    }
    fovea_tensor_free(d_x);
    return status;
}

fovea_status fovea__explain_noise(fovea__job *job, fovea__moment moment, fovea_error *error) {
    gathering g = {
        .job = job, .moment = moment, .deviation = job->options->noise * range_of(&job->x)};
    fovea_status status;
    if (moment == FOVEA__MOMENT_MEAN) {
        fovea__prefix prefix;
        FOVEA__TRY(fovea__prefix_open(job->explainer, &prefix, error));
        status = gather_mean(job, &g, &prefix, error);
        fovea__prefix_close(&prefix);
    } else {
        status = gather_pixels(job, &g, error);
    }
    fovea__free(job->explainer->context, g.mean);
    return status;
}
