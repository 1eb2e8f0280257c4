// SPDX-License-Identifier: MIT
#include "draw/terminal_screen.h"

static void add_point(fovea__text *text, uint32_t point) {
    char bytes[4];
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length; i-- > 1; point >>= 6) bytes[i] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)(lead[length] | point);
    fovea__text_add_n(text, bytes, length);
}

static void add_colour(const fovea__screen *s, fovea__text *text, bool back, fovea__rgb rgb) {
    if (s->colours == FOVEA_TERMINAL_TRUE) {
        fovea__text_format(text, ";%d;2;%d;%d;%d", back ? 48 : 38, rgb.r, rgb.g, rgb.b);
    } else if (s->colours == FOVEA_TERMINAL_256) {
        fovea__text_format(text, ";%d;5;%d", back ? 48 : 38, fovea__nearest_256(rgb));
    } else {
        int index = fovea__nearest_16(rgb);
        int base = (index < 8 ? 30 : 82) + (back ? 10 : 0);
        fovea__text_format(text, ";%d", base + index);
    }
}

static bool same_look(const fovea__cell *a, const fovea__cell *b) {
    return a->has_fore == b->has_fore && a->has_back == b->has_back && a->bold == b->bold &&
           a->faint == b->faint && (!a->has_fore || fovea__same_rgb(a->fore, b->fore)) &&
           (!a->has_back || fovea__same_rgb(a->back, b->back));
}

static void add_look(const fovea__screen *s, fovea__text *text, const fovea__cell *at) {
    fovea__text_add(text, "\x1b[0");
    if (at->bold) fovea__text_add(text, ";1");
    if (at->faint) fovea__text_add(text, ";2");
    if (at->has_fore) add_colour(s, text, false, at->fore);
    if (at->has_back) add_colour(s, text, true, at->back);
    fovea__text_add(text, "m");
}

void fovea__screen_add_row(const fovea__screen *s, fovea__text *text, int row) {
    static const fovea__cell plain;
    const fovea__cell *cells = fovea__screen_cell(s, 0, row), *look = &plain;
    int end = s->columns;
    while (end > 0 && !cells[end - 1].has_back &&
           (cells[end - 1].point == 0 || cells[end - 1].point == ' '))
        end--;
    for (int i = 0; i < end; i++) {
        const fovea__cell *at = &cells[i];
        if (!fovea__screen_mono(s) && !same_look(at, look)) add_look(s, text, at);
        look = at;
        add_point(text, at->point ? at->point : ' ');
    }
    if (!fovea__screen_mono(s) && !same_look(look, &plain)) fovea__text_add(text, "\x1b[0m");
    fovea__text_add(text, "\n");
}
