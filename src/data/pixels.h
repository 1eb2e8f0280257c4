// SPDX-License-Identifier: MIT
// Arranging the samples of a picture.
#ifndef FOVEA_DATA_PIXELS_H
#define FOVEA_DATA_PIXELS_H

#include <stddef.h>
#include <stdint.h>

#include "formats/picture.h"

// H,W,C to channels,H,W; channels is 1 or 3, converted as below. dst is the caller's.
void fovea__pixels_planar(fovea_context *context, const fovea__picture *picture, int32_t channels,
                          uint8_t *dst);

// src C,P to dst channels,P (C and channels 1 or 3): grey is (9798 R + 19235 G + 3735 B + 16384) >>
// 15, as OpenCV's for 8 bits; one channel becomes three by repetition.
void fovea__pixels_channels(const uint8_t *src, int32_t c, size_t pixels, int32_t channels,
                            uint8_t *dst);

#endif
