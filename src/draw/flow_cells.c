// SPDX-License-Identifier: MIT
// A flow chart in character cells: boxes and arrows of line-drawing characters.
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "draw/flow_struct.h"

enum { UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, RAIL = 3, BOX_GAP = 3, MIN_BOX = 16, MAX_BOX = 60 };

typedef struct cells {
    const fovea__flow *flow;
    fovea__display *display;
    double x, y;
    int columns, rows;
    int *lane;       // [lanes] left edge of the box or the rail
    int *box;        // [lanes] width of the boxes; 0: only arrows run there
    int *top;        // [ranks + 1] row of the boxes' upper edges; the last one: the end
    uint8_t *lines;  // [rows][columns]: which ways lines lead from the cell
    char *tips;      // [rows][columns]: 'v', '<', '>' for arrow heads
} cells;

static size_t at(const cells *c, int column, int row) {
    return (size_t)row * (size_t)c->columns + (size_t)column;
}

static void put_level(cells *c, int row, int from, int to) {
    int low = from < to ? from : to, high = from < to ? to : from;
    for (int i = low; i <= high && high < c->columns; i++)
        c->lines[at(c, i, row)] |= (uint8_t)((i > low ? LEFT : 0) | (i < high ? RIGHT : 0));
}

static void put_upright(cells *c, int column, int from, int to) {
    for (int i = from; i <= to && column < c->columns; i++)
        c->lines[at(c, column, i)] |= (uint8_t)((i > from ? UP : 0) | (i < to ? DOWN : 0));
}

static void put_tip(cells *c, int column, int row, char tip) {
    if (column >= 0 && column < c->columns) c->tips[at(c, column, row)] = tip;
}

static int width_of(fovea__display *display, const char *text) {
    fovea__text_style style = {.size = 12};
    return text ? (int)(fovea__text_width(display, &style, text) / FOVEA__CELL_WIDTH) : 0;
}

static int box_rows(const fovea__flow_node *node) {
    return 3 + (node->detail || node->shape) + (node->more != NULL);
}

static void widen(cells *c, int32_t lane, const char *left, const char *right) {
    int wanted = width_of(c->display, left) + width_of(c->display, right) + 4;
    if (left && right) wanted += 2;
    c->box[lane] = (int)fmin(MAX_BOX, fmax(MIN_BOX, fmax(c->box[lane], wanted)));
}

// Makes the widest boxes narrower until the lanes fit.
static void narrow(cells *c, int room) {
    for (;;) {
        int sum = 0;
        int32_t widest = 0;
        for (int32_t lane = 0; lane < c->flow->lanes; lane++) {
            sum += c->box[lane];
            if (c->box[lane] > c->box[widest]) widest = lane;
        }
        if (sum <= room || c->box[widest] <= MIN_BOX) return;
        c->box[widest]--;
    }
}

static void measure(cells *c) {
    const fovea__flow *f = c->flow;
    int between = 1;
    for (int32_t i = 0; i < f->node_count; i++) {
        const fovea__flow_node *n = &f->nodes[i];
        widen(c, n->lane, n->title, n->count);
        widen(c, n->lane, n->detail, n->shape);
        widen(c, n->lane, n->more, NULL);
    }
    for (int32_t lane = 1; lane < f->lanes; lane++) between += c->box[lane] ? BOX_GAP : RAIL;
    narrow(c, c->columns - between);
    for (int32_t lane = 0, left = 0; lane < f->lanes; lane++) {
        if (lane && c->box[lane]) left += BOX_GAP;
        c->lane[lane] = left;
        left += c->box[lane] ? c->box[lane] : RAIL;
    }
}

// Whether an arrow runs level in the gap below the rank, because a box stands in its way.
static bool needs_level(const fovea__flow *f, int32_t rank) {
    for (int32_t e = 0; e < f->edge_count; e++) {
        const fovea__flow_edge *edge = &f->edges[e];
        const fovea__flow_node *from = &f->nodes[edge->from], *to = &f->nodes[edge->to];
        if (from->rank == rank && fovea__flow_blocked(f, rank, from->lane, edge->lane)) return true;
        if (to->rank == rank + 1 && fovea__flow_blocked(f, rank + 1, to->lane, edge->lane))
            return true;
    }
    return false;
}

