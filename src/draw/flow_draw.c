// SPDX-License-Identifier: MIT
// The boxes of a flow chart, their frames, and arrows as straight pieces with round corners.
#include <math.h>

#include "draw/flow_page.h"
#include "draw/round_path.h"

// How far down a box's side ways arrive and leave, so that they do not look like one.
#define ARRIVE 0.33
#define LEAVE 0.72

static double centre_x(const fovea__flow_place *p, int32_t rank, int32_t lane) {
    return p->x + p->place[rank].column * (p->column_width + FOVEA__FLOW_COLUMN_GAP) +
           p->lane[lane];
}
static double top_of(const fovea__flow_place *p, int32_t rank) {
    return p->y + p->place[rank].top;
}
static double bottom_of(const fovea__flow_place *p, const fovea__flow_node *node) {
    return top_of(p, node->rank) + fovea__flow_box_height(node);
}

// Where an edge runs down. Beside the boxes, not through the middle of a lane, where it only passes
// them.
static double rail_x(const fovea__flow_place *p, const fovea__flow_edge *edge) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from], *to = &p->flow->nodes[edge->to];
    double x = centre_x(p, to->rank, edge->lane);
    bool passes = edge->lane != from->lane && edge->lane != to->lane;
    return passes ? x - p->box[edge->lane] / 2 : x;
}

// From the foot of one column over the top of the next one, to the line that the edge runs down.
static void lead_on(const fovea__flow_place *p, const fovea__flow_edge *edge, fovea__path *line) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from];
    int32_t first = from->rank + 1;  // at the top of the next column
    double x = centre_x(p, from->rank, 0), next = centre_x(p, first, 0);
    double between = next - p->lane[0] - FOVEA__FLOW_COLUMN_GAP / 2.0;
    double low = bottom_of(p, from) + p->place[from->rank].below + FOVEA__FLOW_GAP / 2.0;
    double high = top_of(p, first) - p->place[first].above - FOVEA__FLOW_GAP / 2.0;
    fovea__path_add(line, x, bottom_of(p, from));
    fovea__path_add(line, x, low);
    fovea__path_add(line, between, low);
    fovea__path_add(line, between, high);
    fovea__path_add(line, rail_x(p, edge), high);
}

static void leave(const fovea__flow_place *p, const fovea__flow_edge *edge, fovea__path *line) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from];
    double x = centre_x(p, from->rank, from->lane), lane = rail_x(p, edge);
    double half = p->box[from->lane] / 2;
    if (edge->lane == from->lane) {
        fovea__path_add(line, x, bottom_of(p, from));
    } else if (!fovea__flow_blocked(p->flow, from->rank, from->lane, edge->lane)) {
        double y = top_of(p, from->rank) + LEAVE * fovea__flow_box_height(from);
        fovea__path_add(line, x + (lane > x ? half : -half), y);
        fovea__path_add(line, lane, y);
    } else {
        double below = top_of(p, from->rank) + p->place[from->rank].height + 8;
        fovea__path_add(line, x, bottom_of(p, from));
        fovea__path_add(line, x, below);
        fovea__path_add(line, lane, below);
    }
}

static void arrive(const fovea__flow_place *p, const fovea__flow_edge *edge, fovea__path *line) {
    const fovea__flow_node *to = &p->flow->nodes[edge->to];
    double x = centre_x(p, to->rank, to->lane), lane = rail_x(p, edge);
    double half = p->box[to->lane] / 2, top = top_of(p, to->rank);
    if (edge->lane == to->lane) {
        fovea__path_add(line, x, top);
    } else if (!fovea__flow_blocked(p->flow, to->rank, to->lane, edge->lane)) {
        double y = top + ARRIVE * fovea__flow_box_height(to);
        fovea__path_add(line, lane, y);
        fovea__path_add(line, x + (lane > x ? half : -half), y);
    } else {
        fovea__path_add(line, lane, top - 14);
        fovea__path_add(line, x, top - 14);
        fovea__path_add(line, x, top);
    }
}

// What passes layers by stands out from what goes through them.
static bool goes_straight(const fovea__flow_place *p, const fovea__flow_edge *edge) {
    return edge->lane == p->flow->nodes[edge->from].lane &&
           edge->lane == p->flow->nodes[edge->to].lane;
}

static void put_edge(const fovea__flow_place *p, const fovea__flow_edge *edge) {
    const fovea__flow_node *from = &p->flow->nodes[edge->from], *to = &p->flow->nodes[edge->to];
    fovea__path line = {.count = 0};
    bool same = p->place[from->rank].column == p->place[to->rank].column;
    (same ? leave : lead_on)(p, edge, &line);
    arrive(p, edge, &line);
    fovea__put_path(
        p->display, &line,
        fovea__theme_colour(goes_straight(p, edge) ? FOVEA__ROLE_MUTED : FOVEA__ROLE_SERIES_5));
}

