// SPDX-License-Identifier: MIT
// The pictures that were found.
#ifndef FOVEA_EXPLAIN_OPTIMISED_H
#define FOVEA_EXPLAIN_OPTIMISED_H

#include "fovea/likes.h"

typedef struct fovea__found {
    char *layer;
    int32_t channel;
    fovea_tensor *picture;
    double start, first, end, difference;
    bool silent;
} fovea__found;

struct fovea_optimised {
    fovea_context *context;
    fovea__found *found;
    int32_t count, room;
};

// Room for so many. fovea_optimised_free.
fovea_status fovea__optimised_create(fovea_context *context, int32_t room,
                                     fovea_optimised **pictures, fovea_error *error);
// The next one: `layer` and p (`shape` C×H×W) are copied, cut to 0..1.
fovea_status fovea__optimised_add(fovea_optimised *pictures, const char *layer,
                                  const fovea_shape *shape, const float *p,
                                  const fovea__found *found, fovea_error *error);

#endif
