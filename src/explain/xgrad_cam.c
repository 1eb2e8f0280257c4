// SPDX-License-Identifier: MIT
#include "explain/cam_layer.h"

static void combine(const fovea__cam *cam, double *map) {
    for (int64_t k = 0; k < cam->channels; k++) {
        const double *a = cam->value + k * cam->cells;
        double sum = 0, weighted = 0;
        for (int64_t i = 0; i < cam->cells; i++) {
            sum += a[i];
            weighted += a[i] * fovea__cam_g(cam, k, i);
        }
        if (sum != 0) fovea__cam_add(cam, k, weighted / sum, map);
    }
}

static fovea_status run_layers(fovea__job *jobs, int32_t count, fovea_error *error) {
    return fovea__cam_run(jobs, count, combine, FOVEA__CAM_COMPLETE, error);
}

const fovea__method fovea__method_xgrad_cam = {
    .info = {.name = "xgrad-cam",
             .title = "XGrad-CAM",
             .family = "cam",
             .answers = "where in the layer are the maps the logit depends on, each weighted where "
                        "it is active?",
             .formula =
                 "sum_k w_k A^k, w_k = sum_ij (A_ij / sum A^k) df/dA_ij; 0 where sum A^k is 0",
             .source = "Fu et al. 2020, arXiv 2008.02312",
             .warning = "a map's weight is one number for all its cells, as in Grad-CAM; weights "
                        "grow without bound where "
                        "a signed map nearly adds up to 0",
             .unit = "logit",
             .has_layer = 1,
             .is_signed = 1},
    .run_layers = run_layers,
    .keep = fovea__cam_keep};
