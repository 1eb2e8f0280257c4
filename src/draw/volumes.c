// SPDX-License-Identifier: MIT
#include "draw/volumes.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/volumes_struct.h"

enum { TEXT_GAP = 12, LINE = 15, ROW_GAP = 30, LEAD = 56 };

void fovea__volumes_free(fovea_context *context, fovea__volumes *volumes) {
    if (!volumes) return;
    for (int32_t i = 0; volumes->volume && i < volumes->count; i++) {
        fovea__volume *v = &volumes->volume[i];
        fovea__free(context, (char *)v->title);
        fovea__free(context, (char *)v->shape);
        fovea__free(context, (char *)v->count);
        fovea__free(context, (char *)v->label);
        for (int64_t k = 0; v->names && k < v->units; k++)
            fovea__free(context, (char *)v->names[k]);
        fovea__free(context, (void *)v->names);
        fovea__free(context, (void *)v->rgb);
    }
    fovea__free(context, volumes->volume);
    fovea__free(context, volumes);
}

static fovea_status copy_text(fovea_context *context, const char *text, const char **copy,
                              fovea_error *error) {
    *copy = text ? fovea__copy_text(context, text, error) : NULL;
    return text && !*copy ? FOVEA_OUT_OF_MEMORY : FOVEA_OK;
}

static fovea_status copy_names(fovea_context *context, const fovea__volume *from, fovea__volume *to,
                               fovea_error *error) {
    if (!from->names) return FOVEA_OK;
    const char **names = fovea__new(context, (size_t)from->units, sizeof *names, error);
    if (!names) return FOVEA_OUT_OF_MEMORY;
    to->names = names;
    for (int64_t k = 0; k < from->units; k++)
        FOVEA__TRY(copy_text(context, from->names[k], &names[k], error));
    return FOVEA_OK;
}

