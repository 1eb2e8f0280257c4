// SPDX-License-Identifier: MIT
#include "draw/panel_grid.h"

#include <math.h>
#include <string.h>

enum { MOST_NUMBERS = 20000 };  // written into the cells of a block

const fovea__text_style fovea__panel_title = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
const fovea__text_style fovea__panel_caption = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};
const fovea__text_style fovea__panel_label = {
    FOVEA__FACE_BOLD, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};

double fovea__panel_line(const fovea__panel_grid *g, const fovea__text_style *style) {
    return fovea__line_height(g->display, style->size);
}

// The elements of strips are small, but large enough to be told apart where that is possible.
static double strip_cell(const fovea__panel_grid *g, const fovea__panel *panel) {
    double room = g->line / (double)panel->width, unit = g->terminal ? FOVEA__CELL_WIDTH : 1;
    double most = g->terminal ? 2 * FOVEA__CELL_WIDTH : panel->width <= 16 ? 24 : 16;
    if (fovea__panel_has_values(g, panel)) most = fmax(most, g->value_cell);
    double cell = fmin(room, most);
    return cell > unit ? unit * floor(cell / unit + 1e-9) : cell;
}

bool fovea__panel_has_values(const fovea__panel_grid *g, const fovea__panel *panel) {
    if (!g->values || panel->kind == FOVEA__PANEL_COLOUR) return false;
    return !panel->strip || g->value_cell * (double)panel->width <= g->line;
}

double fovea__panel_cell(const fovea__panel_grid *g, const fovea__panel *panel) {
    if (panel->strip) return strip_cell(g, panel);
    double cell = fmin(g->box_width / (double)panel->width, g->box_height / (double)panel->height);
    // Numbers need no more room in panels that have fewer of them.
    if (fovea__panel_has_values(g, panel)) cell = fmin(cell, fmax(g->value_cell, 30));
    double step = g->terminal ? FOVEA__CELL_WIDTH : 0.5, whole = step * floor(cell / step + 1e-9);
    if (g->terminal) return whole > 0 ? whole : cell;
    // Elements of few pixels may differ by one, so that small panels are as large as the others.
    return cell <= 1 || (cell < 3 && whole < 0.85 * cell) ? cell : whole;
}

static bool sets_size(const fovea__panels *panels, const fovea__panel *panel) {
    return !panel->strip && !(panels->options.values && panel->kind == FOVEA__PANEL_COLOUR);
}

static void largest_panel(const fovea__panels *panels, double *height, double *width) {
    *height = *width = 1;
    bool found = false;
    for (size_t i = 0; i < panels->count; i++) found |= sets_size(panels, &panels->panels[i].panel);
    for (size_t i = 0; i < panels->count; i++) {
        const fovea__panel *panel = &panels->panels[i].panel;
        if (panel->strip || (found && !sets_size(panels, panel))) continue;
        *height = fmax(*height, (double)panel->height);
        *width = fmax(*width, (double)panel->width);
    }
}

static size_t longest_row(const fovea__panels *panels) {
    size_t longest = 1;
    for (size_t r = 0; r < panels->row_count; r++)
        if (panels->rows[r].count > longest) longest = panels->rows[r].count;
    return longest;
}

// Sides are for eyes: few panels are shown large, many small, and never smaller than one pixel an
// element unless the array is larger than its share of the page.
static double choose_cell(const fovea__panel_grid *g, double side) {
    size_t count = g->panels->count;
    if (g->terminal) {
        double cells = count <= 2 ? 56 : count <= 8 ? 28 : 14;
        double each = (g->share + g->gap_x) / (double)longest_row(g->panels) - g->gap_x;
        double room = fmin(
            fmax(cells, fmin(28, floor(each / FOVEA__CELL_WIDTH))) * FOVEA__CELL_WIDTH, g->share);
        if (side * FOVEA__CELL_WIDTH > room) return room / side;
        return FOVEA__CELL_WIDTH * fmin(fmax(1, floor(room / (side * FOVEA__CELL_WIDTH))), 4);
    }
    double wanted = count <= 2 ? 280 : count <= 8 ? 160 : count <= 40 ? 112 : 84;
    double most = count <= 2 ? 640 : count <= 8 ? 224 : 128;
    // Rows of few panels fill the line.
    size_t longest = longest_row(g->panels);
    if (count > 8 && longest <= 6)
        wanted = fmax(wanted, fmin(208, (g->share + g->gap_x) / (double)longest - g->gap_x));
    if (g->panels->options.side > 0) wanted = most = g->panels->options.side;
    double cell = fmin(wanted, g->share) / side;
    if (cell < 1) return fmin(1, fmin(fmax(most, wanted), g->share) / side);
    cell = cell < 4 ? floor(2 * cell) / 2 : floor(cell);
    return g->panels->options.side > 0 ? cell : fmin(cell, count <= 8 ? 30 : 20);
}

