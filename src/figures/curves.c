// SPDX-License-Identifier: MIT
// Loss and accuracy of one or more runs over their epochs.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "figures/curves.h"
#include "figures/short_name.h"

enum { LONGEST_NAME = 40 };

typedef enum part { TRAINING = 0, VALIDATION = 1, TEST = 2, PARTS = 3 } part;

static const char *const part_names[PARTS] = {"training", "validation", "test"};

// A point of a curve; NaN where nothing was measured.
static double value_of(const fovea_epoch *epoch, part which, bool accuracy) {
    const fovea_score *score = which == TRAINING     ? &epoch->training
                               : which == VALIDATION ? &epoch->validation
                                                     : &epoch->test;
    // The training loss is the running mean of the epoch, measured or not.
    if (which == TRAINING && !accuracy) return epoch->loss;
    if (!score->count) return NAN;
    return accuracy ? score->accuracy : score->loss;
}

static const fovea__dash dash[PARTS] = {FOVEA__DASH_NONE, FOVEA__DASH_DASHED, FOVEA__DASH_DOTTED};

typedef struct job {
    fovea_context *context;
    const fovea_curve *runs;
    int32_t run_count;
    double *numbers;  // room for the points of all curves
    size_t used;
    char (*names)[160];
    fovea__series *series;
    size_t count;
    fovea__plot_key *keys;  // of several runs: each run's colour, each part's stroke
    char (*labels)[64];
    size_t key_count;
} job;

static void add_curve(job *j, int32_t run, part which, bool accuracy) {
    const fovea_curve *curve = &j->runs[run];
    double *x = j->numbers + j->used, *y = x + curve->count;
    int64_t measured = 0;
    for (int32_t e = 0; e < curve->count; e++) {
        x[e] = curve->history[e].epoch;
        y[e] = value_of(&curve->history[e], which, accuracy);
        measured += isfinite(y[e]);
    }
    if (!measured) return;
    // One run: a colour a part. Several: a colour a run, and the parts by their strokes.
    bool single = j->run_count == 1;
    char *name = j->names[j->count];
    if (single)
        snprintf(name, sizeof j->names[0], "%s", part_names[which]);
    else
        snprintf(name, sizeof j->names[0], "%.120s, %s", curve->name ? curve->name : "run",
                 part_names[which]);
    j->series[j->count++] = (fovea__series){.name = name,
                                            .x = x,
                                            .y = y,
                                            .count = curve->count,
                                            .colour = single ? (int32_t)which : run % 8,
                                            .dash = single ? FOVEA__DASH_NONE : dash[which],
                                            .points = curve->count <= 20};
    j->used += 2 * (size_t)curve->count;
}

static bool has_part(const job *j, part which) {
    for (int32_t run = 0; run < j->run_count; run++)
        for (int32_t e = 0; e < j->runs[run].count; e++)
            if (isfinite(value_of(&j->runs[run].history[e], which, false))) return true;
    return false;
}

// The legend of several runs: a line for each run and for each part, not for each pair of them.
static void make_keys(job *j) {
    for (int32_t run = 0; run < j->run_count; run++) {
        char *label = j->labels[j->key_count];
        const char *name = j->runs[run].name ? j->runs[run].name : "run";
        fovea__short_name(name, strlen(name), LONGEST_NAME, label);
        j->keys[j->key_count++] = (fovea__plot_key){.name = label, .colour = run % 8};
    }
    for (int which = 0; which < PARTS; which++)
        if (has_part(j, (part)which))
            j->keys[j->key_count++] =
                (fovea__plot_key){.name = part_names[which], .colour = -1, .dash = dash[which]};
}

static void add_curves(job *j, bool accuracy, fovea__plot *plot) {
    size_t first = j->count;
    for (int32_t run = 0; run < j->run_count; run++)
        for (int which = 0; which < PARTS; which++) add_curve(j, run, (part)which, accuracy);
    plot->keys = j->key_count ? j->keys : NULL;
    plot->key_count = j->key_count;
    plot->series = j->series + first;
    plot->count = j->count - first;
}

static size_t count_points(const fovea_curve *runs, int32_t count) {
    size_t points = 0;
    for (int32_t i = 0; i < count; i++) points += (size_t)runs[i].count;
    return points;
}

static fovea_status add_plots(job *j, bool log_y, fovea_figure *figure, fovea_error *error) {
    size_t most = 2 * PARTS * (size_t)j->run_count;
    fovea__plot plots[2] = {
        {.title = "Loss", .x_label = "epoch", .whole_x = true, .log_y = log_y},
        {.title = "Accuracy", .x_label = "epoch", .whole_x = true, .percent_y = true}};
    j->numbers = fovea__new(j->context, 4 * PARTS * count_points(j->runs, j->run_count),
                            sizeof *j->numbers, error);
    j->names = fovea__new(j->context, most, sizeof *j->names, error);
    j->series = fovea__new(j->context, most, sizeof *j->series, error);
    j->keys = fovea__new(j->context, (size_t)j->run_count + PARTS, sizeof *j->keys, error);
    j->labels = fovea__new(j->context, (size_t)j->run_count, sizeof *j->labels, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (j->numbers && j->names && j->series && j->keys && j->labels) {
        if (j->run_count > 1) make_keys(j);
        add_curves(j, false, &plots[0]);
        add_curves(j, true, &plots[1]);
        // A plot without a single number is left out.
        if (plots[0].count || plots[1].count)
            status = fovea__figure_add_plots(figure, plots + !plots[0].count,
                                             (size_t) !!plots[0].count + !!plots[1].count, error);
        else
            status = fovea__figure_add_text(figure, "Nothing was measured.", false, error);
        if (status == FOVEA_OK && j->run_count > 8)
            status = fovea__figure_add_text(
                figure, "There are eight colours: the ninth run has that of the first again.",
                false, error);
    }
    fovea__free(j->context, j->numbers);
    fovea__free(j->context, j->names);
    fovea__free(j->context, j->series);
    fovea__free(j->context, j->keys);
    fovea__free(j->context, j->labels);
    return status;
}

fovea_status fovea__add_curves(const fovea_curve *runs, int32_t count, int log_y,
                               fovea_figure *figure, fovea_error *error) {
    job j = {.context = fovea__figure_context(figure), .runs = runs, .run_count = count};
    return add_plots(&j, log_y, figure, error);
}

fovea_status fovea_figure_curves(fovea_context *context, const fovea_curve *runs, int32_t count,
                                 int log_y, fovea_figure **result, fovea_error *error) {
    fovea_figure *figure;
    if (count < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no run to draw the curves of");
    for (int32_t i = 0; i < count; i++)
        if (runs[i].count < 1)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%.200s: no epoch is finished",
                               runs[i].name ? runs[i].name : "run");
    FOVEA__TRY(fovea__figure_create(context, "Training curves", count == 1 ? runs[0].name : NULL,
                                    &figure, error));
    fovea_status status = fovea__add_curves(runs, count, log_y, figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
