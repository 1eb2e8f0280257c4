// SPDX-License-Identifier: MIT
// Integrated gradients. Steps are taken behind the net's affine beginning (prefix.h): the way from z1(x')
// to z1(x) is straight there, too, and one pass brings the sum of the gradients back to the pixels.
#include "base/fail.h"
#include "base/memory.h"
#include "explain/gauss_legendre.h"
#include "explain/sampling.h"

// The rule's nodes take time that grows with the square of their number.
#define MOST_GAUSS_LEGENDRE 4096

typedef struct {
    fovea_context *context;
    int32_t steps;
    double *node, *weight;  // NULL: midpoints
    fovea_tensor *from, *to;
    double *sum;
} path;

static void fill(void *user, int64_t n, const fovea_view *sample) {
    const path *p = user;
    double share = p->node ? p->node[n] : ((double)n + 0.5) / p->steps;
    fovea_view from = fovea_tensor_view(p->from), to = fovea_tensor_view(p->to);
    fovea__between(&from, &to, share, sample);
}

static void take(void *user, int64_t n, double logit, const fovea_view *gradient) {
    (void)logit;
    path *p = user;
    fovea__add_weighted(p->context, gradient, p->weight ? p->weight[n] : 1.0 / p->steps, p->sum);
}

static fovea_status choose_nodes(fovea__job *job, path *p, fovea_error *error) {
    if (!job->options->gauss_legendre) return FOVEA_OK;
    if (p->steps > MOST_GAUSS_LEGENDRE)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "steps is %d; 1 to %d are possible with Gauss-Legendre nodes", p->steps,
                           MOST_GAUSS_LEGENDRE);
    p->node = fovea__new(job->explainer->context, 2 * (size_t)p->steps, sizeof *p->node, error);
    if (!p->node) return FOVEA_OUT_OF_MEMORY;
    p->weight = p->node + p->steps;
    fovea__gauss_legendre(p->steps, p->node, p->weight);
    return FOVEA_OK;
}

// (x - x') times the integral.
static fovea_status write_map(fovea__job *job, const fovea_tensor *d_x, fovea_error *error) {
    fovea_shape shape = fovea__sample_shape(&job->x);
    FOVEA__TRY(fovea__new_map(job, &shape, &job->result->map, error));
    fovea_view map = fovea_tensor_view(job->result->map), gradient = fovea_tensor_view(d_x);
    for (int64_t i = 0; i < fovea_shape_count(&shape); i++)
        fovea__view_set(&map, i,
                        (fovea__view_number(&job->x, i) - fovea__view_number(&job->baseline, i)) *
                            fovea__view_number(&gradient, i));
    return FOVEA_OK;
}

static fovea_status integrate(fovea__job *job, fovea__prefix *prefix, path *p, fovea_error *error) {
    FOVEA__TRY(choose_nodes(job, p, error));
    FOVEA__TRY(fovea__prefix_begin(prefix, 1, error));
    FOVEA__TRY(fovea__prefix_forward(prefix, &job->baseline, &p->from, error));
    FOVEA__TRY(fovea__prefix_forward(prefix, &job->x, &p->to, error));
    size_t size = (size_t)fovea__prefix_size(prefix);
    p->sum = fovea__new(job->explainer->context, size, sizeof *p->sum, error);
    if (!p->sum) return FOVEA_OUT_OF_MEMORY;
    fovea__sampling sampling = {.samples = p->steps,
                                .gradients = true,
                                .prefix = prefix,
                                .fill = fill,
                                .take = take,
                                .user = p};
    FOVEA__TRY(fovea__sample(job, &sampling, error));
    fovea_tensor *d_x = NULL;
    FOVEA__TRY(fovea__prefix_back(prefix, p->sum, &d_x, error));
    fovea_status status = write_map(job, d_x, error);
    fovea_tensor_free(d_x);
    return status;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea_attribution *result = job->result;
    path p = {.context = job->explainer->context, .steps = job->options->steps};
    fovea__prefix prefix;
    FOVEA__TRY(fovea__logit_of(job, &job->baseline, &result->baseline_logit, error));
    FOVEA__TRY(fovea__prefix_open(job->explainer, &prefix, error));
    fovea_status status = integrate(job, &prefix, &p, error);
    fovea__prefix_close(&prefix);
    fovea_tensor_free(p.from);
    fovea_tensor_free(p.to);
    fovea__free(job->explainer->context, p.node);
    fovea__free(job->explainer->context, p.sum);
    result->law = "completeness";
    result->expected = job->logit - result->baseline_logit;
    return status;
}

const fovea__method fovea__method_integrated_gradients = {
    .info = {.name = "integrated-gradients",
             .title = "Integrated gradients",
             .family = "gradient",
             .answers = "how much does each pixel add to the logit on the way from the baseline to "
                        "this picture?",
             .formula = "(x - x') times the mean of df/dx over the straight way from x' to x",
             .source = "Sundararajan, Taly, Yan 2017, arXiv 1703.01365",
             .warning = "it depends on the baseline: a pixel that is the same in both gets nothing",
             .unit = "logit",
             .is_signed = 1,
             .uses_baseline = 1,
             .uses_steps = 1},
    .run = run,
    .baseline = "black"};
