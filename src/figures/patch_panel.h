// SPDX-License-Identifier: MIT
// What a winning cell sees, as a panel.
#ifndef FOVEA_FIGURES_PATCH_PANEL_H
#define FOVEA_FIGURES_PATCH_PANEL_H

#include "draw/panels.h"
#include "fovea/units.h"

// Whether the cells of a layer see the whole of pictures of C×H×W wherever they are: then patches
// are pictures.
bool fovea__sees_everything(const fovea_unit_layer *layer, const fovea_shape *picture);

// The box of the sample as it lies in its picture, grey-blue outside; the picture alone where it
// is within the box. Errors: OUT_OF_MEMORY.
fovea_status fovea__add_patch_panel(fovea__panels *panels, fovea_context *context,
                                    const fovea_dataset *dataset, const fovea_top_sample *sample,
                                    const char *caption, fovea_error *error);
// The whole picture with the box outlined.
fovea_status fovea__add_boxed_panel(fovea__panels *panels, fovea_context *context,
                                    const fovea_dataset *dataset, const fovea_top_sample *sample,
                                    const char *caption, fovea_error *error);

#endif
