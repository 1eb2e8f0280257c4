// SPDX-License-Identifier: MIT
#include <math.h>

#include "explain/cam_layer.h"

// a max(0, g), a being g^2 / (2 g^2 + g^3 sum) with g^2 cancelled, so that it cannot lose its digits. A
// sum of the map below 0 can make the denominator 0 or less: such a place has no weight.
static double term(double g, double sum) {
    double denominator = 2 + g * sum;
    if (isnan(g) || isnan(sum)) return NAN;
    return g > 0 && denominator > 0 ? g / denominator : 0;
}

static void combine(const fovea__cam *cam, double *map) {
    for (int64_t k = 0; k < cam->channels; k++) {
        double sum = 0, weight = 0;
        for (int64_t i = 0; i < cam->cells; i++) sum += cam->value[k * cam->cells + i];
        for (int64_t i = 0; i < cam->cells; i++) weight += term(fovea__cam_g(cam, k, i), sum);
        fovea__cam_add(cam, k, weight, map);
    }
}

static fovea_status run_layers(fovea__job *jobs, int32_t count, fovea_error *error) {
    return fovea__cam_run(jobs, count, combine, FOVEA__CAM_RELU, error);
}

const fovea__method fovea__method_grad_cam_plus_plus = {
    .info = {.name = "grad-cam++",
             .title = "Grad-CAM++",
             .family = "cam",
             .answers =
                 "where in the layer are all the things that raise the logit, small ones too?",
             .formula =
                 "max(0, sum_k w_k A^k), w_k = sum_ij a_ij max(0, g_ij), "
                 "a_ij = g^2 / (2 g^2 + g^3 sum A^k), 0 where the denominator is not above 0",
             .source = "Chattopadhyay et al. 2018, arXiv 1710.11063",
             .warning =
                 "its weights suppose that the class score is the exponential of the logit; only "
                 "places with a positive gradient count, so evidence against the class is "
                 "not seen",
             .unit = "1",
             .has_layer = 1,
             .is_signed = 0},
    .run_layers = run_layers,
    .keep = fovea__cam_keep};
