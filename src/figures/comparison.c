// SPDX-License-Identifier: MIT
// Two nets asked about the same pictures, as they are and moved.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "figures/comparison.h"
#include "model/model.h"

enum { MOST_SHIFT = 16, DIRECTIONS = 5 };

typedef struct side {
    char *name;
    fovea_epoch *history;  // NULL: not known
    int32_t history_count;
    fovea_compared numbers;
    fovea_answers *answers;
    fovea_score moved[MOST_SHIFT + 1][DIRECTIONS];
} side;

struct fovea_comparison {
    fovea_context *context;
    const fovea_dataset *dataset;
    int32_t shift;
    side side[2];
};

void fovea_compare_options_default(fovea_compare_options *options) {
    *options = (fovea_compare_options){.size = sizeof *options, .shift = 4};
}

static const char *name_of(const fovea_contestant *net, int32_t which) {
    return net->name && net->name[0] ? net->name : which ? "B" : "A";
}

// Checking

static bool same_classes(const fovea_model *a, const fovea_model *b) {
    int32_t count = fovea_model_class_count(a);
    // A net without names of its classes takes those of the set.
    if (!count || !fovea_model_class_count(b)) return true;
    bool same = count == fovea_model_class_count(b);
    for (int32_t i = 0; same && i < count; i++)
        same = strcmp(fovea_model_class_name(a, i), fovea_model_class_name(b, i)) == 0;
    return same;
}

// "airplane, automobile, … (10)"
static void list_classes(const fovea_model *model, char text[200]) {
    int32_t count = fovea_model_class_count(model), shown = count < 4 ? count : 3;
    size_t used = 0;
    for (int32_t i = 0; i < shown; i++)
        used += (size_t)snprintf(text + used, 200 - used, "%s%.40s", i ? ", " : "",
                                 fovea_model_class_name(model, i));
    if (shown < count) snprintf(text + used, 200 - used, " and %d more", (int)(count - shown));
}

fovea_status fovea_comparison_check(const fovea_contestant nets[2], fovea_error *error) {
    const char *a = name_of(&nets[0], 0), *b = name_of(&nets[1], 1);
    fovea_shape first = fovea_model_input(nets[0].model), second = fovea_model_input(nets[1].model);
    char x[200], y[200];
    for (int which = 0; which < 2; which++)
        FOVEA__TRY(fovea__model_takes_samples(nets[which].model, error));
    if (!fovea_shape_equal(&first, &second)) {
        fovea_shape_format(&first, x, sizeof x);
        fovea_shape_format(&second, y, sizeof y);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "%.200s takes pictures of %s and %.200s of %s: nets are compared on the "
                           "same pictures",
                           a, x, b, y);
    }
    if (same_classes(nets[0].model, nets[1].model)) return FOVEA_OK;
    list_classes(nets[0].model, x);
    list_classes(nets[1].model, y);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "%.150s knows other classes (%s) than %.150s (%s): nets are compared on the "
                       "same task",
                       a, x, b, y);
}

// Asking

static fovea_status count_costs(const fovea_model *model, fovea_compared *numbers,
                                fovea_error *error) {
    fovea_summary *summary;
    FOVEA__TRY(fovea_graph_summary(fovea_model_graph(model), 1, &summary, error));
    numbers->parameters = summary->parameters;
    numbers->multiply_adds = summary->multiply_adds;
    numbers->parameter_bytes = summary->parameter_bytes;
    numbers->value_bytes = summary->forward_backward_bytes;
    fovea_summary_free(summary);
    return FOVEA_OK;
}

static fovea_status ask_moved(fovea_comparison *c, const fovea_contestant nets[2], int64_t batch,
                              int32_t pixels, fovea_shift_direction direction, fovea_error *error) {
    static const int32_t down[DIRECTIONS] = {0, -1, 1, 0, 0}, right[DIRECTIONS] = {0, 0, 0, -1, 1};
    fovea_dataset *moved;
    fovea_status status = FOVEA_OK;
    FOVEA__TRY(fovea_dataset_shifted(c->dataset, pixels * down[direction],
                                     pixels * right[direction], NULL, &moved, error));
    for (int which = 0; which < 2 && status == FOVEA_OK; which++) {
        fovea_answers *answers;
        status = fovea_answers_create(nets[which].model, moved, batch, &answers, error);
        if (status != FOVEA_OK) break;
        c->side[which].moved[pixels][direction] = fovea_answers_score(answers);
        fovea_answers_free(answers);
    }
    fovea_dataset_free(moved);
    return status;
}

static void take_mean(fovea_score scores[DIRECTIONS]) {
    fovea_score mean = {0, 0, scores[1].count};
    for (int d = 1; d < DIRECTIONS; d++) {
        mean.loss += scores[d].loss / (DIRECTIONS - 1);
        mean.accuracy += scores[d].accuracy / (DIRECTIONS - 1);
    }
    scores[FOVEA_SHIFT_ALL] = mean;
}

static fovea_status ask_all(fovea_comparison *c, const fovea_contestant nets[2], int64_t batch,
                            fovea_error *error) {
    for (int which = 0; which < 2; which++) {
        side *s = &c->side[which];
        FOVEA__TRY(fovea_answers_create(nets[which].model, c->dataset, batch, &s->answers, error));
        s->numbers.score = fovea_answers_score(s->answers);
        for (int d = 0; d < DIRECTIONS; d++) s->moved[0][d] = s->numbers.score;
    }
    for (int32_t pixels = 1; pixels <= c->shift; pixels++) {
        for (int d = 1; d < DIRECTIONS; d++)
            FOVEA__TRY(ask_moved(c, nets, batch, pixels, (fovea_shift_direction)d, error));
        for (int which = 0; which < 2; which++) take_mean(c->side[which].moved[pixels]);
    }
    return FOVEA_OK;
}

