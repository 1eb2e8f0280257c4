// SPDX-License-Identifier: MIT
#include "figures/patch_panel.h"

#include "base/memory.h"

// Of no picture: neither a grey nor a strong colour.
static const float outside[3] = {0.70f, 0.76f, 0.84f};

bool fovea__sees_everything(const fovea_unit_layer *layer, const fovea_shape *picture) {
    if (!layer->local) return true;
    const int64_t cells[2] = {layer->rows, layer->columns};
    for (int d = 0; d < 2; d++) {
        int64_t last = (cells[d] - 1) * layer->stride[d] - layer->offset[d];
        if (last > 0 || layer->field[d] - layer->offset[d] < picture->dim[1 + d]) return false;
    }
    return true;
}

static fovea_status add_window(fovea__panels *panels, fovea_context *context, const uint8_t *bytes,
                               const fovea_shape *shape, const int64_t first[2],
                               const int64_t side[2], fovea__panel *panel, fovea_error *error) {
    int64_t height = shape->dim[1], width = shape->dim[2], size = side[0] * side[1];
    float *data = fovea__new(context, (size_t)size, 3 * sizeof *data, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    bool partly = false;
    for (int64_t c = 0; c < 3; c++)
        for (int64_t i = 0; i < size; i++) {
            int64_t y = first[0] + i / side[1], x = first[1] + i % side[1];
            bool inside = y >= 0 && y < height && x >= 0 && x < width;
            const uint8_t *plane = bytes + (shape->dim[0] == 3 ? c : 0) * height * width;
            data[c * size + i] = inside ? (float)plane[y * width + x] / 255 : outside[c];
            partly |= !inside;
        }
    panel->kind = FOVEA__PANEL_COLOUR;
    panel->data = data;
    panel->height = side[0];
    panel->width = side[1];
    panel->grey = shape->dim[0] != 3 && !partly;
    fovea_status status = fovea__panels_add(panels, panel, error);
    fovea__free(context, data);
    return status;
}

fovea_status fovea__add_patch_panel(fovea__panels *panels, fovea_context *context,
                                    const fovea_dataset *dataset, const fovea_top_sample *sample,
                                    const char *caption, fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(dataset);
    int64_t first[2] = {sample->first[0], sample->first[1]}, side[2];
    bool whole = true;
    for (int d = 0; d < 2; d++) {
        side[d] = sample->last[d] - first[d] + 1;
        whole &= first[d] <= 0 && sample->last[d] >= shape.dim[1 + d] - 1;
    }
    for (int d = 0; d < 2 && whole; d++) {
        first[d] = 0;
        side[d] = shape.dim[1 + d];
    }
    fovea__panel panel = {.caption = caption};
    return add_window(panels, context, fovea_dataset_picture(dataset, sample->sample), &shape,
                      first, side, &panel, error);
}

fovea_status fovea__add_boxed_panel(fovea__panels *panels, fovea_context *context,
                                    const fovea_dataset *dataset, const fovea_top_sample *sample,
                                    const char *caption, fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(dataset);
    fovea__panel panel = {.caption = caption};
    for (int d = 0; d < 2; d++) {
        panel.box[d] = sample->first[d];
        panel.box[2 + d] = sample->last[d] - sample->first[d] + 1;
    }
    return add_window(panels, context, fovea_dataset_picture(dataset, sample->sample), &shape,
                      (const int64_t[2]){0, 0}, (const int64_t[2]){shape.dim[1], shape.dim[2]},
                      &panel, error);
}
