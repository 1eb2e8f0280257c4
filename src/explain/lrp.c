// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    const fovea_explain_options *o = job->options;
    fovea__composite composite = {.first = FOVEA__RELEVANCE_ZB,
                                  .convolution = FOVEA__RELEVANCE_GAMMA,
                                  .linear = FOVEA__RELEVANCE_EPSILON,
                                  .gamma = o->gamma,
                                  .epsilon = o->epsilon};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp = {
    .info = {.name = "lrp",
             .title = "LRP",
             .family = "relevance",
             .answers = "which pixels speak for the class and which against it, readably?",
             .formula = "first layer zB, other convolutions gamma, linear layers epsilon",
             .source = "Montavon et al. 2019, doi 10.1007/978-3-030-28954-6_10",
             .warning = "a mixture of rules that was chosen because its maps look right",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