static fovea_status keep_side(fovea_context *context, const fovea_contestant *net, int32_t which,
                              side *s, fovea_error *error) {
    s->name = fovea__copy_text(context, name_of(net, which), error);
    if (!s->name) return FOVEA_OUT_OF_MEMORY;
    s->numbers.name = s->name;
    FOVEA__TRY(count_costs(net->model, &s->numbers, error));
    if (!net->history || net->history_count < 1) return FOVEA_OK;
    s->history = fovea__new(context, (size_t)net->history_count, sizeof *s->history, error);
    if (!s->history) return FOVEA_OUT_OF_MEMORY;
    s->history_count = net->history_count;
    memcpy(s->history, net->history, (size_t)net->history_count * sizeof *s->history);
    return FOVEA_OK;
}

static fovea_status make(fovea_comparison *c, const fovea_contestant nets[2], int64_t batch,
                         fovea_error *error) {
    for (int32_t which = 0; which < 2; which++)
        FOVEA__TRY(keep_side(c->context, &nets[which], which, &c->side[which], error));
    return ask_all(c, nets, batch, error);
}

fovea_status fovea_comparison_create(const fovea_contestant nets[2], const fovea_dataset *dataset,
                                     const fovea_compare_options *options,
                                     fovea_comparison **comparison, fovea_error *error) {
    fovea_compare_options standard;
    fovea_compare_options_default(&standard);
    if (!options) options = &standard;
    if (options->shift < 0 || options->shift > MOST_SHIFT)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "pictures are moved by 0 to %d pixels at most, not by %d", MOST_SHIFT,
                           (int)options->shift);
    FOVEA__TRY(fovea_comparison_check(nets, error));
    fovea_context *context = fovea_graph_context(fovea_model_graph(nets[0].model));
    fovea_comparison *c = fovea__new(context, 1, sizeof *c, error);
    if (!c) return FOVEA_OUT_OF_MEMORY;
    c->context = context;
    c->dataset = dataset;
    c->shift = options->shift;
    fovea_status status = make(c, nets, options->batch, error);
    if (status == FOVEA_OK)
        *comparison = c;
    else
        fovea_comparison_free(c);
    return status;
}

void fovea_comparison_free(fovea_comparison *comparison) {
    if (!comparison) return;
    for (int which = 0; which < 2; which++) {
        side *s = &comparison->side[which];
        fovea_answers_free(s->answers);
        fovea__free(comparison->context, s->history);
        fovea__free(comparison->context, s->name);
    }
    fovea__free(comparison->context, comparison);
}

// Telling

fovea_context *fovea__comparison_context(const fovea_comparison *comparison) {
    return comparison->context;
}

const fovea_dataset *fovea__comparison_dataset(const fovea_comparison *comparison) {
    return comparison->dataset;
}

fovea_curve fovea__comparison_curve(const fovea_comparison *comparison, int32_t which) {
    const side *s = &comparison->side[which];
    return (fovea_curve){s->name, s->history, s->history_count};
}

fovea_compared fovea_comparison_net(const fovea_comparison *comparison, int32_t which) {
    return comparison->side[which].numbers;
}

int32_t fovea_comparison_shift(const fovea_comparison *comparison) {
    return comparison->shift;
}

fovea_score fovea_comparison_shifted(const fovea_comparison *comparison, int32_t which,
                                     int32_t pixels, fovea_shift_direction direction) {
    if (pixels < 0 || pixels > comparison->shift) return (fovea_score){NAN, NAN, 0};
    return comparison->side[which].moved[pixels][direction];
}

static bool is_right(const fovea_comparison *c, int which, int64_t i) {
    return fovea_answers_class(c->side[which].answers, i) == fovea_dataset_label(c->dataset, i);
}

// 2 * sum for k <= min(a, b) of C(a + b, k) / 2^(a + b), at most 1.
static double chance_of(int64_t a, int64_t b) {
    double n = (double)(a + b), k = (double)(a < b ? a : b);
    int sign;
    if (n == 0) return 1;
    double term = exp(lgamma_r(n + 1, &sign) - lgamma_r(k + 1, &sign) - lgamma_r(n - k + 1, &sign) -
                      n * log(2));
    double sum = 0;
    for (; k >= 0 && term > 0; k--) {
        sum += term;
        term *= k / (n - k + 1);
    }
    return fmin(1, 2 * sum);
}

fovea_agreement fovea_comparison_agreement(const fovea_comparison *comparison) {
    fovea_agreement result = {0};
    for (int64_t i = 0; i < fovea_dataset_count(comparison->dataset); i++) {
        bool first = is_right(comparison, 0, i), second = is_right(comparison, 1, i);
        result.both += first && second;
        result.neither += !first && !second;
        result.only[0] += first && !second;
        result.only[1] += second && !first;
    }
    result.chance = chance_of(result.only[0], result.only[1]);
    return result;
}

int64_t fovea_comparison_only(const fovea_comparison *comparison, int32_t which, int64_t *position,
                              int64_t most) {
    int64_t found = 0, count = fovea_dataset_count(comparison->dataset);
    for (int64_t i = 0; i < count && found < most; i++)
        if (is_right(comparison, which, i) && !is_right(comparison, !which, i))
            position[found++] = i;
    return found;
}

int32_t fovea_comparison_answer(const fovea_comparison *comparison, int32_t which, int64_t i,
                                double *probability) {
    const fovea_answers *answers = comparison->side[which].answers;
    int32_t said = fovea_answers_class(answers, i);
    if (probability) *probability = fovea_answers_probability(answers, i, said);
    return said;
}