static fovea_status copy_volume(fovea_context *context, const fovea__volume *from,
                                fovea__volume *to, fovea_error *error) {
    *to = *from;
    to->title = to->shape = to->count = to->label = NULL;
    to->names = NULL;
    to->rgb = NULL;
    FOVEA__TRY(copy_text(context, from->title, &to->title, error));
    FOVEA__TRY(copy_text(context, from->shape, &to->shape, error));
    FOVEA__TRY(copy_text(context, from->count, &to->count, error));
    FOVEA__TRY(copy_text(context, from->label, &to->label, error));
    FOVEA__TRY(copy_names(context, from, to, error));
    if (!from->rgb) return FOVEA_OK;
    to->rgb = fovea__copy(context, from->rgb, (size_t)(from->height * from->width) * 3, error);
    return to->rgb ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__volumes_create(fovea_context *context, const fovea__volume *volumes,
                                   int32_t count, fovea__volumes **result, fovea_error *error) {
    fovea__volumes *made = fovea__new(context, 1, sizeof *made, error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->count = count;
    made->volume = fovea__new(context, (size_t)count, sizeof *made->volume, error);
    fovea_status status = made->volume ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < count && !status; i++)
        status = copy_volume(context, &volumes[i], &made->volume[i], error);
    if (status == FOVEA_OK)
        *result = made;
    else
        fovea__volumes_free(context, made);
    return status;
}

typedef struct plan {
    const fovea__volumes *volumes;
    fovea__display *display;
    fovea__volume_place *place;  // [count]
    double side, width, gap;     // of the largest sheet, of the page, between volumes
    int64_t largest;
    int32_t rows;
    double above, below, middle;  // heights of the labels and of the highest volume
} plan;

static fovea__text_style label_style(bool bold, bool muted) {
    return (fovea__text_style){
        .face = bold ? FOVEA__FACE_BOLD : FOVEA__FACE_REGULAR,
        .size = 11,
        .colour = fovea__theme_colour(muted ? FOVEA__ROLE_MUTED : FOVEA__ROLE_INK),
        .anchor = FOVEA__ANCHOR_MIDDLE};
}

static double text_width(const plan *p, bool bold, const char *text) {
    fovea__text_style style = label_style(bold, false);
    return text ? fovea__text_width(p->display, &style, text) : 0;
}

static int line_count(const char *text) {
    int lines = text ? 1 : 0;
    for (const char *at = text; at && *at; at++) lines += *at == '\n';
    return lines;
}

// Calls put (if any) for every line and returns the width of the widest.
static double each_line(const plan *p, const char *text, double x, double y, bool put) {
    double widest = 0;
    char line[128];
    fovea__text_style style = label_style(false, true);
    while (text && *text) {
        size_t length = strcspn(text, "\n"), kept = length < 127 ? length : 127;
        memcpy(line, text, kept);
        line[kept] = 0;
        widest = fmax(widest, text_width(p, false, line));
        if (put) fovea__put_text(p->display, &style, x, y, line);
        y += LINE;
        text += length + (text[length] == '\n');
    }
    return widest;
}

static double foot_width(const plan *p, const fovea__volume *v) {
    return fmax(text_width(p, true, v->title),
                fmax(text_width(p, false, v->shape), text_width(p, false, v->count)));
}

static double scaled(const plan *p, int64_t size) {
    return fmax(6, p->side * sqrt((double)size / (double)p->largest));
}

static void measure(const plan *p, const fovea__volume *v, fovea__volume_place *place) {
    int64_t index[10];
    if (v->channels) {
        place->sheet_width = scaled(p, v->width);
        place->sheet_height = scaled(p, v->height);
        place->depth = (double)(fovea__sheet_count(v->channels) - 1) * FOVEA__SHEET_STEP;
        place->width = place->sheet_width + place->depth;
        place->height = place->sheet_height + place->depth;
        return;
    }
    int shown = fovea__column_units(v->units, index);
    place->width = FOVEA__CIRCLE;
    place->height = fovea__circle_at(v->units, shown - 1) + FOVEA__CIRCLE / 2.0;
    for (int k = 0; v->names && k < shown; k++)
        if (v->names[index[k]])
            place->width =
                fmax(place->width, FOVEA__CIRCLE + 6 + text_width(p, false, v->names[index[k]]));
}

// Middle of the circles or of all sheets: what stands below is centred there.
static double foot_x(const fovea__volume *v, const fovea__volume_place *place) {
    return place->left + (v->channels ? place->width : FOVEA__CIRCLE) / 2;
}

// The leftmost place behind `before` (NULL: the beginning of a row) where no texts touch.
static void place_behind(const plan *p, int32_t i, const fovea__volume_place *before) {
    const fovea__volume *v = &p->volumes->volume[i];
    fovea__volume_place *place = &p->place[i];
    double label = each_line(p, v->label, 0, 0, false), foot = foot_width(p, v);
    double half = foot_x(v, place) - place->left;
    if (!before) {
        double lead = i ? fmax(LEAD, label + TEXT_GAP) : 0;
        place->left = fmax(lead, foot / 2 - half);
        place->label_x = place->left - fmax(lead, place->left) / 2;
        return;
    }
    const fovea__volume *previous = v - 1;
    double right = before->left + before->width;
    place->left = right + p->gap;
    double clear = foot_x(previous, before) + foot_width(p, previous) / 2 + TEXT_GAP;
    place->left = fmax(place->left, clear + foot / 2 - half);
    double free_from = before->label_x + each_line(p, previous->label, 0, 0, false) / 2 + TEXT_GAP;
    if (!previous->label) free_from = 0;
    // The label stands over the middle between both volumes.
    place->left = fmax(place->left, 2 * (free_from + label / 2) - right);
    place->label_x = (right + place->left) / 2;
}

// Places everything in rows of at most `width`; returns how many.
static int32_t place_rows(const plan *p, double width) {
    int32_t row = 0;
    const fovea__volume_place *before = NULL;
    for (int32_t i = 0; i < p->volumes->count; i++) {
        const fovea__volume *v = &p->volumes->volume[i];
        fovea__volume_place *place = &p->place[i];
        place->left = 0;
        measure(p, v, place);
        place_behind(p, i, before);
        double right = fmax(place->left + place->width, foot_x(v, place) + foot_width(p, v) / 2);
        if (before && right > width) {
            row++;
            place->left = 0;
            place_behind(p, i, NULL);
        }
        place->row = row;
        before = place;
    }
    return row + 1;
}

// One row with large sheets if there is room, else with smaller ones, else several rows of like
// length.
static void choose_places(plan *p) {
    static const double sizes[][2] = {{128, 88}, {120, 64}, {120, 40},
                                      {104, 40}, {88, 40},  {74, 36}};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        p->side = sizes[k][0];
        p->gap = sizes[k][1];
        p->rows = place_rows(p, p->width);
        if (p->rows == 1) return;
    }
    p->side = 104;
    p->gap = 44;
    p->rows = place_rows(p, p->width);
    double width = p->width;
    while (width > p->width / 2 && place_rows(p, width - 20) == p->rows) width -= 20;
    place_rows(p, width);
}

