// SPDX-License-Identifier: MIT
#include "explain/noise.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    return fovea__explain_noise(job, FOVEA__MOMENT_VARIANCE, error);
}

const fovea__method fovea__method_vargrad = {
    .info = {.name = "vargrad",
             .title = "VarGrad",
             .family = "gradient",
             .answers = "where does the gradient depend most on small changes of the picture?",
             .formula = "mean of (df/dx)² minus the square of the mean of df/dx, over copies x + "
                        "noise",
             .source = "Adebayo et al. 2018, arXiv 1810.03307",
             .warning = "it has no sign, and a pixel on which f depends linearly gets nothing",
             .unit = "(logit per unit of input)²",
             .uses_samples = 1,
             .uses_seed = 1},
    .run = run};
