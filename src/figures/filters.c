// SPDX-License-Identifier: MIT
// The figure of learned filters: a block for each layer, a row for each filter of several channels.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/panels.h"
#include "figures/choose_layers.h"
#include "figures/figure_text.h"
#include "figures/filter_list.h"
#include "figures/filters_text.h"

// Without a choice a figure has so many layers, and of more than FEW fewer filters: the largest net
// fits into a PNG.
enum { MOST_LAYERS = 16, FEW_LAYERS = 8, FEW_FILTERS = 12 };
// A row of this many panels fills the page.
enum { ROW_WIDTH = 840, MAX_VALUES = 8, MAX_VALUE_SIDE = 7, FILTERS_A_LINE = 12 };

typedef struct job {
    fovea_context *context;
    const fovea_filters_options *options;
    fovea_figure *figure;
    bool several;      // layers
    size_t layers;     // chosen; the figure may have fewer
    int32_t rgb_node;  // the layer that the net's input goes into, where that has three channels
    double magnitude;  // the largest of all layers
    fovea_error *error;
} job;

static fovea__filters_shown choose_shown(const job *j, const fovea__filter_weights *w) {
    int64_t most = j->options->most;
    fovea__filters_shown s = {.filters = w->filters < most ? w->filters : most};
    bool one = j->options->channel >= 0;
    s.first_channel = one ? j->options->channel * w->slices : 0;
    s.channels = one ? w->slices : w->channels;
    if (s.channels > most) s.channels = most;
    return s;
}

static const float *filter_data(const fovea__filter_weights *w, int64_t filter, int64_t channel) {
    return w->data + (filter * w->channels + channel) * w->height * w->width;
}

static double magnitude(const fovea__filter_weights *w) {
    double most = 0;
    for (int64_t i = 0; i < w->filters * w->channels * w->height * w->width; i++)
        if (isfinite(w->data[i])) most = fmax(most, fabs(w->data[i]));
    return most;
}

static bool rows_are_channels(const fovea__filter_weights *w, const fovea__filters_shown *s) {
    return s->channels > 1 && s->channels <= 4 && s->filters > s->channels && w->slices == 1;
}

// A layer on the picture's own red, green and blue.
static bool has_colours(const job *j, const fovea__filter_weights *w) {
    return w->channels == 3 && w->slices == 1 && w->height >= 3 && w->width >= 3 &&
           j->options->channel < 0 && j->options->most >= 3 && j->rgb_node == w->node;
}

static bool writes_values(const job *j, const fovea__filter_weights *w,
                          const fovea__filters_shown *s) {
    if (j->options->values >= 0) return j->options->values > 0;
    return s->filters * s->channels <= MAX_VALUES && w->height <= MAX_VALUE_SIDE &&
           w->width <= MAX_VALUE_SIDE;
}

static void choose_scale(const job *j, fovea_scale *scale) {
    *scale = j->options->scale;
    if (scale->mode == FOVEA_SCALE_ROW) {
        scale->mode = FOVEA_SCALE_FIGURE;  // of the layer's block
    } else if (scale->mode == FOVEA_SCALE_FIGURE && j->several && j->magnitude > 0) {
        *scale = (fovea_scale){FOVEA_SCALE_FIXED, -j->magnitude, j->magnitude};
    }
}

static void choose_panels(const job *j, const fovea__filter_weights *w,
                          const fovea__filters_shown *s, fovea__panels_options *options) {
    fovea__panels_options_default(options);
    choose_scale(j, &options->scale);
    options->scale_name = "weight";
    options->map = j->options->map;
    options->values = writes_values(j, w, s);
    if (options->values || w->matrix) return;
    int64_t columns = s->channels > 1 ? s->channels : s->filters;
    double side = (double)(w->height > w->width ? w->height : w->width);
    if (columns > 12 && !rows_are_channels(w, s)) {
        options->gap = 5;
        double room = fmax(ROW_WIDTH / (double)(columns < 64 ? columns : 64) - options->gap, side);
        // One channel: as many filters a line as look good, the rest below.
        options->side = s->channels > 1 ? fmin(room, 56) : 0;
        if (s->channels == 1) options->gap = 0;
    } else if (s->channels > 1) {
        options->gap = 8;
        options->side = 60;
    }
}

