// SPDX-License-Identifier: MIT
// Softmax beside plain normalisation of a few values.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "fovea/function_figures.h"
#include "kernels/softmax/softmax.h"

fovea_status fovea_softmax_shares(const double *values, int32_t count, double *softmax,
                                  double *share, fovea_error *error) {
    double sum = 0;
    bool shares = true;
    if (count < 2 || count > FOVEA_SOFTMAX_MOST)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "softmax is shown of 2 to %d values, not of %d", FOVEA_SOFTMAX_MOST,
                           (int)count);
    for (int32_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d is not a finite number",
                               (int)i + 1);
        sum += values[i];
        shares = shares && values[i] >= 0;
    }
    fovea__softmax_forward_f64(FOVEA__SOFTMAX, 1, count, 1, values, softmax);
    shares = shares && sum > 0 && isfinite(sum);
    for (int32_t i = 0; i < count; i++) share[i] = shares ? values[i] / sum : NAN;
    return FOVEA_OK;
}

typedef struct job {
    const double *values;
    int32_t count;
    double softmax[FOVEA_SOFTMAX_MOST], share[FOVEA_SOFTMAX_MOST];
    bool shares;  // plain normalisation is defined
} job;

static void put_share(char *text, double share) {
    if (isnan(share))
        strcpy(text, "none");
    else
        fovea__number_fixed(share, share > 0 && share < 0.00005 ? 9 : 4, text);
}

static fovea_status add_columns(const job *j, fovea_figure *figure, fovea_error *error) {
    static const char *const series[] = {"softmax: exp(v) / sum of exp(v)", "plain: v / sum of v"};
    fovea__number label[FOVEA_SOFTMAX_MOST], text[FOVEA_SOFTMAX_MOST][2];
    const char *groups[FOVEA_SOFTMAX_MOST], *texts[2 * FOVEA_SOFTMAX_MOST];
    double cells[2 * FOVEA_SOFTMAX_MOST];
    size_t columns = j->shares ? 2 : 1;
    for (int32_t i = 0; i < j->count; i++) {
        snprintf(label[i], sizeof label[i], "%.6g", j->values[i]);
        fovea__number_minus(label[i]);
        groups[i] = label[i];
        put_share(text[i][0], j->softmax[i]);
        put_share(text[i][1], j->share[i]);
        for (size_t s = 0; s < columns; s++) {
            texts[(size_t)i * columns + s] = text[i][s];
            cells[(size_t)i * columns + s] = s ? j->share[i] : j->softmax[i];
        }
    }
    fovea__columns chart = {.groups = groups,
                            .group_count = (size_t)j->count,
                            .series = series,
                            .series_count = columns,
                            .values = cells,
                            .texts = texts,
                            .high = 1};
    return fovea__figure_add_columns(figure, &chart, error);
}

// The steps: v, exp(v - largest), and both results.
static fovea_status add_steps(const job *j, fovea_figure *figure, fovea_error *error) {
    enum { COLUMNS = 4 };
    fovea__number text[FOVEA_SOFTMAX_MOST][COLUMNS];
    const char *cells[(FOVEA_SOFTMAX_MOST + 1) * COLUMNS] = {"v", "exp(v − largest)", "softmax",
                                                             "v / sum"};
    double most = j->values[0];
    for (int32_t i = 1; i < j->count; i++) most = fmax(most, j->values[i]);
    for (int32_t i = 0; i < j->count; i++) {
        snprintf(text[i][0], sizeof text[i][0], "%.6g", j->values[i]);
        fovea__number_minus(text[i][0]);
        fovea__number_fixed(exp(j->values[i] - most), 6, text[i][1]);
        fovea__number_fixed(j->softmax[i], 6, text[i][2]);
        fovea__number_fixed(j->share[i], 6, text[i][3]);
        for (int c = 0; c < COLUMNS; c++)
            cells[(i + 1) * COLUMNS + c] = c == 3 && !j->shares ? "none" : text[i][c];
    }
    return fovea__figure_add_table(figure, cells, j->count + 1, COLUMNS, "rrrr", true, error);
}

static bool is_tutorial(const job *j) {
    return j->count == 3 && j->values[0] == 10 && j->values[1] == 6 && j->values[2] == 4;
}

static fovea_status add_notes(const job *j, fovea_figure *figure, fovea_error *error) {
    if (!j->shares)
        FOVEA__TRY(fovea__figure_add_text(
            figure,
            "Plain normalisation gives nothing here: dividing by the sum makes probabilities only "
            "where no value is below 0 and the sum is above 0. Softmax takes any values.",
            false, error));
    FOVEA__TRY(fovea__figure_add_text(
        figure,
        "Softmax looks at differences: every 1 that a value is larger makes its probability "
        "e = 2.718 times as large, so the largest takes almost all.",
        false, error));
    if (!is_tutorial(j)) return FOVEA_OK;
    const double halves[3] = {5, 3, 2};
    double softmax[3];
    char text[320];
    fovea__softmax_forward_f64(FOVEA__SOFTMAX, 1, 3, 1, halves, softmax);
    snprintf(
        text, sizeof text,
        "A tutorial that uses these three values prints 0.84, 0.11, 0.04 as their softmax. That "
        "is the softmax of 5, 3, 2 (%.4f, %.4f, %.4f), values half as large: plain "
        "normalisation is the same for both, softmax is not.",
        softmax[0], softmax[1], softmax[2]);
    return fovea__figure_add_text(figure, text, false, error);
}

static fovea_status add_blocks(const job *j, fovea_figure *figure, fovea_error *error) {
    FOVEA__TRY(add_columns(j, figure, error));
    FOVEA__TRY(add_notes(j, figure, error));
    return add_steps(j, figure, error);
}

fovea_status fovea_figure_softmax(fovea_context *context, const double *values, int32_t count,
                                  fovea_figure **result, fovea_error *error) {
    job j = {.values = values, .count = count};
    fovea_figure *figure;
    FOVEA__TRY(fovea_softmax_shares(values, count, j.softmax, j.share, error));
    j.shares = !isnan(j.share[0]);
    FOVEA__TRY(fovea__figure_create(context, "Softmax and plain normalisation",
                                    "The same values as probabilities, made in two ways", &figure,
                                    error));
    fovea_status status = add_blocks(&j, figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
