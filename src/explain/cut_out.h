// SPDX-License-Identifier: MIT
#ifndef FOVEA_EXPLAIN_CUT_OUT_H
#define FOVEA_EXPLAIN_CUT_OUT_H

#include "fovea/tensor.h"

// A window of maps of which part has been computed anew.
typedef struct fovea__cut_out {
    const fovea_view *whole;  // 1×C×H×W
    const fovea_view *part;   // n×C×h×w, whose cells replace those of `whole` from part_at on
    int64_t part_at[2], at[2], size[2];  // rows, columns; the window may reach beyond the maps,
    double fill;                         // where this stands
} fovea__cut_out;

// Writes sample i's window, C×size[0]×size[1], to `to`, of the views' float type.
void fovea__cut_out_window(const fovea__cut_out *cut, int64_t i, void *to);

#endif
