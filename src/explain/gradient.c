// SPDX-License-Identifier: MIT
#include "explain/passes.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    return fovea__explain_pixels(job, NULL, error);
}

const fovea__method fovea__method_gradient = {
    .info = {.name = "gradient",
             .title = "Gradient",
             .family = "gradient",
             .answers = "which pixels change the logit most when they change a little?",
             .formula = "df/dx, shown as its largest magnitude over the channels",
             .source = "Simonyan, Vedaldi, Zisserman 2014, arXiv 1312.6034",
             .warning = "it is the slope at this very picture: noisy, and zero where the net is "
                        "saturated",
             .unit = "logit per unit of input",
             .is_signed = 1},
    .run = run,
    .keep = fovea__keep_pixels};
