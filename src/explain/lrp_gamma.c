// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    const fovea_explain_options *o = job->options;
    fovea__composite composite = {.first = FOVEA__RELEVANCE_GAMMA,
                                  .convolution = FOVEA__RELEVANCE_GAMMA,
                                  .linear = FOVEA__RELEVANCE_GAMMA,
                                  .gamma = o->gamma};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp_gamma = {
    .info = {.name = "lrp-gamma",
             .title = "LRP-gamma",
             .family = "relevance",
             .answers = "what speaks for the class, more than what speaks against it?",
             .formula = "R_i = sum_k a_i (w_ik + g w+_ik) / sum (a (w + g w+) + b + g b+) R_k",
             .source = "Montavon et al. 2019, doi 10.1007/978-3-030-28954-6_10",
             .warning = "which share of what speaks against the class is seen is chosen by gamma, "
                        "not by the net",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
