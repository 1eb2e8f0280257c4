// SPDX-License-Identifier: MIT
// A flow chart on a page: rounded boxes, arrows as straight pieces with round corners.
#include <math.h>

#include "base/memory.h"
#include "draw/flow_struct.h"
#include "draw/round_path.h"

enum {
    PAD = 9,
    GAP = 24,
    RAIL = 16,
    LINE = 17,
    COLUMN_GAP = 44,
    LANE_GAP = 20,
    CORNER = 8,
    FRAME_SIDE = 12,  // from the boxes to their frame
    FRAME_HEAD = 26,
    FRAME_FOOT = 10,
    MIN_BOX = 90,
    MAX_BOX = 340
};

// How far down a box's side ways arrive and leave, so that they do not look like one.
#define ARRIVE 0.33
#define LEAVE 0.72

// A column of ranks and where it stands.
typedef struct rank_place {
    double top, height;
    double above, below;  // what a frame takes
    int32_t column;
    bool may_break;  // a column may end here
} rank_place;

typedef struct page {
    const fovea__flow *flow;
    fovea__display *display;
    double x, y, column_width, bottom;
    double *lane;       // [lanes] centres within a column
    double *box;        // [lanes] widths of boxes; 0: only arrows run there
    rank_place *place;  // [ranks]
} page;

static fovea__text_style text_style(bool bold, double size, fovea__role role,
                                    fovea__anchor anchor) {
    return (fovea__text_style){.face = bold ? FOVEA__FACE_BOLD : FOVEA__FACE_REGULAR,
                               .size = size,
                               .colour = fovea__theme_colour(role),
                               .anchor = anchor};
}

static double line_width(fovea__display *display, bool bold, const char *left, const char *right) {
    fovea__text_style first = text_style(bold, bold ? 12 : 11, FOVEA__ROLE_INK, 0);
    fovea__text_style second = text_style(false, 11, FOVEA__ROLE_INK, 0);
    return (left ? fovea__text_width(display, &first, left) : 0) +
           (right ? 14 + fovea__text_width(display, &second, right) : 0);
}

static int line_count(const fovea__flow_node *node) {
    return 1 + (node->detail || node->shape) + (node->more != NULL);
}
static double box_height(const fovea__flow_node *node) {
    return line_count(node) * LINE + 2 * (PAD - 2);
}

static void widen(double *width, double wanted) {
    *width = fmin(fmax(*width, ceil(wanted) + 2 * PAD + 4), MAX_BOX);
}

// Makes the widest boxes narrower until the lanes fit.
static void narrow(page *p, double room) {
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

static void measure(page *p, double width) {
    const fovea__flow *f = p->flow;
    double between = 0, at = f->group_count ? FRAME_SIDE : 0;
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
    p->column_width = at + (p->box[f->lanes - 1] > 0 ? 0 : 8) + (f->group_count ? FRAME_SIDE : 0);
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

static double room_of(const rank_place *place) {
    return place->above + place->height + place->below;
}

// Puts the rank at `*top` of a column.
static void put_rank(rank_place *place, int32_t column, double *top) {
    place->column = column;
    place->top = *top + place->above;
    *top += room_of(place) + GAP;
}

// Fills columns of at most `limit`, broken at the last place that allows it; returns how many.
static int32_t fill_columns(page *p, double limit) {
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
static void place_ranks(page *p, double width) {
    const fovea__flow *f = p->flow;
    double total = 0;
    for (int32_t i = 0; i < f->node_count; i++) {
        rank_place *place = &p->place[f->nodes[i].rank];
        place->height = fmax(place->height, box_height(&f->nodes[i]));
    }
    for (int32_t r = 0; r < f->ranks; r++) {
        if (fovea__flow_group_at(f, r, false)) p->place[r].above = FRAME_HEAD;
        if (fovea__flow_group_at(f, r, true)) p->place[r].below = FRAME_FOOT;
        total += room_of(&p->place[r]) + GAP;
        p->place[r].may_break = may_break(f, r);
    }
    double room = floor((width + COLUMN_GAP) / (p->column_width + COLUMN_GAP));
    double columns = fmax(1, fmin(room, ceil(total / 640)));
    double limit = total / columns;
    while (fill_columns(p, limit) > columns && limit < total) limit += GAP;
}

static double centre_x(const page *p, int32_t rank, int32_t lane) {
    return p->x + p->place[rank].column * (p->column_width + COLUMN_GAP) + p->lane[lane];
}
static double top_of(const page *p, int32_t rank) {
    return p->y + p->place[rank].top;
}
static double bottom_of(const page *p, const fovea__flow_node *node) {
    return top_of(p, node->rank) + box_height(node);
}

// Where an edge runs down. Beside the boxes, not through the middle of a lane, where it only passes
// them.
static double rail_x(const page *p, const fovea__flow_edge *edge) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from], *to = &p->flow->nodes[edge->to];
    double x = centre_x(p, to->rank, edge->lane);
    bool passes = edge->lane != from->lane && edge->lane != to->lane;
    return passes ? x - p->box[edge->lane] / 2 : x;
}

// From the foot of one column over the top of the next one, to the line that the edge runs down.
static void lead_on(const page *p, const fovea__flow_edge *edge, fovea__path *line) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from];
    int32_t first = from->rank + 1;  // at the top of the next column
    double x = centre_x(p, from->rank, 0), next = centre_x(p, first, 0);
    double between = next - p->lane[0] - COLUMN_GAP / 2.0;
    double low = bottom_of(p, from) + p->place[from->rank].below + GAP / 2.0;
    double high = top_of(p, first) - p->place[first].above - GAP / 2.0;
    fovea__path_add(line, x, bottom_of(p, from));
    fovea__path_add(line, x, low);
    fovea__path_add(line, between, low);
    fovea__path_add(line, between, high);
    fovea__path_add(line, rail_x(p, edge), high);
}

