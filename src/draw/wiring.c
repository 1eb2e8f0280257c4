// SPDX-License-Identifier: MIT
#include "draw/wiring.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/field_struct.h"
#include "draw/wiring_struct.h"

typedef struct wirings {
    fovea__wiring *wiring;  // texts and pictures owned
    int32_t count;
} wirings;

static void wirings_release(fovea_context *context, void *data) {
    wirings *all = data;
    if (!all) return;
    for (int32_t i = 0; all->wiring && i < all->count; i++) {
        fovea__free(context, (char *)all->wiring[i].title);
        fovea__free(context, (char *)all->wiring[i].lines);
        fovea__free(context, (void *)all->wiring[i].rgb);
    }
    fovea__free(context, all->wiring);
    fovea__free(context, all);
}

// In a terminal: the pixels that lead to the unit as a box on the picture.
static double layout_cells(const fovea__wiring *w, fovea__display *display, double x, double y,
                           double width) {
    fovea__field_box box = {
        w->title, w->lines, {w->first[0], w->first[1]}, {w->last[0], w->last[1]}};
    fovea__field field = {
        .height = w->height, .width = w->width, .rgb = w->rgb, .box = &box, .count = 1};
    return fovea__field_cells(&field, display, x, y, width) + FOVEA__CELL_HEIGHT;
}

static double wirings_layout(const void *data, fovea__display *display, double x, double y,
                             double width) {
    const wirings *all = data;
    double column = fmin(width, FOVEA__WIRING_WIDTH), gap = 48, high = 0, start = y, left = x;
    for (int32_t i = 0; i < all->count && !display->status; i++) {
        const fovea__wiring *w = &all->wiring[i];
        if (display->terminal) {
            y += layout_cells(w, display, x, y, width);
            continue;
        }
        if (left > x && left + column > x + width) {
            left = x;
            y += high + gap / 2;
            high = 0;
        }
        high = fmax(high, fovea__wiring_page(w, display, left, y, column));
        left += column + gap;
    }
    return y + high - start;
}

static void wirings_describe(const void *data, fovea__text *text) {
    const wirings *all = data;
    for (int32_t i = 0; i < all->count; i++)
        fovea__text_format(text, "%s\n%s\n", all->wiring[i].title, all->wiring[i].lines);
}

static const fovea__block_kind wirings_kind = {wirings_layout, wirings_describe, wirings_release};

static fovea_status copy_wiring(fovea_context *context, const fovea__wiring *from,
                                fovea__wiring *to, fovea_error *error) {
    *to = *from;
    to->rgb = NULL;
    to->lines = NULL;
    to->title = fovea__copy_text(context, from->title, error);
    if (to->title) to->lines = fovea__copy_text(context, from->lines, error);
    if (!to->lines) return FOVEA_OUT_OF_MEMORY;
    if (!from->rgb) return FOVEA_OK;
    to->rgb = fovea__copy(context, from->rgb, (size_t)(from->height * from->width) * 3, error);
    return to->rgb ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__figure_add_wirings(fovea_figure *figure, const fovea__wiring *wiring,
                                       int32_t count, fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    wirings *all = fovea__new(context, 1, sizeof *all, error);
    if (!all) return FOVEA_OUT_OF_MEMORY;
    all->count = count;
    all->wiring = fovea__new(context, (size_t)count, sizeof *all->wiring, error);
    fovea_status status = all->wiring ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < count && !status; i++)
        status = copy_wiring(context, &wiring[i], &all->wiring[i], error);
    if (status == FOVEA_OK) return fovea__figure_add_block(figure, &wirings_kind, all, error);
    wirings_release(context, all);
    return status;
}
