// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "draw/panel_grid.h"

bool fovea__panel_has_bar(const fovea__panel_grid *g, const fovea__panel *panel) {
    return g->panels->options.scale.mode == FOVEA_SCALE_PANEL && panel->kind != FOVEA__PANEL_COLOUR;
}

void fovea__panel_range_text(const fovea__kept_panel *kept, double low, double high,
                             fovea__range_text text) {
    fovea__number a, b;
    fovea__number_short(low, a);
    fovea__number_short(high, b);
    if (kept->low == kept->high) fovea__number_short(kept->low, a);
    fovea__number_minus(a);
    fovea__number_minus(b);
    snprintf(text, sizeof(fovea__range_text), kept->low == kept->high ? "all %s" : "%s … %s", a, b);
}

void fovea__panel_not_finite(const fovea__kept_panel *kept, fovea__number text) {
    snprintf(text, sizeof(fovea__number), "%lld not finite", (long long)kept->not_finite);
}

static void put_strip(const fovea__panel_grid *g, fovea__panel_kind kind, double x, double y,
                      double width, double height) {
    enum { STEPS = 160 };
    uint8_t rgb[STEPS][3];
    const fovea__colormap *map = fovea__panels_map(g->panels, kind, g->display->mono);
    for (int i = 0; i < STEPS; i++) {
        fovea__rgb colour = fovea__colormap_at(map, i + 0.5, 0, STEPS);
        memcpy(rgb[i], &(uint8_t[3]){colour.r, colour.g, colour.b}, 3);
    }
    fovea__put_picture(g->display, x, y, width, height, rgb[0], 1, STEPS);
}

static void end_text(double value, fovea__number text) {
    fovea__number_short(value, text);
    fovea__number_minus(text);
}

// A strip of the map, `width` wide, with its ends (and zero of a signed range) written below.
static double put_bar(const fovea__panel_grid *g, fovea__panel_kind kind, double low, double high,
                      double x, double y, double width) {
    double height = g->terminal ? FOVEA__CELL_HEIGHT : 8;
    put_strip(g, kind, x, y, width, height);
    double marks[3] = {low, 0, high};
    double taken = 0;  // by the texts of the ends
    for (int i = 0; i < 3; i += 2) {
        fovea__number text;
        end_text(marks[i], text);
        taken = fmax(taken, fovea__text_width(g->display, &fovea__panel_caption, text));
    }
    for (int i = 0; i < 3; i++) {
        fovea__text_style style = fovea__panel_caption;
        fovea__number text;
        style.anchor = (fovea__anchor)i;
        double share = i == 1 ? -low / (high - low) : i / 2.0;
        double room = fmin(share, 1 - share) * width;
        if (i == 1 && (low >= 0 || high <= 0 || room < taken + (g->terminal ? 8 : 9))) continue;
        end_text(marks[i], text);
        fovea__put_text(g->display, &style, x + share * width, y + height + (g->terminal ? 0 : 2),
                        text);
    }
    return height + (g->terminal ? 0 : 2) + fovea__panel_line(g, &fovea__panel_caption);
}

// A bar of pictures from 0 to 1 says nothing.
static bool needs_bar(fovea__panel_kind kind, double low, double high) {
    return kind == FOVEA__PANEL_SIGNED || kind == FOVEA__PANEL_ACTIVATION ||
           (kind == FOVEA__PANEL_PICTURE && (low != 0 || high != 1));
}

double fovea__panel_figure_bars(const fovea__panel_grid *g, double x, double y, double width) {
    static const char *const names[] = {"signed", "activation", "picture"};
    double height = 0, left = x, right = x + width, top = y;
    for (int kind = FOVEA__PANEL_SIGNED; kind <= FOVEA__PANEL_PICTURE; kind++) {
        double low, high;
        if (!fovea__panels_range(g->panels, (fovea__panel_kind)kind, 0, g->panels->count, &low,
                                 &high) ||
            !needs_bar((fovea__panel_kind)kind, low, high))
            continue;
        const char *name = g->panels->scale_name && kind != FOVEA__PANEL_PICTURE
                               ? g->panels->scale_name
                               : names[kind];
        double label = fovea__snap_x(
            g->display, fovea__text_width(g->display, &fovea__panel_caption, name) + 10);
        double bar = fmax(fmin(160, width - label), 64);
        if (left > x && left + label + bar > right) {  // the next line
            left = x;
            y += height + g->gap_y;
        }
        double drop = g->terminal ? 0 : 4 - fovea__panel_line(g, &fovea__panel_caption) / 2;
        fovea__put_text(g->display, &fovea__panel_caption, left, y + drop, name);
        height = put_bar(g, (fovea__panel_kind)kind, low, high, left + label, y, bar);
        left += label + bar + 32;
    }
    return y - top + height;
}

double fovea__panel_row_bars(const fovea__panel_grid *g, const fovea__panel_row *row, double x,
                             double y) {
    double top = y;
    for (int kind = FOVEA__PANEL_SIGNED; kind <= FOVEA__PANEL_PICTURE; kind++) {
        double low, high;
        if (fovea__panels_range(g->panels, (fovea__panel_kind)kind, row->first, row->count, &low,
                                &high) &&
            needs_bar((fovea__panel_kind)kind, low, high))
            y +=
                put_bar(g, (fovea__panel_kind)kind, low, high, x, y, fmin(104, g->gutter - 16)) + 4;
    }
    return y - top;
}

double fovea__panel_bar(const fovea__panel_grid *g, const fovea__kept_panel *kept, double low,
                        double high, double x, double y, double width) {
    fovea__range_text text;
    if (!g->terminal) {
        put_strip(g, kept->panel.kind, x, y + 2, width, 4);
        y += 6;
    }
    fovea__panel_range_text(kept, low, high, text);
    fovea__put_text(g->display, &fovea__panel_caption, x, y, text);
    return (g->terminal ? 0 : 6) + fovea__panel_line(g, &fovea__panel_caption);
}
