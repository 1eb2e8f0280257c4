// SPDX-License-Identifier: MIT
#include "figures/window_grids.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

fovea__colour fovea__window_accent(void) {
    return fovea__theme_colour(FOVEA__ROLE_SERIES_2);
}

void fovea__built_grid_free(fovea_context *context, fovea__built_grid *built) {
    fovea__free(context, built->cells);
    fovea__free(context, built->marks);
    fovea__free(context, built->rgb);
}

// Regions

enum { NEIGHBOURHOOD = 7, NEIGHBOURHOOD_OUT = 5, MOST_SHARED = 12 };

// About `length` of low..high around first..end, which is inside.
static void surround(int64_t low, int64_t high, int64_t first, int64_t end, int64_t length,
                     int64_t *start, int64_t *size) {
    if (length < end - first) length = end - first;
    if (length > high - low) length = high - low;
    *start = first - (length - (end - first)) / 2;
    if (*start < low) *start = low;
    if (*start + length > high) *start = high - length;
    *size = length;
}

// The range of one axis that steps a..b need.
static void needed(const fovea_window_steps *steps, bool output, int axis, int32_t a, int32_t b,
                   int64_t *first, int64_t *end) {
    for (int32_t i = a; i <= b; i++) {
        fovea_window_step step = fovea_window_steps_get(steps, i);
        int64_t from = output ? step.at[axis] : step.first[axis];
        int64_t to = from + (output ? 1 : fovea__window_extent(steps, axis));
        *first = i == a || from < *first ? from : *first;
        *end = i == a || to > *end ? to : *end;
    }
}

static fovea__region region_of(const fovea_window_steps *steps, int32_t index, bool output) {
    fovea__region region;
    const int64_t size[] = {steps->height, steps->width};
    for (int axis = 0; axis < 2; axis++) {
        int64_t padding = steps->options.padding[axis], first = 0, end = 0;
        int64_t low = output ? 0 : -padding,
                high = output ? steps->out[axis] : size[axis] + padding;
        int64_t length = output ? NEIGHBOURHOOD_OUT : NEIGHBOURHOOD;
        needed(steps, output, axis, 0, steps->count - 1, &first, &end);
        if (end - first + 2 > MOST_SHARED)
            needed(steps, output, axis, index, index, &first, &end);
        else if (length < end - first + 2)
            length = end - first + 2;
        if (high - low <= FOVEA__WINDOW_WHOLE) length = high - low;
        surround(low, high, first, end, length, &region.first[axis], &region.size[axis]);
    }
    return region;
}

fovea__region fovea__window_input_region(const fovea_window_steps *steps, int32_t index) {
    return region_of(steps, index, false);
}

fovea__region fovea__window_output_region(const fovea_window_steps *steps, int32_t index) {
    return region_of(steps, index, true);
}

static int64_t whole_size(const fovea_window_steps *steps, int axis, bool output) {
    if (output) return steps->out[axis];
    return (axis ? steps->width : steps->height) + 2 * steps->options.padding[axis];
}

bool fovea__window_cut(const fovea_window_steps *steps, const fovea__region *region, bool output) {
    return region->size[0] < whole_size(steps, 0, output) ||
           region->size[1] < whole_size(steps, 1, output);
}

static void set_region(const fovea_window_steps *steps, const fovea__region *region, bool output,
                       fovea__cell_grid *grid) {
    int64_t low[2], end[2];
    for (int axis = 0; axis < 2; axis++) {
        low[axis] = output ? 0 : -(int64_t)steps->options.padding[axis];
        end[axis] = low[axis] + whole_size(steps, axis, output);
    }
    grid->rows = region->size[0];
    grid->columns = region->size[1];
    grid->coordinates = true;
    grid->first_row = region->first[0];
    grid->first_column = region->first[1];
    if (region->first[0] > low[0]) grid->more |= FOVEA__SIDE_TOP;
    if (region->first[1] > low[1]) grid->more |= FOVEA__SIDE_LEFT;
    if (region->first[0] + region->size[0] < end[0]) grid->more |= FOVEA__SIDE_BOTTOM;
    if (region->first[1] + region->size[1] < end[1]) grid->more |= FOVEA__SIDE_RIGHT;
}

