// SPDX-License-Identifier: MIT
// What the kernels need to know of a node, from its checked attributes and shapes, and what computes
// a part of one: shared by the operators and by the plans that call kernels directly. Shapes are whole values, the batch first;
// only the dimensions after it are read.
#ifndef FOVEA_LAYERS_GEOMETRY_H
#define FOVEA_LAYERS_GEOMETRY_H

#include "kernels/conv/conv.h"
#include "kernels/copy/copy.h"
#include "kernels/pool/pool.h"
#include "layers/op.h"

// Conv of x by weight w to y; missing leading dimensions have size, kernel, stride and dilation 1.
fovea__conv_geometry fovea__conv_geometry_of(const fovea__attributes *attributes,
                                             const fovea_shape *x, const fovea_shape *w,
                                             const fovea_shape *y);
// ConvTranspose of x by weight w to y: the convolution that goes from y to x.
fovea__conv_geometry fovea__conv_transpose_geometry_of(const fovea__attributes *attributes,
                                                       const fovea_shape *x, const fovea_shape *w,
                                                       const fovea_shape *y);
// The pooling operators; `kind` is ADAPTIVE for global pooling, too.
fovea__pool_geometry fovea__pool_geometry_of(const fovea__attributes *attributes,
                                             fovea__pool_kind kind, const fovea_shape *x,
                                             const fovea_shape *y);
// What a channel was scaled by.
typedef struct fovea__batchnorm_scale {
    double mean, invstd;
} fovea__batchnorm_scale;
// BatchNormalization forward and its vjp for channels [first, last) of the whole batch, whose views
// `call` holds. `used` ([channels], or NULL) takes what forward scaled by; given to backward, its
// statistics are not computed again. In training a channel has two values or more.
void fovea__batchnorm_forward(const fovea__call *call, int64_t first, int64_t last,
                              fovea__batchnorm_scale *used);
void fovea__batchnorm_backward(const fovea__call *call, const fovea_view *d_y, int64_t first,
                               int64_t last, const fovea__batchnorm_scale *used, fovea_view *d_in);
// Slice and Pad of x, all its dimensions.
fovea__copy_slice fovea__slice_of(const fovea__attributes *attributes, const fovea_shape *x);
fovea__copy_pad fovea__pad_of(const fovea__attributes *attributes, const fovea_shape *x);
// Pad's attribute `mode`.
typedef enum fovea__pad_mode {
    FOVEA__PAD_CONSTANT,
    FOVEA__PAD_REFLECT,  // dcb|abcd|cba
    FOVEA__PAD_EDGE,
    FOVEA__PAD_WRAP,
} fovea__pad_mode;
bool fovea__pads_constant(const fovea__attributes *attributes);
// Number to fill with.
double fovea__pad_value(const fovea__attributes *attributes);

#endif
