// SPDX-License-Identifier: MIT
// Figures laid out on a page, for tests of where things stand.
#ifndef FOVEA_TESTS_LAID_OUT_H
#define FOVEA_TESTS_LAID_OUT_H

#include "draw/figure.h"
#include "unit/unit.h"

static inline fovea__display lay_out(fovea_context *context, const fovea_figure *figure,
                                     double width) {
    fovea__display display;
    fovea__medium page = {.width = width};
    assert_int_equal(fovea__figure_layout(context, figure, &page, &display, NULL), FOVEA_OK);
    return display;
}

// The first text that is `string`, NULL where there is none.
static inline const fovea__item *find_text(const fovea__display *display, const char *string) {
    for (size_t i = 0; i < display->count; i++)
        if (display->items[i].kind == FOVEA__ITEM_TEXT && !strcmp(display->items[i].string, string))
            return &display->items[i];
    return NULL;
}

#endif
