// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    const fovea_explain_options *o = job->options;
    fovea__composite composite = {.first = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .convolution = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .linear = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .alpha = o->alpha};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp_alpha_beta = {
    .info = {.name = "lrp-alpha-beta",
             .title = "LRP-alpha-beta",
             .family = "relevance",
             .answers =
                 "what speaks for the class and what against it, weighed alpha to alpha - 1?",
             .formula =
                 "R_i = sum_k (alpha (a_i w_ik)+ / z+_k - (alpha - 1) (a_i w_ik)- / z-_k) R_k",
             .source = "Bach et al. 2015, doi 10.1371/journal.pone.0130140",
             .warning = "a unit with nothing of one sign does not keep the sum; with alpha 2 "
                        "numbers grow from layer to layer",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
