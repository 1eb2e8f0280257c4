// SPDX-License-Identifier: MIT
// What a net computed from one picture, as maps.c makes it and maps_figure.c draws it.
#ifndef FOVEA_FIGURES_MAPS_H
#define FOVEA_FIGURES_MAPS_H

#include <stdbool.h>

#include "fovea/figures.h"

typedef struct fovea__map_tensor {
    char *name, *text;     // of the value, of the operator; owned
    fovea_tensor *tensor;  // 1×…, owned
    fovea_stage stage;     // FOVEA_STAGE_DEFAULT: none of the three
    bool nonnegative;
    bool shown;  // chosen; others are only kept to be saved
} fovea__map_tensor;

struct fovea_maps {
    fovea_context *context;
    fovea_maps_options options;  // `layer` is NULL
    char *input_name;
    fovea_tensor *picture, *input;  // U8 C×H×W and what the net got, 1×C×H×W
    fovea__map_tensor *tensors;
    int32_t count, shown_count;
};

#endif
