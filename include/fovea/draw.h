// SPDX-License-Identifier: MIT
// Figures: what the figure functions return, and the ways to see one – a file (PNG, SVG, PDF,
// HTML), the terminal, or a few lines of text with the shape, range and mean of every panel.
//
//   fovea_figure *figure;
//   fovea_figure_filters(context, graph, NULL, &figure, &error);      // fovea/figures.h
//   fovea_figure_write(context, figure, "filters.png", NULL, &error);
//   fovea_figure_free(figure);
//
// The same figure and options give the same bytes on every machine with the same libraries. Nothing
// here reads the environment: what a terminal can show is passed in. How figures are made from
// networks and data is not here.
#ifndef FOVEA_DRAW_H
#define FOVEA_DRAW_H

#include "fovea/context.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_figure fovea_figure;

FOVEA_API void fovea_figure_free(fovea_figure *figure);

// How the values of panels become colours. Signed values (weights, pre-activations) use a diverging
// map from -m to m with zero in the middle, m the largest magnitude; activations run from their
// minimum (0 if there is nothing below) to their maximum.
typedef enum fovea_scale_mode {
    FOVEA_SCALE_FIGURE = 0,  // one range for all panels of a kind in the figure
    FOVEA_SCALE_ROW = 1,     // one range for each row of panels
    FOVEA_SCALE_PANEL = 2,   // each panel its own
    // From `low` to `high`; signed values from -m to m, m = max(|low|, |high|).
    FOVEA_SCALE_FIXED = 3,
} fovea_scale_mode;

typedef struct fovea_scale {
    fovea_scale_mode mode;
    double low, high;  // FOVEA_SCALE_FIXED only
} fovea_scale;

// "figure", "row", "panel" or "LOW:HIGH" (LOW < HIGH, both finite).
// Errors: INVALID_ARGUMENT, with what was given and what is allowed.
FOVEA_API fovea_status fovea_scale_parse(const char *text, fovea_scale *scale, fovea_error *error);

typedef enum fovea_theme {
    FOVEA_THEME_AUTO = 0,  // SVG and HTML follow the viewer's setting; PNG and PDF are light
    FOVEA_THEME_LIGHT = 1,
    FOVEA_THEME_DARK = 2,
} fovea_theme;

typedef enum fovea_picture_format {
    FOVEA_PICTURE_PNG = 0,
    FOVEA_PICTURE_SVG = 1,
    FOVEA_PICTURE_PDF = 2,
    FOVEA_PICTURE_HTML = 3,  // one self-contained page around the SVG
} fovea_picture_format;

typedef struct fovea_draw_options {
    size_t size;        // sizeof(fovea_draw_options); set by fovea_draw_options_default
    fovea_theme theme;  // FOVEA_THEME_AUTO
    double scale;       // PNG pixels for one CSS pixel, 0.25 to 8; 2
    double width;       // CSS pixels the layout may take before rows wrap, 240 to 8000; 1000
} fovea_draw_options;

FOVEA_API void fovea_draw_options_default(fovea_draw_options *options);

// The format that the ending of `path` names: .png .svg .pdf .html .htm, in any case. Errors:
// INVALID_ARGUMENT, naming the endings that are allowed. Ask before long work, not after it.
FOVEA_API fovea_status fovea_figure_format_of(const char *path, fovea_picture_format *format,
                                              fovea_error *error);

// Writes the figure as the ending of `path` says; the file holds the old content or the new, never
// half. `options` may be NULL. Errors: INVALID_ARGUMENT (ending, options; a picture larger than
// 30000 pixels a side or 400 million in all), OUT_OF_MEMORY, IO.
FOVEA_API fovea_status fovea_figure_write(fovea_context *context, const fovea_figure *figure,
                                          const char *path, const fovea_draw_options *options,
                                          fovea_error *error);

// The same into memory: `*bytes` is yours, released with fovea_figure_bytes_free.
FOVEA_API fovea_status fovea_figure_render(fovea_context *context, const fovea_figure *figure,
                                           fovea_picture_format format,
                                           const fovea_draw_options *options, void **bytes,
                                           size_t *size, fovea_error *error);
// Width and height in CSS pixels that the figure takes under these options (NULL: the default).
FOVEA_API fovea_status fovea_figure_size(fovea_context *context, const fovea_figure *figure,
                                         const fovea_draw_options *options, double *width,
                                         double *height, fovea_error *error);

typedef enum fovea_terminal_colours {
    FOVEA_TERMINAL_ASCII = 0,  // no escape sequence and no byte above 127
    FOVEA_TERMINAL_PLAIN = 1,  // UTF-8 shades, no colour
    FOVEA_TERMINAL_16 = 2,
    FOVEA_TERMINAL_256 = 3,
    FOVEA_TERMINAL_TRUE = 4,
} fovea_terminal_colours;

typedef enum fovea_terminal_graphics {
    FOVEA_TERMINAL_CELLS = 0,  // characters
    FOVEA_TERMINAL_SIXEL = 1,  // pixels, by DEC's sixel sequences
    FOVEA_TERMINAL_KITTY = 2,  // pixels, by kitty's graphics protocol
} fovea_terminal_graphics;

typedef struct fovea_terminal_options {
    size_t size;                       // set by fovea_terminal_options_default
    fovea_terminal_colours colours;    // FOVEA_TERMINAL_ASCII
    int32_t columns;                   // 20 to 1000; 80
    fovea_terminal_graphics graphics;  // FOVEA_TERMINAL_CELLS
    // For pixels: their ground (AUTO is dark) and how many of them a character cell has, 4 to 128
    // by 8 to 256; 10 by 20.
    fovea_theme theme;
    int32_t cell_width, cell_height;
} fovea_terminal_options;

FOVEA_API void fovea_terminal_options_default(fovea_terminal_options *options);

// Whether this library was built with libchafa, which writes sixel and kitty sequences.
FOVEA_API int fovea_terminal_has_graphics(void);

// The figure laid out anew for a terminal, lines ended by '\n'. Of characters: pictures are half
// blocks (one character cell shows two picture elements) or, without colour, shades; text keeps the
// terminal's own colours. With `graphics` the whole figure is one picture of pixels, as wide as the
// columns at most. Errors: INVALID_ARGUMENT, OUT_OF_MEMORY, UNSUPPORTED (graphics without
// libchafa).
FOVEA_API fovea_status fovea_figure_terminal(fovea_context *context, const fovea_figure *figure,
                                             const fovea_terminal_options *options, char **text,
                                             fovea_error *error);

// A line for each panel with shape, range and mean, for each curve, class or bar with its numbers:
// what is printed where there is no terminal and no file was asked for.
FOVEA_API fovea_status fovea_figure_text(fovea_context *context, const fovea_figure *figure,
                                         char **text, fovea_error *error);

// Releases what fovea_figure_render, fovea_figure_terminal and fovea_figure_text gave.
FOVEA_API void fovea_figure_bytes_free(fovea_context *context, void *bytes);

#ifdef __cplusplus
}
#endif
#endif
