// SPDX-License-Identifier: MIT
// Pooling at one glance: windows of a patch in colours, and what comes of each.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/window_sum.h"

enum { KINDS = 2, SIDE = 2, MOST_WINDOWS = SIDE * SIDE };

typedef struct job {
    fovea_context *context;
    fovea_window_steps *steps[KINDS];  // a step is a window
    fovea__window_scale scale[KINDS];
    int32_t kinds;
    const int64_t *windows;  // down and across
    fovea__region patch;
    fovea_figure *figure;
} job;

static int64_t window_count(const job *j) {
    return j->windows[0] * j->windows[1];
}

static void find_patch(job *j) {
    const fovea_window_steps *steps = j->steps[0];
    for (int axis = 0; axis < 2; axis++) {
        j->patch.first[axis] = fovea__window_first(steps, axis, steps->options.at[axis]);
        j->patch.size[axis] = (j->windows[axis] - 1) * steps->options.stride[axis] +
                              fovea__window_extent(steps, axis);
    }
}

// Windows that share cells cannot be filled with their colours: neighbours one stride apart do
// where the stride is a number of dilations less than the kernel.
static bool apart(const job *j) {
    const fovea_window_options *o = &j->steps[0]->options;
    for (int axis = 0; axis < 2; axis++)
        if (j->windows[axis] > 1 && o->stride[axis] % o->dilation[axis] == 0 &&
            o->stride[axis] / o->dilation[axis] < o->kernel_size[axis])
            return false;
    return true;
}

static bool dilated(const job *j) {
    const fovea_window_options *o = &j->steps[0]->options;
    return o->dilation[0] > 1 || o->dilation[1] > 1;
}

static fovea__colour window_colour(int64_t window, uint8_t fade) {
    fovea__colour colour = fovea__series_colour(window);
    colour.fade = fade;
    return colour;
}

static void fill_windows(const job *j, fovea__built_grid *patch) {
    const fovea_window_steps *steps = j->steps[0];
    const fovea_window_options *o = &steps->options;
    for (int64_t w = 0; w < window_count(j); w++)
        for (int64_t i = 0; i < (int64_t)o->kernel_size[0] * o->kernel_size[1]; i++) {
            int64_t y = w / j->windows[1] * o->stride[0] + i / o->kernel_size[1] * o->dilation[0];
            int64_t x = w % j->windows[1] * o->stride[1] + i % o->kernel_size[1] * o->dilation[1];
            fovea__cell *cell = &patch->cells[y * patch->grid.columns + x];
            if (cell->kind == FOVEA__CELL_NUMBER) cell->fill = window_colour(w, 170);
        }
}

static void mark_maxima(const job *j, int32_t kind, bool filled, fovea__built_grid *patch) {
    for (int64_t w = 0; w < window_count(j); w++) {
        const fovea_window_options *o = &j->steps[kind]->options;
        fovea_window_step step = fovea_window_steps_get(j->steps[kind], (int32_t)w);
        if (step.chosen < 0) continue;
        int64_t y =
            step.first[0] - j->patch.first[0] + step.chosen / o->kernel_size[1] * o->dilation[0];
        int64_t x =
            step.first[1] - j->patch.first[1] + step.chosen % o->kernel_size[1] * o->dilation[1];
        fovea__cell *cell = &patch->cells[y * patch->grid.columns + x];
        cell->strong = true;
        if (filled) cell->fill = window_colour(w, 0);
    }
}

static fovea_status outline_windows(const job *j, fovea__built_grid *patch, fovea_error *error) {
    const fovea_window_steps *steps = j->steps[0];
    bool filled = apart(j);
    patch->marks = fovea__new(j->context, MOST_WINDOWS, sizeof *patch->marks, error);
    if (!patch->marks) return FOVEA_OUT_OF_MEMORY;
    for (int64_t w = 0; w < window_count(j); w++)
        patch->marks[w] = (fovea__cell_mark){.row = w / j->windows[1] * steps->options.stride[0],
                                             .column = w % j->windows[1] * steps->options.stride[1],
                                             .rows = fovea__window_extent(steps, 0),
                                             .columns = fovea__window_extent(steps, 1),
                                             .colour = window_colour(w, 0),
                                             .width = filled ? 2.5 : 1.75,
                                             .inset = filled ? 1 : 1 + 1.75 * (double)w};
    patch->grid.marks = patch->marks;
    patch->grid.mark_count = (size_t)window_count(j);
    return FOVEA_OK;
}

