// SPDX-License-Identifier: MIT
// Expected gradients: integrated gradients with a baseline drawn anew for each step.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/sampling.h"

typedef struct {
    const fovea__job *job;
    fovea_view references;  // R×C×...
    double *mean;
} drawing;

static double draw(const fovea__job *job, int64_t n, uint64_t element) {
    return fovea__random_double(job->options->seed, FOVEA__RANDOM_PATH, 0, (uint32_t)n, element);
}

static fovea_view reference_of(const drawing *d, int64_t n) {
    int64_t count = d->references.shape.dim[0];
    int64_t chosen = (int64_t)(draw(d->job, n, 0) * (double)count);
    return fovea__sample_view(&d->references, chosen);
}

static void fill(void *user, int64_t n, const fovea_view *sample) {
    const drawing *d = user;
    fovea_view from = reference_of(d, n);
    fovea__between(&from, &d->job->x, draw(d->job, n, 1), sample);
}

static void take(void *user, int64_t n, double logit, const fovea_view *gradient) {
    (void)logit;
    drawing *d = user;
    fovea_view from = reference_of(d, n);
    for (int64_t i = 0; i < fovea_shape_count(&gradient->shape); i++) {
        double way = fovea__view_number(&d->job->x, i) - fovea__view_number(&from, i);
        double term = way * fovea__view_number(gradient, i);
        d->mean[i] += (term - d->mean[i]) / (double)(n + 1);
    }
}

static fovea_status check(const fovea__job *job, const fovea_view *references, fovea_error *error) {
    fovea_shape one = references->shape;
    if (one.rank > 0) one.dim[0] = 1;
    if (references->data && references->type == job->x.type && references->shape.rank > 0 &&
        references->shape.dim[0] > 0 && fovea_shape_equal(&one, &job->x.shape))
        return FOVEA_OK;
    char is[128], wanted[128];
    fovea_shape_format(&references->shape, is, sizeof is);
    fovea_shape_format(&job->x.shape, wanted, sizeof wanted);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "the references are %s %s; they must be some samples of %s, each %s",
                       fovea_type_name(references->type), is, fovea_type_name(job->x.type), wanted);
}

// Black, white, mean and noise, one after the other.
static fovea_status make_references(fovea__job *job, fovea_tensor **references,
                                    fovea_error *error) {
    static const char *const names[] = {"black", "white", "mean", "noise"};
    enum { COUNT = sizeof names / sizeof names[0] };
    fovea_shape shape = job->x.shape;
    shape.dim[0] = COUNT;
    FOVEA__TRY(
        fovea_tensor_create(job->explainer->context, job->x.type, &shape, references, error));
    fovea_view all = fovea_tensor_view(*references);
    for (int64_t r = 0; r < COUNT; r++) {
        fovea_tensor *one = NULL;
        FOVEA__TRY(fovea_explain_baseline(job->explainer, names[r], &job->x, job->options->seed,
                                          &one, error));
        fovea_view from = fovea_tensor_view(one), to = fovea__sample_view(&all, r);
        memcpy(to.data, from.data,
               (size_t)fovea_shape_count(&from.shape) * fovea_type_size(from.type));
        fovea_tensor_free(one);
    }
    return FOVEA_OK;
}

// What the terms add up to if all references and all places on the way were drawn.
static fovea_status find_expected(fovea__job *job, const drawing *d, fovea_error *error) {
    int64_t count = d->references.shape.dim[0];
    double mean = 0;
    for (int64_t r = 0; r < count; r++) {
        double logit;
        fovea_view one = fovea__sample_view(&d->references, r);
        FOVEA__TRY(fovea__logit_of(job, &one, &logit, error));
        mean += (logit - mean) / (double)(r + 1);
    }
    job->result->baseline_logit = mean;
    job->result->law = "completeness in expectation";
    job->result->expected = job->logit - mean;
    return FOVEA_OK;
}

static fovea_status expect(fovea__job *job, drawing *d, fovea_error *error) {
    FOVEA__TRY(find_expected(job, d, error));
    fovea_shape shape = fovea__sample_shape(&job->x);
    int64_t count = fovea_shape_count(&shape);
    d->mean = fovea__new(job->explainer->context, (size_t)count, sizeof *d->mean, error);
    if (!d->mean) return FOVEA_OUT_OF_MEMORY;
    fovea__sampling sampling = {
        .samples = job->options->samples, .gradients = true, .fill = fill, .take = take, .user = d};
    FOVEA__TRY(fovea__sample(job, &sampling, error));
    FOVEA__TRY(fovea__new_map(job, &shape, &job->result->map, error));
    fovea_view map = fovea_tensor_view(job->result->map);
    for (int64_t i = 0; i < count; i++) fovea__view_set(&map, i, d->mean[i]);
    return FOVEA_OK;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    drawing d = {.job = job};
    fovea_tensor *made = NULL;
    fovea_status status = FOVEA_OK;
    if (job->options->references) {
        d.references = *job->options->references;
        FOVEA__TRY(check(job, &d.references, error));
    } else {
        status = make_references(job, &made, error);
        if (status == FOVEA_OK) d.references = fovea_tensor_view(made);
    }
    if (status == FOVEA_OK) status = expect(job, &d, error);
    fovea__free(job->explainer->context, d.mean);
    fovea_tensor_free(made);
    return status;
}

static void defaults(fovea_explain_options *options) {
    options->samples = 200;
}

const fovea__method fovea__method_expected_gradients = {
    .info = {.name = "expected-gradients",
             .title = "Expected gradients",
             .family = "gradient",
             .answers =
                 "how much does each pixel add to the logit, compared with several baselines?",
             .formula = "mean of (x - x') df/dx at x' + a (x - x'), x' drawn from the references "
                        "and a from 0..1",
             .source = "Erion et al. 2021, arXiv 1906.10670",
             .warning = "it is an estimate: the sum comes near f(x) - mean f(x') as samples grow, "
                        "and another seed gives another map",
             .unit = "logit",
             .is_signed = 1,
             .uses_samples = 1,
             .uses_seed = 1},
    .run = run,
    .defaults = defaults};
