// SPDX-License-Identifier: MIT
#include "figures/heat_overlay.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "figures/reduce.h"

typedef struct grey_picture {
    float *values;  // [height][width] in 0..1
    int64_t height, width;
} grey_picture;

// Grey values, drawn together so that neither black nor white is left: colours show on both.
static fovea_status make_grey(fovea_context *context, const fovea_view *picture, int64_t side,
                              grey_picture *grey, fovea_error *error) {
    static const double shares[3] = {0.299, 0.587, 0.114};
    int64_t channels = picture->shape.dim[0] == 3 ? 3 : 1;
    for (int64_t c = 0; c < channels; c++) {
        fovea__reduced reduced;
        FOVEA__TRY(fovea__reduce(context, picture, c, side, &reduced, error));
        int64_t count = reduced.rows * reduced.columns;
        if (!grey->values) {
            grey->values = fovea__new(context, (size_t)count, sizeof *grey->values, error);
            grey->height = reduced.rows;
            grey->width = reduced.columns;
        }
        double share = channels == 3 ? shares[c] : 1;
        for (int64_t i = 0; grey->values && i < count; i++)
            grey->values[i] += (float)(share * (double)reduced.values[i] / 255);
        fovea__free(context, reduced.values);
        if (!grey->values) return FOVEA_OUT_OF_MEMORY;
    }
    for (int64_t i = 0; i < grey->height * grey->width; i++)
        grey->values[i] = 0.16f + 0.74f * grey->values[i];
    return FOVEA_OK;
}

static void blend(float grey, const fovea__colormap *colours, double value, double low, double high,
                  float rgb[3]) {
    // From the nearer end where zero is outside.
    double from = fmax(low, 0), most = fmax(fabs(low), fabs(high)) - from;
    double strength = isfinite(value) && most > 0 ? fmin(fabs(value - from) / most, 1) : 0;
    double share = 0.82 * pow(strength, 0.75);
    // Of two sides each has one colour, not the darkest: its strength tells the number, and pale colours
    // in the middle would look like light.
    double shown = isfinite(value) ? value : 0;
    if (low < 0) shown = shown < 0 ? 0.72 * low : 0.72 * high;
    fovea__rgb colour = fovea__colormap_at(colours, shown, low, high);
    double channel[3] = {colour.r, colour.g, colour.b};
    // The colour keeps some of the picture's light and dark, so that edges show through.
    for (int c = 0; c < 3; c++)
        rgb[c] = (float)((1 - share) * (double)grey +
                         share * channel[c] / 255 * (0.7 + 0.35 * (double)grey));
}

static fovea_status put_colours(fovea_context *context, const grey_picture *grey,
                                const float *values, const fovea__colormap *colours, double low,
                                double high, fovea__heat_overlay *overlay, fovea_error *error) {
    int64_t size = grey->height * grey->width;
    overlay->height = grey->height;
    overlay->width = grey->width;
    overlay->rgb = fovea__new(context, (size_t)size, 3 * sizeof *overlay->rgb, error);
    if (!overlay->rgb) return FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; i < size; i++) {
        float rgb[3];
        blend(grey->values[i], colours, (double)values[i], low, high, rgb);
        for (int c = 0; c < 3; c++) overlay->rgb[c * size + i] = rgb[c];
    }
    return FOVEA_OK;
}

fovea_status fovea__heat_overlay_make(fovea_context *context, const fovea_view *picture,
                                      const fovea__heat_map *map, const fovea__colormap *colours,
                                      double low, double high, int64_t side,
                                      fovea__heat_overlay *overlay, fovea_error *error) {
    grey_picture grey = {NULL, 0, 0};
    float *values = NULL;
    *overlay = (fovea__heat_overlay){NULL, 0, 0};
    fovea_status status = make_grey(context, picture, side, &grey, error);
    if (status == FOVEA_OK)
        status = fovea__heat_enlarge(map, map->shown, grey.height, grey.width, &values, error);
    if (status == FOVEA_OK)
        status = put_colours(context, &grey, values, colours, low, high, overlay, error);
    fovea__free(context, grey.values);
    fovea__free(context, values);
    return status;
}
