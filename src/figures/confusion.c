// SPDX-License-Identifier: MIT
// The confusion matrix of a net's answers.
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "figures/class_label.h"
#include "fovea/figures.h"

int32_t fovea_confusion_classes(const fovea_answers *answers, const fovea_dataset *dataset) {
    int32_t classes = fovea_dataset_class_count(dataset);
    for (int64_t i = 0; i < fovea_dataset_count(dataset); i++)
        if (fovea_answers_class(answers, i) >= classes)
            classes = fovea_answers_class(answers, i) + 1;
    return classes;
}

static fovea_status add_matrix(fovea_context *context, const fovea_answers *answers,
                               const fovea_dataset *dataset, int32_t classes, fovea_figure *figure,
                               fovea_error *error) {
    int32_t outputs = fovea_answers_outputs(answers);
    int64_t *matrix = fovea__new(context, (size_t)outputs * (size_t)outputs, sizeof *matrix, error);
    const char **names = fovea__new(context, (size_t)classes, sizeof *names, error);
    fovea__class_label *labels = fovea__new(context, (size_t)classes, sizeof *labels, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (matrix && names && labels) {
        fovea_answers_confusion(answers, matrix);
        for (int32_t t = 0; t < classes; t++) {
            names[t] = fovea__class_name(dataset, t, labels[t]);
            for (int32_t said = 0; said < classes; said++)
                matrix[t * classes + said] = matrix[t * outputs + said];
        }
        fovea__matrix block = {.counts = matrix, .classes = classes, .names = names};
        status = fovea__figure_add_matrix(figure, &block, error);
    }
    fovea__free(context, matrix);
    fovea__free(context, names);
    fovea__free(context, labels);
    return status;
}

fovea_status fovea_figure_confusion(fovea_context *context, const fovea_answers *answers,
                                    const fovea_dataset *dataset, fovea_figure **result,
                                    fovea_error *error) {
    char subtitle[512];
    fovea_figure *figure;
    fovea_score score = fovea_answers_score(answers);
    int64_t right = (int64_t)(score.accuracy * (double)score.count + 0.5);
    snprintf(subtitle, sizeof subtitle, "%.200s:%.40s · %lld of %lld right",
             fovea_dataset_name(dataset), fovea_dataset_part(dataset), (long long)right,
             (long long)score.count);
    FOVEA__TRY(fovea__figure_create(context, "Confusion matrix", subtitle, &figure, error));
    fovea_status status = add_matrix(context, answers, dataset,
                                     fovea_confusion_classes(answers, dataset), figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
