// SPDX-License-Identifier: MIT
// What class activation maps are made of, and the one way they are computed: a method says how the
// maps of a layer and their gradients become one map.
//
//   static void combine(const fovea__cam *cam, double *map) {...}
//   static fovea_status run(fovea__job *job, fovea_error *error) {
//       return fovea__cam_run(job, 1, combine, FOVEA__CAM_RELU, error);
//   }
#ifndef FOVEA_EXPLAIN_CAM_LAYER_H
#define FOVEA_EXPLAIN_CAM_LAYER_H

#include "explain/cam_head.h"
#include "explain/passes.h"

typedef struct fovea__cam {
    fovea_context *context;
    int64_t channels, cells;  // K, Z
    fovea_shape shape;        // of one map, H'×W'
    double *value;            // A, K×Z
    double *gradient;         // g, K×Z, or K where each is the same all over its map
    bool even;                // g is K numbers
} fovea__cam;

static inline double fovea__cam_g(const fovea__cam *cam, int64_t k, int64_t cell) {
    return cam->gradient[cam->even ? k : k * cam->cells + cell];
}

// sum of g^k over its cells; map += weight A^k.
double fovea__cam_gradient_sum(const fovea__cam *cam, int64_t k);
void fovea__cam_add(const fovea__cam *cam, int64_t k, double weight, double *map);

// The values of job->layer out of job->forward; `gradient` NULL after that. fovea__cam_free.
fovea_status fovea__cam_values(const fovea__job *job, fovea__cam *cam, fovea_error *error);
void fovea__cam_free(fovea__cam *cam);
// result->map of Z numbers `map`, which are cut below 0 where `relu`; before_relu is set then.
fovea_status fovea__cam_finish(fovea__job *job, const fovea__cam *cam, const double *map, bool relu,
                               fovea_error *error);

enum {
    FOVEA__CAM_RELU = 1,  // max(0, map)
    // The map's sum is sum g A (up to rounding), which is f - f(A := 0) where what stands behind the
    // layer is affine.
    FOVEA__CAM_COMPLETE = 2,
    FOVEA__CAM_EVEN_COMPLETE = 4,  // the same where g is the same all over each map
};

// `map` is Z zeros.
typedef void fovea__cam_combine(const fovea__cam *cam, double *map);
fovea__cam_combine fovea__grad_cam;
// All jobs' maps after one backward pass from the target, and none where each layer has a
// fovea__cam_head: its gradient is known then.
fovea_status fovea__cam_run(fovea__job *jobs, int32_t count, fovea__cam_combine *combine,
                            uint32_t flags, fovea_error *error);
// For fovea__method.keep: what fovea__cam_run needs; values alone.
void fovea__cam_keep(const fovea__job *jobs, int32_t count, fovea__passes_options *options);
void fovea__cam_keep_values(const fovea__job *jobs, int32_t count, fovea__passes_options *options);

#endif
