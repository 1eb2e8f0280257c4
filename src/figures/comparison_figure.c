// SPDX-License-Identifier: MIT
// The figure of two nets on the same pictures.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "figures/class_label.h"
#include "figures/comparison.h"
#include "figures/curves.h"
#include "figures/picture_values.h"
#include "figures/short_name.h"

enum { MOST_SHIFT = 16, SHOWN = 8, LONGEST_NAME = 26, NAME = LONGEST_NAME + 8 };

typedef struct job {
    const fovea_comparison *comparison;
    fovea_figure *figure;
    fovea_compared net[2];
    fovea_agreement agreement;
    char name[2][NAME];
} job;

// Of a path its last part.
static void shorten(const char *name, char text[NAME]) {
    size_t length = strlen(name);
    while (length > 1 && name[length - 1] == '/') length--;
    for (size_t i = length; i > 0; i--)
        if (name[i - 1] == '/' && i < length) {
            name += i;
            length -= i;
            break;
        }
    fovea__short_name(name, length, LONGEST_NAME, text);
}

static void set_names(job *j) {
    for (int k = 0; k < 2; k++) shorten(j->net[k].name, j->name[k]);
    if (strcmp(j->name[0], j->name[1]) != 0) return;
    for (int k = 0; k < 2; k++) {
        memmove(j->name[k] + 3, j->name[k], LONGEST_NAME + 4);
        memcpy(j->name[k], (char[3]){(char)('A' + k), ':', ' '}, 3);
    }
}

static void put_bytes(fovea__number text, int64_t bytes) {
    if (bytes < 1000)
        snprintf(text, sizeof(fovea__number), "%lld B", (long long)bytes);
    else if (bytes < 1000000)
        snprintf(text, sizeof(fovea__number), "%.1f kB", (double)bytes / 1e3);
    else
        snprintf(text, sizeof(fovea__number), "%.2f MB", (double)bytes / 1e6);
}

static void put_percent(fovea__number text, double share) {
    fovea__number_fixed(100 * share, 2, text);
    strcat(text, " %");
}

static fovea_status add_costs(const job *j, fovea_error *error) {
    enum { ROWS = 7 };
    static const char *const labels[ROWS] = {"",
                                             "parameters",
                                             "multiply-adds a picture",
                                             "memory of the weights",
                                             "memory of a picture's values and gradients",
                                             "accuracy",
                                             "loss"};
    fovea__number text[ROWS][2];
    const char *cells[ROWS * 3];
    for (int k = 0; k < 2; k++) {
        const fovea_compared *net = &j->net[k];
        fovea__number_count(net->parameters, text[1][k]);
        fovea__number_count(net->multiply_adds, text[2][k]);
        put_bytes(text[3][k], net->parameter_bytes);
        put_bytes(text[4][k], net->value_bytes);
        put_percent(text[5][k], net->score.accuracy);
        fovea__number_fixed(net->score.loss, 4, text[6][k]);
        for (int row = 0; row < ROWS; row++) {
            cells[row * 3] = labels[row];
            cells[row * 3 + k + 1] = row ? text[row][k] : j->name[k];
        }
    }
    return fovea__figure_add_table(j->figure, cells, ROWS, 3, "lrr", true, error);
}

static fovea_status add_agreement(const job *j, fovea_error *error) {
    const fovea_agreement *a = &j->agreement;
    const int64_t counts[4] = {a->both, a->only[0], a->only[1], a->neither};
    fovea__number text[4];
    char wording[4][NAME + 16], note[320];
    fovea__number share[4];
    const char *cells[15] = {"", "pictures", "share"};
    int64_t all = j->net[0].score.count;
    snprintf(wording[0], sizeof wording[0], "both");
    snprintf(wording[1], sizeof wording[1], "only %s", j->name[0]);
    snprintf(wording[2], sizeof wording[2], "only %s", j->name[1]);
    snprintf(wording[3], sizeof wording[3], "neither");
    for (int row = 0; row < 4; row++) {
        fovea__number_count(counts[row], text[row]);
        put_percent(share[row], (double)counts[row] / (double)all);
        cells[3 * row + 3] = wording[row];
        cells[3 * row + 4] = text[row];
        cells[3 * row + 5] = share[row];
    }
    FOVEA__TRY(fovea__figure_add_table(j->figure, cells, 5, 3, "lrr", true, error));
    fovea__number chance;
    fovea__number_short(a->chance, chance);
    snprintf(note, sizeof note,
             "If both nets were equally good, the %lld pictures that only one names rightly would "
             "be split at least this unevenly with probability %s (exact McNemar test).",
             (long long)(a->only[0] + a->only[1]), chance);
    return fovea__figure_add_text(j->figure, note, false, error);
}

