// SPDX-License-Identifier: MIT
// Arrays brought to other sizes: an output is a weighted sum of inputs near the place it is seen at,
// the weights being products of one weight for each dimension. Modes and names are those of ONNX's
// Resize.
#ifndef FOVEA_KERNELS_INTERPOLATE_H
#define FOVEA_KERNELS_INTERPOLATE_H

#include "kernels/kernel.h"

#define FOVEA__RESIZE_RANK 8
// Most inputs of one dimension that an output may be made of, and most rows (places in all other
// dimensions together).
#define FOVEA__RESIZE_MOST 1024

typedef enum fovea__resize_mode {
    FOVEA__RESIZE_NEAREST,
    FOVEA__RESIZE_LINEAR,
    FOVEA__RESIZE_CUBIC,
} fovea__resize_mode;

typedef enum fovea__resize_nearest {
    FOVEA__NEAREST_ROUND_PREFER_FLOOR,
    FOVEA__NEAREST_ROUND_PREFER_CEIL,
    FOVEA__NEAREST_FLOOR,
    FOVEA__NEAREST_CEIL,
} fovea__resize_nearest;

// Where output o of a dimension lies among the inputs, s being outputs per input.
typedef enum fovea__resize_coordinates {
    FOVEA__COORDINATES_HALF_PIXEL,            // (o + 1/2) / s - 1/2
    FOVEA__COORDINATES_HALF_PIXEL_SYMMETRIC,  // the same, moved so that both centres agree
    FOVEA__COORDINATES_PYTORCH_HALF_PIXEL,    // the same, but 0 for an only output
    FOVEA__COORDINATES_ALIGN_CORNERS,         // o (in - 1) / (length - 1)
    FOVEA__COORDINATES_ASYMMETRIC,            // o / s
    // start (in - 1) + o (end - start) (in - 1) / (length - 1)
    FOVEA__COORDINATES_TF_CROP_AND_RESIZE,
    FOVEA__COORDINATES_TF_HALF_PIXEL_FOR_NN,  // (o + 1/2) / s
} fovea__resize_coordinates;

typedef struct fovea__resize_axis {
    int64_t in, out;
    double scale, length;  // length = scale · in, of which `out` is the whole part
    double start, end;     // of TF_CROP_AND_RESIZE, in parts of the input
    bool same;             // every output is the input at its place
} fovea__resize_axis;

typedef struct fovea__resize {
    int32_t rank;
    fovea__resize_axis axis[FOVEA__RESIZE_RANK];
    fovea__resize_mode mode;
    fovea__resize_nearest nearest;
    fovea__resize_coordinates coordinates;
    double cubic;          // the cubic's coefficient a (Keys 1981): -0.75, -0.5
    bool exclude_outside;  // places outside weigh nothing; otherwise they repeat the edge
    bool antialias;        // weights reach 1/s times as far where s < 1
    double outside;        // what stands where TF_CROP_AND_RESIZE looks outside
} fovea__resize;

// The nearest input for output o of dimension d, -1 outside of the region. Mode NEAREST.
int64_t fovea__resize_place(const fovea__resize *resize, int32_t d, int64_t o);
// Most inputs an output takes along dimension d; more than FOVEA__RESIZE_MOST are not computed.
int64_t fovea__resize_reach(const fovea__resize *resize, int32_t d);
// Inputs for output o of dimension d, and their weights, which add up to 1 (modes LINEAR and CUBIC).
// Returns how many, at most fovea__resize_reach; 0 outside of the region. Places may be named twice.
int32_t fovea__resize_taps(const fovea__resize *resize, int32_t d, int64_t o, int32_t *place,
                           double *weight);

// dst[o] = sum over rows of the row's weight times the input, the rows in order, then sum over the
// last dimension that changes, its places in order (modes LINEAR and CUBIC).
void fovea__resize_forward_f32(const fovea__resize *resize, const float *src, float *dst);
void fovea__resize_forward_f64(const fovea__resize *resize, const double *src, double *dst);
// d_src = 0; then for every row of the output in order its numbers are added to their places of the
// row, and that times the row's weight to each row of the input.
void fovea__resize_backward_f32(const fovea__resize *resize, const float *d_dst, float *d_src);
void fovea__resize_backward_f64(const fovea__resize *resize, const double *d_dst, double *d_src);

#endif
