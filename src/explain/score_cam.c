// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/cam_layer.h"
#include "explain/upsample.h"

// The net on x under one mask a map. Maps that are the same all over have mask 0: one pass for all.
typedef struct {
    fovea__job *job;
    fovea__cam cam;
    fovea_shape picture;  // of one channel of x
    int64_t pixels;
    double *mask;     // one, of `pixels` numbers
    double *score;    // f(x M^k), K
    int64_t *sample;  // of map k, K
    int64_t *map;     // of a sample; -1: mask 0
    int64_t samples;
} masked;

static bool is_even(const double *a, int64_t count) {
    for (int64_t i = 1; i < count; i++)
        if (a[i] != a[0]) return false;
    return true;
}

static void number_samples(masked *m) {
    int64_t blank = -1;
    for (int64_t k = 0; k < m->cam.channels; k++) {
        bool even = is_even(m->cam.value + k * m->cam.cells, m->cam.cells);
        if (even && blank >= 0) {
            m->sample[k] = blank;
            continue;
        }
        m->map[m->samples] = even ? -1 : k;
        m->sample[k] = m->samples;
        if (even) blank = m->samples;
        m->samples++;
    }
}

static fovea_status prepare(masked *m, fovea_error *error) {
    fovea_context *context = m->cam.context;
    const fovea_shape *x = &m->job->x.shape;
    size_t channels = (size_t)m->cam.channels;
    m->picture = fovea_shape_make(x->rank - 2, x->dim + 2);
    m->pixels = fovea_shape_count(&m->picture);
    m->mask = fovea__new(context, (size_t)m->pixels, sizeof *m->mask, error);
    m->score = fovea__new(context, channels, sizeof *m->score, error);
    m->sample = fovea__new(context, channels, sizeof *m->sample, error);
    m->map = fovea__new(context, channels, sizeof *m->map, error);
    if (!m->mask || !m->score || !m->sample || !m->map) return FOVEA_OUT_OF_MEMORY;
    number_samples(m);
    return FOVEA_OK;
}

// up(A^k) from 0 at its smallest to 1 at its largest number, in m->mask.
static fovea_status make_mask(masked *m, int64_t k, fovea_error *error) {
    double *mask = m->mask, low, high;
    FOVEA__TRY(fovea__upsample(m->cam.context, m->cam.value + k * m->cam.cells, &m->cam.shape,
                               &m->picture, mask, error));
    low = high = mask[0];
    for (int64_t i = 1; i < m->pixels; i++) {
        if (mask[i] < low) low = mask[i];
        if (mask[i] > high) high = mask[i];
    }
    double scale = high > low ? 1 / (high - low) : 0;
    for (int64_t i = 0; i < m->pixels; i++) mask[i] = (mask[i] - low) * scale;
    return FOVEA_OK;
}

// Sample i of `to`: x under the mask of map k, or nothing.
static fovea_status write_sample(masked *m, int64_t k, int64_t i, const fovea_view *to,
                                 fovea_error *error) {
    int64_t count = fovea_shape_count(&m->job->x.shape);
    if (k >= 0) FOVEA__TRY(make_mask(m, k, error));
    for (int64_t n = 0; n < count; n++) {
        double mask = k < 0 ? 0 : m->mask[n % m->pixels];
        fovea__view_set(to, i * count + n, mask * fovea__view_number(&m->job->x, n));
    }
    return FOVEA_OK;
}

static fovea_status run_samples(masked *m, fovea__passes *passes, double *score,
                                fovea_error *error) {
    for (int64_t done = 0, n; done < m->samples; done += n) {
        n = fovea__passes_next(passes, done);
        fovea_view to = fovea__passes_input(passes, n);
        for (int64_t i = 0; i < n; i++)
            FOVEA__TRY(write_sample(m, m->map[done + i], i, &to, error));
        FOVEA__TRY(fovea__passes_run(passes, &to, 1, error));
        for (int64_t i = 0; i < n; i++)
            score[done + i] = fovea__passes_logit(passes, i, m->job->target);
    }
    return FOVEA_OK;
}

static fovea_status find_scores(masked *m, fovea_error *error) {
    fovea__passes passes;
    fovea__passes_options options = {
        .samples = m->samples, .leaf = FOVEA_NO_VALUE, .ends_only = true};
    double *score = fovea__new(m->cam.context, (size_t)m->samples, sizeof *score, error);
    if (!score) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__passes_open(m->job->explainer, &options, &passes, error);
    if (status == FOVEA_OK) {
        status = run_samples(m, &passes, score, error);
        m->job->result->forward_passes += passes.forward_passes;
        fovea__passes_close(&passes);
    }
    for (int64_t k = 0; k < m->cam.channels; k++) m->score[k] = score[m->sample[k]];
    fovea__free(m->cam.context, score);
    return status;
}

static void softmax(double *numbers, int64_t count) {
    double most = numbers[0], sum = 0;
    for (int64_t k = 1; k < count; k++) most = numbers[k] > most ? numbers[k] : most;
    for (int64_t k = 0; k < count; k++) sum += numbers[k] = exp(numbers[k] - most);
    for (int64_t k = 0; k < count; k++) numbers[k] /= sum;
}

static fovea_status weigh(masked *m, fovea_error *error) {
    double *map = fovea__new(m->cam.context, (size_t)m->cam.cells, sizeof *map, error);
    if (!map) return FOVEA_OUT_OF_MEMORY;
    softmax(m->score, m->cam.channels);
    for (int64_t k = 0; k < m->cam.channels; k++) fovea__cam_add(&m->cam, k, m->score[k], map);
    fovea_status status = fovea__cam_finish(m->job, &m->cam, map, true, error);
    fovea__free(m->cam.context, map);
    return status;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    masked m = {.job = job};
    fovea_status status = fovea__cam_values(job, &m.cam, error);
    if (status == FOVEA_OK) status = prepare(&m, error);
    if (status == FOVEA_OK) status = find_scores(&m, error);
    if (status == FOVEA_OK) status = weigh(&m, error);
    fovea__free(m.cam.context, m.mask);
    fovea__free(m.cam.context, m.score);
    fovea__free(m.cam.context, m.sample);
    fovea__free(m.cam.context, m.map);
    fovea__cam_free(&m.cam);
    return status;
}

const fovea__method fovea__method_score_cam = {
    .info = {.name = "score-cam",
             .title = "Score-CAM",
             .family = "cam",
             .answers = "which maps of the layer keep the logit high when the net sees only what "
                        "they show?",
             .formula = "max(0, sum_k w_k A^k), w = softmax_k(f(x M^k)), M^k = up(A^k) scaled to "
                        "0 ... 1, 0 where A^k is constant",
             .source = "Wang et al. 2019, arXiv 1910.01279",
             .warning = "one forward pass a map; the softmax over logits often leaves all the "
                        "weight to one or two maps",
             .unit = "activation",
             .has_layer = 1},
    .run = run,
    .keep = fovea__cam_keep_values};