static void put_line(const fovea__flow_place *p, double left, double top, double room, bool bold,
                     const char *text, const char *right) {
    double taken = 0;
    if (right) {
        fovea__text_style style = fovea__flow_text_style(
            false, 11, bold ? FOVEA__ROLE_MUTED : FOVEA__ROLE_INK, FOVEA__ANCHOR_END);
        taken = fovea__text_width(p->display, &style, right) + 10;
        fovea__put_text(p->display, &style, left + room, top + 1, right);
    }
    fovea__text_style style =
        fovea__flow_text_style(bold, bold ? 12 : 11, bold ? FOVEA__ROLE_INK : FOVEA__ROLE_MUTED, 0);
    if (text) fovea__put_text_within(p->display, &style, left, top, room - taken, text);
}

// How far to the right what stands or runs in a frame reaches.
static double frame_right(const fovea__flow_place *p, const fovea__flow_group *group) {
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

static void put_group(const fovea__flow_place *p, const fovea__flow_group *group) {
    double left = centre_x(p, group->first, 0) - p->box[0] / 2 - FOVEA__FLOW_FRAME_SIDE;
    double right = frame_right(p, group) + FOVEA__FLOW_FRAME_SIDE,
           middle = centre_x(p, group->first, 0);
    double top = top_of(p, group->first) - FOVEA__FLOW_FRAME_HEAD;
    double bottom = top_of(p, group->last) + p->place[group->last].height + FOVEA__FLOW_FRAME_FOOT;
    fovea__text_style title =
        fovea__flow_text_style(true, 13, FOVEA__ROLE_INK, FOVEA__ANCHOR_START);
    fovea__text_style more =
        fovea__flow_text_style(false, 11, FOVEA__ROLE_MUTED, FOVEA__ANCHOR_START);
    fovea__put_box(p->display, left, top, right - left, bottom - top,
                   fovea__theme_colour(FOVEA__ROLE_SURFACE), fovea__theme_colour(FOVEA__ROLE_FRAME),
                   1, 10);
    fovea__put_text_within(p->display, &title, left + FOVEA__FLOW_FRAME_SIDE, top + 5,
                           middle - left - 2 * FOVEA__FLOW_FRAME_SIDE, group->title);
    if (group->more)
        fovea__put_text_within(p->display, &more, middle + 8, top + 6, right - middle - 16,
                               group->more);
}

static void put_node(const fovea__flow_place *p, const fovea__flow_node *node) {
    double width = p->box[node->lane], top = top_of(p, node->rank),
           height = fovea__flow_box_height(node);
    double left = centre_x(p, node->rank, node->lane) - width / 2,
           room = width - 2 * FOVEA__FLOW_PAD - 2;
    fovea__colour none = fovea__theme_colour(FOVEA__ROLE_NONE);
    fovea__colour edge = node->colour < 0 ? fovea__theme_colour(FOVEA__ROLE_FRAME)
                                          : fovea__series_colour(node->colour);
    fovea__colour tint = edge;
    tint.fade = node->colour < 0 ? 190 : 226;
    // Opaque in every back end: the tint lies on the page's own colour.
    fovea__put_box(p->display, left, top, width, height,
                   fovea__theme_colour(FOVEA__ROLE_BACKGROUND), none, 0, 6);
    fovea__put_box(p->display, left, top, width, height, tint, edge, 1.2, 6);
    left += FOVEA__FLOW_PAD + 1;
    top += FOVEA__FLOW_PAD - 2;
    put_line(p, left, top, room, true, node->title, node->count);
    if (node->detail || node->shape)
        put_line(p, left, top += FOVEA__FLOW_LINE, room, false, node->detail, node->shape);
    if (node->more) put_line(p, left, top + FOVEA__FLOW_LINE, room, false, node->more, NULL);
}

void fovea__flow_draw(const fovea__flow_place *p) {
    for (size_t i = 0; i < p->flow->group_count; i++) put_group(p, &p->flow->groups[i]);
    // Straight ways last: where a column leads on they share their line with the others.
    for (int pass = 0; pass < 2; pass++)
        for (int32_t e = 0; e < p->flow->edge_count; e++)
            if (goes_straight(p, &p->flow->edges[e]) == pass) put_edge(p, &p->flow->edges[e]);
    for (int32_t i = 0; i < p->flow->node_count; i++) put_node(p, &p->flow->nodes[i]);
}
