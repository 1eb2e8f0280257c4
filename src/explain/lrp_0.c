// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea__composite composite = {.first = FOVEA__RELEVANCE_EPSILON,
                                  .convolution = FOVEA__RELEVANCE_EPSILON,
                                  .linear = FOVEA__RELEVANCE_EPSILON};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp_0 = {
    .info = {.name = "lrp-0",
             .title = "LRP-0",
             .family = "relevance",
             .answers = "how is the logit made up of the pixels, layer by layer?",
             .formula = "R_i = sum_k a_i w_ik / z_k R_k in every layer",
             .source = "Bach et al. 2015, doi 10.1371/journal.pone.0130140",
             .warning = "on nets of ReLUs it is gradient × input, as noisy; a unit near 0 hands "
                        "down large numbers of both signs",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
