// SPDX-License-Identifier: MIT
// The figure of receptive fields.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "draw/field.h"
#include "figures/picture_values.h"
#include "figures/receptive_table.h"
#include "fovea/diagram.h"

enum { MOST_BOXES = 8, LINES = 512 };

typedef struct words {
    char title[320], lines[LINES];
} words;

typedef struct job {
    fovea_context *context;
    const fovea_graph *graph;
    const fovea_receptive_options *options;
    fovea_receptive_field *fields;
    int32_t count, shown;
    fovea_figure *figure;
    fovea_error *error;
} job;

static void tell_outside(const fovea_receptive_field *f, char *line, size_t size) {
    int64_t all = f->size[0] * f->size[1], inside = f->inside[0] * f->inside[1];
    if (inside == all)
        snprintf(line, size, "all %lld pixels lie in the picture", (long long)all);
    else
        snprintf(line, size, "%lld of %lld pixels lie in the picture, the others in the padding",
                 (long long)inside, (long long)all);
}

// With a minus sign, not a hyphen.
static const char *signed_number(int64_t value, char text[32]) {
    snprintf(text, 32, "%s%lld", value < 0 ? "−" : "", (long long)(value < 0 ? -value : value));
    return text;
}

static void tell_range(const fovea_receptive_field *f, char *line, size_t size) {
    char number[4][32];
    snprintf(line, size, "%lld×%lld pixels: rows %s to %s, columns %s to %s", (long long)f->size[0],
             (long long)f->size[1], signed_number(f->first[0], number[0]),
             signed_number(f->last[0], number[1]), signed_number(f->first[1], number[2]),
             signed_number(f->last[1], number[3]));
}

static void tell(const fovea_receptive_field *f, bool alone, words *w) {
    char outside[160], box[240];
    snprintf(w->title, sizeof w->title, "%s: unit (%lld, %lld) of %lld×%lld", f->layer,
             (long long)f->unit[0], (long long)f->unit[1], (long long)f->map[0],
             (long long)f->map[1]);
    tell_range(f, box, sizeof box);
    tell_outside(f, outside, sizeof outside);
    if (alone)
        snprintf(w->lines, sizeof w->lines,
                 "%s\ncentre (%g, %g)\nstride %lld×%lld, offset %lld×%lld\n%s", box, f->centre[0],
                 f->centre[1], (long long)f->stride[0], (long long)f->stride[1],
                 (long long)f->offset[0], (long long)f->offset[1], outside);
    else
        snprintf(w->lines, sizeof w->lines, "%s", box);
}

// Field `k` of those that are drawn: spread evenly, the last one always among them.
static const fovea_receptive_field *shown_field(const job *j, int32_t k) {
    return &j->fields[(int64_t)(k + 1) * j->count / j->shown - 1];
}

static fovea_status add_boxes(const job *j, const uint8_t *rgb, int64_t height, int64_t width) {
    fovea__field_box boxes[MOST_BOXES];
    words *w = fovea__new(j->context, MOST_BOXES, sizeof *w, j->error);
    if (!w) return FOVEA_OUT_OF_MEMORY;
    for (int32_t k = 0; k < j->shown; k++) {
        const fovea_receptive_field *f = shown_field(j, k);
        tell(f, j->shown == 1, &w[k]);
        boxes[k] = (fovea__field_box){.title = w[k].title, .lines = w[k].lines};
        memcpy(boxes[k].low, f->first, sizeof f->first);
        memcpy(boxes[k].high, f->last, sizeof f->last);
    }
    fovea__field field = {
        .height = height, .width = width, .rgb = rgb, .box = boxes, .count = j->shown};
    if (j->shown == 1) {
        memcpy(field.map, j->fields[0].map, sizeof field.map);
        memcpy(field.unit, j->fields[0].unit, sizeof field.unit);
    }
    fovea_status status = fovea__figure_add_field(j->figure, &field, j->error);
    fovea__free(j->context, w);
    return status;
}

