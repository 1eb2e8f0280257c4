// SPDX-License-Identifier: MIT
// Going uphill: a picture is changed step by step so that a number of one layer rises.
#ifndef FOVEA_EXPLAIN_ASCENT_H
#define FOVEA_EXPLAIN_ASCENT_H

#include "explain/layer_pass.h"
#include "explain/picture_variable.h"
#include "explain/warp.h"
#include "fovea/likes.h"

// What rises: its value from pass->activation and, where asked for, pass->seed = d value / d
// activation.
typedef double fovea__goal(const void *user, fovea__layer_pass *pass, bool seed);

typedef struct fovea__ascent_options {
    int32_t steps, blur_every;
    double rate, decay, blur;
    double tv;    // weight of total variation (beta 1) against a gradient of rms 1
    double cool;  // share of the steps, at the end, over which the rate falls to a tenth
    fovea__warp_range range;
    uint64_t seed;
    uint32_t sample;
    fovea_optimise_progress *progress;  // NULL: none
    void *progress_user;
    int32_t done, all;  // told to progress: pictures made, pictures in all
} fovea__ascent_options;

// Everything that steps work in, for one model and layer: nothing is allocated while steps run.
typedef struct fovea__ascent {
    fovea_context *context;
    const fovea_model *model;
    fovea__picture_space space;
    fovea__layer_pass *pass;
    fovea__picture_variable variable;
    fovea__warp warp;
    float *p, *moved, *x, *d_moved, *d_p;  // [C*H*W] each
} fovea__ascent;

// Errors: those of the parts.
fovea_status fovea__ascent_create(const fovea_model *model, fovea_value layer,
                                  fovea_parametrisation kind, bool decorrelate,
                                  fovea__ascent *ascent, fovea_error *error);
// Fine after a failed create.
void fovea__ascent_free(fovea__ascent *ascent);

// The goal's value at the picture as it stands, unmoved. Leaves the picture in ascent->p.
fovea_status fovea__ascent_value(fovea__ascent *ascent, fovea__goal *goal, const void *user,
                                 double *value, fovea_error *error);
// Steps from where the variable stands. `first`: the value after the first step. `silent` is set
// where no step met a gradient other than zero. INTERRUPTED when progress asks for it.
fovea_status fovea__ascent_run(fovea__ascent *ascent, fovea__goal *goal, const void *user,
                               const fovea__ascent_options *options, double *first, bool *silent,
                               fovea_error *error);

#endif
