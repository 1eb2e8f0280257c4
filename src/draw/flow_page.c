// SPDX-License-Identifier: MIT
// Where the boxes of a flow chart stand on a page.
#include "draw/flow_page.h"

#include <math.h>

#include "base/memory.h"

enum { RAIL = 16, LANE_GAP = 20, MIN_BOX = 90, MAX_BOX = 340 };

fovea__text_style fovea__flow_text_style(bool bold, double size, fovea__role role,
                                         fovea__anchor anchor) {
    return (fovea__text_style){.face = bold ? FOVEA__FACE_BOLD : FOVEA__FACE_REGULAR,
                               .size = size,
                               .colour = fovea__theme_colour(role),
                               .anchor = anchor};
}

static double line_width(fovea__display *display, bool bold, const char *left, const char *right) {
    fovea__text_style first = fovea__flow_text_style(bold, bold ? 12 : 11, FOVEA__ROLE_INK, 0);
    fovea__text_style second = fovea__flow_text_style(false, 11, FOVEA__ROLE_INK, 0);
    return (left ? fovea__text_width(display, &first, left) : 0) +
           (right ? 14 + fovea__text_width(display, &second, right) : 0);
}

static int line_count(const fovea__flow_node *node) {
    return 1 + (node->detail || node->shape) + (node->more != NULL);
}
double fovea__flow_box_height(const fovea__flow_node *node) {
    return line_count(node) * FOVEA__FLOW_LINE + 2 * (FOVEA__FLOW_PAD - 2);
}

static void widen(double *width, double wanted) {
    *width = fmin(fmax(*width, ceil(wanted) + 2 * FOVEA__FLOW_PAD + 4), MAX_BOX);
}

// Makes the widest boxes narrower until the lanes fit.
static void narrow(fovea__flow_place *p, double room) {
    for (;;) {
        double sum = 0;
        int32_t widest = 0;
        for (int32_t lane = 0; lane < p->flow->lanes; lane++) {
            sum += p->box[lane];
            if (p->box[lane] > p->box[widest]) widest = lane;
        }
        if (sum <= room || p->box[widest] <= MIN_BOX) return;
        p->box[widest] = fmax(MIN_BOX, p->box[widest] - 4);
    }
}

static void measure(fovea__flow_place *p, double width) {
    const fovea__flow *f = p->flow;
    double between = 0, at = f->group_count ? FOVEA__FLOW_FRAME_SIDE : 0;
    for (int32_t i = 0; i < f->node_count; i++) {
        const fovea__flow_node *n = &f->nodes[i];
        double *box = &p->box[n->lane];
        widen(box, line_width(p->display, true, n->title, n->count));
        widen(box, line_width(p->display, false, n->detail, n->shape));
        widen(box, line_width(p->display, false, n->more, NULL));
    }
    for (int32_t lane = 1; lane < f->lanes; lane++) between += p->box[lane] > 0 ? LANE_GAP : RAIL;
    narrow(p, width - between - 2 * at);
    for (int32_t lane = 0; lane < f->lanes; lane++) {
        bool wide = p->box[lane] > 0;
        if (lane && wide) at += LANE_GAP;
        p->lane[lane] = at + (wide ? p->box[lane] : RAIL + 8) / 2;
        at += wide ? p->box[lane] : RAIL;
    }
    p->column_width =
        at + (p->box[f->lanes - 1] > 0 ? 0 : 8) + (f->group_count ? FOVEA__FLOW_FRAME_SIDE : 0);
}

// Whether a column may end after the rank: all that leads on comes from one box of lane 0.
static bool may_break(const fovea__flow *f, int32_t rank) {
    int32_t source = -1;
    for (size_t i = 0; i < f->group_count; i++)
        if (f->groups[i].first <= rank && rank < f->groups[i].last) return false;
    for (int32_t e = 0; e < f->edge_count; e++) {
        int32_t start = f->edges[e].from;
        const fovea__flow_node *from = &f->nodes[start], *to = &f->nodes[f->edges[e].to];
        if (from->rank > rank || to->rank <= rank) continue;
        if (from->rank != rank || from->lane || (source >= 0 && source != start)) return false;
        source = start;
    }
    return source >= 0;
}

