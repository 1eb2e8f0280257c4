// SPDX-License-Identifier: MIT
// A frame for each step of a window.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/figure_text.h"
#include "figures/window_sum.h"

enum { INPUT, KERNEL, PRODUCTS, OUTPUT, PARTS };

typedef struct job {
    const fovea_window_steps *steps;
    const fovea__window_scale *scale;
    fovea_figure *figure;
    fovea_window_step step;
    fovea__region input, output;
} job;

// Puts the grids into a row, with `text` below it; grids and text are used up.
static fovea_status add_row(const job *j, const char *label, fovea__built_grid *built, size_t count,
                            fovea__text *text, fovea_error *error) {
    fovea__cell_grid grids[PARTS];
    char *string = NULL;
    fovea_context *context = j->steps->context;
    for (size_t i = 0; i < count; i++) grids[i] = built[i].grid;
    fovea_status status = text ? fovea__text_take(text, &string, NULL, error) : FOVEA_OK;
    fovea__cell_row row = {
        .label = label, .text = string, .room = j->scale->room, .grids = grids, .count = count};
    if (!status) status = fovea__figure_add_cell_grids(j->figure, &row, error);
    fovea__free(context, string);
    for (size_t i = 0; i < count; i++) fovea__built_grid_free(context, &built[i]);
    return status;
}

static void free_grids(const job *j, fovea__built_grid *built, size_t count) {
    for (size_t i = 0; i < count; i++) fovea__built_grid_free(j->steps->context, &built[i]);
}

static fovea_status build_input(const job *j, int64_t channel, fovea__built_grid *built,
                                fovea_error *error) {
    FOVEA__TRY(fovea__window_input_grid(j->steps, j->scale, &j->input, channel, built, error));
    return fovea__window_mark_input(j->steps, &j->step, &j->input, built, error);
}

static const char *channel_name(const fovea_window_steps *steps, int64_t channel, char name[32]) {
    static const char *const colours[] = {"red", "green", "blue"};
    if (steps->picture_channels == 3) return colours[steps->first_channel + channel];
    snprintf(name, 32, "channel %lld", (long long)(steps->first_channel + channel + 1));
    return name;
}

// Input × kernel = products of one channel; with a single channel the output too.
static fovea_status add_channel(const job *j, int64_t channel, fovea_error *error) {
    const fovea_window_steps *steps = j->steps;
    fovea__built_grid built[PARTS] = {0};
    char name[32];
    bool single = steps->channels == 1, named = steps->picture_channels > 1;
    fovea_status status = build_input(j, channel, &built[INPUT], error);
    if (!status)
        status = fovea__window_kernel_grid(steps, j->scale, channel, NULL, &built[KERNEL], error);
    if (!status)
        status = fovea__window_kernel_grid(steps, j->scale, channel, j->step.products,
                                           &built[PRODUCTS], error);
    if (!status && single)
        status = fovea__window_output_grid(steps, j->scale, &j->output, j->step.at, &built[OUTPUT],
                                           error);
    if (status) {
        free_grids(j, built, PARTS);
        return status;
    }
    built[OUTPUT].grid.sign_label = steps->options.bias == 0 ? "sum" : "sum + bias";
    fovea__text text = fovea__text_begin(steps->context);
    fovea__window_add_sum(steps, j->scale, &j->step, channel, &text);
    return add_row(j, named ? channel_name(steps, channel, name) : NULL, built,
                   single ? PARTS : OUTPUT, &text, error);
}

static fovea_status add_total(const job *j, fovea_error *error) {
    fovea__built_grid output = {0};
    fovea_status status =
        fovea__window_output_grid(j->steps, j->scale, &j->output, j->step.at, &output, error);
    if (status) {
        free_grids(j, &output, 1);
        return status;
    }
    output.grid.sign = FOVEA__SIGN_NONE;
    fovea__text text = fovea__text_begin(j->steps->context);
    fovea__window_add_total(j->steps, &j->step, &text);
    return add_row(
        j,
        j->steps->options.bias == 0 ? "sum of the channels" : "sum of the channels, and the bias",
        &output, 1, &text, error);
}

