// SPDX-License-Identifier: MIT
// Choosing layers with weights; their numbers as text and as .npz.
#include "figures/filter_list.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "figures/choose_layers.h"
#include "formats/npz.h"
#include "graph/graph.h"

void fovea_filters_options_default(fovea_filters_options *options) {
    *options = (fovea_filters_options){.size = sizeof *options,
                                       .channel = -1,
                                       .values = -1,
                                       .most = 64,
                                       .scale = {.mode = FOVEA_SCALE_ROW}};
}

fovea_status fovea__filter_options_check(const fovea_filters_options *options,
                                         fovea_filters_options *checked, fovea_error *error) {
    fovea_filters_options_default(checked);
    if (!options) return FOVEA_OK;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_filters_options: size is %zu, not %zu; fill it with "
                           "fovea_filters_options_default",
                           options->size, sizeof *options);
    if (options->most < 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_filters_options: most must not be below 0, it is %d",
                           options->most);
    *checked = *options;
    return FOVEA_OK;
}

// Without a choice: all convolutions, or all linear layers of a net without any.
static void choose_standard(const fovea_graph *graph, fovea__chosen_layers *layers) {
    fovea__layer_filter *const kinds[] = {fovea__layer_is_conv, fovea__layer_is_linear};
    for (int k = 0; k < 2 && !layers->count; k++)
        for (int32_t i = 0; i < fovea_graph_node_count(graph); i++)
            if (kinds[k](graph, i) && fovea__layer_has_weights(graph, i))
                layers->count += layers->chosen[i] = true;
}

fovea_status fovea__filter_channel_check(const fovea__filter_weights *w, int32_t channel,
                                         fovea_error *error) {
    int64_t channels = w->channels / w->slices;
    if (channel < channels) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, w->name, -1,
                          "there is no channel %d, the filters have %lld (1 to %lld)", channel + 1,
                          (long long)channels, (long long)channels);
}

static fovea_status read_layers(fovea_context *context, const fovea_graph *graph,
                                const fovea__chosen_layers *layers,
                                const fovea_filters_options *options, fovea__filter_list *list,
                                fovea_error *error) {
    if (!layers->count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the net has no layer with weights");
    list->layer = fovea__new(context, (size_t)layers->count, sizeof *list->layer, error);
    if (!list->layer) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < fovea_graph_node_count(graph); i++) {
        if (!layers->chosen[i]) continue;
        fovea__filter_weights *w = &list->layer[list->count];
        FOVEA__TRY(fovea__filter_weights_read(context, graph, i, w, error));
        list->count++;
        FOVEA__TRY(fovea__filter_channel_check(w, options->channel, error));
    }
    return FOVEA_OK;
}

fovea_status fovea__filter_list_make(fovea_context *context, const fovea_graph *graph,
                                     const fovea_filters_options *options,
                                     fovea_filters_options *checked, fovea__filter_list *list,
                                     fovea_error *error) {
    fovea__chosen_layers layers;
    *list = (fovea__filter_list){0};
    FOVEA__TRY(fovea__filter_options_check(options, checked, error));
    FOVEA__TRY(fovea__choose_layers(context, graph, checked->layer, fovea__layer_has_weights,
                                    "layer with weights", &layers, error));
    if (!checked->layer) choose_standard(graph, &layers);
    fovea_status status = read_layers(context, graph, &layers, checked, list, error);
    fovea__free(context, layers.chosen);
    if (status != FOVEA_OK) fovea__filter_list_free(context, list);
    return status;
}

void fovea__filter_list_free(fovea_context *context, fovea__filter_list *list) {
    for (size_t i = 0; i < list->count; i++) fovea__filter_weights_free(context, &list->layer[i]);
    fovea__free(context, list->layer);
    *list = (fovea__filter_list){0};
}

static size_t number_width(fovea__text *scratch, float value) {
    scratch->length = 0;
    fovea__text_number(scratch, (double)value);
    return scratch->length;
}

// Numbers end below each other.
static void add_picture(const fovea__filter_weights *w, const float *data, fovea__text *scratch,
                        fovea__text *text) {
    size_t widest = 0;
    for (int64_t i = 0; i < w->height * w->width; i++) {
        size_t width = number_width(scratch, data[i]);
        widest = width > widest ? width : widest;
    }
    for (int64_t y = 0; y < w->height; y++) {
        for (int64_t x = 0; x < w->width; x++) {
            float value = data[y * w->width + x];
            size_t width = number_width(scratch, value);
            fovea__text_format(text, "%s%*s", x ? " " : "  ", (int)(widest - width), "");
            fovea__text_number(text, (double)value);
        }
        fovea__text_add(text, "\n");
    }
}

// "conv1 (conv2d), weights 16×3×3×3: filters × channels × height × width"
static void add_heading(const fovea__filter_weights *w, fovea__text *text) {
    static const char *const sides[] = {"", "length", "height × width", "depth × height × width"};
    fovea_shape shape = w->value[0].view.shape;
    char sizes[160];
    fovea_shape_format(&shape, sizes, sizeof sizes);
    fovea__text_format(text, "%s (%s), weights %s: ", w->name, w->text, sizes);
    if (w->linear)
        fovea__text_add(text, "outputs × inputs\n");
    else
        fovea__text_format(text, "filters × channels × %s\n",
                           sides[shape.rank > 2 && shape.rank < 6 ? shape.rank - 2 : 0]);
}

