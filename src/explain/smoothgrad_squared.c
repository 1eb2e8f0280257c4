// SPDX-License-Identifier: MIT
#include "explain/noise.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    return fovea__explain_noise(job, FOVEA__MOMENT_MEAN_SQUARE, error);
}

const fovea__method fovea__method_smoothgrad_squared = {
    .info = {.name = "smoothgrad-squared",
             .title = "SmoothGrad squared",
             .family = "gradient",
             .answers =
                 "which pixels change the logit, up or down, in pictures that look like this "
                 "one?",
             .formula = "mean of (df/dx)² over copies x + noise",
             .source = "Hooker et al. 2019, arXiv 1806.10758",
             .warning = "it has no sign: pixels that speak against the class look like those that "
                        "speak for it",
             .unit = "(logit per unit of input)²",
             .uses_samples = 1,
             .uses_seed = 1},
    .run = run};
