// SPDX-License-Identifier: MIT
// Puts panels into their grid: pictures, written values, marks and texts.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/threads.h"
#include "draw/panel_grid.h"

// Colours of a panel's elements

static uint8_t unit_byte(float value) {
    return (uint8_t)lrintf(255 * fminf(fmaxf(value, 0), 1));
}

static fovea__rgb element_colour(const fovea__panel *panel, int64_t index,
                                 const fovea__colormap *map, double low, double high) {
    int64_t plane = panel->height * panel->width;
    const float *data = panel->data + index;
    if (panel->kind != FOVEA__PANEL_COLOUR)
        return isfinite(*data) ? fovea__colormap_at(map, *data, low, high) : FOVEA__NOT_FINITE_RGB;
    if (!isfinite(data[0]) || !isfinite(data[plane]) || !isfinite(data[2 * plane]))
        return FOVEA__NOT_FINITE_RGB;
    return (fovea__rgb){unit_byte(data[0]), unit_byte(data[plane]), unit_byte(data[2 * plane])};
}

typedef struct colouring {
    const fovea__panel *panel;
    const fovea__colormap *map;
    double low, high;
    uint8_t *rgb;
} colouring;

enum { COLOURED = 1 << 14 };  // elements a worker colours at a time

static void colour_elements(void *user, int64_t item, int32_t worker) {
    const colouring *c = user;
    (void)worker;
    int64_t count = c->panel->height * c->panel->width, end = (item + 1) * COLOURED;
    for (int64_t i = item * COLOURED; i < count && i < end; i++) {
        fovea__rgb colour = element_colour(c->panel, i, c->map, c->low, c->high);
        memcpy(c->rgb + 3 * i, &(uint8_t[3]){colour.r, colour.g, colour.b}, 3);
    }
}

static void put_value(const fovea__panel_grid *g, fovea__panel_kind kind, float value,
                      fovea__rgb ground, double x, double y, double cell) {
    fovea__number text;
    fovea__text_style style = {.face = FOVEA__FACE_MONO,
                               .size = g->value_size,
                               .colour = fovea__fixed_colour(fovea__contrast(ground)),
                               .anchor = FOVEA__ANCHOR_MIDDLE};
    fovea__panel_value(g, kind, value, text);
    double top = y + (cell - fovea__panel_line(g, &style)) / 2;
    if (g->terminal) top = FOVEA__CELL_HEIGHT * floor(top / FOVEA__CELL_HEIGHT + 0.5);
    fovea__put_text(g->display, &style, x + cell / 2, top, text);
}

static void put_cross(const fovea__panel_grid *g, double x, double y, double cell) {
    fovea__colour white = fovea__fixed_colour((fovea__rgb){255, 255, 255});
    double inset = 0.25 * cell;
    if (g->terminal || cell < 8) return;
    fovea__put_line(g->display, x + inset, y + inset, x + cell - inset, y + cell - inset, white,
                    1.5);
    fovea__put_line(g->display, x + inset, y + cell - inset, x + cell - inset, y + inset, white,
                    1.5);
}

static void put_elements(const fovea__panel_grid *g, const fovea__kept_panel *kept, double x,
                         double y, double cell, double low, double high) {
    const fovea__panel *panel = &kept->panel;
    const fovea__colormap *map = fovea__panels_map(g->panels, panel->kind, g->display->mono);
    int64_t count = panel->height * panel->width;
    if (g->display->status) return;
    uint8_t *rgb = fovea__new(g->display->context, (size_t)count, 3, g->display->error);
    if (!rgb) {
        g->display->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    colouring colours = {panel, map, low, high, rgb};
    fovea__parallel(g->display->context, (count + COLOURED - 1) / COLOURED, colour_elements,
                    &colours);
    bool values = fovea__panel_has_values(g, panel);
    // Shades made of characters and digits among them cannot be told apart.
    if (!values || !g->display->mono)
        fovea__put_picture(g->display, x, y, cell * (double)panel->width,
                           cell * (double)panel->height, rgb, panel->height, panel->width);
    for (int64_t i = 0; i < count && (values || kept->not_finite); i++) {
        double left = x + cell * (double)(i % panel->width);
        double top = y + cell * (double)(i / panel->width);
        fovea__rgb ground = {rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]};
        if (values)
            put_value(g, panel->kind, panel->data[i], ground, left, top, cell);
        else if (!isfinite(panel->data[i]))
            put_cross(g, left, top, cell);
    }
    fovea__free(g->display->context, rgb);
}

