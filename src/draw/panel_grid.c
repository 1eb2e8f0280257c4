// SPDX-License-Identifier: MIT
#include "draw/panel_grid.h"

#include <math.h>
#include <string.h>

const fovea__text_style fovea__panel_title = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
const fovea__text_style fovea__panel_caption = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};
const fovea__text_style fovea__panel_label = {
    FOVEA__FACE_BOLD, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};

double fovea__panel_line(const fovea__panel_grid *g, const fovea__text_style *style) {
    return fovea__line_height(g->display, style->size);
}

double fovea__panel_cell(const fovea__panel_grid *g, const fovea__panel *panel) {
    double cell = fmin(g->box_width / (double)panel->width, g->box_height / (double)panel->height);
    double step = g->terminal ? FOVEA__CELL_WIDTH : 0.5;
    return cell > step ? step * floor(cell / step + 1e-9) : cell;
}

static void largest_panel(const fovea__panels *panels, double *height, double *width) {
    *height = *width = 1;
    for (size_t i = 0; i < panels->count; i++) {
        *height = fmax(*height, (double)panels->panels[i].panel.height);
        *width = fmax(*width, (double)panels->panels[i].panel.width);
    }
}

// Sides are for eyes: few panels are shown large, many small, and never smaller than one pixel an
// element unless the array is larger than its share of the page.
static double choose_cell(const fovea__panel_grid *g, double side) {
    size_t count = g->panels->count;
    if (g->terminal) {
        double cells = count <= 2 ? 56 : count <= 8 ? 28 : 14;
        double room = fmin(cells * FOVEA__CELL_WIDTH, g->share);
        if (side * FOVEA__CELL_WIDTH > room) return room / side;
        return FOVEA__CELL_WIDTH * fmin(fmax(1, floor(room / (side * FOVEA__CELL_WIDTH))), 4);
    }
    double wanted = count <= 2 ? 280 : count <= 8 ? 160 : count <= 40 ? 112 : 84;
    double most = count <= 2 ? 640 : count <= 8 ? 224 : 128;
    if (g->panels->options.side > 0) wanted = most = g->panels->options.side;
    double cell = fmin(wanted, g->share) / side;
    if (cell < 1) return fmin(1, fmin(most, g->share) / side);
    cell = cell < 4 ? floor(2 * cell) / 2 : floor(cell);
    return g->panels->options.side > 0 ? cell : fmin(cell, count <= 8 ? 30 : 20);
}

static void choose_decimals(fovea__panel_grid *g) {
    for (size_t i = 0; i < g->panels->count; i++) {
        const fovea__panel *panel = &g->panels->panels[i].panel;
        int wanted = fovea__number_decimals(panel->data, panel->height * panel->width);
        if (wanted > g->decimals[panel->kind]) g->decimals[panel->kind] = wanted;
    }
}

void fovea__panel_value(const fovea__panel_grid *g, fovea__panel_kind kind, double value,
                        fovea__number text) {
    fovea__number_fixed(value, g->decimals[kind], text);
    fovea__number_minus(text);
}

static double widest_value(const fovea__panel_grid *g, const fovea__text_style *style) {
    double widest = 0;
    for (size_t i = 0; i < g->panels->count; i++) {
        const fovea__kept_panel *kept = &g->panels->panels[i];
        double ends[2] = {kept->low, kept->high};
        fovea__number text;
        if (kept->panel.kind == FOVEA__PANEL_COLOUR) continue;
        for (int e = 0; e < 2; e++) {
            fovea__panel_value(g, kept->panel.kind, ends[e], text);
            widest = fmax(widest, fovea__text_width(g->display, style, text));
        }
    }
    return widest;
}

// Written values widen the cells to hold them, on a page also beyond its width: a 28×28 picture
// with its values is what was asked for. Larger arrays are left without.
static double cell_for_values(fovea__panel_grid *g, double cell, double width, double side) {
    if (!g->panels->options.values) return cell;
    fovea__text_style style = {.face = FOVEA__FACE_MONO, .size = 11};
    choose_decimals(g);
    double pad = g->terminal ? FOVEA__CELL_WIDTH : 8;
    double needed = fmax(widest_value(g, &style) + pad, 24);
    // In a terminal a square cell that is whole lines high.
    needed = g->terminal ? fovea__snap_y(g->display, needed) : ceil(needed);
    g->values = needed * side <= (g->terminal ? width : fmax(width, 2400));
    if (!g->values) return cell;
    g->value_size = 11;
    return fmax(cell, needed);
}

static void size_boxes(fovea__panel_grid *g, double width) {
    double rows, columns;
    largest_panel(g->panels, &rows, &columns);
    double side = fmax(rows, columns);
    double cell = choose_cell(g, side);
    cell = cell_for_values(g, cell, width, side);
    g->box_width = fovea__snap_x(g->display, cell * columns);
    g->box_height = fovea__snap_y(g->display, cell * rows);
}