static fovea_status add_picture(const job *j) {
    const fovea_shape *input = &j->graph->value[j->graph->input[0]].signature.shape;
    int64_t height = input->rank == 4 ? input->dim[2] : 1, width = input->dim[input->rank - 1];
    uint8_t *rgb = NULL;
    if (j->options->picture)
        FOVEA__TRY(fovea__picture_rgb(j->context, j->options->picture, &rgb, j->error));
    fovea_status status = add_boxes(j, rgb, height, width);
    fovea__free(j->context, rgb);
    return status;
}

static fovea_status fill(const job *j) {
    char note[200];
    const char *last = j->fields[j->count - 1].layer;
    FOVEA__TRY(add_picture(j));
    if (j->shown < j->count) {
        snprintf(note, sizeof note, "%d of the %d layers are drawn.", (int)j->shown, (int)j->count);
        FOVEA__TRY(fovea__figure_add_text(j->figure, note, false, j->error));
    }
    snprintf(note, sizeof note, "How the field of %.100s grows", last);
    FOVEA__TRY(fovea__figure_add_text(j->figure, note, true, j->error));
    FOVEA__TRY(fovea__add_receptive_table(j->figure, j->graph,
                                          fovea_graph_find_node(j->graph, last), j->error));
    return fovea__figure_add_text(
        j->figure,
        "A window of k elements with dilation d adds d(k−1)·S pixels, padding p shifts by p·S, "
        "a stride s multiplies S; activations change nothing. Unit u sees the pixels u·S−P to "
        "u·S−P+r−1 of each dimension, its centre is u·S−P+(r−1)/2. Where branches join, the box "
        "that holds both counts.",
        false, j->error);
}

static fovea_status draw(fovea_context *context, const fovea_graph *graph,
                         const fovea_receptive_options *options, fovea_figure **figure,
                         fovea_error *error) {
    job j = {.context = context, .graph = graph, .options = options, .error = error};
    char subtitle[300];
    FOVEA__TRY(fovea_receptive_fields(context, graph, options, &j.fields, &j.count, error));
    j.shown = j.count < MOST_BOXES ? j.count : MOST_BOXES;
    const fovea_receptive_field *last = &j.fields[j.count - 1];
    snprintf(subtitle, sizeof subtitle, "What unit (%lld, %lld) of %.120s sees of the input%s",
             (long long)last->unit[0], (long long)last->unit[1], last->layer,
             j.count > 1 ? ", and the layers before it in the same place" : "");
    fovea_status status = fovea__figure_create(context, options->title, subtitle, &j.figure, error);
    if (status == FOVEA_OK) {
        status = fill(&j);
        if (status == FOVEA_OK)
            *figure = j.figure;
        else
            fovea_figure_free(j.figure);
    }
    fovea_receptive_fields_free(context, j.fields);
    return status;
}

// Whether the picture is what the graph was built for; else `*wanted` is its size.
static fovea_status check_picture(const fovea_model *model, const fovea_tensor *picture,
                                  fovea_shape *wanted, bool *same, fovea_error *error) {
    fovea_shape input = fovea_model_input(model);
    *same = true;
    if (!picture) return FOVEA_OK;
    fovea_view view = fovea_tensor_view(picture);
    if (view.type != FOVEA_U8 || view.shape.rank != 3 || input.rank != 3 ||
        view.shape.dim[0] != input.dim[0])
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the picture must be U8 with as many channels as the net's input");
    *same = fovea_shape_equal(&view.shape, &input);
    *wanted = view.shape;
    return FOVEA_OK;
}

fovea_status fovea_figure_receptive_field(fovea_context *context, const fovea_model *model,
                                          const fovea_receptive_options *options,
                                          fovea_figure **figure, fovea_error *error) {
    fovea_receptive_options standard;
    fovea_shape wanted;
    fovea_model *resized;
    bool same;
    fovea_receptive_options_default(&standard);
    if (!options) options = &standard;
    FOVEA__TRY(check_picture(model, options->picture, &wanted, &same, error));
    if (same) return draw(context, fovea_model_graph(model), options, figure, error);
    FOVEA__TRY(fovea_model_resized(model, &wanted, &resized, error));
    fovea_status status = draw(context, fovea_model_graph(resized), options, figure, error);
    fovea_model_free(resized);
    return status;
}
