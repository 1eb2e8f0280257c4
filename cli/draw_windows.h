// SPDX-License-Identifier: MIT
// What `draw convolution`, `draw maxpool` and `draw avgpool` share: options of the window, the
// picture, numbers as JSON.
#ifndef FOVEA_CLI_DRAW_WINDOWS_H
#define FOVEA_CLI_DRAW_WINDOWS_H

#include "command.h"
#include "fovea/window_steps.h"

#define CLI_WINDOW_OPTIONS                                                                    \
    {"image", 0, "FILE|SET#INDEX", NULL, "the picture; else a small one made by a formula"},  \
        {"at", 0, "Y,X", NULL,                                                                \
         "position in the output, from 0,0; else the first, in large pictures the middle"},   \
        {"padding", 0, "N", "0", "places added on each side, 0 to 1024; N,M: rows, columns"}, \
        {"dilation", 0, "N", "1", "distance of the window's cells, 1 to 1024; or N,M"},       \
        {"frames", 0, "N", "1",                                                               \
         "windows from --at on, row by row, 1 to 64: an animation in SVG "                    \
         "and HTML, a strip elsewhere"},                                                      \
        {"seconds", 0, "S", "1.5", "of each frame of the animation"},                         \
        {"strip", 0, NULL, NULL, "frames below each other in SVG and HTML too"},              \
        {"channel", 0, "K", NULL, "only this channel of the picture, from 1"},                \
        {"gray", 0, NULL, NULL, "the picture in grey, as OpenCV's cvtColor makes it"},        \
        {"bytes", 0, NULL, NULL, "pixels as 0 to 255 instead of 0 to 1"}, CLI_DATA_OPTIONS,   \
        CLI_FIGURE_OPTIONS

typedef struct cli_window {
    fovea_window_kind kind;
    fovea_window_options options;
    fovea_tensor *picture;  // NULL: the built-in one
    char picture_name[128];
    fovea_window_steps *steps;
    fovea_figure *figure;
} cli_window;

// The options above and --stride; the kernel is the command's own.
fovea_status cli_window_begin(const cli_call *cli, fovea_window_kind kind, cli_window *window,
                              fovea_error *error);
// Opens the picture; pooling takes it in grey unless a channel is named.
fovea_status cli_window_open(const cli_call *cli, cli_window *window, fovea_error *error);
// Steps as JSON with --json, the figure of -o.
fovea_status cli_window_show(const cli_call *cli, cli_window *window, fovea_error *error);
void cli_window_end(cli_window *window);

// Runs `draw maxpool` or `draw avgpool`.
fovea_status cli_draw_pooling(const cli_call *cli, fovea_window_kind kind, fovea_error *error);

#endif
