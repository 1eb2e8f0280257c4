// SPDX-License-Identifier: MIT
#include "explain/relevance.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    const fovea_explain_options *o = job->options;
    fovea__composite composite = {.first = FOVEA__RELEVANCE_FLAT,
                                  .convolution = FOVEA__RELEVANCE_ALPHA_BETA,
                                  .linear = FOVEA__RELEVANCE_EPSILON,
                                  .alpha = 1,
                                  .epsilon = o->epsilon};
    return fovea__explain_relevance(job, &composite, error);
}

const fovea__method fovea__method_lrp_flat = {
    .info = {.name = "lrp-flat",
             .title = "LRP-flat",
             .family = "relevance",
             .answers = "which regions, whatever their colour, does the class rest on?",
             .formula = "first layer: R_k in equal parts to its inputs; convolutions z+, linear "
                        "layers epsilon",
             .source = "Lapuschkin et al. 2019, arXiv 1902.10178",
             .warning = "no finer than the first layer's windows; what speaks against the class is "
                        "hardly seen",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
