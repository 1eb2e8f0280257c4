// SPDX-License-Identifier: MIT
// The grids that figures of windows are made of.
#ifndef FOVEA_FIGURES_WINDOW_GRIDS_H
#define FOVEA_FIGURES_WINDOW_GRIDS_H

#include "draw/cell_grid.h"
#include "draw/number.h"
#include "figures/window_kept.h"

// Decimals and colour ranges that all frames of a figure share.
typedef struct fovea__window_scale {
    int input, weight, product, output;  // decimals
    double weight_most, product_most;    // largest magnitudes
    double output_low, output_high;
    const char *output_map;
    fovea__number room;  // the longest number of any frame
    bool rounded;        // some number that is written has more decimals
} fovea__window_scale;

fovea__window_scale fovea__window_scale_of(const fovea_window_steps *steps);

// Rows and columns of an array, in its own numbers (an input's may begin in the padding).
typedef struct fovea__region {
    int64_t first[2], size[2];
} fovea__region;

// What is shown of input and output for step `index`: all, or a neighbourhood; the same for every
// step where one holds them all.
fovea__region fovea__window_input_region(const fovea_window_steps *steps, int32_t index);
fovea__region fovea__window_output_region(const fovea_window_steps *steps, int32_t index);
// Whether the region leaves out a part of the (padded) array.
bool fovea__window_cut(const fovea_window_steps *steps, const fovea__region *region, bool output);

// A grid with the memory that its pointers point to.
typedef struct fovea__built_grid {
    fovea__cell_grid grid;
    fovea__cell *cells;
    fovea__cell_mark *marks;
    uint8_t *rgb;
    char title[256], caption[1024];
} fovea__built_grid;

void fovea__built_grid_free(fovea_context *context, fovea__built_grid *built);

// Cells of the padded input, without marks. Errors of all: OUT_OF_MEMORY.
fovea_status fovea__window_input_grid(const fovea_window_steps *steps,
                                      const fovea__window_scale *scale, const fovea__region *region,
                                      int64_t channel, fovea__built_grid *built,
                                      fovea_error *error);
// Outlines the window of a step in it, each cell where they stand apart, and puts dots where
// windows begin when the stride is above 1.
fovea_status fovea__window_mark_input(const fovea_window_steps *steps,
                                      const fovea_window_step *step, const fovea__region *region,
                                      fovea__built_grid *built, fovea_error *error);
// The kernel's weights, or a step's products, of a channel.
fovea_status fovea__window_kernel_grid(const fovea_window_steps *steps,
                                       const fovea__window_scale *scale, int64_t channel,
                                       const double *products, fovea__built_grid *built,
                                       fovea_error *error);
// The output up to position `last` in the order of rows, which is outlined; the rest is open.
fovea_status fovea__window_output_grid(const fovea_window_steps *steps,
                                       const fovea__window_scale *scale,
                                       const fovea__region *region, const int64_t last[2],
                                       fovea__built_grid *built, fovea_error *error);
// Whole input or output, reduced, with `place` of it marked.
fovea_status fovea__window_thumbnail(const fovea_window_steps *steps,
                                     const fovea__window_scale *scale, bool output,
                                     const fovea__region *place, fovea__built_grid *built,
                                     fovea_error *error);

fovea__colour fovea__window_accent(void);
// What a reader must know of rounding (where numbers are) and padding, below the frames. `steps`
// are `count` of different kinds.
fovea_status fovea__window_add_notes(fovea_figure *figure, const fovea_window_steps *const *steps,
                                     int32_t count, bool rounded, fovea_error *error);
// "kernel 3×3, stride 2: 28×28 → 13×13"
void fovea__window_subtitle(const fovea_window_steps *steps, char *text, size_t size);

#endif
