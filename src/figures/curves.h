// SPDX-License-Identifier: MIT
// Training curves as a block of a larger figure.
#ifndef FOVEA_FIGURES_CURVES_H
#define FOVEA_FIGURES_CURVES_H

#include "draw/figure.h"
#include "fovea/figures.h"

// The plots of fovea_figure_curves; each run has at least one epoch. Errors: OUT_OF_MEMORY.
fovea_status fovea__add_curves(const fovea_curve *runs, int32_t count, int log_y,
                               fovea_figure *figure, fovea_error *error);

#endif
