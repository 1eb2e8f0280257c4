// SPDX-License-Identifier: MIT
// Cross entropy against squared error of one probability, and what each sends back.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "fovea/function_figures.h"
#include "kernels/loss/loss.h"

static fovea_status check_target(int target, fovea_error *error) {
    if (target == 0 || target == 1) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the target is 0 or 1, not %d", target);
}

// Cross entropy of two classes whose logits are ln(1-p) and ln p: their softmax is 1-p and p.
fovea_status fovea_loss_at(double p, int target, fovea_loss_point *point, fovea_error *error) {
    FOVEA__TRY(check_target(target, error));
    if (!(p >= 0 && p <= 1))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a probability is from 0 to 1, not %g",
                           p);
    const fovea__cross_entropy options = {.classes = 2, .factor = 1};
    double logits[2] = {log1p(-p), log(p)}, d_logits[2], wanted = target;
    int32_t label = target;
    fovea__loss_cross_entropy_f64(&options, 1, logits, &label, &point->cross_entropy, d_logits);
    fovea__loss_squared_f64(1, 1, &p, &wanted, 1, &point->squared, &point->squared_slope);
    point->cross_entropy_slope = target ? -1 / p : 1 / (1 - p);
    point->cross_entropy_logit = d_logits[1];
    point->squared_logit = point->squared_slope * p * (1 - p);
    return FOVEA_OK;
}

enum { POINTS = 501, CURVES = 6 };

typedef struct job {
    int target;
    double *p;              // [POINTS]
    double *curve[CURVES];  // [POINTS] each, in the order of fovea_loss_point
} job;

static fovea_status compute(job *j, double *numbers, fovea_error *error) {
    j->p = numbers;
    for (int c = 0; c < CURVES; c++) j->curve[c] = numbers + (size_t)(c + 1) * POINTS;
    for (int i = 0; i < POINTS; i++) {
        fovea_loss_point at;
        j->p[i] = (double)i / (POINTS - 1);
        FOVEA__TRY(fovea_loss_at(j->p[i], j->target, &at, error));
        const double values[CURVES] = {at.cross_entropy,       at.squared,
                                       at.cross_entropy_slope, at.squared_slope,
                                       at.cross_entropy_logit, at.squared_logit};
        for (int c = 0; c < CURVES; c++) j->curve[c][i] = values[c];
    }
    return FOVEA_OK;
}

static void set_series(const job *j, fovea__series series[CURVES]) {
    for (int c = 0; c < CURVES; c++)
        series[c] = (fovea__series){.name = c % 2 ? "squared error" : "cross entropy",
                                    .x = j->p,
                                    .y = j->curve[c],
                                    .count = POINTS,
                                    .colour = c % 2,
                                    .dash = c % 2 ? FOVEA__DASH_DASHED : FOVEA__DASH_NONE};
}

static fovea_status add_plots(const job *j, fovea_figure *figure, fovea_error *error) {
    fovea__series series[CURVES];
    fovea__anchor inside = j->target ? FOVEA__ANCHOR_START : FOVEA__ANCHOR_END;
    fovea__plot_note loss = {.x = j->target ? 0.04 : 0.96,
                             .y = 4.8,
                             .anchor = inside,
                             .text = "grows without limit ↑",
                             .colour = 0};
    fovea__plot_note slope = loss;
    slope.x = j->target ? 0.14 : 0.86;
    slope.y = j->target ? -9.6 : 9.6;
    slope.text = j->target ? "falls without limit ↓" : loss.text;
    fovea__plot_note logit = {.x = j->target ? 0.07 : 0.93,
                              .y = j->target ? -0.04 : 0.04,
                              .anchor = inside,
                              .text = "surely wrong, and no gradient",
                              .colour = 1};
    set_series(j, series);
    fovea__plot plots[3] = {
        {.title = "Loss", .fixed_y = true, .y_low = 0, .y_high = 5, .notes = &loss},
        {.title = "Slope", .y_label = "dL/dp", .fixed_y = true, .notes = &slope},
        {.title = "What reaches the weights", .y_label = "dL/dz", .notes = &logit}};
    plots[1].y_low = j->target ? -10 : 0;
    plots[1].y_high = j->target ? 0 : 10;
    for (int i = 0; i < 3; i++) {
        plots[i].x_label = "p, the probability the net gives";
        plots[i].series = series + 2 * i;
        plots[i].count = 2;
        plots[i].note_count = 1;
    }
    return fovea__figure_add_plots(figure, plots, 3, error);
}