static void put_mark(const fovea__panel_grid *g, const fovea__panel *panel, double x, double y,
                     double width, double height) {
    static const fovea__role roles[] = {FOVEA__ROLE_FRAME, FOVEA__ROLE_GOOD, FOVEA__ROLE_BAD,
                                        FOVEA__ROLE_SERIES_1};
    double stroke = panel->mark == FOVEA__MARK_NONE ? 1 : 2.5, out = stroke / 2;
    if (g->terminal) return;
    fovea__put_frame(g->display, x - out, y - out, width + stroke, height + stroke,
                     fovea__theme_colour(roles[panel->mark]), stroke, 0);
}

// Light on dark, so that it is seen on any picture.
static void put_box(const fovea__panel_grid *g, const fovea__panel *panel, double x, double y,
                    double cell) {
    const int64_t *box = panel->box;
    if (g->terminal || box[2] < 1 || box[3] < 1) return;
    double left = fmax(0, (double)box[1]), top = fmax(0, (double)box[0]);
    double right = fmin((double)panel->width, (double)(box[1] + box[3]));
    double bottom = fmin((double)panel->height, (double)(box[0] + box[2]));
    if (right <= left || bottom <= top) return;
    const fovea__colour dark = fovea__fixed_colour((fovea__rgb){0, 0, 0});
    const fovea__colour light = fovea__fixed_colour((fovea__rgb){255, 193, 37});
    double width = cell * (right - left), height = cell * (bottom - top);
    fovea__put_frame(g->display, x + cell * left, y + cell * top, width, height, dark, 3.5, 0);
    fovea__put_frame(g->display, x + cell * left, y + cell * top, width, height, light, 1.75, 0);
}

static double words_height(const fovea__panel_grid *g, const char *words, double room) {
    return fovea__put_paragraph(g->display, &fovea__panel_caption, 0, 0, room, words, false);
}

// Words in place of the elements, in the middle of the panel's frame; where they do not fit only what
// stands before the first colon.
static void put_instead(const fovea__panel_grid *g, const char *words, double x, double y,
                        double width, double height) {
    char text[512];
    double pad = g->terminal ? 0 : 8, room = width - 2 * pad;
    snprintf(text, sizeof text, "%s", words);
    if (words_height(g, text, room) > height - 2 * pad) text[strcspn(text, ":")] = 0;
    double top = y + fmax(pad, (height - words_height(g, text, room)) / 2);
    if (!g->terminal) {
        fovea__put_rectangle(g->display, x, y, width, height,
                             fovea__theme_colour(FOVEA__ROLE_SURFACE));
        fovea__put_clip(g->display, x, y, width, height);
    }
    fovea__put_paragraph(g->display, &fovea__panel_caption, x + pad, g->terminal ? y : top, room,
                         text, true);
    if (!g->terminal) fovea__put_unclip(g->display);
}

// One panel with its texts; heights of title and caption are those of its line.

static double caption_height(const fovea__panel_grid *g, const fovea__kept_panel *kept) {
    double height = 0;
    if (fovea__panel_has_bar(g, &kept->panel))
        height += fovea__panel_line(g, &fovea__panel_caption) + 6;
    if (kept->panel.caption)
        height += fovea__put_paragraph(g->display, &fovea__panel_caption, 0, 0, g->slot,
                                       kept->panel.caption, false);
    if (kept->not_finite) height += fovea__panel_line(g, &fovea__panel_caption);
    return fovea__snap_y(g->display, height);
}

