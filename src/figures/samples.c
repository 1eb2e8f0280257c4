// SPDX-License-Identifier: MIT
// Pictures of a set with their classes, and the worst mistakes of a net.
#include <stdbool.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/class_label.h"
#include "figures/picture_values.h"
#include "fovea/figures.h"

typedef struct job {
    fovea_context *context;
    const fovea_dataset *dataset;
    const fovea_answers *answers;
    fovea__panels *panels;
    bool marked;  // right and wrong answers by colour
} job;

// "Shirt" above and "#79" below or, with an answer, "#79" above and "is Shirt / said Pullover 97.2
// %" below.
static fovea_status add_sample(const job *j, int64_t i, fovea_error *error) {
    char index[32], caption[320];
    fovea__class_label true_label, said_label;
    fovea__panel_mark mark = FOVEA__MARK_NONE;
    fovea_shape shape = fovea_dataset_shape(j->dataset);
    int32_t label = fovea_dataset_label(j->dataset, i);
    const char *name = fovea__class_name(j->dataset, label, true_label);
    snprintf(index, sizeof index, "#%lld", (long long)fovea_dataset_index(j->dataset, i));
    snprintf(caption, sizeof caption, "%.256s", name);
    if (j->answers) {
        int32_t said = fovea_answers_class(j->answers, i);
        if (j->marked) mark = said == label ? FOVEA__MARK_GOOD : FOVEA__MARK_BAD;
        snprintf(caption, sizeof caption, "is %.120s\nsaid %.120s %.1f %%", name,
                 fovea__class_name(j->dataset, said, said_label),
                 100 * fovea_answers_probability(j->answers, i, said));
    }
    return fovea__add_picture_panel(j->panels, j->context, fovea_dataset_picture(j->dataset, i),
                                    &shape, j->answers ? index : caption,
                                    j->answers ? caption : index, mark, error);
}

static fovea_status add_samples(job *j, fovea_figure *figure, const int64_t *position,
                                int64_t count, int64_t columns, fovea_error *error) {
    fovea__panels_options options;
    fovea__panels_options_default(&options);
    options.columns = columns;
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &j->panels, error));
    for (int64_t i = 0; i < count; i++) {
        int64_t at = position ? position[i] : i;
        if (at < 0 || at >= fovea_dataset_count(j->dataset))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "there is no sample %lld, the set has %lld", (long long)at,
                               (long long)fovea_dataset_count(j->dataset));
        FOVEA__TRY(add_sample(j, at, error));
    }
    return FOVEA_OK;
}

fovea_status fovea_figure_samples(fovea_context *context, const fovea_dataset *dataset,
                                  const int64_t *position, int64_t count, int64_t columns,
                                  const fovea_answers *answers, fovea_figure **result,
                                  fovea_error *error) {
    job j = {context, dataset, answers, NULL, true};
    char title[320];
    fovea_figure *figure;
    if (columns < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%lld columns are fewer than none",
                           (long long)columns);
    if (!position && count > fovea_dataset_count(dataset)) count = fovea_dataset_count(dataset);
    snprintf(title, sizeof title, "%.256s:%.40s", fovea_dataset_name(dataset),
             fovea_dataset_part(dataset));
    FOVEA__TRY(fovea__figure_create(context, title, NULL, &figure, error));
    fovea_status status = add_samples(&j, figure, position, count, columns, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}

static fovea_status add_worst(job *j, int64_t most, fovea_figure *figure, fovea_error *error) {
    int64_t *position = fovea__new(j->context, (size_t)most, sizeof *position, error);
    if (!position) return FOVEA_OUT_OF_MEMORY;
    int64_t count = fovea_answers_worst(j->answers, position, most);
    fovea_status status = count ? add_samples(j, figure, position, count, 0, error)
                                : fovea__figure_add_text(figure, "No mistake.", false, error);
    fovea__free(j->context, position);
    return status;
}

fovea_status fovea_figure_mistakes(fovea_context *context, const fovea_answers *answers,
                                   const fovea_dataset *dataset, int64_t most,
                                   fovea_figure **result, fovea_error *error) {
    job j = {context, dataset, answers, NULL, false};
    char subtitle[256];
    fovea_figure *figure;
    fovea_score score = fovea_answers_score(answers);
    int64_t wrong = score.count - (int64_t)(score.accuracy * (double)score.count + 0.5);
    if (most < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "at least 1 mistake must be asked for, not %lld", (long long)most);
    if (most > fovea_dataset_count(dataset)) most = fovea_dataset_count(dataset);
    snprintf(subtitle, sizeof subtitle,
             "%lld of %lld answers are wrong; those with the highest loss, worst first",
             (long long)wrong, (long long)score.count);
    FOVEA__TRY(fovea__figure_create(context, "Worst mistakes", subtitle, &figure, error));
    fovea_status status = add_worst(&j, most, figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