// Robustness

static fovea_status add_shift_table(const job *j, int32_t shift, fovea_error *error) {
    enum { COLUMNS = MOST_SHIFT + 2 };
    fovea__number text[3][COLUMNS];
    const char *cells[3 * COLUMNS];
    char align[COLUMNS + 1] = "l";
    int32_t columns = shift + 2;
    for (int row = 0; row < 3; row++)
        cells[row * columns] = row ? j->name[row - 1] : "pixels moved";
    for (int32_t s = 0; s <= shift; s++) {
        align[s + 1] = 'r';
        snprintf(text[0][s], sizeof text[0][s], "%d", (int)s);
        for (int k = 0; k < 2; k++)
            put_percent(text[k + 1][s],
                        fovea_comparison_shifted(j->comparison, k, s, FOVEA_SHIFT_ALL).accuracy);
        for (int row = 0; row < 3; row++) cells[row * columns + s + 1] = text[row][s];
    }
    return fovea__figure_add_table(j->figure, cells, 3, columns, align, true, error);
}

static fovea_status add_shift(const job *j, fovea_error *error) {
    int32_t shift = fovea_comparison_shift(j->comparison);
    double x[MOST_SHIFT + 1], y[4][MOST_SHIFT + 1];
    fovea__series series[4];
    if (!shift) return FOVEA_OK;
    for (int k = 0; k < 4; k++) {
        for (int32_t s = 0; s <= shift; s++) {
            fovea_score score = fovea_comparison_shifted(j->comparison, k % 2, s, FOVEA_SHIFT_ALL);
            x[s] = s;
            y[k][s] = k < 2 ? score.accuracy : score.loss;
        }
        series[k] = (fovea__series){.name = j->name[k % 2],
                                    .x = x,
                                    .y = y[k],
                                    .count = shift + 1,
                                    .colour = k % 2,
                                    .points = true};
    }
    fovea__plot plots[2] = {{.title = "Accuracy", .series = series, .percent_y = true},
                            {.title = "Loss", .series = series + 2}};
    for (int i = 0; i < 2; i++) {
        plots[i].x_label = "pixels moved";
        plots[i].count = 2;
        plots[i].whole_x = true;
    }
    FOVEA__TRY(fovea__figure_add_text(j->figure, "When the pictures move", true, error));
    FOVEA__TRY(fovea__figure_add_plots(j->figure, plots, 2, error));
    FOVEA__TRY(add_shift_table(j, shift, error));
    return fovea__figure_add_text(
        j->figure,
        "Mean over moving up, down, left and right; what comes in at the border is 0 (black). A "
        "convolution finds the same shape wherever it stands, pooling forgets where it was to the "
        "pixel; a linear layer on the pixels learns each place apart.",
        false, error);
}

static fovea_status add_training(const job *j, fovea_error *error) {
    fovea_curve runs[2];
    int32_t count = 0;
    for (int32_t k = 0; k < 2; k++) {
        runs[count] = fovea__comparison_curve(j->comparison, k);
        runs[count].name = j->name[k];
        count += runs[count].count > 0;
    }
    if (!count) return FOVEA_OK;
    FOVEA__TRY(fovea__figure_add_text(j->figure, "How they were trained", true, error));
    if (count == 1) {
        char note[NAME + 64];
        snprintf(note, sizeof note, "Known of %s only.", runs[0].name);
        FOVEA__TRY(fovea__figure_add_text(j->figure, note, false, error));
    }
    return fovea__add_curves(runs, count, 0, j->figure, error);
}

