// SPDX-License-Identifier: MIT
// The confusion matrix of a net's answers.
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "figures/class_label.h"
#include "figures/confused_cells.h"
#include "fovea/figures.h"

int32_t fovea_confusion_classes(const fovea_answers *answers, const fovea_dataset *dataset) {
    int32_t classes = fovea_dataset_class_count(dataset);
    for (int64_t i = 0; i < fovea_dataset_count(dataset); i++)
        if (fovea_answers_class(answers, i) >= classes)
            classes = fovea_answers_class(answers, i) + 1;
    return classes;
}

// A confusion matrix on its way into a figure.
typedef struct job {
    fovea_context *context;
    const fovea_answers *answers;
    const fovea_dataset *dataset;
    const fovea__confused *cells;  // that lead somewhere
    int32_t cell_count;
} job;

static void fill(const job *j, int32_t classes, int64_t *matrix, const char **names,
                 fovea__class_label *labels, const char **links) {
    int32_t outputs = fovea_answers_outputs(j->answers);
    fovea_answers_confusion(j->answers, matrix);
    for (int32_t t = 0; t < classes; t++) {
        names[t] = fovea__class_name(j->dataset, t, labels[t]);
        for (int32_t said = 0; said < classes; said++)
            matrix[t * classes + said] = matrix[t * outputs + said];
    }
    for (int32_t i = 0; i < j->cell_count; i++)
        links[j->cells[i].truth * classes + j->cells[i].said] = j->cells[i].place;
}

static fovea_status add_matrix(const job *j, int32_t classes, fovea_figure *figure,
                               fovea_error *error) {
    size_t outputs = (size_t)fovea_answers_outputs(j->answers), n = (size_t)classes;
    int64_t *matrix = fovea__new(j->context, outputs * outputs, sizeof *matrix, error);
    const char **names = fovea__new(j->context, n, sizeof *names, error);
    const char **links = fovea__new(j->context, n * n, sizeof *links, error);
    fovea__class_label *labels = fovea__new(j->context, n, sizeof *labels, error);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (matrix && names && links && labels) {
        fill(j, classes, matrix, names, labels, links);
        fovea__matrix block = {.counts = matrix,
                               .classes = classes,
                               .names = names,
                               .links = j->cell_count ? links : NULL};
        status = fovea__figure_add_matrix(figure, &block, error);
    }
    fovea__free(j->context, matrix);
    fovea__free(j->context, names);
    fovea__free(j->context, links);
    fovea__free(j->context, labels);
    return status;
}

fovea_status fovea__figure_confusion_linked(fovea_context *context, const fovea_answers *answers,
                                            const fovea_dataset *dataset,
                                            const fovea__confused *cells, int32_t count,
                                            fovea_figure **result, fovea_error *error) {
    char subtitle[512];
    fovea_figure *figure;
    job j = {context, answers, dataset, cells, count};
    fovea_score score = fovea_answers_score(answers);
    int64_t right = (int64_t)(score.accuracy * (double)score.count + 0.5);
    snprintf(subtitle, sizeof subtitle, "%.200s:%.40s · %lld of %lld right%s",
             fovea_dataset_name(dataset), fovea_dataset_part(dataset), (long long)right,
             (long long)score.count, count ? " · framed cells: pictures and reasons below" : "");
    FOVEA__TRY(fovea__figure_create(context, "Confusion matrix", subtitle, &figure, error));
    fovea_status status = add_matrix(&j, fovea_confusion_classes(answers, dataset), figure, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}

fovea_status fovea_figure_confusion(fovea_context *context, const fovea_answers *answers,
                                    const fovea_dataset *dataset, fovea_figure **figure,
                                    fovea_error *error) {
    return fovea__figure_confusion_linked(context, answers, dataset, NULL, 0, figure, error);
}