static fovea_status build_patch(const job *j, fovea__built_grid *patch, fovea_error *error) {
    FOVEA__TRY(fovea__window_input_grid(j->steps[0], &j->scale[0], &j->patch, 0, patch, error));
    bool filled = apart(j);
    if (filled) fill_windows(j, patch);
    if (filled) patch->grid.map = NULL;
    for (int32_t kind = 0; kind < j->kinds; kind++)
        if (j->steps[kind]->kind == FOVEA_WINDOW_MAXPOOL) mark_maxima(j, kind, filled, patch);
    if (dilated(j)) {
        snprintf(patch->caption, sizeof patch->caption,
                 "dilation %d×%d: cells of a window stand apart", j->steps[0]->options.dilation[0],
                 j->steps[0]->options.dilation[1]);
        patch->grid.caption = patch->caption;
    }
    return filled && dilated(j) ? FOVEA_OK : outline_windows(j, patch, error);
}

// What comes of each window, a line each.
static fovea_status add_lines(const job *j, int32_t kind, fovea__built_grid *built,
                              fovea_error *error) {
    char *lines;
    fovea__text text = fovea__text_begin(j->context);
    for (int64_t w = 0; w < window_count(j); w++) {
        fovea_window_step step = fovea_window_steps_get(j->steps[kind], (int32_t)w);
        if (w) fovea__text_add(&text, "\n");
        fovea__window_add_pool(j->steps[kind], &j->scale[kind], &step, &text);
    }
    FOVEA__TRY(fovea__text_take(&text, &lines, NULL, error));
    snprintf(built->caption, sizeof built->caption, "%s", lines);
    built->grid.caption = built->caption;
    fovea__free(j->context, lines);
    return FOVEA_OK;
}

static fovea_status build_result(const job *j, int32_t kind, fovea__built_grid *built,
                                 fovea_error *error) {
    const fovea_window_steps *steps = j->steps[kind];
    bool maximum = steps->kind == FOVEA_WINDOW_MAXPOOL, whole;
    whole = j->windows[0] == steps->out[0] && j->windows[1] == steps->out[1];
    snprintf(built->title, sizeof built->title, "%s pooling", maximum ? "maximum" : "average");
    built->grid = (fovea__cell_grid){.title = built->title,
                                     .sign = FOVEA__SIGN_ARROW,
                                     .sign_label = maximum ? "maximum" : "mean",
                                     .rows = j->windows[0],
                                     .columns = j->windows[1],
                                     .decimals = j->scale[kind].output,
                                     .coordinates = !whole,
                                     .first_row = steps->options.at[0],
                                     .first_column = steps->options.at[1]};
    built->cells = fovea__new(j->context, MOST_WINDOWS, sizeof *built->cells, error);
    if (!built->cells) return FOVEA_OUT_OF_MEMORY;
    for (int64_t w = 0; w < window_count(j); w++)
        built->cells[w] =
            (fovea__cell){.value = fovea_window_steps_get(j->steps[kind], (int32_t)w).output,
                          .fill = window_colour(w, maximum ? 0 : 170),
                          .strong = maximum};
    built->grid.cells = built->cells;
    return add_lines(j, kind, built, error);
}

// Result ← patch → result, or patch → result of a single kind.
static fovea_status add_row(const job *j, fovea__built_grid *built, fovea_error *error) {
    fovea__cell_grid grids[KINDS + 1];
    if (j->kinds > 1) {
        grids[0] = built[1].grid;
        grids[1] = built[0].grid;
        grids[2] = built[2].grid;
        grids[1].sign = FOVEA__SIGN_ARROW_LEFT;
        grids[1].sign_label = grids[0].sign_label;
        grids[0].sign = FOVEA__SIGN_NONE;
        grids[0].sign_label = NULL;
    } else {
        grids[0] = built[0].grid;
        grids[1] = built[1].grid;
    }
    fovea__cell_row row = {.grids = grids, .count = (size_t)j->kinds + 1};
    return fovea__figure_add_cell_grids(j->figure, &row, error);
}