static void leave(const page *p, const fovea__flow_edge *edge, fovea__path *line) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from];
    double x = centre_x(p, from->rank, from->lane), lane = rail_x(p, edge);
    double half = p->box[from->lane] / 2;
    if (edge->lane == from->lane) {
        fovea__path_add(line, x, bottom_of(p, from));
    } else if (!fovea__flow_blocked(p->flow, from->rank, from->lane, edge->lane)) {
        double y = top_of(p, from->rank) + LEAVE * box_height(from);
        fovea__path_add(line, x + (lane > x ? half : -half), y);
        fovea__path_add(line, lane, y);
    } else {
        double below = top_of(p, from->rank) + p->place[from->rank].height + 8;
        fovea__path_add(line, x, bottom_of(p, from));
        fovea__path_add(line, x, below);
        fovea__path_add(line, lane, below);
    }
}

static void arrive(const page *p, const fovea__flow_edge *edge, fovea__path *line) {
    const fovea__flow_node *to = &p->flow->nodes[edge->to];
    double x = centre_x(p, to->rank, to->lane), lane = rail_x(p, edge);
    double half = p->box[to->lane] / 2, top = top_of(p, to->rank);
    if (edge->lane == to->lane) {
        fovea__path_add(line, x, top);
    } else if (!fovea__flow_blocked(p->flow, to->rank, to->lane, edge->lane)) {
        double y = top + ARRIVE * box_height(to);
        fovea__path_add(line, lane, y);
        fovea__path_add(line, x + (lane > x ? half : -half), y);
    } else {
        fovea__path_add(line, lane, top - 14);
        fovea__path_add(line, x, top - 14);
        fovea__path_add(line, x, top);
    }
}

// What passes layers by stands out from what goes through them.
static bool goes_straight(const page *p, const fovea__flow_edge *edge) {
    return edge->lane == p->flow->nodes[edge->from].lane &&
           edge->lane == p->flow->nodes[edge->to].lane;
}

static void put_edge(const page *p, const fovea__flow_edge *edge) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from], *to = &p->flow->nodes[edge->to];
    fovea__path line = {.count = 0};
    bool same = p->place[from->rank].column == p->place[to->rank].column;
    (same ? leave : lead_on)(p, edge, &line);
    arrive(p, edge, &line);
    fovea__put_path(
        p->display, &line,
        fovea__theme_colour(goes_straight(p, edge) ? FOVEA__ROLE_MUTED : FOVEA__ROLE_SERIES_5));
}

static void put_line(const page *p, double left, double top, double room, bool bold,
                     const char *text, const char *right) {
    double taken = 0;
    if (right) {
        fovea__text_style style =
            text_style(false, 11, bold ? FOVEA__ROLE_MUTED : FOVEA__ROLE_INK, FOVEA__ANCHOR_END);
        taken = fovea__text_width(p->display, &style, right) + 10;
        fovea__put_text(p->display, &style, left + room, top + 1, right);
    }
    fovea__text_style style =
        text_style(bold, bold ? 12 : 11, bold ? FOVEA__ROLE_INK : FOVEA__ROLE_MUTED, 0);
    if (text) fovea__put_text_within(p->display, &style, left, top, room - taken, text);
}