static void choose_decimals(fovea__panel_grid *g) {
    if (g->panels->options.decimals >= 0) {
        for (int kind = 0; kind < 4; kind++) g->decimals[kind] = g->panels->options.decimals;
        return;
    }
    for (size_t i = 0; i < g->panels->count; i++) {
        const fovea__panel *panel = &g->panels->panels[i].panel;
        if (panel->kind == FOVEA__PANEL_COLOUR) continue;
        int wanted = fovea__number_decimals(panel->data, panel->height * panel->width);
        if (wanted > g->decimals[panel->kind]) g->decimals[panel->kind] = wanted;
    }
}

void fovea__panel_value(const fovea__panel_grid *g, fovea__panel_kind kind, double value,
                        fovea__number text) {
    bool bare = g->panels->options.bare_zero && value == 0;
    fovea__number_fixed(value, bare ? 0 : g->decimals[kind], text);
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

static int64_t count_numbers(const fovea__panels *panels) {
    int64_t count = 0;
    for (size_t i = 0; i < panels->count; i++) {
        const fovea__panel *panel = &panels->panels[i].panel;
        if (panel->kind != FOVEA__PANEL_COLOUR) count += panel->height * panel->width;
    }
    return count;
}

// Written values widen the cells to hold them, on a page also beyond its width: a 28×28 picture
// with its values is what was asked for. Larger arrays, and more numbers than anyone reads, are
// left without.
static double cell_for_values(fovea__panel_grid *g, double cell, double width, double side) {
    if (!g->panels->options.values) return cell;
    fovea__text_style style = {.face = FOVEA__FACE_MONO, .size = 11};
    choose_decimals(g);
    double pad = g->terminal ? FOVEA__CELL_WIDTH : 8;
    double needed = fmax(widest_value(g, &style) + pad, 24);
    // In a terminal a square cell that is whole lines high.
    needed = g->terminal ? fovea__snap_y(g->display, needed) : ceil(needed);
    g->values = needed * side <= (g->terminal ? width : fmax(width, 2400)) &&
                count_numbers(g->panels) <= MOST_NUMBERS;
    if (!g->values) return cell;
    g->value_size = 11;
    g->value_cell = needed;
    for (size_t i = 0; i < g->panels->count; i++)
        if (sets_size(g->panels, &g->panels->panels[i].panel)) return fmax(cell, needed);
    return cell;
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
        if (panel->strip) continue;
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
    // Ends with ≤ and ≥ are longer.
    for (size_t i = 0; i < g->panels->count && row_bars; i++)
        if (g->panels->panels[i].panel.most > 0) g->gutter = fmax(g->gutter, 148);
    if (row_bars) g->gutter = fmax(g->gutter, 108);
    g->gutter = fmin(g->gutter, 0.25 * width);
    if (g->gutter > 0) g->gutter = fovea__snap_x(g->display, g->gutter + (g->terminal ? 16 : 20));
}

static double widest_title(const fovea__panel_grid *g) {
    double widest = 0;
    for (size_t i = 0; i < g->panels->count; i++) {
        const char *title = g->panels->panels[i].panel.title;
        if (title) widest = fmax(widest, fovea__text_width(g->display, &fovea__panel_title, title));
    }
    return widest;
}

// The columns asked for shrink the panels, down to the least size; where fewer fit anyway they are wide
// enough for their titles.
static void choose_share(fovea__panel_grid *g, double width) {
    double columns = fmax(1, (double)g->panels->options.columns);
    double unit = g->terminal ? FOVEA__CELL_WIDTH : 1;
    g->share = unit * floor(((width + g->gap_x) / columns - g->gap_x) / unit);
    double page = g->panels->options.least > 0 ? g->panels->options.least : 32;
    double least = g->terminal ? 10 * FOVEA__CELL_WIDTH : page;
    if (g->share < least && !g->terminal) least = fmin(fmax(least, ceil(widest_title(g))), 112);
    g->share = fmax(g->share, fmin(width, least));
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
    // What stands only beside strips needs no full line, strips do.
    double full = (double)g.columns * (g.slot + g.gap_x) - g.gap_x, room = width - g.gutter;
    g.line = fovea__snap_x(display, g.columns < 4 ? fmin(room, fmax(full, 720)) : full);
    return g;
}