static fovea_status add_panel(const job *j, fovea__panels *panels, const fovea__filter_weights *w,
                              const float *data, const char *title) {
    fovea__panel panel = {.kind = FOVEA__PANEL_SIGNED,
                          .data = data,
                          .height = w->height,
                          .width = w->width,
                          .title = title && *title ? title : NULL};
    return fovea__panels_add(panels, &panel, j->error);
}

static fovea_status add_filter_row(const job *j, fovea__panels *panels,
                                   const fovea__filter_weights *w, const fovea__filters_shown *s,
                                   int64_t filter) {
    char text[48];
    snprintf(text, sizeof text, "%s %lld", w->linear ? "Output" : "Filter", (long long)filter + 1);
    if (s->channels == 1)
        return add_panel(j, panels, w, filter_data(w, filter, s->first_channel),
                         w->matrix ? NULL : text);
    FOVEA__TRY(fovea__panels_row(panels, text, NULL, j->error));
    for (int64_t c = 0; c < s->channels; c++) {
        text[0] = 0;
        int64_t channel = s->first_channel + c;
        if (filter == 0) fovea__filters_channel_title(w, s, channel, text);
        FOVEA__TRY(add_panel(j, panels, w, filter_data(w, filter, channel), text));
    }
    return FOVEA_OK;
}

// Few channels: a row for each channel, filters beside each other in equal lines of at most
// FILTERS_A_LINE, above them (three channels of a picture) the filters in colour.

static fovea_status add_colour_panel(const job *j, fovea__panels *panels,
                                     const fovea__filter_weights *w, double most, int64_t filter,
                                     const char *title) {
    int64_t count = 3 * w->height * w->width;
    const float *data = filter_data(w, filter, 0);
    float *colour = fovea__new(j->context, (size_t)count, sizeof *colour, j->error);
    if (!colour) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < count; i++)
        colour[i] = (float)(0.5 + (most > 0 ? 0.5 * data[i] / most : 0));
    fovea__panel panel = {.kind = FOVEA__PANEL_COLOUR,
                          .data = colour,
                          .height = w->height,
                          .width = w->width,
                          .title = title};
    fovea_status status = fovea__panels_add(panels, &panel, j->error);
    fovea__free(j->context, colour);
    return status;
}

// `channel` -1: in colour.
static fovea_status add_channel_row(const job *j, fovea__panels *panels,
                                    const fovea__filter_weights *w, int64_t channel, bool titled,
                                    int64_t first, int64_t count) {
    static const char *const colours[] = {"in colour", "red", "green", "blue"};
    char label[48], title[48];
    double most = channel < 0 ? magnitude(w) : 0;
    snprintf(label, sizeof label, "Channel %lld", (long long)channel + 1);
    FOVEA__TRY(fovea__panels_row(panels, has_colours(j, w) ? colours[channel + 1] : label, NULL,
                                 j->error));
    for (int64_t f = first; f < first + count; f++) {
        snprintf(title, sizeof title, "%s %lld", w->linear ? "Output" : "Filter", (long long)f + 1);
        const char *above = titled ? title : NULL;
        if (channel < 0)
            FOVEA__TRY(add_colour_panel(j, panels, w, most, f, above));
        else
            FOVEA__TRY(add_panel(j, panels, w, filter_data(w, f, channel), above));
    }
    return FOVEA_OK;
}

static fovea_status add_channel_rows(const job *j, fovea__panels *panels,
                                     const fovea__filter_weights *w,
                                     const fovea__filters_shown *s) {
    int64_t lines = (s->filters + FILTERS_A_LINE - 1) / FILTERS_A_LINE;
    int64_t line = (s->filters + lines - 1) / lines, top = has_colours(j, w) ? -1 : 0;
    for (int64_t f = 0; f < s->filters; f += line) {
        int64_t count = s->filters - f < line ? s->filters - f : line;
        for (int64_t c = top; c < s->channels; c++)
            FOVEA__TRY(add_channel_row(j, panels, w, c, c == top, f, count));
    }
    return FOVEA_OK;
}

static fovea_status add_grid(const job *j, const fovea__filter_weights *w,
                             const fovea__filters_shown *s) {
    fovea__panels_options options;
    fovea__panels *panels;
    choose_panels(j, w, s, &options);
    FOVEA__TRY(fovea__figure_add_panels(j->figure, &options, &panels, j->error));
    if (rows_are_channels(w, s)) return add_channel_rows(j, panels, w, s);
    for (int64_t f = 0; f < s->filters; f++) FOVEA__TRY(add_filter_row(j, panels, w, s, f));
    return FOVEA_OK;
}

