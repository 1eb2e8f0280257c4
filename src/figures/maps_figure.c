// SPDX-License-Identifier: MIT
// The figure of feature maps: the picture, then a row for each layer.
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/panels.h"
#include "figures/maps.h"
#include "figures/picture_values.h"
#include "tensor/convert.h"

// Maps beyond FEW have sides, in CSS pixels, that keep the figure at about four times as high as wide;
// of more than FEW_LAYERS layers they are as small as can be read, so that a PNG holds the usual nets.
enum { FEW_LAYERS = 24, FEW = 80, SMALL_SIDE = 56, LARGE_SIDE = 128 };

// How the numbers of a layer lie in panels: `channels` panels of height × width.
typedef struct map_sizes {
    int64_t channels, height, width;
    bool vector;
} map_sizes;

// A vector of K numbers is one strip, in rows of the largest divisor of K that is not too long;
// where there is none but short ones, in one row.
static map_sizes flat_sizes(int64_t count) {
    int64_t most = count <= 256 ? 64 : 128, width = count < most ? count : most;
    while (count % width) width--;
    if (4 * width < most) width = count;
    return (map_sizes){1, count / width, width, true};
}

static map_sizes sizes_of(const fovea_map_layer *layer) {
    const fovea_shape *shape = &layer->view.shape;
    int64_t width = shape->dim[shape->rank > 0 ? shape->rank - 1 : 0];
    if (shape->rank < 2) return flat_sizes(shape->rank ? shape->dim[0] : 1);
    int64_t count = fovea_shape_count(shape);
    // Of values in more groups than a channel's slices (channels shuffled) every plane is a map.
    if (shape->rank > 3 && shape->dim[0] < shape->dim[1]) {
        int64_t height = shape->dim[shape->rank - 2];
        return (map_sizes){count / height / width, height, width, false};
    }
    // Channels without extent, as after global pooling, are a vector too.
    if (count == layer->channels) return flat_sizes(count);
    return (map_sizes){layer->channels, count / layer->channels / width, width, false};
}

static fovea_status add_row_label(const fovea_maps *maps, fovea__panels *panels,
                                  const fovea_map_layer *layer, const map_sizes *sizes,
                                  fovea_error *error) {
    char shape[128], note[256], left[64] = "";
    fovea_shape_format(&layer->view.shape, shape, sizeof shape);
    if (!sizes->vector && maps->options.channel < 0 && maps->options.most < sizes->channels)
        snprintf(left, sizeof left, "\nthe first %d", maps->options.most);
    if (sizes->vector && sizes->height > 1)
        snprintf(left, sizeof left, ", rows of %lld", (long long)sizes->width);
    snprintf(note, sizeof note, "%s\n%s%s", layer->op, shape, left);
    return fovea__panels_row(panels, layer->node, note, error);
}

static fovea_status add_maps(const fovea_maps *maps, fovea__panels *panels,
                             const fovea_map_layer *layer, const map_sizes *sizes,
                             const float *data, fovea_error *error) {
    int32_t channel = sizes->vector ? -1 : maps->options.channel;
    int64_t size = sizes->height * sizes->width;
    int64_t first = channel < 0 ? 0 : channel, count = channel < 0 ? sizes->channels : 1;
    if (count > maps->options.most) count = maps->options.most;
    for (int64_t c = first; c < first + count; c++) {
        char title[48];
        snprintf(title, sizeof title, "Output %lld", (long long)c + 1);
        fovea__panel panel = {
            .kind = layer->nonnegative ? FOVEA__PANEL_ACTIVATION : FOVEA__PANEL_SIGNED,
            .data = data + c * size,
            .height = sizes->height,
            .width = sizes->width,
            .strip = sizes->vector,
            .title = sizes->vector ? NULL : title};
        FOVEA__TRY(fovea__panels_add(panels, &panel, error));
    }
    return FOVEA_OK;
}