static void add_layer(const fovea__filter_weights *w, int32_t channel, fovea__text *scratch,
                      fovea__text *text) {
    add_heading(w, text);
    for (int64_t f = 0; f < w->filters; f++)
        for (int64_t c = 0; c < w->channels; c++) {
            if (channel >= 0 && c / w->slices != channel) continue;
            if (!w->matrix)
                fovea__text_format(text, "%s %lld", w->linear ? "Output" : "Filter",
                                   (long long)f + 1);
            if (w->channels > w->slices)
                fovea__text_format(text, ", channel %lld", (long long)(c / w->slices) + 1);
            if (w->slices > 1)
                fovea__text_format(text, ", slice %lld", (long long)(c % w->slices) + 1);
            if (!w->matrix)
                fovea__text_format(text, " (%lld×%lld)\n", (long long)w->height,
                                   (long long)w->width);
            add_picture(w, w->data + (f * w->channels + c) * w->height * w->width, scratch, text);
        }
}

fovea_status fovea__filter_list_text(fovea_context *context, const fovea__filter_list *list,
                                     int32_t channel, char **result, fovea_error *error) {
    fovea__text text = fovea__text_begin(context), scratch = text;
    for (size_t i = 0; i < list->count; i++) add_layer(&list->layer[i], channel, &scratch, &text);
    fovea__text_discard(&scratch);
    return fovea__text_take(&text, result, NULL, error);
}

fovea_status fovea_filters_text(fovea_context *context, const fovea_graph *graph,
                                const fovea_filters_options *options, char **result,
                                fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(fovea__filter_list_make(context, graph, options, &checked, &list, error));
    fovea_status status = fovea__filter_list_text(context, &list, checked.channel, result, error);
    fovea__filter_list_free(context, &list);
    return status;
}

static fovea_filter_layer describe(const fovea__filter_weights *w) {
    const fovea_named_tensor *weight = &w->value[0];
    fovea_filter_layer layer = {.name = w->name,
                                .op = w->text,
                                .weight = weight->name,
                                .shape = weight->view.shape,
                                .minimum = NAN,
                                .maximum = NAN};
    int64_t numbers = 0;
    double sum = 0;
    for (int64_t i = 0; i < fovea_shape_count(&weight->view.shape); i++) {
        if (isnan(w->data[i])) continue;
        layer.minimum = fmin(layer.minimum, w->data[i]);
        layer.maximum = fmax(layer.maximum, w->data[i]);
        sum += w->data[i];
        numbers++;
    }
    layer.mean = numbers ? sum / (double)numbers : NAN;
    return layer;
}

fovea_status fovea__filter_list_layers(fovea_context *context, const fovea__filter_list *list,
                                       fovea_filter_layer **layers, int32_t *count,
                                       fovea_error *error) {
    *layers = fovea__new(context, list->count, sizeof **layers, error);
    for (size_t i = 0; *layers && i < list->count; i++) (*layers)[i] = describe(&list->layer[i]);
    *count = (int32_t)list->count;
    return *layers ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea_filters_layers(fovea_context *context, const fovea_graph *graph,
                                  const fovea_filters_options *options, fovea_filter_layer **layers,
                                  int32_t *count, fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(fovea__filter_list_make(context, graph, options, &checked, &list, error));
    fovea_status status = fovea__filter_list_layers(context, &list, layers, count, error);
    fovea__filter_list_free(context, &list);
    return status;
}

void fovea_filters_layers_free(fovea_context *context, fovea_filter_layer *layers) {
    fovea__free(context, layers);
}

static fovea_status add_values(const fovea__filter_weights *w, fovea__npz *npz,
                               fovea_error *error) {
    for (int32_t i = 0; i < w->values; i++)
        FOVEA__TRY(fovea__npz_add(npz, w->value[i].name, &w->value[i].view, error));
    return FOVEA_OK;
}

fovea_status fovea__filter_list_save(fovea_context *context, const fovea__filter_list *list,
                                     const char *path, fovea_error *error) {
    fovea__npz *npz = NULL;
    fovea_status status = fovea__npz_open(context, path, &npz, error);
    for (size_t i = 0; i < list->count && status == FOVEA_OK; i++)
        status = add_values(&list->layer[i], npz, error);
    if (status == FOVEA_OK) return fovea__npz_commit(npz, error);
    fovea__npz_discard(npz);
    return status;
}

fovea_status fovea_filters_save(fovea_context *context, const fovea_graph *graph,
                                const fovea_filters_options *options, const char *path,
                                fovea_error *error) {
    fovea__filter_list list;
    fovea_filters_options checked;
    FOVEA__TRY(fovea__filter_list_make(context, graph, options, &checked, &list, error));
    fovea_status status = fovea__filter_list_save(context, &list, path, error);
    fovea__filter_list_free(context, &list);
    return status;
}