static fovea_status add_patch(const job *j, fovea_error *error) {
    fovea__built_grid built[KINDS + 1] = {0};
    fovea_status status = build_patch(j, &built[0], error);
    for (int32_t kind = 0; kind < j->kinds && !status; kind++)
        status = build_result(j, kind, &built[1 + kind], error);
    if (!status) status = add_row(j, built, error);
    for (int i = 0; i < KINDS + 1; i++) fovea__built_grid_free(j->context, &built[i]);
    return status;
}

static fovea_status add_place(const job *j, fovea_error *error) {
    const fovea_window_steps *steps = j->steps[0];
    if (!fovea__window_cut(steps, &j->patch, false)) return FOVEA_OK;
    fovea__built_grid built = {0};
    fovea_status status =
        fovea__window_thumbnail(steps, &j->scale[0], false, &j->patch, &built, error);
    fovea__cell_row row = {.grids = &built.grid, .count = 1};
    if (!status) status = fovea__figure_add_cell_grids(j->figure, &row, error);
    fovea__built_grid_free(j->context, &built);
    return status;
}

static fovea_status add_blocks(job *j, fovea_error *error) {
    find_patch(j);
    FOVEA__TRY(add_patch(j, error));
    FOVEA__TRY(add_place(j, error));
    const fovea_window_steps *steps[] = {j->steps[0], j->steps[1]};
    return fovea__window_add_notes(j->figure, steps, j->kinds, j->scale[0].rounded, error);
}

static fovea_status make(job *j, const fovea_window_kind *kinds, const fovea_tensor *picture,
                         const fovea_window_options *options, fovea_error *error) {
    char subtitle[256];
    static const char *const titles[] = {"", "Maximum pooling", "Average pooling"};
    fovea_window_options own = *options;
    own.block = SIDE;
    for (int32_t kind = 0; kind < j->kinds; kind++)
        FOVEA__TRY(fovea_window_steps_create(j->context, kinds[kind], picture, &own,
                                             &j->steps[kind], error));
    const fovea_window_steps *steps = j->steps[0];
    j->windows = steps->block;
    for (int32_t kind = 0; kind < j->kinds; kind++)
        j->scale[kind] = fovea__window_scale_of(j->steps[kind]);
    fovea__window_subtitle(steps, subtitle, sizeof subtitle);
    const char *title = j->kinds > 1 ? "Maximum and average pooling" : titles[kinds[0]];
    if (options->title) title = options->title;
    FOVEA__TRY(fovea__figure_create(j->context, title, subtitle, &j->figure, error));
    return add_blocks(j, error);
}

fovea_status fovea_figure_pooling(fovea_context *context, const fovea_window_kind *kinds,
                                  int32_t count, const fovea_tensor *picture,
                                  const fovea_window_options *options, fovea_figure **result,
                                  fovea_error *error) {
    fovea_window_options standard;
    job j = {.context = context, .kinds = count};
    if (count < 1 || count > KINDS)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d kinds of pooling, must be 1 or 2",
                           count);
    for (int32_t i = 0; i < count; i++)
        if (kinds[i] != FOVEA_WINDOW_MAXPOOL && kinds[i] != FOVEA_WINDOW_AVGPOOL)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "kind %d is no pooling",
                               (int)kinds[i]);
    fovea_window_options_default(kinds[0], &standard);
    fovea_status status = make(&j, kinds, picture, options ? options : &standard, error);
    for (int32_t kind = 0; kind < KINDS; kind++) fovea_window_steps_free(j.steps[kind]);
    if (status == FOVEA_OK)
        *result = j.figure;
    else
        fovea_figure_free(j.figure);
    return status;
}
