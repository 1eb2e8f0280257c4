// SPDX-License-Identifier: MIT
// fovea draw convolution: one window times one kernel, every product and their sum.
#include <math.h>
#include <stdlib.h>

#include "draw_windows.h"
#include "fovea/filter.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"kernel", 0, "K", "edge",
     "sobel-x, laplacian, sharpen, \"box 5\" … as fovea filter takes them, a file, or rows as "
     "\"-1 0 1; -2 0 2; -1 0 1\""},
    {"stride", 0, "N", "1", "step from window to window, 1 to 4096; N,M: down, across"},
    {"bias", 0, "B", "0", "added to each sum"},
    CLI_WINDOW_OPTIONS,
    CLI_END};

// The simple fraction that a weight was before it was rounded to a float ("1/9", "0.1"), so that
// sums of such weights come out as a reader expects; other weights as they are.
static double typed_number(float weight) {
    for (int denominator = 1; denominator <= 1000; denominator++) {
        double numerator = nearbyint((double)weight * denominator);
        if ((float)(numerator / denominator) == weight) return numerator / denominator;
    }
    return weight;
}

typedef struct {
    fovea_filter_kernel kernel;
    double weights[FOVEA_FILTER_MAX_SIDE * FOVEA_FILTER_MAX_SIDE];
} chosen_kernel;

static fovea_status choose_kernel(const cli_call *cli, fovea_window_options *settings,
                                  chosen_kernel *chosen, fovea_error *error) {
    fovea_filter_kernel *kernel = &chosen->kernel;
    CLI_TRY(fovea_filter_kernel_parse(cli->context, cli_text(cli, "kernel"), 0, kernel, error));
    for (int32_t i = 0; i < kernel->height * kernel->width; i++)
        chosen->weights[i] = typed_number(kernel->weight[i]);
    settings->kernel = chosen->weights;
    settings->kernel_name = kernel->name;
    settings->kernel_size[0] = kernel->height;
    settings->kernel_size[1] = kernel->width;
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    cli_window window;
    chosen_kernel chosen;
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(cli_window_begin(cli, FOVEA_WINDOW_CONVOLUTION, &window, error));
    CLI_TRY(cli_real(cli, "bias", -1e9, 1e9, &window.options.bias, error));
    CLI_TRY(choose_kernel(cli, &window.options, &chosen, error));
    fovea_status status = cli_window_open(cli, &window, error);
    if (status == FOVEA_OK) status = cli_window_show(cli, &window, error);
    cli_window_end(&window);
    return status;
}

const cli_command cli_draw_convolution = {
    "draw convolution",
    CLI_LOOK,
    "",
    0,
    0,
    "one window times one kernel: products, sum, output",
    "The numbers are those of the library's convolution in double precision; the kernel is not "
    "turned round. The picture's channels are summed, as a layer does; --gray or --channel shows "
    "one. With several --frames an SVG or HTML plays them in a loop, without any script.",
    "fovea draw convolution --kernel sobel-x --frames 16 -o convolution.svg\n"
    "fovea draw convolution --image mnist#7 --at 5,9 --stride 2 --padding 1 -o window.png\n",
    options,
    run};