static fovea_status add_table(const job *j, fovea_figure *figure, fovea_error *error) {
    static const double places[] = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1};
    enum { ROWS = 8, COLUMNS = CURVES + 1 };
    static const char *const head[COLUMNS] = {"p",      "cross entropy", "squared", "dCE/dp",
                                              "dSE/dp", "dCE/dz",        "dSE/dz"};
    fovea__number text[ROWS][COLUMNS];
    const char *cells[(ROWS + 1) * COLUMNS];
    memcpy(cells, head, sizeof head);
    for (int row = 0; row < ROWS; row++) {
        fovea_loss_point at;
        double p = j->target ? places[ROWS - 1 - row] : places[row];
        FOVEA__TRY(fovea_loss_at(p, j->target, &at, error));
        const double values[COLUMNS] = {p,
                                        at.cross_entropy,
                                        at.squared,
                                        at.cross_entropy_slope,
                                        at.squared_slope,
                                        at.cross_entropy_logit,
                                        at.squared_logit};
        for (int c = 0; c < COLUMNS; c++) {
            fovea__number_fixed(values[c], c ? 4 : 2, text[row][c]);
            if (isinf(values[c])) strcpy(text[row][c], values[c] > 0 ? "infinite" : "-infinite");
            fovea__number_minus(text[row][c]);
            cells[(row + 1) * COLUMNS + c] = text[row][c];
        }
    }
    return fovea__figure_add_table(figure, cells, ROWS + 1, COLUMNS, "rrrrrrr", true, error);
}

static fovea_status add_blocks(const job *j, fovea_figure *figure, fovea_error *error) {
    FOVEA__TRY(add_plots(j, figure, error));
    FOVEA__TRY(fovea__figure_add_text(
        figure,
        "A net that is sure of the wrong answer should learn the most. The slope of cross entropy "
        "has no limit there, that of the squared error ends at 2. And the weights get the slope "
        "only through p = 1 / (1 + exp(−z)), which is flat at both ends: for cross entropy p − y "
        "is left, all of it where the answer is wrong; for the squared error 2 (p − y) p (1 − p), "
        "nothing where the answer is surely wrong. Nets begin with wrong answers, so training with "
        "cross entropy gets going faster.",
        false, error));
    return add_table(j, figure, error);
}

fovea_status fovea_figure_losses(fovea_context *context, int target, fovea_figure **result,
                                 fovea_error *error) {
    job j = {.target = target};
    char subtitle[160];
    fovea_figure *figure;
    FOVEA__TRY(check_target(target, error));
    snprintf(subtitle, sizeof subtitle,
             "One output p whose target y is %d: cross entropy is %s, the squared error %s", target,
             target ? "−ln p" : "−ln(1 − p)", target ? "(p − 1)^2" : "p^2");
    double *numbers = fovea__new(context, (CURVES + 1) * POINTS, sizeof *numbers, error);
    if (!numbers) return FOVEA_OUT_OF_MEMORY;
    fovea_status status =
        fovea__figure_create(context, "Cross entropy and squared error", subtitle, &figure, error);
    if (status == FOVEA_OK) {
        status = compute(&j, numbers, error);
        if (status == FOVEA_OK) status = add_blocks(&j, figure, error);
        if (status == FOVEA_OK)
            *result = figure;
        else
            fovea_figure_free(figure);
    }
    fovea__free(context, numbers);
    return status;
}
