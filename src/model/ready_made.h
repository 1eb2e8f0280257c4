// SPDX-License-Identifier: MIT
// The ready-made nets: architecture text with the input it is made for.
#ifndef FOVEA_MODEL_READY_MADE_H
#define FOVEA_MODEL_READY_MADE_H

#include <stdbool.h>
#include <stdint.h>

#include "fovea/graph.h"

typedef struct fovea__ready_made {
    const char *name, *text, *help;
    fovea_shape input;                    // C×H×W
    void (*weights)(fovea_graph *graph);  // sets weights that are part of the net; may be NULL
    bool imagenet;                        // pictures are prepared as torchvision does for ImageNet
} fovea__ready_made;

// By name, NULL when there is none. Borrowed, static.
const fovea__ready_made *fovea__ready_made_find(const char *name);

#endif
