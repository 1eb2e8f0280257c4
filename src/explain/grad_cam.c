// SPDX-License-Identifier: MIT
#include "explain/cam_layer.h"

void fovea__grad_cam(const fovea__cam *cam, double *map) {
    for (int64_t k = 0; k < cam->channels; k++) {
        double weight = fovea__cam_gradient_sum(cam, k) / (double)cam->cells;
        fovea__cam_add(cam, k, weight, map);
    }
}

static fovea_status run_layers(fovea__job *jobs, int32_t count, fovea_error *error) {
    return fovea__cam_run(jobs, count, fovea__grad_cam, FOVEA__CAM_RELU | FOVEA__CAM_EVEN_COMPLETE,
                          error);
}

const fovea__method fovea__method_grad_cam = {
    .info = {.name = "grad-cam",
             .title = "Grad-CAM",
             .family = "cam",
             .answers = "where in the layer are the maps that the logit rises with?",
             .formula = "max(0, sum_k w_k A^k), w_k = the mean of df/dA^k over the map",
             .source = "Selvaraju et al. 2017, arXiv 1610.02391",
             .warning = "a map's gradient is averaged before it is used: where it has both signs "
                        "the highlighted "
                        "places need not be those the logit depends on (HiResCAM keeps them)",
             .unit = "logit",
             .has_layer = 1,
             .is_signed = 0},
    .run_layers = run_layers,
    .keep = fovea__cam_keep};
