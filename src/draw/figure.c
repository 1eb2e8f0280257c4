// SPDX-License-Identifier: MIT
#include "draw/figure.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

typedef struct block {
    const fovea__block_kind *kind;
    void *data;
    int32_t frame;  // of the animation, from 1; 0: in all of them
} block;

struct fovea_figure {
    fovea_context *context;
    char *title, *subtitle;
    bool embedded;
    block *blocks;
    size_t count, capacity;
    int32_t frame, frames;  // that blocks are added to, and in all
    double seconds;
};

fovea_status fovea__figure_create(fovea_context *context, const char *title, const char *subtitle,
                                  fovea_figure **result, fovea_error *error) {
    fovea_figure *figure = fovea__new(context, 1, sizeof *figure, error);
    if (!figure) return FOVEA_OUT_OF_MEMORY;
    figure->context = context;
    if (title) figure->title = fovea__copy_text(context, title, error);
    if (subtitle) figure->subtitle = fovea__copy_text(context, subtitle, error);
    if ((title && !figure->title) || (subtitle && !figure->subtitle)) {
        fovea_figure_free(figure);
        return FOVEA_OUT_OF_MEMORY;
    }
    *result = figure;
    return FOVEA_OK;
}

fovea_context *fovea__figure_context(const fovea_figure *figure) {
    return figure->context;
}
const char *fovea__figure_subtitle(const fovea_figure *figure) {
    return figure->subtitle;
}
void fovea__figure_embed(fovea_figure *figure) {
    figure->embedded = true;
}
const char *fovea__figure_title(const fovea_figure *figure) {
    return figure->title;
}

void fovea_figure_free(fovea_figure *figure) {
    if (!figure) return;
    for (size_t i = 0; i < figure->count; i++)
        figure->blocks[i].kind->release(figure->context, figure->blocks[i].data);
    fovea__free(figure->context, figure->blocks);
    fovea__free(figure->context, figure->title);
    fovea__free(figure->context, figure->subtitle);
    fovea__free(figure->context, figure);
}

fovea_status fovea__figure_add_block(fovea_figure *figure, const fovea__block_kind *kind,
                                     void *data, fovea_error *error) {
    block *blocks = fovea__grow(figure->context, figure->blocks, figure->count, &figure->capacity,
                                figure->count + 1, sizeof *blocks, error);
    if (!blocks) {
        kind->release(figure->context, data);
        return FOVEA_OUT_OF_MEMORY;
    }
    figure->blocks = blocks;
    blocks[figure->count++] = (block){kind, data, figure->frame};
    return FOVEA_OK;
}

void fovea__figure_animate(fovea_figure *figure, double seconds) {
    figure->seconds = seconds;
}
void fovea__figure_begin_frame(fovea_figure *figure) {
    figure->frame = ++figure->frames;
}
void fovea__figure_end_frames(fovea_figure *figure) {
    figure->frame = 0;
}

// A paragraph or heading

typedef struct note {
    char *text, *place;  // place NULL: none
    bool heading;
} note;

static double note_layout(const void *data, fovea__display *display, double x, double y,
                          double width) {
    const note *text = data;
    fovea__text_style style = {
        .face = text->heading ? FOVEA__FACE_BOLD : FOVEA__FACE_REGULAR,
        .size = text->heading ? 15 : 12,
        .colour = fovea__theme_colour(text->heading ? FOVEA__ROLE_INK : FOVEA__ROLE_MUTED)};
    if (text->place) fovea__put_place(display, x, y, text->place);
    return fovea__put_paragraph(display, &style, x, y, fmin(width, 760), text->text, true);
}

static void note_describe(const void *data, fovea__text *text) {
    fovea__text_add(text, ((const note *)data)->text);
    fovea__text_add(text, "\n");
}

static void note_release(fovea_context *context, void *data) {
    if (data) fovea__free(context, ((note *)data)->text);
    if (data) fovea__free(context, ((note *)data)->place);
    fovea__free(context, data);
}

static const fovea__block_kind note_kind = {note_layout, note_describe, note_release};

// `place` may be NULL.
static fovea_status add_note(fovea_figure *figure, const char *text, bool heading,
                             const char *place, fovea_error *error) {
    note *data = fovea__new(figure->context, 1, sizeof *data, error);
    if (data) {
        data->heading = heading;
        data->text = fovea__copy_text(figure->context, text, error);
        if (place && data->text) data->place = fovea__copy_text(figure->context, place, error);
    }
    if (!data || !data->text || (place && !data->place)) {
        note_release(figure->context, data);
        return FOVEA_OUT_OF_MEMORY;
    }
    return fovea__figure_add_block(figure, &note_kind, data, error);
}