static double room_of(const fovea__flow_rank *place) {
    return place->above + place->height + place->below;
}

// Puts the rank at `*top` of a column.
static void put_rank(fovea__flow_rank *place, int32_t column, double *top) {
    place->column = column;
    place->top = *top + place->above;
    *top += room_of(place) + FOVEA__FLOW_GAP;
}

// Fills columns of at most `limit`, broken at the last place that allows it; returns how many.
static int32_t fill_columns(fovea__flow_place *p, double limit) {
    const fovea__flow *f = p->flow;
    double top = 0;
    int32_t column = 0, last_break = -1;
    p->bottom = 0;
    for (int32_t r = 0; r < f->ranks; r++) {
        if (top + room_of(&p->place[r]) > limit && last_break >= 0) {
            column++;
            top = 0;
            for (int32_t moved = last_break + 1; moved < r; moved++)
                put_rank(&p->place[moved], column, &top);
            last_break = -1;
        }
        put_rank(&p->place[r], column, &top);
        if (p->place[r].may_break) last_break = r;
    }
    for (int32_t r = 0; r < f->ranks; r++)
        p->bottom = fmax(p->bottom, p->place[r].top + p->place[r].height + p->place[r].below);
    return column + 1;
}

// As few columns as keep them at the height of a screen, as many as there is room for, and of one
// height as far as the breaks allow.
static void place_ranks(fovea__flow_place *p, double width) {
    const fovea__flow *f = p->flow;
    double total = 0;
    for (int32_t i = 0; i < f->node_count; i++) {
        fovea__flow_rank *place = &p->place[f->nodes[i].rank];
        place->height = fmax(place->height, fovea__flow_box_height(&f->nodes[i]));
    }
    for (int32_t r = 0; r < f->ranks; r++) {
        if (fovea__flow_group_at(f, r, false)) p->place[r].above = FOVEA__FLOW_FRAME_HEAD;
        if (fovea__flow_group_at(f, r, true)) p->place[r].below = FOVEA__FLOW_FRAME_FOOT;
        total += room_of(&p->place[r]) + FOVEA__FLOW_GAP;
        p->place[r].may_break = may_break(f, r);
    }
    double room =
        floor((width + FOVEA__FLOW_COLUMN_GAP) / (p->column_width + FOVEA__FLOW_COLUMN_GAP));
    double columns = fmax(1, fmin(room, ceil(total / 640)));
    double limit = total / columns;
    while (fill_columns(p, limit) > columns && limit < total) limit += FOVEA__FLOW_GAP;
}

double fovea__flow_page(const fovea__flow *flow, fovea__display *display, double x, double y,
                        double width) {
    fovea_context *context = display->context;
    fovea__flow_place p = {.flow = flow, .display = display, .x = x, .y = y};
    p.lane = fovea__new(context, (size_t)flow->lanes, sizeof *p.lane, display->error);
    p.place = fovea__new(context, (size_t)flow->ranks, sizeof *p.place, display->error);
    p.box = fovea__new(context, (size_t)flow->lanes, sizeof *p.box, display->error);
    if (!p.lane || !p.place || !p.box) display->status = FOVEA_OUT_OF_MEMORY;
    if (!display->status && flow->node_count) {
        measure(&p, width);
        place_ranks(&p, width);
        if (p.place[flow->ranks - 1].column > 0) p.y += FOVEA__FLOW_GAP / 2.0;
        fovea__flow_draw(&p);
        if (p.place[flow->ranks - 1].column > 0) p.bottom += FOVEA__FLOW_GAP;
    }
    fovea__free(context, p.lane);
    fovea__free(context, p.box);
    fovea__free(context, p.place);
    return p.bottom;
}
