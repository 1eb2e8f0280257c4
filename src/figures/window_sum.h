// SPDX-License-Identifier: MIT
// The arithmetic of one window in words: "0·(−1) + 6·0 + … = 12".
#ifndef FOVEA_FIGURES_WINDOW_SUM_H
#define FOVEA_FIGURES_WINDOW_SUM_H

#include "base/text.h"
#include "figures/window_grids.h"

// Convolution: the products of one channel and their sum; with one channel in all, the bias and the
// output too.
void fovea__window_add_sum(const fovea_window_steps *steps, const fovea__window_scale *scale,
                           const fovea_window_step *step, int64_t channel, fovea__text *text);
// Convolution of several channels: their sums, the bias and the output.
void fovea__window_add_total(const fovea_window_steps *steps, const fovea_window_step *step,
                             fovea__text *text);
// Pooling: what is taken of the window.
void fovea__window_add_pool(const fovea_window_steps *steps, const fovea__window_scale *scale,
                            const fovea_window_step *step, fovea__text *text);

#endif