fovea_status fovea__figure_add_text(fovea_figure *figure, const char *text, bool heading,
                                    fovea_error *error) {
    return add_note(figure, text, heading, NULL, error);
}

fovea_status fovea__figure_add_place(fovea_figure *figure, const char *heading, const char *place,
                                     fovea_error *error) {
    return add_note(figure, heading, true, place, error);
}

static bool is_heading(const block *part) {
    return part->kind == &note_kind && ((const note *)part->data)->heading;
}

static double put_head(const fovea_figure *figure, fovea__display *display, double x, double y,
                       double width) {
    fovea__text_style title = {FOVEA__FACE_BOLD, 18, fovea__theme_colour(FOVEA__ROLE_INK),
                               FOVEA__ANCHOR_START, 0};
    fovea__text_style subtitle = {FOVEA__FACE_REGULAR, 13, fovea__theme_colour(FOVEA__ROLE_MUTED),
                                  FOVEA__ANCHOR_START, 0};
    if (figure->title) y += fovea__put_paragraph(display, &title, x, y, width, figure->title, true);
    if (figure->subtitle)
        y += fovea__put_paragraph(display, &subtitle, x, y, width, figure->subtitle, true);
    return y;
}

// Where the blocks of a figure stand; frames of an animation begin at the same height.
typedef struct place {
    fovea__display *display;
    double margin, width, y;
    double frame_top, frame_bottom;
    int32_t frame;  // of the block before
} place;

static void leave_frame(place *at) {
    if (at->frame == 0) return;
    at->frame_bottom = fmax(at->frame_bottom, at->y);
    at->y = at->frame_bottom;
}

static void enter_frame(const fovea_figure *figure, place *at, int32_t frame) {
    if (frame == at->frame) return;
    leave_frame(at);
    if (frame == 0) {
        fovea__put_still(at->display);
    } else {
        if (at->frame == 0) at->frame_top = at->frame_bottom = at->y;
        at->y = at->frame_top;
        fovea__put_animation_frame(at->display, frame - 1, figure->frames, figure->seconds);
    }
    at->frame = frame;
}

static void layout_blocks(const fovea_figure *figure, place *at) {
    fovea__display *display = at->display;
    double gap = display->terminal ? 16 : 20, near = display->terminal ? 0 : 8;
    bool animated = display->animated && figure->frames > 1 && figure->seconds > 0;
    for (size_t i = 0; i < figure->count && !display->status; i++) {
        const block *part = &figure->blocks[i];
        if (animated) enter_frame(figure, at, part->frame);
        if (at->y > at->margin) at->y += i && is_heading(part - 1) ? near : gap;
        at->y = fovea__snap_y(
            display, at->y + part->kind->layout(part->data, display, at->margin, at->y, at->width));
    }
    if (animated) enter_frame(figure, at, 0);
}

fovea_status fovea__figure_layout(fovea_context *context, const fovea_figure *figure,
                                  const fovea__medium *medium, fovea__display *display,
                                  fovea_error *error) {
    FOVEA__TRY(fovea__display_begin(context, medium, display, error));
    double margin = medium->terminal ? 0 : figure->embedded ? 4 : 24;
    place at = {.display = display, .margin = margin, .width = medium->width - 2 * margin};
    at.y = margin;
    if (!figure->embedded) at.y = put_head(figure, display, margin, margin, at.width);
    layout_blocks(figure, &at);
    display->width = ceil(display->width + margin);
    display->height = ceil(fmax(display->height, at.y) + margin);
    return display->status;
}

fovea_status fovea_figure_text(fovea_context *context, const fovea_figure *figure, char **result,
                               fovea_error *error) {
    fovea__text text = fovea__text_begin(context);
    if (figure->title) fovea__text_format(&text, "%s\n", figure->title);
    if (figure->subtitle) fovea__text_format(&text, "%s\n", figure->subtitle);
    for (size_t i = 0; i < figure->count; i++)
        figure->blocks[i].kind->describe(figure->blocks[i].data, &text);
    return fovea__text_take(&text, result, NULL, error);
}

void fovea_figure_bytes_free(fovea_context *context, void *bytes) {
    fovea__free(context, bytes);
}
