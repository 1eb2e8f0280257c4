// SPDX-License-Identifier: MIT
// The words of a plot beside its ticks: legend and notes.
#include <math.h>

#include "draw/plot_axes.h"

static const fovea__text_style legend_style = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};

// Entry `index` of the legend: a key, or the name of a series.
static fovea__plot_key key_of(const fovea__plot *plot, size_t index) {
    if (plot->keys) return plot->keys[index];
    const fovea__series *series = &plot->series[index];
    return (fovea__plot_key){series->name, series->colour, series->dash};
}

// Names with a piece of their line, in a row that wraps; above the axes, so nothing is hidden.
double fovea__put_legend(const fovea__axes *a, double x, double y, double width) {
    fovea__display *display = a->display;
    double line = fovea__line_height(display, legend_style.size), left = x, top = y;
    size_t count = a->plot->keys ? a->plot->key_count : a->plot->count;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        fovea__plot_key key = key_of(a->plot, i);
        if (!key.name) continue;
        double entry =
            fovea__snap_x(display, 26 + fovea__text_width(display, &legend_style, key.name));
        if (any && left + entry > x + width) {
            left = x;
            y += line;
        }
        double middle = y + (display->terminal ? 8 : line / 2);
        double swatch[4] = {left, middle, left + 18, middle};
        fovea__colour colour = key.colour < 0 ? fovea__theme_colour(FOVEA__ROLE_INK)
                                              : fovea__series_colour(key.colour);
        fovea__put_polyline(display, swatch, 2, colour, 2.5, key.dash);
        fovea__put_text_within(display, &legend_style, left + 24, y, width - 24, key.name);
        left += entry + 16;
        any = true;
    }
    return any ? y + line - top + (display->terminal ? 0 : 4) : 0;
}

void fovea__put_notes(const fovea__axes *a) {
    fovea__display *display = a->display;
    double line = fovea__line_height(display, legend_style.size);
    for (size_t i = 0; i < a->plot->note_count; i++) {
        const fovea__plot_note *note = &a->plot->notes[i];
        fovea__text_style style = legend_style;
        style.anchor = note->anchor;
        style.colour = note->colour < 0 ? fovea__theme_colour(FOVEA__ROLE_MUTED)
                                        : fovea__series_colour(note->colour);
        double wide = fovea__text_width(display, &style, note->text);
        double before = wide * note->anchor / 2.0, after = wide - before;
        double x = fovea__axes_x(a, note->x);
        double y = fovea__axes_y(a, fovea__plot_y(a->plot, note->y)) - line / 2;
        x = fmax(a->left + 4 + before, fmin(x, a->left + a->width - 4 - after));
        y = fmax(a->top + 2, fmin(y, a->top + a->height - line - 2));
        fovea__put_text(display, &style, x, display->terminal ? 16 * round(y / 16) : y, note->text);
    }
}
