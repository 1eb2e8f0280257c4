// SPDX-License-Identifier: MIT
// Activations and their derivatives: a plot for each, formulas, a table of values.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "figures/activation.h"

enum { POINTS = 501, MIDDLE = 250, MOST = 16, NAME = 96, SERIES = 3, VALUES = 5 };

typedef struct activation {
    char name[NAME];
    double value[POINTS], derivative[POINTS];
    double derivative_at_zero;
    double zero, jump;  // where the derivative jumps (0), NaN: nowhere
} activation;

typedef struct job {
    fovea_context *context;
    double x[POINTS];
    activation *list;  // [MOST]
    int count;
    fovea__series series[MOST][SERIES];
} job;

// A step of the derivative that is far larger than those beside it.
static bool jumps(const double *y, int i) {
    double step = fabs(y[i + 1] - y[i]), beside = 1e-9;
    if (i > 0) beside = fmax(beside, fabs(y[i] - y[i - 1]));
    if (i + 2 < POINTS) beside = fmax(beside, fabs(y[i + 2] - y[i + 1]));
    return step > 10 * beside;
}

// Where the derivative jumps the curve is cut, and what the operator says there is a dot.
static void cut_jump(activation *a) {
    a->jump = NAN;
    for (int i = MIDDLE - 1; i <= MIDDLE; i++)
        if (jumps(a->derivative, i)) a->jump = a->derivative[MIDDLE];
    if (!isnan(a->jump)) a->derivative[MIDDLE] = NAN;
}

static fovea_status compute(job *j, fovea_error *error) {
    for (int i = 0; i < POINTS; i++) j->x[i] = (double)(i - MIDDLE) / 50;
    for (int k = 0; k < j->count; k++) {
        activation *a = &j->list[k];
        FOVEA__TRY(
            fovea_activation_at(j->context, a->name, j->x, POINTS, a->value, a->derivative, error));
        a->derivative_at_zero = a->derivative[MIDDLE];
        cut_jump(a);
    }
    return FOVEA_OK;
}

// "relu, leaky_relu alpha=0.2" into names without blanks around them.
static fovea_status split(job *j, const char *text, fovea_error *error) {
    for (const char *at = text; *at || at == text; at += strcspn(at, ",")) {
        if (*at == ',') at++;
        at += strspn(at, " \t");
        size_t length = strcspn(at, ",");
        while (length && (at[length - 1] == ' ' || at[length - 1] == '\t')) length--;
        if (j->count == MOST || length >= NAME)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               length >= NAME ? "the name of an activation is longer than %d bytes"
                                              : "at most %d activations fit into one figure",
                               length >= NAME ? NAME - 1 : MOST);
        memcpy(j->list[j->count].name, at, length);
        j->list[j->count++].name[length] = '\0';
    }
    return FOVEA_OK;
}

static fovea_status add_plots(job *j, fovea_figure *figure, fovea_error *error) {
    fovea__plot plots[MOST];
    for (int k = 0; k < j->count; k++) {
        activation *a = &j->list[k];
        fovea__series *series = j->series[k];
        series[0] = (fovea__series){.name = "f(x)", .x = j->x, .y = a->value, .count = POINTS};
        series[1] = (fovea__series){.name = "f'(x)",
                                    .x = j->x,
                                    .y = a->derivative,
                                    .count = POINTS,
                                    .colour = 1,
                                    .dash = FOVEA__DASH_DASHED};
        series[2] = (fovea__series){.x = &a->zero, .y = &a->jump, .count = 1, .colour = 1};
        plots[k] = (fovea__plot){.title = a->name,
                                 .x_label = "x",
                                 .series = series,
                                 .count = isnan(a->jump) ? 2 : 3,
                                 .zero_lines = true};
    }
    return fovea__figure_add_plots(figure, plots, (size_t)j->count, error);
}

