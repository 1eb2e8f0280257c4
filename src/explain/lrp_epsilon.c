// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    const fovea_explain_options *o = job->options;
    fovea__composite composite = {.first = FOVEA__RELEVANCE_EPSILON,
                                  .convolution = FOVEA__RELEVANCE_EPSILON,
                                  .linear = FOVEA__RELEVANCE_EPSILON,
                                  .epsilon = o->epsilon};
    return fovea__explain_relevance(job, &composite, error);
}

static void defaults(fovea_explain_options *options) {
    options->epsilon = 0.25;
}

const fovea__method fovea__method_lrp_epsilon = {
    .info = {.name = "lrp-epsilon",
             .title = "LRP-epsilon",
             .family = "relevance",
             .answers = "how is the logit made up of the pixels, without what nearly cancels out?",
             .formula = "R_i = sum_k a_i w_ik / (z_k + e sign z_k) R_k, e: epsilon times mean |z| "
                        "of the layer",
             .source = "Bach et al. 2015, doi 10.1371/journal.pone.0130140",
             .warning = "epsilon takes part of the logit: the sum falls as it grows",
             .unit = "logit",
             .is_signed = 1},
    .run = run,
    .defaults = defaults};
