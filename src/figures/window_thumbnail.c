// SPDX-License-Identifier: MIT
// A whole input or output in small, with the place that is shown in large.
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "draw/colormap.h"
#include "figures/window_grids.h"

// Elements of a side. Each frame of an animation holds its own picture.
enum { LONGEST = 300, LONGEST_IN_FRAMES = 150 };

// Where element `i` of `small` begins among `whole`.
static int64_t edge(int64_t i, int64_t small, int64_t whole) {
    return i * whole / small;
}

// Mean over the box of `plane` that one element of the small picture stands for.
static double box_mean(const double *plane, const int64_t whole[2], const int64_t small[2],
                       int64_t y, int64_t x) {
    double sum = 0;
    int64_t count = 0, right = edge(x + 1, small[1], whole[1]);
    for (int64_t i = edge(y, small[0], whole[0]); i < edge(y + 1, small[0], whole[0]); i++)
        for (int64_t j = edge(x, small[1], whole[1]); j < right; j++, count++)
            sum += plane[i * whole[1] + j];
    return sum / (double)count;
}

static fovea__rgb map_value(const char *map, double value, double low, double high) {
    if (!isfinite(value)) return FOVEA__NOT_FINITE_RGB;
    return fovea__colormap_at(fovea__colormap_find(map), value, low, high);
}

static void fill(const fovea_window_steps *steps, const fovea__window_scale *scale, bool output,
                 const int64_t whole[2], const int64_t small[2], uint8_t *rgb) {
    const double *data = output ? fovea_tensor_view(steps->output).data : steps->input;
    int64_t plane = whole[0] * whole[1];
    bool colour = !output && steps->channels == 3;
    for (int64_t i = 0; i < small[0] * small[1]; i++, rgb += 3) {
        int64_t y = i / small[1], x = i % small[1];
        fovea__rgb pixel;
        if (output)
            pixel = map_value(scale->output_map, box_mean(data, whole, small, y, x),
                              scale->output_low, scale->output_high);
        else
            pixel = map_value("greys", box_mean(data, whole, small, y, x), steps->low, steps->high);
        rgb[0] = pixel.r;
        rgb[1] = pixel.g;
        rgb[2] = pixel.b;
        for (int c = 1; c < 3 && colour; c++)
            rgb[c] = map_value("greys", box_mean(data + c * plane, whole, small, y, x), steps->low,
                               steps->high)
                         .r;
    }
}

// The place in elements of the small picture, clipped to it.
static fovea__cell_mark mark_place(const fovea__region *place, const int64_t whole[2],
                                   const int64_t small[2]) {
    int64_t first[2], last[2];
    for (int axis = 0; axis < 2; axis++) {
        int64_t begin = place->first[axis], end = begin + place->size[axis] - 1;
        begin = begin < 0 ? 0 : begin >= whole[axis] ? whole[axis] - 1 : begin;
        end = end < begin ? begin : end >= whole[axis] ? whole[axis] - 1 : end;
        first[axis] = begin * small[axis] / whole[axis];
        last[axis] = end * small[axis] / whole[axis];
    }
    return (fovea__cell_mark){.row = first[0],
                              .column = first[1],
                              .rows = last[0] - first[0] + 1,
                              .columns = last[1] - first[1] + 1,
                              .colour = fovea__window_accent(),
                              .width = 2};
}

fovea_status fovea__window_thumbnail(const fovea_window_steps *steps,
                                     const fovea__window_scale *scale, bool output,
                                     const fovea__region *place, fovea__built_grid *built,
                                     fovea_error *error) {
    int64_t whole[] = {output ? steps->out[0] : steps->height,
                       output ? steps->out[1] : steps->width};
    int64_t longer = whole[0] > whole[1] ? whole[0] : whole[1], small[2];
    int64_t most = steps->count > 1 && !steps->block[0] ? LONGEST_IN_FRAMES : LONGEST;
    for (int axis = 0; axis < 2; axis++) {
        small[axis] = longer <= most ? whole[axis] : whole[axis] * most / longer;
        if (small[axis] < 1) small[axis] = 1;
    }
    snprintf(built->title, sizeof built->title, "whole %s", output ? "output" : "input");
    built->rgb = fovea__new(steps->context, (size_t)(small[0] * small[1]), 3, error);
    built->marks = fovea__new(steps->context, 1, sizeof *built->marks, error);
    if (!built->rgb || !built->marks) return FOVEA_OUT_OF_MEMORY;
    fill(steps, scale, output, whole, small, built->rgb);
    built->marks[0] = mark_place(place, whole, small);
    built->grid = (fovea__cell_grid){.title = built->title,
                                     .rows = small[0],
                                     .columns = small[1],
                                     .rgb = built->rgb,
                                     .marks = built->marks,
                                     .mark_count = 1};
    return FOVEA_OK;
}
