// SPDX-License-Identifier: MIT
// fovea draw maxpool: the largest value of each window.
#include "draw_windows.h"

static const cli_option options[] = {
    {"kernel", 0, "N", "2", "size of the window, 1 to 31; N,M: rows, columns"},
    {"stride", 0, "N", NULL, "step from window to window; the kernel's size when not given"},
    {"alone", 0, NULL, NULL, "without average pooling of the same patch beside it"},
    CLI_WINDOW_OPTIONS,
    CLI_END};

static fovea_status run(cli_call *cli, fovea_error *error) {
    return cli_draw_pooling(cli, FOVEA_WINDOW_MAXPOOL, error);
}

const cli_command cli_draw_maxpool = {
    "draw maxpool",
    CLI_LOOK,
    "",
    0,
    0,
    "maximum pooling of a patch, beside average pooling",
    "Four windows from --at on, in colours, and what is taken of each. With --frames one window "
    "after another over the whole picture instead. A colour picture is shown in grey unless "
    "--channel names one of its channels.",
    "fovea draw maxpool -o pooling.png\n"
    "fovea draw maxpool --image mnist#7 --at 5,5 --kernel 3 --stride 2 --frames 8 -o pool.svg\n",
    options,
    run};