static void draw_texts(const plan *p, int32_t i, double x, double top) {
    const fovea__volume *v = &p->volumes->volume[i];
    const fovea__volume_place *place = &p->place[i];
    const char *const feet[] = {v->title, v->shape, v->count};
    double y = top + p->above + p->middle + 10, middle = x + foot_x(v, place);
    for (int k = 0; k < 3; k++) {
        fovea__text_style style = label_style(k == 0, k != 0);
        if (feet[k]) fovea__put_text(p->display, &style, middle, y, feet[k]);
        if (feet[k]) y += LINE;
    }
    double above = top + p->above - 8 - LINE * line_count(v->label);
    each_line(p, v->label, x + place->label_x, above, true);
}

static void draw_row(const plan *p, int32_t row, double x, double top) {
    for (int32_t i = 0; i < p->volumes->count; i++) {
        fovea__volume_place *place = &p->place[i];
        if (place->row != row) continue;
        place->top = top + p->above + (p->middle - place->height) / 2;
        draw_texts(p, i, x, top);
        place->left += x;
    }
    // Ways first where they end in what is drawn over them; windows lie on the sheet before.
    for (int pass = 0; pass < 3; pass++)
        for (int32_t i = 0; i < p->volumes->count; i++) {
            const fovea__volume *v = &p->volumes->volume[i];
            if (p->place[i].row != row) continue;
            bool first = i == 0 || p->place[i - 1].row != row;
            bool over = v->link == FOVEA__LINK_WINDOW;
            if (pass == 1)
                fovea__volume_draw(p->display, v, &p->place[i]);
            else if (!first && (pass == 2) == over)
                fovea__volume_link_draw(p->display, v - 1, &p->place[i - 1], v, &p->place[i]);
            else if (first && i > 0 && pass == 0) {
                double y = p->place[i].top + p->place[i].height / 2;
                fovea__colour colour = fovea__theme_colour(FOVEA__ROLE_MUTED);
                fovea__put_line(p->display, x, y, p->place[i].left - 12, y, colour, 1.2);
                fovea__put_arrow_head(p->display, p->place[i].left - 6, y, 1, 0, 7, colour);
            }
        }
}

double fovea__volumes_layout(const fovea__volumes *volumes, fovea__display *display, double x,
                             double y, double width) {
    fovea_context *context = display->context;
    plan p = {.volumes = volumes, .display = display, .width = width, .largest = 1};
    p.place = fovea__new(context, (size_t)volumes->count, sizeof *p.place, display->error);
    if (!p.place) {
        display->status = FOVEA_OUT_OF_MEMORY;
        return 0;
    }
    for (int32_t i = 0; i < volumes->count; i++) {
        const fovea__volume *v = &volumes->volume[i];
        int64_t larger = v->height > v->width ? v->height : v->width;
        if (v->channels && larger > p.largest) p.largest = larger;
        p.above = fmax(p.above, LINE * line_count(v->label) + 12);
        p.below = fmax(p.below, 10 + LINE * (!!v->title + !!v->shape + !!v->count));
    }
    choose_places(&p);
    for (int32_t i = 0; i < volumes->count; i++) p.middle = fmax(p.middle, p.place[i].height);
    double row_height = p.above + p.middle + p.below + ROW_GAP;
    for (int32_t row = 0; row < p.rows; row++) draw_row(&p, row, x, y + row * row_height);
    fovea__free(context, p.place);
    return p.rows * row_height - ROW_GAP;
}
