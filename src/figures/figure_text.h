// SPDX-License-Identifier: MIT
// Text that was put together piece by piece, as a block of a figure.
#ifndef FOVEA_FIGURES_FIGURE_TEXT_H
#define FOVEA_FIGURES_FIGURE_TEXT_H

#include "base/memory.h"
#include "draw/figure.h"

// fovea__figure_add_text of what `text` holds; `text` is used up, also on failure.
static inline fovea_status fovea__add_built_text(fovea_figure *figure, fovea__text *text,
                                                 bool heading, fovea_error *error) {
    char *string;
    fovea_status status = fovea__text_take(text, &string, NULL, error);
    if (status != FOVEA_OK) return status;
    status = fovea__figure_add_text(figure, string, heading, error);
    fovea__free(fovea__figure_context(figure), string);
    return status;
}

#endif
