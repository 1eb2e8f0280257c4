// SPDX-License-Identifier: MIT
// Two forward passes, of x and of the reference, so that nets whose batch is always one work too.
#include "base/fail.h"
#include "base/memory.h"
#include "explain/deeplift_rules.h"
#include "explain/numbers.h"

static fovea_status multiply(fovea__job *job, fovea__lift *lift, fovea_error *error) {
    fovea__rules rules = fovea__lift_rules(lift);
    FOVEA__TRY(fovea__explain_pixels(job, &rules, error));
    fovea_view map = fovea_tensor_view(job->result->map);
    int64_t count = fovea_shape_count(&map.shape);
    for (int64_t i = 0; i < count; i++)
        fovea__view_set(&map, i,
                        fovea__view_number(&map, i) * (fovea__view_number(&job->x, i) -
                                                       fovea__view_number(&job->baseline, i)));
    return FOVEA_OK;
}

static fovea_status lift_from(fovea__job *job, fovea__passes *reference, uint8_t *kinds,
                              fovea_error *error) {
    fovea__lift lift = {.explainer = job->explainer, .reference = reference, .kind = kinds};
    FOVEA__TRY(fovea__passes_run(reference, &job->baseline, 1, error));
    job->result->forward_passes += reference->forward_passes;
    job->result->baseline_logit = fovea__passes_logit(reference, 0, job->target);
    job->result->law = "completeness";
    job->result->expected = job->logit - job->result->baseline_logit;
    return multiply(job, &lift, error);
}

static fovea_status run_with(fovea__job *job, uint8_t *kinds, fovea_error *error) {
    const fovea_explainer *explainer = job->explainer;
    FOVEA__TRY(fovea__lift_kinds(explainer->graph, explainer->input, kinds, error));
    fovea__passes reference;
    fovea__passes_options options = {.samples = 1, .leaf = FOVEA_NO_VALUE};
    FOVEA__TRY(fovea__passes_open(job->explainer, &options, &reference, error));
    fovea_status status = lift_from(job, &reference, kinds, error);
    fovea__passes_close(&reference);
    return status;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea_context *context = job->explainer->context;
    uint8_t *kinds = fovea__new(context, job->explainer->graph->node_count + 1, 1, error);
    if (!kinds) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = run_with(job, kinds, error);
    fovea__free(context, kinds);
    return status;
}

const fovea__method fovea__method_deeplift = {
    .info = {.name = "deeplift",
             .title = "DeepLIFT (rescale)",
             .family = "gradient",
             .answers = "how is the difference to the baseline's logit made up of the pixels?",
             .formula = "m (x - x'), every nonlinear node passing back m (out - out') / (in - in')",
             .source = "Shrikumar et al. 2017, arXiv 1704.02685",
             .warning = "depends on the baseline; a product of two values has no rule",
             .unit = "logit",
             .is_signed = 1,
             .uses_baseline = 1},
    .run = run,
    .baseline = "black"};