static void put_below(const fovea__panel_grid *g, const fovea__kept_panel *kept, double low,
                      double high, double x, double y, double width) {
    fovea__text_style style = fovea__panel_caption;
    if (fovea__panel_has_bar(g, &kept->panel))
        y += fovea__panel_bar(g, kept, low, high, x, y, width);
    if (kept->panel.mark == FOVEA__MARK_GOOD) style.colour = fovea__theme_colour(FOVEA__ROLE_GOOD);
    if (kept->panel.mark == FOVEA__MARK_BAD) style.colour = fovea__theme_colour(FOVEA__ROLE_BAD);
    if (kept->panel.caption)
        y += fovea__put_paragraph(g->display, &style, x, y, g->slot, kept->panel.caption, true);
    if (kept->not_finite) {
        fovea__number text;
        fovea__panel_not_finite(kept, text);
        style.colour = fovea__theme_colour(FOVEA__ROLE_BAD);
        fovea__put_text_within(g->display, &style, x, y, g->slot, text);
    }
}

static void put_panel(const fovea__panel_grid *g, const fovea__panel_row *row, size_t index,
                      double x, double y, double title_height) {
    const fovea__kept_panel *kept = &g->panels->panels[index];
    const fovea__panel *panel = &kept->panel;
    fovea_scale_mode mode = g->panels->options.scale.mode;
    double low, high, cell = fovea__panel_cell(g, panel);
    double width = cell * (double)panel->width, height = cell * (double)panel->height;
    if (mode == FOVEA_SCALE_PANEL)
        fovea__panels_range(g->panels, panel->kind, index, 1, &low, &high);
    else if (mode == FOVEA_SCALE_ROW)
        fovea__panels_range(g->panels, panel->kind, row->first, row->count, &low, &high);
    else
        fovea__panels_range(g->panels, panel->kind, 0, g->panels->count, &low, &high);
    if (panel->title)
        fovea__put_text_within(g->display, &fovea__panel_title, x, y, g->slot, panel->title);
    y += title_height;
    if (panel->instead)
        put_instead(g, panel->instead, x, y, width, height);
    else
        put_elements(g, kept, x, y, cell, low, high);
    put_mark(g, panel, x, y, width, height);
    put_box(g, panel, x, y, cell);
    double below = y + fovea__snap_y(g->display, height) + (g->terminal ? 0 : 4);
    put_below(g, kept, low, high, x, below, width);
}

static double put_line(const fovea__panel_grid *g, const fovea__panel_row *row, size_t first,
                       size_t count, double x, double y) {
    double title_height = 0, below = 0, tallest = 0;
    for (size_t i = first; i < first + count; i++) {
        const fovea__kept_panel *kept = &g->panels->panels[i];
        if (kept->panel.title)
            title_height = fovea__panel_line(g, &fovea__panel_title) + (g->terminal ? 0 : 3);
        below = fmax(below, caption_height(g, kept));
        tallest = fmax(tallest, fovea__panel_cell(g, &kept->panel) * (double)kept->panel.height);
    }
    for (size_t i = 0; i < count; i++)
        put_panel(g, row, first + i, x + (double)i * (g->slot + g->gap_x), y, title_height);
    double height = title_height + fovea__snap_y(g->display, tallest);
    return height + (below > 0 ? below + (g->terminal ? 0 : 4) : 0);
}

static double put_row_label(const fovea__panel_grid *g, const fovea__panel_row *row, double x,
                            double y) {
    double top = y;
    if (row->label) {
        fovea__put_text_within(g->display, &fovea__panel_label, x, y, g->gutter, row->label);
        y += fovea__panel_line(g, &fovea__panel_label);
    }
    if (row->note)
        y += fovea__put_paragraph(g->display, &fovea__panel_caption, x, y, g->gutter - 12,
                                  row->note, true);
    if (g->panels->options.scale.mode == FOVEA_SCALE_ROW)
        y += fovea__panel_row_bars(g, row, x, y + (g->terminal ? 0 : 6)) + (g->terminal ? 0 : 6);
    return y - top;
}

