// SPDX-License-Identifier: MIT
// From mistakes to reasons: cells of the confusion matrix, their pictures, and heat maps for what each
// is and for what the net says.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "figures/class_label.h"
#include "figures/confused_cells.h"
#include "figures/heat_overlay.h"
#include "figures/picture_values.h"
#include "fovea/heat_figures.h"

// Panels of two pictures a line; the side is in CSS pixels.
enum { COLUMNS = 8, SIDE = 104, LEAST_SIDE = 64, OVERLAY_SIDE = 208, MOST = 64 };

typedef struct job {
    fovea_context *context;
    const fovea_answers *answers;
    const fovea_dataset *dataset;
    fovea_reasons_options options;
    fovea_model *resized;  // for the set's pictures; NULL: they fit
    const fovea_model *model;
    fovea_explainer *explainer;
    fovea_explain_options how;
    int64_t *worst;  // positions of all wrong answers, highest loss first
    int64_t worst_count;
    fovea__panels *panels;
} job;

void fovea_reasons_options_default(fovea_reasons_options *options) {
    *options =
        (fovea_reasons_options){.size = sizeof *options, .cells = 6, .pictures = 4, .matrix = 1};
}

static fovea_status check(const fovea_reasons_options *given, fovea_reasons_options *options,
                          fovea_error *error) {
    fovea_reasons_options_default(options);
    if (!given) return FOVEA_OK;
    if (given->size != sizeof *given || given->cells < 1 || given->cells > MOST ||
        given->pictures < 1 || given->pictures > MOST)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_reasons_options: fill them with fovea_reasons_options_default; "
                           "cells and pictures are 1 to %d",
                           MOST);
    *options = *given;
    return FOVEA_OK;
}

static fovea_status start(job *j, fovea_error *error) {
    fovea_shape pictures = fovea_dataset_shape(j->dataset), wanted = fovea_model_input(j->model);
    int64_t count = fovea_dataset_count(j->dataset);
    if (!fovea_shape_equal(&pictures, &wanted)) {
        FOVEA__TRY(fovea_model_resized(j->model, &pictures, &j->resized, error));
        j->model = j->resized;
    }
    FOVEA__TRY(fovea_explainer_create(j->model, NULL, &j->explainer, error));
    const char *method = j->options.method;
    bool maps = fovea_explainer_layer(j->explainer) != FOVEA_NO_VALUE;
    if (!method) method = maps ? "hirescam" : "gradient-x-input";
    FOVEA__TRY(fovea_explain_options_default(method, &j->how, error));
    j->worst = fovea__new(j->context, (size_t)count, sizeof *j->worst, error);
    if (!j->worst) return FOVEA_OUT_OF_MEMORY;
    j->worst_count = fovea_answers_worst(j->answers, j->worst, count);
    return FOVEA_OK;
}

// Two maps of a picture: of what it is and of what the net says.
static fovea_status explain_both(const job *j, int64_t i, const int64_t target[2],
                                 fovea_attribution *maps[2], fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(j->dataset);
    const uint8_t *bytes = fovea_dataset_picture(j->dataset, i);
    fovea_tensor *x;
    FOVEA__TRY(fovea_model_prepare(j->model, &bytes, 1, &shape, &x, error));
    fovea_view view = fovea_tensor_view(x);
    fovea_status status = FOVEA_OK;
    for (int k = 0; k < 2 && status == FOVEA_OK; k++) {
        fovea_explain_options how = j->how;
        how.target = target[k];
        status = fovea_explain(j->explainer, &view, &how, &maps[k], error);
    }
    fovea_tensor_free(x);
    return status;
}

static double largest(const fovea__heat_map *map) {
    double most = 0;
    for (int64_t i = 0; i < map->height * map->width; i++)
        if (isfinite(map->raw[i])) most = fmax(most, fabs((double)map->raw[i]));
    return most;
}

static fovea_status add_overlay(const job *j, const fovea_view *picture, const fovea__heat_map *map,
                                double most, const char *title, const char *caption,
                                fovea_error *error) {
    fovea__heat_overlay overlay;
    FOVEA__TRY(fovea__heat_overlay_make(j->context, picture, map, fovea__colormap_find("RdBu"),
                                        -most, most, OVERLAY_SIDE, &overlay, error));
    fovea__panel panel = {.kind = FOVEA__PANEL_COLOUR,
                          .data = overlay.rgb,
                          .height = overlay.height,
                          .width = overlay.width,
                          .title = title,
                          .caption = caption};
    fovea_status status = fovea__panels_add(j->panels, &panel, error);
    fovea__free(j->context, overlay.rgb);
    return status;
}

// "logit 3.2"; of the difference the logits' and the end of the scale.
static void write_caption(const fovea_heat *heat, double most, char *text, size_t size) {
    fovea__number logit, end;
    double value = heat->attribution->logit - (heat->minus ? heat->minus->logit : 0);
    fovea__number_short(value, logit);
    fovea__number_minus(logit);
    fovea__number_short(most, end);
    if (heat->minus)
        snprintf(text, size, "logit +%s\ncolours to ±%s", logit, end);
    else
        snprintf(text, size, "logit %s", logit);
}

