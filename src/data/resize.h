// SPDX-License-Identifier: MIT
// Changing a picture's size.
#ifndef FOVEA_DATA_RESIZE_H
#define FOVEA_DATA_RESIZE_H

#include <stdint.h>

#include "fovea/context.h"

// Bilinear with antialiasing: each output sample is the mean of the input under a triangle whose
// half width is max(1, input size / output size) pixels, weights normalised and rounded to 2^-22,
// horizontally and then vertically, each result rounded to 8 bits. src is C,H,W, dst
// C,HEIGHT,WIDTH; both caller's, sizes at least 1. Errors: OUT_OF_MEMORY.
fovea_status fovea__resize(fovea_context *context, const uint8_t *src, int32_t channels, int32_t h,
                           int32_t w, int32_t height, int32_t width, uint8_t *dst,
                           fovea_error *error);

#endif