// Rows that stand close together have their labels beside the pictures, not beside the titles.
static double label_lead(const fovea__panel_grid *g, const fovea__panel_row *row) {
    bool titled = row->count && g->panels->panels[row->first].panel.title;
    return g->panels->options.gap > 0 && titled && !g->terminal
               ? fovea__panel_line(g, &fovea__panel_title) + 3
               : 0;
}

static size_t line_count(const fovea__panel_grid *g, const fovea__panel_row *row, size_t first) {
    size_t left = row->count > first ? row->count - first : 0;
    return left < g->columns ? left : g->columns;
}

static double put_row(const fovea__panel_grid *g, const fovea__panel_row *row, double x, double y) {
    double top = y, lead = label_lead(g, row), label = lead + put_row_label(g, row, x, y + lead);
    for (size_t i = 0; i < row->count; i += g->columns) {
        if (i) y += g->gap_y;
        y += put_line(g, row, row->first + i, line_count(g, row, i), x + g->gutter, y);
    }
    return fovea__snap_y(g->display, fmax(label, y - top));
}

static bool row_has_titles(const fovea__panel_grid *g, size_t r) {
    const fovea__panel_row *row = &g->panels->rows[r];
    return row->count && g->panels->panels[row->first].panel.title;
}

// How many rows from `r` on are one table: a row with titles heads those without that are as long.
static size_t table_rows(const fovea__panel_grid *g, size_t r) {
    size_t rows = 1, count = g->panels->rows[r].count;
    if (count <= g->columns || !row_has_titles(g, r) ||
        g->panels->options.scale.mode == FOVEA_SCALE_ROW)
        return 1;
    while (r + rows < g->panels->row_count && g->panels->rows[r + rows].count == count &&
           !row_has_titles(g, r + rows))
        rows++;
    return rows;
}

// Rows of a table wrap together, so that each panel keeps its title above it.
static double put_table(const fovea__panel_grid *g, size_t r, size_t rows, double x, double y) {
    const fovea__panel_row *row = &g->panels->rows[r];
    double top = y;
    for (size_t i = 0; i < row->count; i += g->columns)
        for (size_t k = 0; k < rows; k++) {
            double lead = label_lead(g, row + k), label = lead;
            if (i || k) y += g->row_gap;
            label += put_row_label(g, row + k, x, y + lead);
            double line =
                put_line(g, row + k, row[k].first + i, line_count(g, row + k, i), x + g->gutter, y);
            y += fovea__snap_y(g->display, fmax(label, line));
        }
    return y - top;
}

double fovea__panels_layout(const void *data, fovea__display *display, double x, double y,
                            double width) {
    const fovea__panels *panels = data;
    double top = y;
    if (!panels->count || display->status) return 0;
    fovea__panel_grid g = fovea__panel_grid_make(panels, display, width);
    for (size_t r = 0, rows; r < g.panels->row_count; r += rows) {
        rows = table_rows(&g, r);
        if (r) y += g.row_gap;
        y += rows > 1 ? put_table(&g, r, rows, x, y) : put_row(&g, &g.panels->rows[r], x, y);
    }
    fovea_scale_mode mode = g.panels->options.scale.mode;
    bool only_values = g.display->mono && g.values;
    if (!only_values && (mode == FOVEA_SCALE_FIGURE || mode == FOVEA_SCALE_FIXED)) {
        double lead = g.terminal ? 16 : 18;
        double bars = fovea__panel_figure_bars(&g, x + g.gutter, y + lead, width - g.gutter);
        if (bars > 0) y += lead + bars;
    }
    if (panels->options.values && !g.values) {
        y += g.terminal ? 16 : 14;
        fovea__put_text_within(display, &fovea__panel_caption, x + g.gutter, y, width - g.gutter,
                               "values not written: too many for cells that can be read");
        y += fovea__panel_line(&g, &fovea__panel_caption);
    }
    return y - top;
}
