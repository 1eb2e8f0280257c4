// SPDX-License-Identifier: MIT
// make_gallery LIST OUT.png: a contact sheet of figures in rows that fill the width. Each line of LIST
// is "FILE.png|caption|command". Run by make_gallery.sh.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "draw/display.h"
#include "draw/paint.h"
#include "formats/png.h"

enum { WIDTH = 1760, GAP = 30, MARGIN = 44, PAD = 12, TALL = 430, LEAST = 250, MOST = 64 };

typedef struct {
    fovea__picture picture;
    char caption[200], command[400];
} card;

typedef struct {
    fovea_context *context;
    fovea__display display;
    card cards[MOST];
    int count;
    double y;
    fovea_error error;
} sheet;

static const fovea__text_style title_style = {
    FOVEA__FACE_BOLD, 34, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style lead_style = {
    FOVEA__FACE_REGULAR, 18, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style caption_style = {
    FOVEA__FACE_BOLD, 16, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style command_style = {
    FOVEA__FACE_MONO, 13, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};

// Width of the card when its picture is `height` high.
static double card_width(const card *c, double height) {
    double wide = height * (double)c->picture.width / (double)c->picture.height + 2 * PAD;
    return fmax(wide, LEAST);
}

static double row_width(const sheet *s, int first, int count, double height) {
    double width = (count - 1) * GAP;
    for (int i = first; i < first + count; i++) width += card_width(&s->cards[i], height);
    return width;
}

// The ground of a card is that of its figure, so that figures of both themes sit well on it.
static void put_card(sheet *s, const card *c, double x, double y, double width, double height,
                     double texts) {
    const fovea__picture *p = &c->picture;
    fovea__colour ground =
        fovea__fixed_colour((fovea__rgb){p->pixels[0], p->pixels[1], p->pixels[2]});
    double wide = floor(height * (double)p->width / (double)p->height);
    fovea__put_text_within(&s->display, &caption_style, x, y, width, c->caption);
    fovea__put_paragraph(&s->display, &command_style, x,
                         y + fovea__line_height(&s->display, caption_style.size) + 2, width,
                         c->command, true);
    y += texts;
    fovea__put_rectangle(&s->display, x, y, width, height + 2 * PAD, ground);
    fovea__put_picture(&s->display, x + floor((width - wide) / 2), y + PAD, wide, height, p->pixels,
                       p->height, p->width);
    fovea__put_frame(&s->display, x, y, width, height + 2 * PAD,
                     fovea__theme_colour(FOVEA__ROLE_GRID), 1, 0);
}

static double text_height(sheet *s, const card *c, double width) {
    return fovea__line_height(&s->display, caption_style.size) + 10 +
           fovea__put_paragraph(&s->display, &command_style, 0, 0, width, c->command, false);
}

// Cards beside each other, all as high as makes them fill the width; those of the last row are not
// enlarged.
static void put_row(sheet *s, int first, int count) {
    double low = 40, high = TALL, texts = 0, x = MARGIN;
    for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;
        if (row_width(s, first, count, middle) > WIDTH)
            high = middle;
        else
            low = middle;
    }
    double height = floor(low);
    for (int i = first; i < first + count; i++)
        texts = fmax(texts, text_height(s, &s->cards[i], card_width(&s->cards[i], height)));
    for (int i = first; i < first + count; i++) {
        double width = floor(card_width(&s->cards[i], height));
        put_card(s, &s->cards[i], x, s->y, width, height, texts);
        x += width + GAP;
    }
    s->y += texts + height + 2 * PAD + GAP;
}

static void put_rows(sheet *s) {
    for (int first = 0, count; first < s->count; first += count) {
        count = 1;
        while (first + count < s->count && row_width(s, first, count, TALL) < WIDTH) count++;
        put_row(s, first, count);
    }
}

static fovea_status add_line(sheet *s, char *line) {
    char *caption = strchr(line, '|'), *command = caption ? strchr(caption + 1, '|') : NULL;
    fovea__bytes bytes;
    if (!command || s->count == MOST) return FOVEA_INVALID_ARGUMENT;
    *caption++ = *command++ = 0;
    command[strcspn(command, "\n")] = 0;
    card *c = &s->cards[s->count++];
    snprintf(c->caption, sizeof c->caption, "%s", caption);
    snprintf(c->command, sizeof c->command, "%s", command);
    fovea_status status = fovea__file_read(s->context, line, 1 << 26, &bytes, &s->error);
    if (status) return status;
    status = fovea__png_read(s->context, bytes.data, bytes.size, line, &c->picture, &s->error);
    fovea__free(s->context, bytes.data);
    return !status && c->picture.channels != 3 ? FOVEA_BAD_FILE : status;
}

static fovea_status fill(sheet *s, FILE *list) {
    char line[2048];
    fovea__medium medium = {.width = 2 * MARGIN + WIDTH};
    fovea_status status = fovea__display_begin(s->context, &medium, &s->display, &s->error);
    while (!status && fgets(line, sizeof line, list)) status = add_line(s, line);
    if (status) return status;
    s->y = MARGIN;
    fovea__put_text(&s->display, &title_style, MARGIN, s->y,
                    "fovea sees inside convolutional nets");
    s->y += fovea__line_height(&s->display, title_style.size) + 4;
    fovea__put_text(
        &s->display, &lead_style, MARGIN, s->y,
        "Every picture is made by the command above it, from the data set Fashion-MNIST "
        "and from drawings of our own.");
    s->y += fovea__line_height(&s->display, lead_style.size) + 30;
    put_rows(s);
    s->display.width = medium.width;
    s->display.height = ceil(s->y - GAP + MARGIN);
    return s->display.status;
}

int main(int count, char **words) {
    static sheet s;
    fovea__bytes png = {0};
    FILE *list = count == 3 ? fopen(words[1], "r") : NULL;
    if (!list) {
        fprintf(stderr, "usage: make_gallery LIST OUT.png\n");
        return 2;
    }
    fovea_status status = fovea_context_create(NULL, &s.context, &s.error);
    if (!status) status = fill(&s, list);
    if (!status) status = fovea__render_png(s.context, &s.display, false, 1, &png, &s.error);
    if (!status) status = fovea__file_save(s.context, words[2], png.data, png.size, &s.error);
    if (status) fprintf(stderr, "make_gallery: %s\n", s.error.text);
    if (s.context) {
        fovea__free(s.context, png.data);
        for (int i = 0; i < s.count; i++) fovea__picture_clear(s.context, &s.cards[i].picture);
        fovea__display_release(&s.display);
        fovea_context_free(s.context);
    }
    fclose(list);
    return status ? 1 : 0;
}
