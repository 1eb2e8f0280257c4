// SPDX-License-Identifier: MIT
#include "explain/passes.h"
#include "explain/rectifier_rules.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    return fovea__explain_pixels(job, &fovea__guided_rules, error);
}

const fovea__method fovea__method_guided_backprop = {
    .info = {.name = "guided-backprop",
             .title = "Guided backpropagation",
             .family = "gradient",
             .answers = "which edges and textures does the net pass on to the logit?",
             .formula = "df/dx, every ReLU passing back 1[z > 0] 1[R > 0] R",
             .source = "Springenberg et al. 2014, arXiv 1412.6806",
             .warning =
                 "shows edges whatever the weights: fails the sanity check of Adebayo et al. "
                 "2018",
             .unit = "1",
             .is_signed = 1},
    .run = run};
