// SPDX-License-Identifier: MIT
// Steps of a window as they are kept: made by window_take.c, window_steps.c and window_read.c,
// drawn by window_figure.c and pooling_figure.c with the grids of window_grids.c.
#ifndef FOVEA_FIGURES_WINDOW_KEPT_H
#define FOVEA_FIGURES_WINDOW_KEPT_H

#include <stdbool.h>

#include "fovea/window_steps.h"

// Padded inputs and outputs of at most so many rows or columns are shown whole.
enum { FOVEA__WINDOW_WHOLE = 10 };

struct fovea_window_steps {
    fovea_context *context;
    fovea_window_kind kind;
    fovea_window_options options;  // texts and kernel are those below
    char *title, *picture_name, *kernel_name;
    double *weights;  // [C][kernel], convolution
    int64_t channels, height, width;
    int32_t first_channel;  // of the picture
    int32_t picture_channels;
    double *input;         // [C][H][W]
    fovea_tensor *output;  // 1×1×H'×W'
    int64_t out[2];
    int32_t count;
    int64_t block[2];           // rows and columns of windows; 0: one after another
    double *inputs, *products;  // [count][C][kernel]
    unsigned char *inside;      // [count][C][kernel]
    bool built_in;
    double low, high;  // what the colours of the input run over
};

// Checks the options, and makes copies of their texts, the kernel and the picture (NULL: the
// built-in one). Errors: those of fovea_window_steps_create.
fovea_status fovea__window_take(fovea_window_steps *steps, const fovea_tensor *picture,
                                fovea_error *error);
// Rows (0) or columns (1) that the window covers with its gaps.
int64_t fovea__window_extent(const fovea_window_steps *steps, int axis);
// Input row or column of the first cell of the window at output position `at`.
int64_t fovea__window_first(const fovea_window_steps *steps, int axis, int64_t at);
// Fills inputs, products and inside of every step. Errors: OUT_OF_MEMORY.
fovea_status fovea__window_read(fovea_window_steps *steps, fovea_error *error);
double fovea__window_output(const fovea_window_steps *steps, int64_t y, int64_t x);

#endif
