// SPDX-License-Identifier: MIT
// What the figure of a comparison needs beyond the public functions. All borrowed.
#ifndef FOVEA_FIGURES_COMPARISON_H
#define FOVEA_FIGURES_COMPARISON_H

#include "fovea/compare.h"
#include "fovea/figures.h"

fovea_context *fovea__comparison_context(const fovea_comparison *comparison);
const fovea_dataset *fovea__comparison_dataset(const fovea_comparison *comparison);
// Count 0 where the training is not known.
fovea_curve fovea__comparison_curve(const fovea_comparison *comparison, int32_t which);

#endif
