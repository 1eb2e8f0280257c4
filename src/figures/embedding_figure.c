// SPDX-License-Identifier: MIT
// The pictures of a set as a layer sees them: at their first two principal components.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/number.h"
#include "draw/scatter.h"
#include "explain/embedding.h"
#include "figures/class_label.h"

enum { THUMBNAIL = 64 };  // pixels of the longer side

typedef struct job {
    fovea_context *context;
    const fovea_embedding *embedding;
    fovea__scatter scatter;
    fovea__scatter_point *points;
    uint8_t *pictures;
    const char **names;
    fovea__class_label *labels;
    int64_t step;  // side of the squares of pixels that become one
} job;

// Means of squares of step×step pixels.
static void set_picture(const job *j, int64_t sample, uint8_t *rgb) {
    fovea_shape shape = fovea_dataset_shape(j->embedding->dataset);
    const uint8_t *bytes = fovea_dataset_picture(j->embedding->dataset, sample);
    for (int64_t i = 0; i < j->scatter.rows * j->scatter.columns; i++)
        for (int64_t c = 0; c < 3; c++) {
            const uint8_t *plane =
                bytes + (shape.dim[0] == 3 ? c : 0) * shape.dim[1] * shape.dim[2];
            int64_t y0 = i / j->scatter.columns * j->step, x0 = i % j->scatter.columns * j->step;
            int64_t sum = 0;
            for (int64_t y = 0; y < j->step; y++)
                for (int64_t x = 0; x < j->step; x++)
                    sum += plane[(y0 + y) * shape.dim[2] + x0 + x];
            rgb[3 * i + c] = (uint8_t)((sum + j->step * j->step / 2) / (j->step * j->step));
        }
}

static fovea_status fill(job *j, fovea_error *error) {
    const fovea_embedding *e = j->embedding;
    const fovea_dataset *dataset = e->dataset;
    fovea_shape shape = fovea_dataset_shape(dataset);
    int64_t longer = shape.dim[1] > shape.dim[2] ? shape.dim[1] : shape.dim[2];
    int64_t shorter = shape.dim[1] + shape.dim[2] - longer;
    j->step = (longer + THUMBNAIL - 1) / THUMBNAIL;
    if (j->step > shorter) j->step = shorter;
    j->scatter.rows = shape.dim[1] / j->step;
    j->scatter.columns = shape.dim[2] / j->step;
    j->scatter.class_count = fovea_dataset_class_count(dataset);
    size_t classes = (size_t)j->scatter.class_count;
    size_t size = (size_t)(j->scatter.rows * j->scatter.columns * 3);
    j->points = fovea__new(j->context, (size_t)e->samples, sizeof *j->points, error);
    j->pictures = fovea__new(j->context, (size_t)e->samples, size, error);
    j->names = fovea__new(j->context, classes, sizeof *j->names, error);
    j->labels = fovea__new(j->context, classes, sizeof *j->labels, error);
    if (!j->points || !j->pictures || !j->names || !j->labels) return FOVEA_OUT_OF_MEMORY;
    for (int32_t c = 0; c < j->scatter.class_count; c++)
        j->names[c] = fovea__class_name(dataset, c, j->labels[c]);
    for (int64_t i = 0; i < e->samples; i++) {
        uint8_t *rgb = j->pictures + (size_t)i * size;
        set_picture(j, i, rgb);
        j->points[i] = (fovea__scatter_point){.x = e->principal.scores[2 * i],
                                              .y = e->principal.scores[2 * i + 1],
                                              .rgb = rgb,
                                              .class_index = fovea_dataset_label(dataset, i)};
    }
    j->scatter.points = j->points;
    j->scatter.count = e->samples;
    j->scatter.names = j->names;
    return FOVEA_OK;
}

static void axis_label(const fovea_embedding *e, int component, char *text, size_t size) {
    fovea__number percent;
    fovea__number_fixed(100 * e->principal.share[component], 1, percent);
    snprintf(text, size, "%s component, %s %% of the variance", component ? "second" : "first",
             percent);
}

static fovea_status begin(const job *j, fovea_figure **figure, fovea_error *error) {
    const fovea_embedding *e = j->embedding;
    char title[320], subtitle[512];
    fovea__number samples, features;
    fovea__number_count(e->samples, samples);
    fovea__number_count(e->features, features);
    snprintf(title, sizeof title, "Pictures as %.256s sees them", e->layer.name);
    snprintf(subtitle, sizeof subtitle,
             "%.160s:%.40s, %s pictures at the first two principal components of %s features: %s; "
             "both axes in the same units",
             fovea_dataset_name(e->dataset), fovea_dataset_part(e->dataset), samples, features,
             e->flatten                             ? "every cell"
             : e->layer.rows * e->layer.columns > 1 ? "the mean of each channel over its cells"
                                                    : "its channels");
    return fovea__figure_create(j->context, title, subtitle, figure, error);
}

fovea_status fovea_figure_embedding(fovea_context *context, const fovea_embedding *embedding,
                                    fovea_figure **result, fovea_error *error) {
    char labels[2][96];
    job j = {.context = context, .embedding = embedding};
    fovea_figure *figure = NULL;
    for (int c = 0; c < 2; c++) axis_label(embedding, c, labels[c], sizeof labels[c]);
    j.scatter.x_label = labels[0];
    j.scatter.y_label = labels[1];
    fovea_status status = fill(&j, error);
    if (status == FOVEA_OK) status = begin(&j, &figure, error);
    if (status == FOVEA_OK) status = fovea__figure_add_scatter(figure, &j.scatter, error);
    fovea__free(context, j.points);
    fovea__free(context, j.pictures);
    fovea__free(context, j.names);
    fovea__free(context, j.labels);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