static fovea_status add_convolution(const job *j, fovea_error *error) {
    for (int64_t c = 0; c < j->steps->channels; c++) FOVEA__TRY(add_channel(j, c, error));
    return j->steps->channels > 1 ? add_total(j, error) : FOVEA_OK;
}

// The cell that won is filled with the colour of the window's outline.
static void mark_chosen(const job *j, fovea__built_grid *input) {
    const fovea_window_options *o = &j->steps->options;
    int64_t chosen = j->step.chosen;
    if (chosen < 0) return;
    int64_t y = j->step.first[0] + chosen / o->kernel_size[1] * o->dilation[0];
    int64_t x = j->step.first[1] + chosen % o->kernel_size[1] * o->dilation[1];
    fovea__cell *cell =
        &input->cells[(y - j->input.first[0]) * j->input.size[1] + x - j->input.first[1]];
    cell->fill = fovea__window_accent();
    cell->strong = true;
}

static fovea_status add_pooling(const job *j, fovea_error *error) {
    const fovea_window_steps *steps = j->steps;
    fovea__built_grid built[2] = {0};
    char name[32];
    fovea_status status = build_input(j, 0, &built[0], error);
    if (!status)
        status =
            fovea__window_output_grid(steps, j->scale, &j->output, j->step.at, &built[1], error);
    if (status) {
        free_grids(j, built, 2);
        return status;
    }
    mark_chosen(j, &built[0]);
    built[1].grid.sign_label = steps->kind == FOVEA_WINDOW_MAXPOOL ? "maximum" : "mean";
    fovea__text text = fovea__text_begin(steps->context);
    fovea__window_add_pool(steps, j->scale, &j->step, &text);
    return add_row(j, steps->picture_channels > 1 ? channel_name(steps, 0, name) : NULL, built, 2,
                   &text, error);
}

// Whole input and whole output where a part of them is left out above.
static fovea_status add_thumbnails(const job *j, fovea_error *error) {
    const fovea_window_steps *steps = j->steps;
    fovea__built_grid built[2] = {0};
    fovea__region window, cell;
    size_t count = 0;
    fovea_status status = FOVEA_OK;
    for (int axis = 0; axis < 2; axis++) {
        window.first[axis] = j->step.first[axis];
        window.size[axis] = fovea__window_extent(steps, axis);
        cell.first[axis] = j->step.at[axis];
        cell.size[axis] = 1;
    }
    if (fovea__window_cut(steps, &j->input, false))
        status = fovea__window_thumbnail(steps, j->scale, false, &window, &built[count++], error);
    if (!status && fovea__window_cut(steps, &j->output, true))
        status = fovea__window_thumbnail(steps, j->scale, true, &cell, &built[count++], error);
    if (!status && count) return add_row(j, NULL, built, count, NULL, error);
    free_grids(j, built, count);
    return status;
}

static fovea_status add_frame(job *j, int32_t index, fovea_error *error) {
    const fovea_window_steps *steps = j->steps;
    char text[128];
    int length = 0;
    j->step = fovea_window_steps_get(steps, index);
    j->input = fovea__window_input_region(steps, index);
    j->output = fovea__window_output_region(steps, index);
    if (steps->count > 1)
        length = snprintf(text, sizeof text, "Step %d of %d: ", index + 1, steps->count);
    snprintf(text + length, sizeof text - (size_t)length, "%sutput row %lld, column %lld",
             length ? "o" : "O", (long long)j->step.at[0], (long long)j->step.at[1]);
    FOVEA__TRY(fovea__figure_add_text(j->figure, text, true, error));
    if (steps->kind == FOVEA_WINDOW_CONVOLUTION)
        FOVEA__TRY(add_convolution(j, error));
    else
        FOVEA__TRY(add_pooling(j, error));
    return add_thumbnails(j, error);
}

