// SPDX-License-Identifier: MIT
// Figures of pictures that were found by optimisation (likes.h).
#ifndef FOVEA_LIKE_FIGURES_H
#define FOVEA_LIKE_FIGURES_H

#include "fovea/draw.h"
#include "fovea/likes.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_optimised_figure_options {
    size_t size;
    const char *title, *note;      // of the figure; NULL: none
    const fovea_tensor *original;  // U8 C×H×W, shown first; NULL: none
    // Above each picture; NULL: "Output K" (from 1), or the layer's name where there is no channel.
    const char *const *names;
    const char *value;  // what `start` and `end` are, in the captions: "error"; NULL: not named
} fovea_optimised_figure_options;

FOVEA_API void fovea_optimised_figure_options_default(fovea_optimised_figure_options *options);

// The pictures beside each other, below each what was optimised, before and after: "0.12 → 8.4".
// Of other than 1 or 3 channels each channel is a picture. Errors: INVALID_ARGUMENT, OUT_OF_MEMORY.
// Yours: fovea_figure_free.
FOVEA_API fovea_status fovea_figure_optimised(fovea_context *context,
                                              const fovea_optimised *pictures,
                                              const fovea_optimised_figure_options *options,
                                              fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