static void place_ranks(cells *c) {
    const fovea__flow *f = c->flow;
    int row = 0;
    for (int32_t r = 0; r < f->ranks; r++) {
        int high = 0;
        if (fovea__flow_group_at(f, r, false)) row += 1;  // its title
        c->top[r] = row;
        for (int32_t i = 0; i < f->node_count; i++)
            if (f->nodes[i].rank == r) high = (int)fmax(high, box_rows(&f->nodes[i]));
        row += high + (r + 1 < f->ranks ? 1 : 0) + (needs_level(f, r) ? 1 : 0);
    }
    c->top[f->ranks] = c->rows = row;
}

static int centre(const cells *c, int32_t lane) {
    return c->lane[lane] + (c->box[lane] ? c->box[lane] / 2 : 1);
}

// Where an edge runs down: beside the boxes of a lane that it only passes.
static int rail(const cells *c, const fovea__flow_edge *edge) {
    int32_t from = c->flow->nodes[edge->from].lane, to = c->flow->nodes[edge->to].lane;
    bool passes = edge->lane != from && edge->lane != to && c->box[edge->lane];
    return passes ? c->lane[edge->lane] - 1 : centre(c, edge->lane);
}

static void put_edge(cells *c, const fovea__flow_edge *edge) {
    const fovea__flow *f = c->flow;
    const fovea__flow_node *from = &f->nodes[edge->from], *to = &f->nodes[edge->to];
    int lane = rail(c, edge), from_x = centre(c, from->lane), to_x = centre(c, to->lane);
    int start = c->top[from->rank] + box_rows(from) - 1, end = c->top[to->rank];
    if (edge->lane != from->lane) {
        bool blocked = fovea__flow_blocked(f, from->rank, from->lane, edge->lane);
        int side =
            lane > from_x ? c->lane[from->lane] + c->box[from->lane] - 1 : c->lane[from->lane];
        int row = blocked ? c->top[from->rank + 1] - 2 : c->top[from->rank] + box_rows(from) - 2;
        if (blocked) put_upright(c, from_x, start, row);
        put_level(c, row, blocked ? from_x : side, lane);
        start = row;
    }
    if (edge->lane == to->lane) {
        put_upright(c, lane, start, end - 1);
        put_tip(c, lane, end - 1, 'v');
        return;
    }
    bool blocked = fovea__flow_blocked(f, to->rank, to->lane, edge->lane);
    int row = blocked ? end - 2 : end + 1;
    put_upright(c, lane, start, row);
    if (blocked) {
        put_level(c, row, lane, to_x);
        put_upright(c, to_x, row, end - 1);
        put_tip(c, to_x, end - 1, 'v');
    } else {
        int side = lane > to_x ? c->lane[to->lane] + c->box[to->lane] : c->lane[to->lane] - 1;
        put_level(c, row, lane, side);
        put_tip(c, side, row, lane > to_x ? '<' : '>');
    }
}

static void put_box(cells *c, const fovea__flow_node *node) {
    int left = c->lane[node->lane], right = left + c->box[node->lane] - 1, top = c->top[node->rank];
    int bottom = top + box_rows(node) - 1;
    put_level(c, top, left, right);
    put_level(c, bottom, left, right);
    put_upright(c, left, top, bottom);
    put_upright(c, right, top, bottom);
}

static void put_line(const cells *c, int32_t lane, int row, bool bold, const char *text,
                     const char *right) {
    fovea__text_style style = {
        .face = bold ? FOVEA__FACE_BOLD : FOVEA__FACE_REGULAR,
        .size = 12,
        .colour = fovea__theme_colour(bold ? FOVEA__ROLE_INK : FOVEA__ROLE_MUTED)};
    double x = c->x + FOVEA__CELL_WIDTH * (c->lane[lane] + 2), y = c->y + FOVEA__CELL_HEIGHT * row;
    int room = c->box[lane] - 4, taken = width_of(c->display, right);
    if (taken > room / 2 && width_of(c->display, text) + taken > room) taken = room / 2;
    if (text)
        fovea__put_text_within(c->display, &style, x, y,
                               FOVEA__CELL_WIDTH * (room - taken - (taken ? 1 : 0)), text);
    style.face = FOVEA__FACE_REGULAR;
    if (right)
        fovea__put_text_within(c->display, &style, x + FOVEA__CELL_WIDTH * (room - taken), y,
                               FOVEA__CELL_WIDTH * taken, right);
}

