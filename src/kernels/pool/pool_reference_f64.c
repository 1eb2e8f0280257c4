// SPDX-License-Identifier: MIT
#define REAL double
#define LINKAGE static
#define FORWARD forward
#define BACKWARD backward
#include "kernels/pool/pool_reference_body.h"

void fovea__pool_forward_f64(const fovea__pool_geometry *geometry, int32_t samples,
                             const double *src, double *dst) {
    forward(geometry, FOVEA__LAYOUT_NCHW, samples, src, dst);
}

void fovea__pool_backward_f64(const fovea__pool_geometry *geometry, int32_t samples,
                              const double *src, const double *d_dst, double *d_src) {
    backward(geometry, FOVEA__LAYOUT_NCHW, samples, src, d_dst, d_src);
}
