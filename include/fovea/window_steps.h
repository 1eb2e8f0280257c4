// SPDX-License-Identifier: MIT
// One window at a time: what a convolution or a pooling does at single positions of a picture, with
// every number, and figures of it.
//
//   fovea_window_options options;
//   fovea_window_options_default(FOVEA_WINDOW_CONVOLUTION, &options);
//   options.frames = 6;
//   fovea_window_steps_create(context, FOVEA_WINDOW_CONVOLUTION, picture, &options, &steps, &error);
//   fovea_figure_window_steps(steps, &figure, &error);
//
// The output is computed by the library's operators in F64, whole; the steps only look at it:
//
//   convolution  y = bias + sum over c, i, j of x[c][s*y0 - p + d*i][s*x0 - p + d*j] * w[c][i][j]
//   maxpool      y = the largest of the window, padding being minus infinity
//   avgpool      y = the mean of the window, padding being 0 (or left out: count_include_pad 0)
#ifndef FOVEA_WINDOW_STEPS_H
#define FOVEA_WINDOW_STEPS_H

#include "fovea/draw.h"
#include "fovea/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum fovea_window_kind {
    FOVEA_WINDOW_CONVOLUTION = 0,
    FOVEA_WINDOW_MAXPOOL = 1,
    FOVEA_WINDOW_AVGPOOL = 2,
} fovea_window_kind;

// Pairs are height, width. Nothing here is kept: it is copied.
typedef struct fovea_window_options {
    size_t size;
    const char *title;         // NULL: what is done
    const char *picture_name;  // for the figure; NULL: "input"
    int bytes;                 // 1: pictures of U8 as 0 to 255; 0: divided by 255
    int32_t channel;           // only this one, from 0; -1: all (pooling: the first)
    // Convolution: [kernel_channels][kernel_size[0]][kernel_size[1]] weights, as they are (nothing
    // is flipped); kernel_channels is 1 (the same for every channel) or C. NULL: "edge", -1 0 1 in
    // each of three rows. Pooling reads kernel_size only.
    const double *kernel;
    const char *kernel_name;  // for the figure; NULL: none
    int32_t kernel_channels;
    int32_t kernel_size[2];  // 1 to 31
    double bias;             // convolution
    int32_t stride[2];       // 1 to 4096; 0: 1, or the kernel's size for pooling
    int32_t padding[2];      // 0 to 1024
    int32_t dilation[2];     // 1 to 1024
    int count_include_pad;   // avgpool: 1: zeros of the padding count; 1
    int64_t at[2];           // output position of the first step; -1: chosen (see below)
    int32_t frames;          // steps from there on, row by row, 1 to 64; ends with the output
    int32_t block;           // 1 to 8: steps are up to block×block windows from `at` on; 0: frames
    double seconds;          // each step in animated SVG and HTML; 0: steps below each other
} fovea_window_options;

// Kernel 3×3 for convolution and 2×2 for pooling, padding 0, dilation 1, one frame, 1.5 seconds.
// The position is 0,0 where the whole input is shown, else the middle of the output.
FOVEA_API void fovea_window_options_default(fovea_window_kind kind, fovea_window_options *options);

typedef struct fovea_window_steps fovea_window_steps;

// `picture`: U8, F32 or F64 of C×H×W; NULL: a small one made by a formula (6×6, for pooling 4×4).
// `options` may be NULL. Errors: INVALID_ARGUMENT (values outside the ranges above, a position
// outside the output, a channel that does not exist), SHAPE_MISMATCH (a window larger than the
// padded picture), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_window_steps_create(fovea_context *context, fovea_window_kind kind,
                                                 const fovea_tensor *picture,
                                                 const fovea_window_options *options,
                                                 fovea_window_steps **steps, fovea_error *error);
FOVEA_API void fovea_window_steps_free(fovea_window_steps *steps);

// One step; its buffers are borrowed from the steps.
typedef struct fovea_window_step {
    int64_t at[2];     // position in the output
    int64_t first[2];  // input row and column of the window's first cell; negative in the padding
    int64_t count;     // cells of the window in all channels: C * kernel
    // [C][kernel rows][kernel columns] each.
    const double *inputs;         // 0 in the padding (maxpool: minus infinity)
    const unsigned char *inside;  // 1: in the picture, 0: in the padding
    const double *products;       // convolution: inputs * weights; else NULL
    double output;                // what the operator gives at this position
    int64_t chosen;               // maxpool: index of the cell that won; else -1
    int64_t divisor;              // avgpool: cells that count; else 0
} fovea_window_step;

// Steps 0 ... count-1: `frames` of them, or the windows of `block`, fewer where the output ends.
FOVEA_API int32_t fovea_window_steps_count(const fovea_window_steps *steps);
FOVEA_API fovea_window_step fovea_window_steps_get(const fovea_window_steps *steps, int32_t index);
// F64, borrowed: the input C×H×W as the operator sees it, the weights C×kernel (no data for
// pooling) and the whole output H'×W'.
FOVEA_API fovea_view fovea_window_steps_input(const fovea_window_steps *steps);
FOVEA_API fovea_view fovea_window_steps_weights(const fovea_window_steps *steps);
FOVEA_API fovea_view fovea_window_steps_output(const fovea_window_steps *steps);

// A frame for each step: input with the window, kernel, products and their sum (pooling: the window
// and what is taken of it), the output as far as it is filled. Large pictures are cut out around
// the window, with the whole picture beside it. Yours: fovea_figure_free. Errors: OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_figure_window_steps(const fovea_window_steps *steps,
                                                 fovea_figure **figure, fovea_error *error);

// Pooling at one glance: a patch of the picture, its windows (2×2 of them from options->at on) in
// colours, and for each kind what comes of them. `kinds` are MAXPOOL and AVGPOOL in the order they
// are shown, `count` is 1 or 2; `picture` and `options` as for fovea_window_steps_create, and so
// are the errors. Yours: fovea_figure_free.
FOVEA_API fovea_status fovea_figure_pooling(fovea_context *context, const fovea_window_kind *kinds,
                                            int32_t count, const fovea_tensor *picture,
                                            const fovea_window_options *options,
                                            fovea_figure **figure, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
