// SPDX-License-Identifier: MIT
#include "explain/cam_layer.h"

static void combine(const fovea__cam *cam, double *map) {
    for (int64_t k = 0; k < cam->channels; k++)
        for (int64_t i = 0; i < cam->cells; i++) {
            double g = fovea__cam_g(cam, k, i);
            map[i] += (g < 0 ? 0 : g) * cam->value[k * cam->cells + i];
        }
}

static fovea_status run_layers(fovea__job *jobs, int32_t count, fovea_error *error) {
    return fovea__cam_run(jobs, count, combine, FOVEA__CAM_RELU, error);
}

const fovea__method fovea__method_layercam = {
    .info =
        {.name = "layercam",
         .title = "LayerCAM",
         .family = "cam",
         .answers =
             "which cells of the layer raise the logit where they are active? Fine in early layers",
         .formula = "max(0, sum_k max(0, df/dA^k) A^k), cell by cell",
         .source = "Jiang et al. 2021, IEEE TIP 30",
         .warning = "evidence against the class is left out",
         .unit = "logit",
         .has_layer = 1,
         .is_signed = 0},
    .run_layers = run_layers,
    .keep = fovea__cam_keep};
