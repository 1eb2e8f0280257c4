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
    double most = kept->panel.most;
    bool cut = most > 0 && (kept->low < -most || kept->high > most);
    if (kept->low == kept->high)
        snprintf(text, sizeof(fovea__range_text), "all %s", a);
    else
        snprintf(text, sizeof(fovea__range_text), "%s%s … %s%s", cut && low < 0 ? "≤ " : "", a,
                 cut ? "≥ " : "", b);
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

// "≤ −2", "≥ 2" where numbers beyond have the colour of the end.
static void end_text(double value, const char *beyond, fovea__number text) {
    fovea__number number;
    fovea__number_short(value, number);
    fovea__number_minus(number);
    snprintf(text, sizeof(fovea__number), "%s%.40s", beyond, number);
}

// A strip of the map, `width` wide, with its ends (and zero of a signed range) written below. `cut`:
// numbers beyond the ends have their colours.
static double put_bar(const fovea__panel_grid *g, fovea__panel_kind kind, double low, double high,
                      bool cut, double x, double y, double width) {
    const char *beyond[3] = {cut && low < 0 ? "≤ " : "", "", cut ? "≥ " : ""};
    double height = g->terminal ? FOVEA__CELL_HEIGHT : 8;
    put_strip(g, kind, x, y, width, height);
    double marks[3] = {low, 0, high};
    double taken = 0;  // by the texts of the ends
    for (int i = 0; i < 3; i += 2) {
        fovea__number text;
        end_text(marks[i], beyond[i], text);
        taken = fmax(taken, fovea__text_width(g->display, &fovea__panel_caption, text));
    }
    for (int i = 0; i < 3; i++) {
        fovea__text_style style = fovea__panel_caption;
        fovea__number text;
        style.anchor = (fovea__anchor)i;
        double share = i == 1 ? -low / (high - low) : i / 2.0;
        double room = fmin(share, 1 - share) * width;
        if (i == 1 && (low >= 0 || high <= 0 || room < taken + (g->terminal ? 8 : 9))) continue;
        end_text(marks[i], beyond[i], text);
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
        bool cut = fovea__panels_cut(g->panels, (fovea__panel_kind)kind, 0, g->panels->count);
        height = put_bar(g, (fovea__panel_kind)kind, low, high, cut, left + label, y, bar);
        left += label + bar + 32;
    }
    return y - top + height;
}

// Beside the label of a row: as wide as its ends need, and more where there is room.
static double row_bar_width(const fovea__panel_grid *g, double low, double high, bool cut) {
    fovea__number a, b;
    end_text(low, cut && low < 0 ? "≤ " : "", a);
    end_text(high, cut ? "≥ " : "", b);
    double ends = fovea__text_width(g->display, &fovea__panel_caption, a) +
                  fovea__text_width(g->display, &fovea__panel_caption, b) + 12;
    return fmin(fmax(104, ends), g->gutter - 8);
}

double fovea__panel_row_bars(const fovea__panel_grid *g, const fovea__panel_row *row, double x,
                             double y) {
    double top = y;
    for (int kind = FOVEA__PANEL_SIGNED; kind <= FOVEA__PANEL_PICTURE; kind++) {
        double low, high;
        if (!fovea__panels_range(g->panels, (fovea__panel_kind)kind, row->first, row->count, &low,
                                 &high) ||
            !needs_bar((fovea__panel_kind)kind, low, high))
            continue;
        bool cut = fovea__panels_cut(g->panels, (fovea__panel_kind)kind, row->first, row->count);
        y += put_bar(g, (fovea__panel_kind)kind, low, high, cut, x, y,
                     row_bar_width(g, low, high, cut)) +
             4;
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
    // A number cut short would be another number.
    if (low == -high && fovea__text_width(g->display, &fovea__panel_caption, text) > g->slot) {
        fovea__number end;
        fovea__number_short(high, end);
        snprintf(text, sizeof text, "%s%s%s", strncmp(text, "≤", 3) == 0 ? "≥ " : "",
                 g->terminal ? "+-" : "±", end);
    }
    fovea__put_text_within(g->display, &fovea__panel_caption, x, y, g->slot, text);
    return (g->terminal ? 0 : 6) + fovea__panel_line(g, &fovea__panel_caption);
}