static fovea_status add_formulas(const job *j, fovea_figure *figure, fovea_error *error) {
    const char *cells[(MOST + 1) * 3] = {"", "f(x)", "f'(x)"};
    char text[1024] = "";
    for (int k = 0; k < j->count; k++) {
        const char **row = cells + 3 * (k + 1);
        row[0] = j->list[k].name;
        FOVEA__TRY(
            fovea_activation_formula(fovea__activation_index(row[0]), &row[1], &row[2], error));
    }
    FOVEA__TRY(fovea__figure_add_table(figure, cells, j->count + 1, 3, "lll", true, error));
    for (int k = 0; k < j->count; k++) {
        size_t used = strlen(text);
        if (!isnan(j->list[k].jump))
            snprintf(text + used, sizeof text - used,
                     "%sThe derivative of %.60s jumps at 0; training takes %g there, the dot.",
                     used ? "\n" : "", j->list[k].name, j->list[k].jump);
    }
    return text[0] ? fovea__figure_add_text(figure, text, false, error) : FOVEA_OK;
}

// Rows of f and f' for each activation, a column a place.
static fovea_status add_values(const job *j, fovea_figure *figure, fovea_error *error) {
    static const int places[VALUES] = {-2, -1, 0, 1, 2};
    enum { COLUMNS = VALUES + 1 };
    const char *cells[(2 * MOST + 1) * COLUMNS];
    fovea__number text[2 * MOST + 1][VALUES];
    char label[2 * MOST][NAME + 8];
    cells[0] = "x";
    for (int c = 0; c < VALUES; c++) {
        fovea__number_fixed(places[c], 0, text[0][c]);
        fovea__number_minus(text[0][c]);
        cells[c + 1] = text[0][c];
    }
    for (int row = 0; row < 2 * j->count; row++) {
        const activation *a = &j->list[row / 2];
        snprintf(label[row], sizeof label[row], "%s %s", a->name, row % 2 ? "f'(x)" : "f(x)");
        cells[(row + 1) * COLUMNS] = label[row];
        for (int c = 0; c < VALUES; c++) {
            int at = MIDDLE + 50 * places[c];
            double value = row % 2 ? a->derivative[at] : a->value[at];
            if (row % 2 && at == MIDDLE) value = a->derivative_at_zero;
            fovea__number_fixed(value, 4, text[row + 1][c]);
            fovea__number_minus(text[row + 1][c]);
            cells[(row + 1) * COLUMNS + c + 1] = text[row + 1][c];
        }
    }
    return fovea__figure_add_table(figure, cells, 2 * j->count + 1, COLUMNS, "lrrrrr", true, error);
}

static fovea_status add_blocks(job *j, fovea_figure *figure, fovea_error *error) {
    FOVEA__TRY(add_plots(j, figure, error));
    FOVEA__TRY(add_formulas(j, figure, error));
    return add_values(j, figure, error);
}

static fovea_status make(job *j, const char *activations, fovea_figure **result,
                         fovea_error *error) {
    fovea_figure *figure;
    FOVEA__TRY(split(j, activations, error));
    FOVEA__TRY(compute(j, error));
    FOVEA__TRY(fovea__figure_create(
        j->context, j->count > 1 ? "Activations" : "Activation",
        "What a layer's sums become, and how much of the gradient comes back through", &figure,
        error));
    fovea_status status = add_blocks(j, figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}

fovea_status fovea_figure_activation(fovea_context *context, const char *activations,
                                     fovea_figure **figure, fovea_error *error) {
    job *j = fovea__new(context, 1, sizeof *j, error);
    if (!j) return FOVEA_OUT_OF_MEMORY;
    j->context = context;
    j->list = fovea__new(context, MOST, sizeof *j->list, error);
    fovea_status status = j->list ? make(j, activations, figure, error) : FOVEA_OUT_OF_MEMORY;
    fovea__free(context, j->list);
    fovea__free(context, j);
    return status;
}