// How far to the right what stands or runs in a frame reaches.
static double frame_right(const page *p, const fovea__flow_group *group) {
    const fovea__flow *f = p->flow;
    double right = 0;
    for (int32_t i = 0; i < f->node_count; i++) {
        const fovea__flow_node *n = &f->nodes[i];
        if (n->rank < group->first || n->rank > group->last) continue;
        right = fmax(right, centre_x(p, n->rank, n->lane) + p->box[n->lane] / 2);
    }
    for (int32_t e = 0; e < f->edge_count; e++) {
        const fovea__flow_edge *edge = &f->edges[e];
        int32_t to = f->nodes[edge->to].rank;
        if (to >= group->first && to <= group->last) right = fmax(right, rail_x(p, edge));
    }
    return right;
}

static void put_group(const page *p, const fovea__flow_group *group) {
    double left = centre_x(p, group->first, 0) - p->box[0] / 2 - FRAME_SIDE;
    double right = frame_right(p, group) + FRAME_SIDE, middle = centre_x(p, group->first, 0);
    double top = top_of(p, group->first) - FRAME_HEAD;
    double bottom = top_of(p, group->last) + p->place[group->last].height + FRAME_FOOT;
    fovea__text_style title = text_style(true, 13, FOVEA__ROLE_INK, FOVEA__ANCHOR_START);
    fovea__text_style more = text_style(false, 11, FOVEA__ROLE_MUTED, FOVEA__ANCHOR_START);
    fovea__put_box(p->display, left, top, right - left, bottom - top,
                   fovea__theme_colour(FOVEA__ROLE_SURFACE), fovea__theme_colour(FOVEA__ROLE_FRAME),
                   1, 10);
    fovea__put_text_within(p->display, &title, left + FRAME_SIDE, top + 5,
                           middle - left - 2 * FRAME_SIDE, group->title);
    if (group->more)
        fovea__put_text_within(p->display, &more, middle + 8, top + 6, right - middle - 16,
                               group->more);
}

static void put_node(const page *p, const fovea__flow_node *node) {
    double width = p->box[node->lane], top = top_of(p, node->rank), height = box_height(node);
    double left = centre_x(p, node->rank, node->lane) - width / 2, room = width - 2 * PAD - 2;
    fovea__colour none = fovea__theme_colour(FOVEA__ROLE_NONE);
    fovea__colour edge = node->colour < 0 ? fovea__theme_colour(FOVEA__ROLE_FRAME)
                                          : fovea__series_colour(node->colour);
    fovea__colour tint = edge;
    tint.fade = node->colour < 0 ? 190 : 226;
    // Opaque in every back end: the tint lies on the page's own colour.
    fovea__put_box(p->display, left, top, width, height,
                   fovea__theme_colour(FOVEA__ROLE_BACKGROUND), none, 0, 6);
    fovea__put_box(p->display, left, top, width, height, tint, edge, 1.2, 6);
    left += PAD + 1;
    top += PAD - 2;
    put_line(p, left, top, room, true, node->title, node->count);
    if (node->detail || node->shape)
        put_line(p, left, top += LINE, room, false, node->detail, node->shape);
    if (node->more) put_line(p, left, top + LINE, room, false, node->more, NULL);
}

double fovea__flow_page(const fovea__flow *flow, fovea__display *display, double x, double y,
                        double width) {
    fovea_context *context = display->context;
    page p = {.flow = flow, .display = display, .x = x, .y = y};
    p.lane = fovea__new(context, (size_t)flow->lanes, sizeof *p.lane, display->error);
    p.place = fovea__new(context, (size_t)flow->ranks, sizeof *p.place, display->error);
    p.box = fovea__new(context, (size_t)flow->lanes, sizeof *p.box, display->error);
    if (!p.lane || !p.place || !p.box) display->status = FOVEA_OUT_OF_MEMORY;
    if (!display->status && flow->node_count) {
        measure(&p, width);
        place_ranks(&p, width);
        if (p.place[flow->ranks - 1].column > 0) p.y += GAP / 2.0;
        for (size_t i = 0; i < flow->group_count; i++) put_group(&p, &flow->groups[i]);
        // Straight ways last: where a column leads on they share their line with the others.
        for (int pass = 0; pass < 2; pass++)
            for (int32_t e = 0; e < flow->edge_count; e++)
                if (goes_straight(&p, &flow->edges[e]) == pass) put_edge(&p, &flow->edges[e]);
        for (int32_t i = 0; i < flow->node_count; i++) put_node(&p, &flow->nodes[i]);
        if (p.place[flow->ranks - 1].column > 0) p.bottom += GAP;
    }
    fovea__free(context, p.lane);
    fovea__free(context, p.box);
    fovea__free(context, p.place);
    return p.bottom;
}