// A caption may wrap, but its longest word decides the least width of the column.
static double longest_word(const fovea__panel_grid *g, const fovea__text_style *style,
                           const char *text) {
    double longest = 0;
    char word[128];
    while (*text) {
        size_t length = strcspn(text, " \n");
        if (length < sizeof word) {
            memcpy(word, text, length);
            word[length] = 0;
            longest = fmax(longest, fovea__text_width(g->display, style, word));
        }
        text += length + (text[length] != 0);
    }
    return longest;
}

static double longest_line(const fovea__panel_grid *g, const fovea__text_style *style,
                           const char *text) {
    double longest = 0;
    char line[256];
    while (*text) {
        size_t length = strcspn(text, "\n"), kept = length < sizeof line ? length : sizeof line - 1;
        memcpy(line, text, kept);
        line[kept] = 0;
        longest = fmax(longest, fovea__text_width(g->display, style, line));
        text += length + (text[length] != 0);
    }
    return longest;
}

static void size_slot(fovea__panel_grid *g) {
    double roomy = fmax(1.6 * g->box_width, 132);
    g->slot = g->box_width;
    for (size_t i = 0; i < g->panels->count; i++) {
        const fovea__kept_panel *kept = &g->panels->panels[i];
        const fovea__panel *panel = &kept->panel;
        if (panel->title)
            g->slot =
                fmax(g->slot,
                     fmin(roomy, fovea__text_width(g->display, &fovea__panel_title, panel->title)));
        if (panel->caption) {
            double whole = fmin(roomy, longest_line(g, &fovea__panel_caption, panel->caption));
            g->slot = fmax(
                g->slot, fmax(whole, fmin(2 * roomy,
                                          longest_word(g, &fovea__panel_caption, panel->caption))));
        }
        if (kept->not_finite) {
            fovea__number text;
            fovea__panel_not_finite(kept, text);
            g->slot = fmax(g->slot, fovea__text_width(g->display, &fovea__panel_caption, text));
        }
        if (fovea__panel_has_bar(g, panel)) {
            double low, high;
            fovea__range_text text;
            fovea__panels_range(g->panels, panel->kind, i, 1, &low, &high);
            fovea__panel_range_text(kept, low, high, text);
            g->slot = fmax(g->slot, fovea__text_width(g->display, &fovea__panel_caption, text));
        }
    }
    if (g->panels->options.columns > 0) g->slot = fmin(g->slot, fmax(g->share, g->box_width));
    g->slot = fovea__snap_x(g->display, g->slot);
}

static void size_gutter(fovea__panel_grid *g, double width) {
    g->gutter = 0;
    for (size_t r = 0; r < g->panels->row_count; r++) {
        const fovea__panel_row *row = &g->panels->rows[r];
        if (row->label)
            g->gutter =
                fmax(g->gutter, fovea__text_width(g->display, &fovea__panel_label, row->label));
        if (row->note)
            g->gutter =
                fmax(g->gutter, fmin(128, longest_line(g, &fovea__panel_caption, row->note)));
    }
    bool row_bars = g->panels->options.scale.mode == FOVEA_SCALE_ROW;
    if (row_bars) g->gutter = fmax(g->gutter, 104);
    g->gutter = fmin(g->gutter, 0.25 * width);
    if (g->gutter > 0) g->gutter = fovea__snap_x(g->display, g->gutter + (g->terminal ? 16 : 20));
}

// The columns asked for shrink the panels, down to 32 pixels; fewer then fit.
static void choose_share(fovea__panel_grid *g, double width) {
    double columns = fmax(1, (double)g->panels->options.columns);
    double unit = g->terminal ? FOVEA__CELL_WIDTH : 1;
    g->share = unit * floor(((width + g->gap_x) / columns - g->gap_x) / unit);
    g->share = fmax(g->share, fmin(width, g->terminal ? 10 * FOVEA__CELL_WIDTH : 32));
}

// As many columns as fit, but no more than make the lines of the longest row equally long.
static void choose_columns(fovea__panel_grid *g, double width) {
    double room = width - g->gutter + g->gap_x;
    size_t fit = room < 2 * (g->slot + g->gap_x) ? 1 : (size_t)(room / (g->slot + g->gap_x));
    if (g->panels->options.columns > 0 && (size_t)g->panels->options.columns < fit)
        fit = (size_t)g->panels->options.columns;
    g->columns = 1;
    for (size_t r = 0; r < g->panels->row_count; r++) {
        size_t count = g->panels->rows[r].count;
        if (!count) continue;
        size_t lines = (count + fit - 1) / fit, even = (count + lines - 1) / lines;
        g->columns = even > g->columns ? even : g->columns;
    }
}

fovea__panel_grid fovea__panel_grid_make(const fovea__panels *panels, fovea__display *display,
                                         double width) {
    fovea__panel_grid g = {.panels = panels,
                           .display = display,
                           .terminal = display->terminal,
                           .gap_x = 16,
                           .gap_y = display->terminal ? 16 : 14,
                           .row_gap = display->terminal ? 16 : 20};
    if (panels->options.gap > 0 && !g.terminal) g.gap_x = g.gap_y = g.row_gap = panels->options.gap;
    size_gutter(&g, width);
    choose_share(&g, width - g.gutter);
    size_boxes(&g, width - g.gutter);
    size_slot(&g);
    choose_columns(&g, width);
    return g;
}