// What a reader must know of the padding.
static const char *padding_note(const fovea_window_steps *steps) {
    const fovea_window_options *o = &steps->options;
    if (!o->padding[0] && !o->padding[1]) return NULL;
    if (steps->kind == FOVEA_WINDOW_CONVOLUTION) return NULL;
    if (steps->kind == FOVEA_WINDOW_MAXPOOL) return "The padding is minus infinity: it never wins.";
    return o->count_include_pad
               ? "The zeros of the padding count in the mean (count_include_pad 1)."
               : "The padding does not count in the mean (count_include_pad 0).";
}

fovea_status fovea__window_add_notes(fovea_figure *figure, const fovea_window_steps *const *steps,
                                     int32_t count, bool rounded, fovea_error *error) {
    fovea__text text = fovea__text_begin(fovea__figure_context(figure));
    if (rounded)
        fovea__text_add(&text,
                        "Numbers in cells and terms are rounded in print only: results are "
                        "computed from the exact ones and written with nine digits.");
    for (int32_t i = 0; i < count; i++) {
        const char *note = padding_note(steps[i]);
        if (note) fovea__text_format(&text, "%s%s", text.length ? "\n" : "", note);
    }
    if (text.length || text.status) return fovea__add_built_text(figure, &text, false, error);
    fovea__text_discard(&text);
    return FOVEA_OK;
}

static fovea_status add_frames(job *j, fovea_error *error) {
    const fovea_window_steps *steps = j->steps;
    fovea__figure_animate(j->figure, steps->options.seconds);
    for (int32_t i = 0; i < steps->count; i++) {
        if (steps->count > 1) fovea__figure_begin_frame(j->figure);
        FOVEA__TRY(add_frame(j, i, error));
    }
    fovea__figure_end_frames(j->figure);
    return fovea__window_add_notes(j->figure, &steps, 1, j->scale->rounded, error);
}

static void describe_pair(const char *what, const int32_t *pair, int32_t usual, char *text,
                          size_t size) {
    size_t used = strlen(text);
    if (pair[0] == usual && pair[1] == usual) return;
    snprintf(text + used, size - used, pair[0] == pair[1] ? ", %s %d" : ", %s %d×%d", what, pair[0],
             pair[1]);
}

void fovea__window_subtitle(const fovea_window_steps *steps, char *text, size_t size) {
    const fovea_window_options *o = &steps->options;
    snprintf(text, size, "Kernel %d×%d", o->kernel_size[0], o->kernel_size[1]);
    describe_pair("stride", o->stride, 0, text, size);
    describe_pair("padding", o->padding, 0, text, size);
    describe_pair("dilation", o->dilation, 1, text, size);
    size_t used = strlen(text);
    snprintf(text + used, size - used, ": %lld×%lld%s → %lld×%lld", (long long)steps->height,
             (long long)steps->width, steps->built_in ? " (made by a formula)" : "",
             (long long)steps->out[0], (long long)steps->out[1]);
}

fovea_status fovea_figure_window_steps(const fovea_window_steps *steps, fovea_figure **result,
                                       fovea_error *error) {
    static const char *const titles[] = {"Convolution", "Maximum pooling", "Average pooling"};
    char subtitle[256];
    fovea__window_scale scale = fovea__window_scale_of(steps);
    job j = {.steps = steps, .scale = &scale};
    fovea__window_subtitle(steps, subtitle, sizeof subtitle);
    FOVEA__TRY(fovea__figure_create(steps->context,
                                    steps->title ? steps->title : titles[steps->kind], subtitle,
                                    &j.figure, error));
    fovea_status status = add_frames(&j, error);
    if (status == FOVEA_OK)
        *result = j.figure;
    else
        fovea_figure_free(j.figure);
    return status;
}
