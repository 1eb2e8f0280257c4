// SPDX-License-Identifier: MIT
// Figures of nets as text, for tests: what a figure says, how often it says something.
#ifndef FOVEA_TESTS_FIGURE_SAID_H
#define FOVEA_TESTS_FIGURE_SAID_H

#include "fovea.h"
#include "unit/training.h"

static inline int times(const char *text, const char *part) {
    int count = 0;
    for (const char *at = text; (at = strstr(at, part)); at++) count++;
    return count;
}

static inline fovea_model *net_of(fovea_context *context, const char *text, int32_t c, int32_t h,
                                  int32_t w) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){3, {c, h, w}};
    if (fovea_model_open(context, text, &options, &model, &error)) fail_msg("%s", error.text);
    return model;
}

// What the figure says, in one of four buffers used in turn; frees the figure.
static inline const char *said(fovea_context *context, fovea_figure *figure) {
    static char kept[4][1 << 18];
    static int turn;
    char *text;
    turn = (turn + 1) % 4;
    assert_int_equal(fovea_figure_text(context, figure, &text, NULL), FOVEA_OK);
    snprintf(kept[turn], sizeof kept[turn], "%s", text);
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
    return kept[turn];
}

#endif
