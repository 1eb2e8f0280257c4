// SPDX-License-Identifier: MIT
// Pictures of bytes as panels.
#ifndef FOVEA_FIGURES_PICTURE_VALUES_H
#define FOVEA_FIGURES_PICTURE_VALUES_H

#include "draw/panels.h"
#include "fovea/tensor.h"

// Appends C×H×W bytes (C 1 or 3; of any other number the first channel) in their own colours.
// Errors: OUT_OF_MEMORY.
fovea_status fovea__add_picture_panel(fovea__panels *panels, fovea_context *context,
                                      const uint8_t *bytes, const fovea_shape *shape,
                                      const char *title, const char *caption,
                                      fovea__panel_mark mark, fovea_error *error);

// U8 C×H×W (C 1 or 3; of any other number the first channel) as [H][W][3]; fovea__free. Errors:
// OUT_OF_MEMORY.
fovea_status fovea__picture_rgb(fovea_context *context, const fovea_tensor *picture, uint8_t **rgb,
                                fovea_error *error);

#endif
