// SPDX-License-Identifier: MIT
// RISE: the picture under many random masks; a pixel gets the mean logit of the masks that show it. A
// masked pixel is 0 in the net's numbers: black, or the mean colour of nets that take it away.
#include "base/fail.h"
#include "base/memory.h"
#include "explain/rise_mask.h"
#include "explain/sampling.h"

typedef struct {
    const fovea__job *job;
    fovea__plane plane;
    fovea__rise_masks masks;
    double *sum;  // [height][width]
} masking;

static void fill(void *user, int64_t n, const fovea_view *sample) {
    const masking *m = user;
    int64_t width = m->plane.width, cells = m->plane.height * width;
    for (int64_t y = 0; y < m->plane.height; y++) {
        fovea__rise_row row = fovea__rise_row_begin(&m->masks, n, y);
        for (int64_t x = 0; x < width; x++) {
            double mask = fovea__rise_row_next(&row);
            for (int64_t i = y * width + x; i < m->plane.channels * cells; i += cells)
                fovea__view_set(sample, i, fovea__view_number(&m->job->x, i) * mask);
        }
    }
}

static void take(void *user, int64_t n, double logit, const fovea_view *gradient) {
    (void)gradient;
    masking *m = user;
    for (int64_t y = 0; y < m->plane.height; y++) {
        fovea__rise_row row = fovea__rise_row_begin(&m->masks, n, y);
        for (int64_t x = 0; x < m->plane.width; x++)
            m->sum[y * m->plane.width + x] += logit * fovea__rise_row_next(&row);
    }
}

static fovea_status mask_all(fovea__job *job, masking *m, fovea_error *error) {
    int64_t cells = m->plane.height * m->plane.width;
    m->sum = fovea__new(job->explainer->context, (size_t)cells, sizeof *m->sum, error);
    if (!m->sum) return FOVEA_OUT_OF_MEMORY;
    fovea__sampling sampling = {
        .samples = job->options->samples, .fill = fill, .take = take, .user = m};
    FOVEA__TRY(fovea__sample(job, &sampling, error));
    FOVEA__TRY(fovea__new_plane_map(job, m->plane.height, m->plane.width, error));
    fovea_view map = fovea_tensor_view(job->result->map);
    for (int64_t i = 0; i < cells; i++)
        fovea__view_set(&map, i, m->sum[i] / (job->options->samples * job->options->keep));
    return FOVEA_OK;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    masking m = {.job = job};
    FOVEA__TRY(fovea__plane_of(job, &m.plane, error));
    m.masks = (fovea__rise_masks){.height = m.plane.height,
                                  .width = m.plane.width,
                                  .cells = job->options->cells,
                                  .keep = job->options->keep,
                                  .seed = job->options->seed};
    fovea_status status = mask_all(job, &m, error);
    fovea__free(job->explainer->context, m.sum);
    return status;
}

static void defaults(fovea_explain_options *options) {
    options->samples = 4000;
}

const fovea__method fovea__method_rise = {
    .info = {.name = "rise",
             .title = "RISE",
             .family = "perturbation",
             .answers = "how large is the logit, on average, when this pixel is seen?",
             .formula = "sum of f(x M) M / (samples × keep) over random masks M of 0..1",
             .source = "Petsiuk, Das, Saenko 2018, arXiv 1806.07421",
             .warning = "it is an estimate that needs thousands of masks, nowhere finer than their "
                        "cells; masked pixels are 0 in the net's numbers",
             .unit = "logit",
             .is_signed = 1,
             .uses_samples = 1,
             .uses_seed = 1},
    .run = run,
    .defaults = defaults};