static fovea_status add_layer(const fovea_maps *maps, fovea__panels *panels, int32_t index,
                              fovea_error *error) {
    fovea_map_layer layer = fovea_maps_layer(maps, index);
    map_sizes sizes = sizes_of(&layer);
    int64_t count = fovea_shape_count(&layer.view.shape);
    FOVEA__TRY(add_row_label(maps, panels, &layer, &sizes, error));
    float *data = fovea__new(maps->context, (size_t)count, sizeof *data, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    fovea_status status =
        fovea__convert(layer.view.type, layer.view.data, FOVEA_F32, data, count, error);
    if (status == FOVEA_OK) status = add_maps(maps, panels, &layer, &sizes, data, error);
    fovea__free(maps->context, data);
    return status;
}

static fovea_status add_input(const fovea_maps *maps, fovea__panels *panels, fovea_error *error) {
    char shape[128];
    fovea_view picture = fovea_tensor_view(maps->picture);
    fovea_shape_format(&picture.shape, shape, sizeof shape);
    FOVEA__TRY(fovea__panels_row(panels, "input", shape, error));
    return fovea__add_picture_panel(panels, maps->context, picture.data, &picture.shape, NULL, NULL,
                                    FOVEA__MARK_NONE, error);
}

static fovea_status add_rows(const fovea_maps *maps, fovea_figure *figure, bool input,
                             int32_t first, int32_t count, double side, fovea_error *error) {
    fovea__panels_options options;
    fovea__panels *panels;
    fovea__panels_options_default(&options);
    options.scale = maps->options.scale;
    options.values = maps->options.values;
    options.map = maps->options.map;
    options.side = side;
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &panels, error));
    if (input) FOVEA__TRY(add_input(maps, panels, error));
    for (int32_t i = first; i < first + count; i++) FOVEA__TRY(add_layer(maps, panels, i, error));
    return FOVEA_OK;
}

// Says of colours and ranges what can be seen in these layers.
static void write_note(const fovea_maps *maps, int32_t first, int32_t count, char *note,
                       size_t size) {
    bool sign = false;
    for (int32_t i = first; i < first + count; i++) sign |= !fovea_maps_layer(maps, i).nonnegative;
    snprintf(note, size, "What %s of the picture.%s%s",
             count == 1 ? "this layer makes" : "each layer makes",
             sign && !maps->options.map ? " Blue is negative, red positive." : "",
             count > 1 && maps->options.scale.mode == FOVEA_SCALE_ROW
                 ? " Each layer has a range of its own."
                 : "");
}

fovea_status fovea__figure_map_rows(const fovea_maps *maps, bool input, int32_t first,
                                    int32_t count, double side, fovea_figure **result,
                                    fovea_error *error) {
    char title[320] = "Feature maps";
    fovea_figure *figure;
    if (count == 0)
        snprintf(title, sizeof title, "The picture");
    else if (count == 1)
        snprintf(title, sizeof title, "Feature maps of %.256s", fovea_maps_layer(maps, first).node);
    char note[160];
    write_note(maps, first, count, note, sizeof note);
    FOVEA__TRY(fovea__figure_create(maps->context, title, note, &figure, error));
    fovea_status status = add_rows(maps, figure, input, first, count, side, error);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}

static int64_t count_maps(const fovea_maps *maps) {
    int64_t count = 0;
    for (int32_t i = 0; i < maps->shown_count; i++) {
        fovea_map_layer layer = fovea_maps_layer(maps, i);
        map_sizes sizes = sizes_of(&layer);
        int64_t shown = maps->options.channel < 0 ? sizes.channels : 1;
        if (!sizes.vector) count += shown < maps->options.most ? shown : maps->options.most;
    }
    return count;
}

// A page of 850 × 4000 pixels beside the labels, each map with its gaps and title.
static double choose_side(const fovea_maps *maps) {
    int64_t count = count_maps(maps);
    if (maps->options.values) return 0;
    if (maps->shown_count > FEW_LAYERS) return SMALL_SIDE;
    if (count <= FEW) return 0;
    return fmin(fmax(floor(sqrt(850.0 * 4000.0 / (double)count) - 23), SMALL_SIDE), LARGE_SIDE);
}

fovea_status fovea_figure_maps(const fovea_maps *maps, fovea_figure **figure, fovea_error *error) {
    return fovea__figure_map_rows(maps, true, 0, maps->shown_count, choose_side(maps), figure,
                                  error);
}