static fovea_status add_maps(const job *j, const fovea_view *picture, const fovea_heat heats[3],
                             fovea_error *error) {
    fovea__heat_map map[3] = {{.context = NULL}, {.context = NULL}, {.context = NULL}};
    fovea_status status = FOVEA_OK;
    double most = 0;
    for (int k = 0; k < 3 && status == FOVEA_OK; k++) {
        status = fovea__heat_map_make(j->context, &heats[k], &picture->shape, &map[k], error);
        // What was before the relu speaks for and against.
        if (status == FOVEA_OK && map[k].shown != map[k].raw) {
            fovea__free(j->context, map[k].shown);
            map[k].shown = map[k].raw;
        }
        if (status == FOVEA_OK) most = fmax(most, largest(&map[k]));
    }
    for (int k = 0; k < 3 && status == FOVEA_OK; k++) {
        char caption[160];
        write_caption(&heats[k], most, caption, sizeof caption);
        status = add_overlay(j, picture, &map[k], most, heats[k].heading, caption, error);
    }
    for (int k = 0; k < 3; k++) fovea__heat_map_release(&map[k]);
    return status;
}

static fovea_status add_picture(const job *j, int64_t i, fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(j->dataset);
    const uint8_t *bytes = fovea_dataset_picture(j->dataset, i);
    int32_t said = fovea_answers_class(j->answers, i);
    int64_t target[2] = {fovea_dataset_label(j->dataset, i), said};
    fovea__class_label labels[2];
    char number[32], caption[64];
    fovea_attribution *maps[2] = {NULL, NULL};
    snprintf(number, sizeof number, "#%lld", (long long)fovea_dataset_index(j->dataset, i));
    snprintf(caption, sizeof caption, "%.0f %% sure",
             100 * fovea_answers_probability(j->answers, i, said));
    FOVEA__TRY(fovea__add_picture_panel(j->panels, j->context, bytes, &shape, number, caption,
                                        FOVEA__MARK_NONE, error));
    fovea_status status = explain_both(j, i, target, maps, error);
    if (status == FOVEA_OK) {
        fovea_heat heats[3] = {
            {.attribution = maps[0],
             .heading = fovea__class_name(j->dataset, (int32_t)target[0], labels[0])},
            {.attribution = maps[1], .heading = fovea__class_name(j->dataset, said, labels[1])},
            {.attribution = maps[1], .minus = maps[0], .heading = "difference"}};
        fovea_view picture = {.type = FOVEA_U8, .shape = shape, .data = (void *)bytes};
        status = add_maps(j, &picture, heats, error);
    }
    fovea_attribution_free(maps[0]);
    fovea_attribution_free(maps[1]);
    return status;
}

static fovea_status add_cell(job *j, const fovea__confused *cell, fovea_figure *figure,
                             fovea_error *error) {
    fovea__class_label labels[2];
    fovea__panels_options options;
    char heading[512];
    snprintf(heading, sizeof heading, "%.200s taken for %.200s, %lld time%s",
             fovea__class_name(j->dataset, cell->truth, labels[0]),
             fovea__class_name(j->dataset, cell->said, labels[1]), (long long)cell->count,
             cell->count == 1 ? "" : "s");
    FOVEA__TRY(fovea__figure_add_place(figure, heading, cell->place, error));
    fovea__panels_options_default(&options);
    options.columns = COLUMNS;
    options.side = SIDE;
    options.least = LEAST_SIDE;
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &j->panels, error));
    int32_t shown = 0;
    for (int64_t w = 0; w < j->worst_count && shown < j->options.pictures; w++) {
        int64_t i = j->worst[w];
        if (fovea_dataset_label(j->dataset, i) != cell->truth ||
            fovea_answers_class(j->answers, i) != cell->said)
            continue;
        FOVEA__TRY(add_picture(j, i, error));
        shown++;
    }
    return FOVEA_OK;
}

static fovea_status make_figure(job *j, const fovea__confused *cells, int32_t count,
                                fovea_figure **figure, fovea_error *error) {
    char note[400];
    snprintf(note, sizeof note,
             "The classes most often taken for one another, %s of each: what speaks for (red) and "
             "against (blue) what it is and what the net says, and the difference, by %s.",
             j->options.pictures == 1 ? "the worst mistake" : "the worst mistakes",
             fovea_explain_method_find(j->how.method)->title);
    if (j->options.matrix) {
        FOVEA__TRY(fovea__figure_confusion_linked(j->context, j->answers, j->dataset, cells, count,
                                                  figure, error));
        FOVEA__TRY(fovea__figure_add_text(*figure, note, false, error));
    } else {
        FOVEA__TRY(
            fovea__figure_create(j->context, "From mistakes to reasons", note, figure, error));
    }
    for (int32_t c = 0; c < count; c++) FOVEA__TRY(add_cell(j, &cells[c], *figure, error));
    return count ? FOVEA_OK : fovea__figure_add_text(*figure, "No mistake.", false, error);
}

fovea_status fovea_figure_reasons(fovea_context *context, const fovea_model *model,
                                  const fovea_answers *answers, const fovea_dataset *dataset,
                                  const fovea_reasons_options *options, fovea_figure **result,
                                  fovea_error *error) {
    job j = {.context = context, .answers = answers, .dataset = dataset, .model = model};
    fovea__confused cells[FOVEA__MOST_CONFUSED];
    int32_t count = 0;
    fovea_figure *figure = NULL;
    FOVEA__TRY(check(options, &j.options, error));
    fovea_status status =
        fovea__confused_cells(context, answers, dataset, j.options.cells, cells, &count, error);
    if (status == FOVEA_OK) status = start(&j, error);
    if (status == FOVEA_OK) status = make_figure(&j, cells, count, &figure, error);
    fovea_explainer_free(j.explainer);
    fovea_model_free(j.resized);
    fovea__free(context, j.worst);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