// Pictures

static fovea_status add_picture(const job *j, fovea__panels *panels, int wrong, int64_t i,
                                fovea_error *error) {
    const fovea_dataset *set = fovea__comparison_dataset(j->comparison);
    fovea_shape shape = fovea_dataset_shape(set);
    fovea__class_label label, said_label;
    char title[32], caption[320];
    double p;
    int32_t said = fovea_comparison_answer(j->comparison, wrong, i, &p);
    snprintf(title, sizeof title, "#%lld", (long long)fovea_dataset_index(set, i));
    snprintf(caption, sizeof caption, "is %.120s\nsaid %.120s (%.0f\u00a0%%)",
             fovea__class_name(set, fovea_dataset_label(set, i), label),
             fovea__class_name(set, said, said_label), 100 * p);
    return fovea__add_picture_panel(panels, fovea__comparison_context(j->comparison),
                                    fovea_dataset_picture(set, i), &shape, title, caption,
                                    FOVEA__MARK_NONE, error);
}

static fovea_status add_only(const job *j, fovea__panels *panels, int32_t which,
                             fovea_error *error) {
    int64_t position[SHOWN];
    int64_t count = fovea_comparison_only(j->comparison, which, position, SHOWN);
    char label[NAME + 16], note[NAME + 64];
    if (!count) return FOVEA_OK;
    snprintf(label, sizeof label, "only %s", j->name[which]);
    snprintf(note, sizeof note, "the first %lld of %lld;\nbelow: the answer\nof the other",
             (long long)count, (long long)j->agreement.only[which]);
    FOVEA__TRY(fovea__panels_row(panels, label, note, error));
    for (int64_t i = 0; i < count; i++)
        FOVEA__TRY(add_picture(j, panels, !which, position[i], error));
    return FOVEA_OK;
}

static fovea_status add_pictures(const job *j, fovea_error *error) {
    fovea__panels *panels;
    fovea__panels_options options;
    if (j->agreement.only[0] + j->agreement.only[1] == 0)
        return fovea__figure_add_text(j->figure, "No picture is named rightly by only one of them.",
                                      false, error);
    FOVEA__TRY(
        fovea__figure_add_text(j->figure, "Pictures that only one names rightly", true, error));
    fovea__panels_options_default(&options);
    options.columns = SHOWN;
    FOVEA__TRY(fovea__figure_add_panels(j->figure, &options, &panels, error));
    for (int32_t which = 0; which < 2; which++) FOVEA__TRY(add_only(j, panels, which, error));
    return FOVEA_OK;
}

static fovea_status add_blocks(const job *j, fovea_error *error) {
    FOVEA__TRY(add_costs(j, error));
    FOVEA__TRY(add_shift(j, error));
    FOVEA__TRY(add_training(j, error));
    FOVEA__TRY(fovea__figure_add_text(j->figure, "Who is right", true, error));
    FOVEA__TRY(add_agreement(j, error));
    return add_pictures(j, error);
}

fovea_status fovea_figure_comparison(const fovea_comparison *comparison, fovea_figure **result,
                                     fovea_error *error) {
    const fovea_dataset *set = fovea__comparison_dataset(comparison);
    job j = {.comparison = comparison, .agreement = fovea_comparison_agreement(comparison)};
    char title[2 * NAME + 16], subtitle[400];
    fovea__number count;
    for (int k = 0; k < 2; k++) j.net[k] = fovea_comparison_net(comparison, k);
    set_names(&j);
    snprintf(title, sizeof title, "%s and %s", j.name[0], j.name[1]);
    fovea__number_count(fovea_dataset_count(set), count);
    snprintf(subtitle, sizeof subtitle, "Compared on %s pictures of %.256s:%.40s", count,
             fovea_dataset_name(set), fovea_dataset_part(set));
    FOVEA__TRY(fovea__figure_create(fovea__comparison_context(comparison), title, subtitle,
                                    &j.figure, error));
    fovea_status status = add_blocks(&j, error);
    if (status == FOVEA_OK)
        *result = j.figure;
    else
        fovea_figure_free(j.figure);
    return status;
}
