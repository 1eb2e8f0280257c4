// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea__composite composite = {.first = FOVEA__RELEVANCE_ZB,
                                  .convolution = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .linear = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .alpha = 1};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp_zb = {
    .info =
        {.name = "lrp-zb",
         .title = "LRP-zB",
         .family = "relevance",
         .answers = "which pixels does the class rest on, given what pixels can be?",
         .formula =
             "first layer R_i = sum_k (x_i w_ik - l_i w+_ik - h_i w-_ik) / sum (...) R_k, z+ above",
         .source = "Montavon et al. 2017, arXiv 1512.02479",
         .warning = "sees nothing that speaks against the class; in deep nets much the same for "
                    "every class (Sixt et al. 2020)",
         .unit = "logit",
         .is_signed = 1},
    .run = run};
