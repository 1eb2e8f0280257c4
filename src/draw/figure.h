// SPDX-License-Identifier: MIT
// A figure is a title and blocks below each other (panels, plots, a matrix, bars, a table, notes).
// Blocks keep what they show, not where: the layout is made for the width and the medium when the
// figure is drawn, so that the same figure suits a page and a terminal.
//
//   FOVEA__TRY(fovea__figure_create(context, "conv1: 16 filters", NULL, &figure, error));
//   fovea__panels *panels;
//   fovea__figure_add_panels(figure, NULL, &panels, error);      // draw/panels.h
//   ...
//   *result = figure;                                            // freed with fovea_figure_free
#ifndef FOVEA_DRAW_FIGURE_H
#define FOVEA_DRAW_FIGURE_H

#include "base/text.h"
#include "draw/display.h"
#include "fovea/draw.h"

// What a kind of block can do. `data` is the block's own.
typedef struct fovea__block_kind {
    // Draws into `display` from (x, y) on, at most `width` wide if the block can be made to fit,
    // and returns the height it took. Failures stay in the display.
    double (*layout)(const void *data, fovea__display *display, double x, double y, double width);
    void (*describe)(const void *data, fovea__text *text);  // the numbers, as lines of text
    void (*release)(fovea_context *context, void *data);    // frees `data` too
} fovea__block_kind;

// Texts are copied; `title` and `subtitle` may be NULL. Errors: OUT_OF_MEMORY.
fovea_status fovea__figure_create(fovea_context *context, const char *title, const char *subtitle,
                                  fovea_figure **figure, fovea_error *error);

fovea_context *fovea__figure_context(const fovea_figure *figure);
const char *fovea__figure_title(const fovea_figure *figure);     // NULL: none
const char *fovea__figure_subtitle(const fovea_figure *figure);  // NULL: none

// For pages with headings of their own: title and subtitle are not drawn (the title stays the
// picture's accessible name) and the margin is narrow.
void fovea__figure_embed(fovea_figure *figure);

// Appends a block; the figure owns `data` from here on, also when this fails.
fovea_status fovea__figure_add_block(fovea_figure *figure, const fovea__block_kind *kind,
                                     void *data, fovea_error *error);

// From here on blocks are frames of an animation, each shown for `seconds` (0: never animated), up
// to fovea__figure_end_frames; fovea__figure_begin_frame begins the next one. Frames stand in one
// place in SVG and HTML, below each other where nothing can move. One animation a figure.
void fovea__figure_animate(fovea_figure *figure, double seconds);
void fovea__figure_begin_frame(fovea_figure *figure);
void fovea__figure_end_frames(fovea_figure *figure);

// A paragraph of muted text that wraps; '\n' begins a new line. A heading in bold with `heading`.
fovea_status fovea__figure_add_text(fovea_figure *figure, const char *text, bool heading,
                                    fovea_error *error);

// A heading that links lead to.
fovea_status fovea__figure_add_place(fovea_figure *figure, const char *heading, const char *place,
                                     fovea_error *error);

// Lays the figure out. The display is released with fovea__display_release, also after a failure.
fovea_status fovea__figure_layout(fovea_context *context, const fovea_figure *figure,
                                  const fovea__medium *medium, fovea__display *display,
                                  fovea_error *error);

// Appends the figure as one <svg> element (no XML declaration), for pages that embed it.
fovea_status fovea__figure_svg(fovea_context *context, const fovea_figure *figure,
                               const fovea_draw_options *options, fovea__text *text,
                               fovea_error *error);

#endif
