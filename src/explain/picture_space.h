// SPDX-License-Identifier: MIT
// Pictures as one sees them (C×H×W of 0..1, red, green, blue) and as a net takes them (normalised,
// its channels in its own order): x[c] = (p[of c] - mean[c]) / deviation[c].
#ifndef FOVEA_EXPLAIN_PICTURE_SPACE_H
#define FOVEA_EXPLAIN_PICTURE_SPACE_H

#include <stdbool.h>

#include "fovea/model.h"

typedef struct fovea__picture_space {
    int64_t channels, height, width, plane, count;  // plane: H*W, count: C*H*W
    double *mean, *deviation;                       // [C] in the net's order
    bool bgr;
} fovea__picture_space;

// Of the model's own size. Errors: SHAPE_MISMATCH (a net that takes no pictures), OUT_OF_MEMORY.
fovea_status fovea__picture_space_open(const fovea_model *model, fovea__picture_space *space,
                                       fovea_error *error);
void fovea__picture_space_close(const fovea_model *model, fovea__picture_space *space);

// Which channel of the picture the net's channel c is.
int64_t fovea__picture_channel(const fovea__picture_space *space, int64_t c);
// The pixel value of the picture's channel c that the net sees as 0.
double fovea__picture_zero(const fovea__picture_space *space, int64_t c);

void fovea__picture_to_net(const fovea__picture_space *space, const float *p, float *x);
// d_p for d_x.
void fovea__picture_gradient(const fovea__picture_space *space, const float *d_x, float *d_p);
// A model that takes a picture (U8 of the model's channels): NULL where that is the model itself, else
// a resized one, yours. Errors: SHAPE_MISMATCH, OUT_OF_MEMORY.
fovea_status fovea__model_for_picture(const fovea_model *model, const fovea_view *picture,
                                      fovea_model **sized, fovea_error *error);
// U8 C×H×W (the size of the space) as 0..1.
void fovea__picture_of_bytes(const fovea__picture_space *space, const unsigned char *bytes,
                             float *p);
// rms of p less what these bytes are.
double fovea__picture_difference(const fovea__picture_space *space, const unsigned char *bytes,
                                 const float *p);

#endif