static fovea_status make_cells(const fovea_window_steps *steps, fovea__built_grid *built,
                               fovea_error *error) {
    size_t count = (size_t)(built->grid.rows * built->grid.columns);
    built->cells = fovea__new(steps->context, count, sizeof *built->cells, error);
    built->grid.cells = built->cells;
    return built->cells ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

// Input

static fovea__cell input_cell(const fovea_window_steps *steps, int64_t channel, int64_t y,
                              int64_t x) {
    bool inside = y >= 0 && y < steps->height && x >= 0 && x < steps->width;
    if (inside)
        return (fovea__cell){.value =
                                 steps->input[(channel * steps->height + y) * steps->width + x]};
    bool maximum = steps->kind == FOVEA_WINDOW_MAXPOOL;
    return (fovea__cell){.kind = FOVEA__CELL_GHOST, .value = maximum ? -INFINITY : 0};
}

fovea_status fovea__window_input_grid(const fovea_window_steps *steps,
                                      const fovea__window_scale *scale, const fovea__region *region,
                                      int64_t channel, fovea__built_grid *built,
                                      fovea_error *error) {
    fovea__cell_grid *grid = &built->grid;
    const int32_t *padding = steps->options.padding;
    const char *name = steps->picture_name ? steps->picture_name : "input";
    int length = snprintf(built->title, sizeof built->title, "%.60s %lld×%lld", name,
                          (long long)steps->height, (long long)steps->width);
    if (padding[0] || padding[1])
        snprintf(built->title + length, sizeof built->title - (size_t)length,
                 padding[0] == padding[1] ? ", padding %d" : ", padding %d and %d", padding[0],
                 padding[1]);
    *grid = (fovea__cell_grid){.title = built->title,
                               .map = "greys",
                               .low = steps->low,
                               .high = steps->high,
                               .decimals = scale->input};
    set_region(steps, region, false, grid);
    FOVEA__TRY(make_cells(steps, built, error));
    for (int64_t i = 0; i < grid->rows * grid->columns; i++)
        built->cells[i] = input_cell(steps, channel, region->first[0] + i / grid->columns,
                                     region->first[1] + i % grid->columns);
    return FOVEA_OK;
}

static void put_dots(const fovea_window_steps *steps, const fovea__region *region,
                     fovea__built_grid *built) {
    const fovea_window_options *o = &steps->options;
    for (int64_t i = 0; i < region->size[0] * region->size[1]; i++) {
        int64_t y = region->first[0] + i / region->size[1] + o->padding[0];
        int64_t x = region->first[1] + i % region->size[1] + o->padding[1];
        built->cells[i].dot = y % o->stride[0] == 0 && x % o->stride[1] == 0 &&
                              y / o->stride[0] < steps->out[0] && x / o->stride[1] < steps->out[1];
    }
}

static void put_caption(const fovea_window_steps *steps, fovea__built_grid *built) {
    const fovea_window_options *o = &steps->options;
    bool strides = o->stride[0] > 1 || o->stride[1] > 1;
    bool dilated = o->dilation[0] > 1 || o->dilation[1] > 1;
    char *text = built->caption;
    size_t room = sizeof built->caption, used = 0;
    if (strides && o->stride[0] == o->stride[1])
        used += (size_t)snprintf(text, room, "stride %d: windows begin at the dots", o->stride[0]);
    else if (strides)
        used += (size_t)snprintf(text, room, "stride %d down, %d across: windows begin at the dots",
                                 o->stride[0], o->stride[1]);
    if (dilated)
        snprintf(text + used, room - used, "%sdilation %d×%d: cells of the window stand apart",
                 used ? "\n" : "", o->dilation[0], o->dilation[1]);
    built->grid.caption = text[0] ? text : NULL;
}

fovea_status fovea__window_mark_input(const fovea_window_steps *steps,
                                      const fovea_window_step *step, const fovea__region *region,
                                      fovea__built_grid *built, fovea_error *error) {
    const fovea_window_options *o = &steps->options;
    bool dilated = o->dilation[0] > 1 || o->dilation[1] > 1;
    int64_t taps = (int64_t)o->kernel_size[0] * o->kernel_size[1];
    built->marks = fovea__new(steps->context, (size_t)taps + 1, sizeof *built->marks, error);
    if (!built->marks) return FOVEA_OUT_OF_MEMORY;
    fovea__cell_mark around = {.row = step->first[0] - region->first[0],
                               .column = step->first[1] - region->first[1],
                               .rows = fovea__window_extent(steps, 0),
                               .columns = fovea__window_extent(steps, 1),
                               .colour = fovea__window_accent(),
                               .width = dilated ? 1.5 : 3,
                               .dash = dilated ? FOVEA__DASH_DASHED : FOVEA__DASH_NONE};
    built->marks[0] = around;
    for (int64_t i = 0; i < taps && dilated; i++) {
        fovea__cell_mark cell = around;
        cell.row += i / o->kernel_size[1] * o->dilation[0];
        cell.column += i % o->kernel_size[1] * o->dilation[1];
        cell.rows = cell.columns = 1;
        cell.width = 2.5;
        cell.dash = FOVEA__DASH_NONE;
        built->marks[1 + i] = cell;
    }
    built->grid.marks = built->marks;
    built->grid.mark_count = dilated ? (size_t)taps + 1 : 1;
    if (o->stride[0] > 1 || o->stride[1] > 1) put_dots(steps, region, built);
    put_caption(steps, built);
    return FOVEA_OK;
}

// Kernel and products

fovea_status fovea__window_kernel_grid(const fovea_window_steps *steps,
                                       const fovea__window_scale *scale, int64_t channel,
                                       const double *products, fovea__built_grid *built,
                                       fovea_error *error) {
    fovea__cell_grid *grid = &built->grid;
    const int32_t *size = steps->options.kernel_size;
    int64_t taps = (int64_t)size[0] * size[1];
    const double *values = (products ? products : steps->weights) + channel * taps;
    const char *name = steps->kernel_name;
    double most = products ? scale->product_most : scale->weight_most;
    if (products)
        snprintf(built->title, sizeof built->title, "products");
    else
        snprintf(built->title, sizeof built->title, "kernel%s%.60s", name ? " " : "",
                 name ? name : "");
    *grid = (fovea__cell_grid){.title = built->title,
                               .sign = products ? FOVEA__SIGN_EQUALS : FOVEA__SIGN_TIMES,
                               .rows = size[0],
                               .columns = size[1],
                               .map = "RdBu",
                               .low = -most,
                               .high = most,
                               .decimals = products ? scale->product : scale->weight};
    FOVEA__TRY(make_cells(steps, built, error));
    for (int64_t i = 0; i < taps; i++) built->cells[i].value = values[i];
    return FOVEA_OK;
}

// Output

fovea_status fovea__window_output_grid(const fovea_window_steps *steps,
                                       const fovea__window_scale *scale,
                                       const fovea__region *region, const int64_t last[2],
                                       fovea__built_grid *built, fovea_error *error) {
    fovea__cell_grid *grid = &built->grid;
    snprintf(built->title, sizeof built->title, "output %lld×%lld", (long long)steps->out[0],
             (long long)steps->out[1]);
    *grid = (fovea__cell_grid){.title = built->title,
                               .sign = FOVEA__SIGN_ARROW,
                               .map = scale->output_map,
                               .low = scale->output_low,
                               .high = scale->output_high,
                               .decimals = scale->output};
    set_region(steps, region, true, grid);
    FOVEA__TRY(make_cells(steps, built, error));
    for (int64_t i = 0; i < grid->rows * grid->columns; i++) {
        int64_t y = region->first[0] + i / grid->columns, x = region->first[1] + i % grid->columns;
        bool done = y < last[0] || (y == last[0] && x <= last[1]);
        built->cells[i] = (fovea__cell){.kind = done ? FOVEA__CELL_NUMBER : FOVEA__CELL_OPEN,
                                        .value = fovea__window_output(steps, y, x),
                                        .strong = y == last[0] && x == last[1]};
    }
    built->marks = fovea__new(steps->context, 1, sizeof *built->marks, error);
    if (!built->marks) return FOVEA_OUT_OF_MEMORY;
    built->marks[0] = (fovea__cell_mark){.row = last[0] - region->first[0],
                                         .column = last[1] - region->first[1],
                                         .rows = 1,
                                         .columns = 1,
                                         .colour = fovea__window_accent(),
                                         .width = 3};
    grid->marks = built->marks;
    grid->mark_count = 1;
    return FOVEA_OK;
}
