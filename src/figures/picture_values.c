// SPDX-License-Identifier: MIT
#include "figures/picture_values.h"

#include "base/memory.h"

fovea_status fovea__add_picture_panel(fovea__panels *panels, fovea_context *context,
                                      const uint8_t *bytes, const fovea_shape *shape,
                                      const char *title, const char *caption,
                                      fovea__panel_mark mark, fovea_error *error) {
    int64_t size = shape->dim[1] * shape->dim[2], channels = shape->dim[0] == 3 ? 3 : 1;
    float *data = fovea__new(context, (size_t)size, 3 * sizeof *data, error);
    if (!data) return FOVEA_OUT_OF_MEMORY;
    for (int64_t c = 0; c < 3; c++)
        for (int64_t i = 0; i < size; i++)
            data[c * size + i] = (float)bytes[(c % channels) * size + i] / 255;
    // Always as colour: grey pictures too keep black and white whatever scale the other panels
    // have.
    fovea__panel panel = {.kind = FOVEA__PANEL_COLOUR,
                          .data = data,
                          .height = shape->dim[1],
                          .width = shape->dim[2],
                          .title = title,
                          .caption = caption,
                          .mark = mark,
                          .grey = channels == 1};
    fovea_status status = fovea__panels_add(panels, &panel, error);
    fovea__free(context, data);
    return status;
}

fovea_status fovea__picture_rgb(fovea_context *context, const fovea_tensor *picture,
                                uint8_t **result, fovea_error *error) {
    fovea_view view = fovea_tensor_view(picture);
    int64_t size = view.shape.dim[1] * view.shape.dim[2], channels = view.shape.dim[0];
    const uint8_t *bytes = view.data;
    uint8_t *rgb = fovea__new(context, (size_t)size, 3, error);
    if (!rgb) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < size; i++)
        for (int64_t c = 0; c < 3; c++) rgb[3 * i + c] = bytes[(channels == 3 ? c : 0) * size + i];
    *result = rgb;
    return FOVEA_OK;
}
