// SPDX-License-Identifier: MIT
#include "explain/cam_layer.h"

static void combine(const fovea__cam *cam, double *map) {
    for (int64_t k = 0; k < cam->channels; k++)
        for (int64_t i = 0; i < cam->cells; i++)
            map[i] += fovea__cam_g(cam, k, i) * cam->value[k * cam->cells + i];
}

static fovea_status run_layers(fovea__job *jobs, int32_t count, fovea_error *error) {
    return fovea__cam_run(jobs, count, combine, FOVEA__CAM_COMPLETE, error);
}

const fovea__method fovea__method_hirescam = {
    .info = {.name = "hirescam",
             .title = "HiResCAM",
             .family = "cam",
             .answers =
                 "how much does each cell of the layer contribute to the logit, to first order?",
             .formula = "sum_k df/dA^k A^k, cell by cell",
             .source = "Draelos, Carin 2020, arXiv 2011.08891",
             .warning =
                 "adds up to the logit less its bias only where the layers behind are linear; "
                 "elsewhere it is a first-order estimate, as gradient × input is",
             .unit = "logit",
             .has_layer = 1,
             .is_signed = 1},
    .run_layers = run_layers,
    .keep = fovea__cam_keep};