// What is in a frame on a page has only a title above it here.
static void put_group(const cells *c, const fovea__flow_group *group) {
    fovea__text_style style = {
        .face = FOVEA__FACE_BOLD, .size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_INK)};
    int left = centre(c, 0) + 2;
    double x = c->x + FOVEA__CELL_WIDTH * left;
    double y = c->y + FOVEA__CELL_HEIGHT * (c->top[group->first] - 1);
    fovea__put_text_within(c->display, &style, x, y, FOVEA__CELL_WIDTH * 8, group->title);
    style.face = FOVEA__FACE_REGULAR;
    if (group->more)
        fovea__put_text_within(c->display, &style, x + FOVEA__CELL_WIDTH * 6, y,
                               FOVEA__CELL_WIDTH * (c->columns - left - 6), group->more);
}

static const char *line_sign(uint8_t ways, char tip) {
    static const char *const signs[] = {" ", "│", "│", "│", "─", "╯", "╮", "┤",
                                        "─", "╰", "╭", "├", "─", "┴", "┬", "┼"};
    if (tip) return tip == 'v' ? "▼" : tip == '<' ? "◀" : "▶";
    return signs[ways & 15];
}

static void put_rows(const cells *c, char *row_text) {
    fovea__text_style style = {.size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_MUTED)};
    for (int row = 0; row < c->rows; row++) {
        char *end = row_text;
        for (int column = 0; column < c->columns; column++) {
            const char *sign = line_sign(c->lines[at(c, column, row)], c->tips[at(c, column, row)]);
            size_t length = strlen(sign);
            memcpy(end, sign, length);
            end += length;
        }
        while (end > row_text && end[-1] == ' ') end--;
        *end = 0;
        if (*row_text)
            fovea__put_text(c->display, &style, c->x, c->y + FOVEA__CELL_HEIGHT * row, row_text);
    }
}

static void draw(cells *c) {
    const fovea__flow *f = c->flow;
    size_t size = (size_t)c->rows * (size_t)c->columns;
    fovea_context *context = c->display->context;
    fovea_error *error = c->display->error;
    char *row_text = fovea__new(context, (size_t)c->columns + 1, 3, error);
    c->lines = fovea__new(context, size, 1, error);
    c->tips = fovea__new(context, size, 1, error);
    if (row_text && c->lines && c->tips) {
        for (int32_t i = 0; i < f->node_count; i++) put_box(c, &f->nodes[i]);
        for (int32_t e = 0; e < f->edge_count; e++) put_edge(c, &f->edges[e]);
        put_rows(c, row_text);
        for (size_t i = 0; i < f->group_count; i++) put_group(c, &f->groups[i]);
        for (int32_t i = 0; i < f->node_count; i++) {
            const fovea__flow_node *n = &f->nodes[i];
            int row = c->top[n->rank] + 1;
            put_line(c, n->lane, row, true, n->title, n->count);
            if (n->detail || n->shape) put_line(c, n->lane, ++row, false, n->detail, n->shape);
            if (n->more) put_line(c, n->lane, row + 1, false, n->more, NULL);
        }
    } else {
        c->display->status = FOVEA_OUT_OF_MEMORY;
    }
    fovea__free(context, row_text);
    fovea__free(context, c->lines);
    fovea__free(context, c->tips);
}

double fovea__flow_cells(const fovea__flow *flow, fovea__display *display, double x, double y,
                         double width) {
    fovea_context *context = display->context;
    cells c = {.flow = flow,
               .display = display,
               .x = x,
               .y = y,
               .columns = (int)fmax(MIN_BOX, floor(width / FOVEA__CELL_WIDTH))};
    c.lane = fovea__new(context, (size_t)flow->lanes, sizeof *c.lane, display->error);
    c.top = fovea__new(context, (size_t)flow->ranks + 1, sizeof *c.top, display->error);
    c.box = fovea__new(context, (size_t)flow->lanes, sizeof *c.box, display->error);
    if (!c.lane || !c.top || !c.box) display->status = FOVEA_OUT_OF_MEMORY;
    if (!display->status && flow->node_count) {
        measure(&c);
        place_ranks(&c);
        draw(&c);
    }
    fovea__free(context, c.lane);
    fovea__free(context, c.top);
    fovea__free(context, c.box);
    return FOVEA__CELL_HEIGHT * c.rows;
}
