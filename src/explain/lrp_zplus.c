// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea__composite composite = {.first = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .convolution = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .linear = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .alpha = 1};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp_zplus = {
    .info = {.name = "lrp-zplus",
             .title = "LRP-z+",
             .family = "relevance",
             .answers = "which pixels does what is active in the net rest on?",
             .formula = "R_i = sum_k (a_i w_ik)+ / (sum (a w)+ + b+) R_k in every layer",
             .source = "Bach et al. 2015, doi 10.1371/journal.pone.0130140; Montavon et al. 2017, "
                       "arXiv 1512.02479",
             .warning = "sees nothing that speaks against the class; in deep nets much the same "
                        "for every class (Sixt et al. 2020)",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