// Filters of 1×1 over many channels are rows of a matrix, unless one channel or numbers are asked
// for.
static fovea__filter_weights as_drawn(const job *j, const fovea__filter_weights *read) {
    enum { MANY = 8 };
    fovea__filter_weights w = *read;
    if (w.linear || w.slices != 1 || w.height != 1 || w.width != 1 || w.channels <= MANY) return w;
    if (j->options->channel >= 0 || j->options->values > 0) return w;
    w.matrix = true;
    w.height = w.filters;
    w.width = w.channels;
    w.filters = w.channels = 1;
    return w;
}

static fovea_status add_layer(const job *j, const fovea__filter_weights *read) {
    fovea__filter_weights own = as_drawn(j, read), *w = &own;
    fovea__filters_shown s = choose_shown(j, w);
    char note[320];
    fovea__filters_note(w, &s, note, sizeof note);
    if (j->several) {
        fovea__text heading = fovea__text_begin(j->context);
        fovea__text_format(&heading, "%s · %s", w->name, note);
        FOVEA__TRY(fovea__add_built_text(j->figure, &heading, true, j->error));
    }
    return add_grid(j, w, &s);
}

static fovea_status make_figure(const job *j, const fovea__filter_list *list,
                                fovea_figure **figure) {
    if (list->count != 1) {
        char said[200], left[100] = "";
        if (j->layers > list->count)
            snprintf(left, sizeof left, " The first %zu of %zu layers: --layer shows others.",
                     list->count, j->layers);
        snprintf(said, sizeof said, "Weights, zero is white%s.%s",
                 j->options->scale.mode == FOVEA_SCALE_ROW ? "; each layer has its own range" : "",
                 left);
        return fovea__figure_create(j->context, "Learned filters", said, figure, j->error);
    }
    fovea__filter_weights own = as_drawn(j, &list->layer[0]), *w = &own;
    fovea__filters_shown s = choose_shown(j, w);
    char title[320], note[320];
    snprintf(title, sizeof title, "Filters of %.256s", w->name);
    fovea__filters_note(w, &s, note, sizeof note);
    return fovea__figure_create(j->context, title, note, figure, j->error);
}

// Only the first layer with weights sees the picture's colours.
static int32_t find_rgb_node(const fovea_graph *graph) {
    fovea_value input = fovea_graph_input(graph, 0);
    if (fovea_graph_value(graph, input).shape.dim[1] != 3) return -1;
    for (int32_t i = 0; i < fovea_graph_node_count(graph); i++) {
        fovea_value from = fovea_graph_node(graph, i).inputs[0];
        bool same = from == input || (fovea_graph_value(graph, from).node >= 0 && i == 1 &&
                                      !strcmp(fovea_graph_node(graph, 0).op, "Flatten"));
        if (same && fovea__layer_has_weights(graph, i)) return i;
    }
    return -1;
}

fovea_status fovea__filter_list_figure(fovea_context *context, const fovea__filter_list *list,
                                       const fovea_filters_options *options, int32_t rgb_node,
                                       fovea_figure **figure, fovea_error *error) {
    fovea_filters_options own = *options;
    fovea__filter_list first = *list;
    if (!own.layer && first.count > MOST_LAYERS) first.count = MOST_LAYERS;
    if (own.most == 0) own.most = first.count > FEW_LAYERS ? FEW_FILTERS : 64;
    job j = {.context = context,
             .options = &own,
             .several = list->count > 1,
             .layers = list->count,
             .rgb_node = rgb_node,
             .error = error};
    for (size_t i = 0; i < first.count; i++)
        j.magnitude = fmax(j.magnitude, magnitude(&first.layer[i]));
    fovea_status status = make_figure(&j, &first, &j.figure);
    for (size_t i = 0; i < first.count && status == FOVEA_OK; i++)
        status = add_layer(&j, &first.layer[i]);
    if (status == FOVEA_OK)
        *figure = j.figure;
    else
        fovea_figure_free(j.figure);
    return status;
}

fovea_status fovea_figure_filters(fovea_context *context, const fovea_graph *graph,
                                  const fovea_filters_options *options, fovea_figure **figure,
                                  fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options chosen;
    FOVEA__TRY(fovea__filter_list_make(context, graph, options, &chosen, &list, error));
    fovea_status status =
        fovea__filter_list_figure(context, &list, &chosen, find_rgb_node(graph), figure, error);
    fovea__filter_list_free(context, &list);
    return status;
}
