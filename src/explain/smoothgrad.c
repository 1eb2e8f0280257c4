// SPDX-License-Identifier: MIT
#include "explain/noise.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    return fovea__explain_noise(job, FOVEA__MOMENT_MEAN, error);
}

const fovea__method fovea__method_smoothgrad = {
    .info = {.name = "smoothgrad",
             .title = "SmoothGrad",
             .family = "gradient",
             .answers = "which pixels change the logit most in pictures that look like this one?",
             .formula = "mean of df/dx over copies x + noise",
             .source = "Smilkov et al. 2017, arXiv 1706.03825",
             .warning = "the noise takes the picture away from what the net was trained on; how "
                        "strong it is decides what is seen",
             .unit = "logit per unit of input",
             .is_signed = 1,
             .uses_samples = 1,
             .uses_seed = 1},
    .run = run};
