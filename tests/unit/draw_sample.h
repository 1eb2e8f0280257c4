// SPDX-License-Identifier: MIT
// Figures that the tests of draw share.
#ifndef FOVEA_TESTS_DRAW_SAMPLE_H
#define FOVEA_TESTS_DRAW_SAMPLE_H

#include "base/fail.h"
#include "draw/charts.h"
#include "draw/panels.h"

static const float sample_filter[4] = {-1, 0, 0.5f, 1};

// A title and one signed 2×2 panel.
static inline fovea_status sample_panel_figure(fovea_context *context,
                                               const fovea__panels_options *options,
                                               const float data[4], fovea_figure **figure,
                                               fovea_error *error) {
    fovea__panels *panels;
    fovea__panel panel = {
        .kind = FOVEA__PANEL_SIGNED, .data = data, .height = 2, .width = 2, .title = "Filter 1"};
    FOVEA__TRY(fovea__figure_create(context, "One & <two>", NULL, figure, error));
    fovea_status status = fovea__figure_add_panels(*figure, options, &panels, error);
    if (!status) status = fovea__panels_row(panels, "conv1", "1×2×2", error);
    if (!status) status = fovea__panels_add(panels, &panel, error);
    if (status) fovea_figure_free(*figure);
    return status;
}

static inline fovea_status sample_add_charts(fovea_figure *figure, fovea_error *error) {
    static const double x[] = {1, 2, 3}, y[] = {2.3, 1.1, 0.7};
    static const char *const names[] = {"cat", "dog"};
    static const int64_t counts[] = {8, 2, 1, 9};
    static const char *const cells[] = {"layer", "count", "conv1", "416"};
    fovea__series series = {.name = "training", .x = x, .y = y, .count = 3};
    fovea__plot plot = {
        .title = "Loss", .x_label = "epoch", .series = &series, .count = 1, .whole_x = true};
    fovea__matrix matrix = {.counts = counts, .classes = 2, .names = names};
    fovea__bar bars[] = {{"cat", 0.75, NULL, 0}, {"dog", 0.25, "a quarter", -1}};
    FOVEA__TRY(fovea__figure_add_text(figure, "Charts", true, error));
    FOVEA__TRY(fovea__figure_add_plots(figure, &plot, 1, error));
    FOVEA__TRY(fovea__figure_add_matrix(figure, &matrix, error));
    FOVEA__TRY(fovea__figure_add_bars(figure, "Probability", bars, 2, 1, error));
    return fovea__figure_add_table(figure, cells, 2, 2, "lr", true, error);
}

// Every kind of block in one figure.
static inline fovea_status sample_full_figure(fovea_context *context, fovea_figure **figure,
                                              fovea_error *error) {
    FOVEA__TRY(sample_panel_figure(context, NULL, sample_filter, figure, error));
    fovea_status status = sample_add_charts(*figure, error);
    if (status) fovea_figure_free(*figure);
    return status;
}

#endif
