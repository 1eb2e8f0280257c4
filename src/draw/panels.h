// SPDX-License-Identifier: MIT
// Panels: arrays of numbers as pictures, in rows with labels, titles, captions, written values and
// colour bars. Long rows wrap; all rows share their columns. Values that are not finite are drawn
// in magenta with a cross and counted under the panel.
//
//   fovea__panels *panels;
//   fovea__panels_options options;
//   fovea__panels_options_default(&options);
//   FOVEA__TRY(fovea__figure_add_panels(figure, &options, &panels, error));
//   FOVEA__TRY(fovea__panels_row(panels, "conv1", "16×28×28", error));
//   fovea__panel panel = {.kind = FOVEA__PANEL_SIGNED, .data = w, .height = 3, .width = 3,
//                         .title = "Filter 1"};
//   FOVEA__TRY(fovea__panels_add(panels, &panel, error));
#ifndef FOVEA_DRAW_PANELS_H
#define FOVEA_DRAW_PANELS_H

#include "draw/figure.h"

typedef enum fovea__panel_kind {
    FOVEA__PANEL_SIGNED = 0,      // H×W, diverging map centred on zero
    FOVEA__PANEL_ACTIVATION = 1,  // H×W, viridis from min(0, minimum) to the maximum
    FOVEA__PANEL_PICTURE = 2,     // H×W, grey; 0 black and 1 white, or its own range if outside
    FOVEA__PANEL_COLOUR = 3,      // 3×H×W red, green, blue in 0..1 (clamped)
} fovea__panel_kind;

typedef enum fovea__panel_mark {
    FOVEA__MARK_NONE = 0,
    FOVEA__MARK_GOOD = 1,    // green frame and caption
    FOVEA__MARK_BAD = 2,     // red frame and caption
    FOVEA__MARK_ACCENT = 3,  // blue frame
} fovea__panel_mark;

typedef struct fovea__panel {
    fovea__panel_kind kind;
    const float *data;      // [H][W] or [3][H][W]; copied
    int64_t height, width;  // at least 1
    const char *title;      // above the panel; NULL: none
    const char *caption;    // below it, lines by '\n'; NULL: none
    fovea__panel_mark mark;
    bool grey;  // COLOUR: the three are the same
    // A strip across the whole line, for vectors: its elements have a size of their own.
    bool strip;
    bool caption_is_range;  // the text form, which says the range anyway, leaves the caption out
    // An outline within the panel: first row and column, rows and columns of elements; perhaps
    // partly outside, where it is not drawn. No rows: none.
    int64_t box[4];
    // Colours end at this magnitude: numbers beyond it have the last one, and the bar's ends say so.
    // 0: at the largest number.
    double most;
    bool floating;        // ACTIVATION: colours begin at the lowest number, not at zero
    const char *instead;  // words in place of the elements; NULL: none
    bool untold;          // the text form leaves the panel out
} fovea__panel;

typedef struct fovea__panels_options {
    size_t size;
    fovea_scale scale;
    int64_t columns;         // panels beside each other, made smaller to fit; 0: what fits
    double least;            // CSS pixels that they are not made smaller than; 0: 32
    double side;             // CSS pixels of the longer side of the largest panel; 0: chosen
    double gap;              // CSS pixels between panels; 0: 16
    bool values;             // write the values into the cells (cells grow to hold them)
    int decimals;            // of them; -1 (the default): as many as they need
    bool bare_zero;          // zero is written "0" whatever the others have
    bool tell_values;        // the text form lists the values, a row a line
    const char *map;         // colour map for signed and activation panels; NULL: by kind
    const char *scale_name;  // what the colour bar shows ("weight"); NULL: "signed"/"activation"…
} fovea__panels_options;

void fovea__panels_options_default(fovea__panels_options *options);

typedef struct fovea__panels fovea__panels;

// Appends an empty block of panels. `options` may be NULL; its texts are copied. `*panels` is
// borrowed from the figure. Errors: INVALID_ARGUMENT (unknown colour map, bad fixed range),
// OUT_OF_MEMORY.
fovea_status fovea__figure_add_panels(fovea_figure *figure, const fovea__panels_options *options,
                                      fovea__panels **panels, fovea_error *error);

// Begins a row. `label` (bold) and `note` (muted, below it; lines by '\n') stand left of it; each
// may be NULL. Without any call all panels are one row without a label.
fovea_status fovea__panels_row(fovea__panels *panels, const char *label, const char *note,
                               fovea_error *error);

// Appends a panel to the current row. Errors: INVALID_ARGUMENT (no elements, NULL data),
// OUT_OF_MEMORY.
fovea_status fovea__panels_add(fovea__panels *panels, const fovea__panel *panel,
                               fovea_error *error);

#endif
