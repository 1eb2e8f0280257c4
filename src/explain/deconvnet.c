// SPDX-License-Identifier: MIT
#include "explain/passes.h"
#include "explain/rectifier_rules.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    return fovea__explain_pixels(job, &fovea__deconvnet_rules, error);
}

const fovea__method fovea__method_deconvnet = {
    .info = {.name = "deconvnet",
             .title = "Deconvnet",
             .family = "gradient",
             .answers = "what does the net see when it runs backwards from the logit?",
             .formula = "df/dx, every ReLU passing back 1[R > 0] R",
             .source = "Zeiler, Fergus 2014, arXiv 1311.2901",
             .warning =
                 "shows edges whatever the weights: fails the sanity check of Adebayo et al. "
                 "2018",
             .unit = "1",
             .is_signed = 1},
    .run = run};
