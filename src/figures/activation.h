// SPDX-License-Identifier: MIT
// Activations by name.
#ifndef FOVEA_FIGURES_ACTIVATION_H
#define FOVEA_FIGURES_ACTIVATION_H

#include "base/text.h"
#include "fovea/function_figures.h"

// Of the activation whose name `text` begins with ("leaky_relu alpha=0.2"); -1: none.
int32_t fovea__activation_index(const char *text);

#endif
