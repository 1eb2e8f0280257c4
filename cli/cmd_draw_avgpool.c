// SPDX-License-Identifier: MIT
// fovea draw avgpool: the mean of each window.
#include "draw_windows.h"

static const cli_option options[] = {
    {"kernel", 0, "N", "2", "size of the window, 1 to 31; N,M: rows, columns"},
    {"stride", 0, "N", NULL, "step from window to window; the kernel's size when not given"},
    {"count-include-pad", 0, "0|1", "1", "whether zeros of the padding count in the mean"},
    {"alone", 0, NULL, NULL, "without maximum pooling of the same patch beside it"},
    CLI_WINDOW_OPTIONS,
    CLI_END};

static fovea_status run(cli_call *cli, fovea_error *error) {
    return cli_draw_pooling(cli, FOVEA_WINDOW_AVGPOOL, error);
}

const cli_command cli_draw_avgpool = {
    "draw avgpool",
    CLI_LOOK,
    "",
    0,
    0,
    "average pooling of a patch, beside maximum pooling",
    "Four windows from --at on, in colours, and what is taken of each. With --frames one window "
    "after another over the whole picture instead. A colour picture is shown in grey unless "
    "--channel names one of its channels.",
    "fovea draw avgpool --alone -o mean.png\n"
    "fovea draw avgpool --image photo.jpg --kernel 3 --padding 1 --frames 6 -o mean.svg\n",
    options,
    run};
