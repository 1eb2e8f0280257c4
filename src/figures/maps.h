// SPDX-License-Identifier: MIT
// What a net computed from one picture, as maps.c makes it and maps_figure.c draws it.
#ifndef FOVEA_FIGURES_MAPS_H
#define FOVEA_FIGURES_MAPS_H

#include <stdbool.h>

#include "fovea/figures.h"

typedef struct fovea__map_tensor {
    char *name, *text;     // of the value, of the operator; owned
    char *node;            // name, owned
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

// Rows of `count` shown layers from `first` on, after the picture with `input`; panels are `side`
// CSS pixels long (0: as fits their number). Layers told apart in figures of their own look alike
// with the same side.
fovea_status fovea__figure_map_rows(const fovea_maps *maps, bool input, int32_t first,
                                    int32_t count, double side, fovea_figure **figure,
                                    fovea_error *error);

#endif
