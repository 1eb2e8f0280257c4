// SPDX-License-Identifier: MIT
// A figure as one picture of pixels in the terminal: sixel or kitty sequences, written by libchafa.
#ifndef FOVEA_DRAW_TERMINAL_GRAPHICS_H
#define FOVEA_DRAW_TERMINAL_GRAPHICS_H

#include "fovea/draw.h"

// `options` are checked and ask for SIXEL or KITTY. The text ends with a line end and is freed with
// fovea__free. Errors: UNSUPPORTED (built without libchafa), OUT_OF_MEMORY, INVALID_ARGUMENT (too
// many pixels).
fovea_status fovea__terminal_graphics(fovea_context *context, const fovea_figure *figure,
                                      const fovea_terminal_options *options, char **text,
                                      fovea_error *error);

#endif
