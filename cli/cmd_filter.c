// SPDX-License-Identifier: MIT
// fovea filter: a picture, a hand-made kernel, and what comes out.
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"kernel", 'k', "KERNEL", NULL,
     "sobel-x, sobel-y, prewitt-x, prewitt-y, scharr-x, scharr-y, laplacian, sharpen, edge, "
     "emboss, \"box N\", \"gaussian N\", a file, or numbers: \"-1 0 1; -2 0 2; -1 0 1\""},
    {"sigma", 0, "S", "0", "of a gaussian, in pixels; 0: chosen by its size"},
    {"border", 0, "HOW", "reflect-101", "reflect-101, replicate or zero"},
    {"depth", 0, "TYPE", "u8", "u8 (bytes, saturated) or f32 (of picture/255, with signs)"},
    {"color", 0, "HOW", "gray", "gray (as OpenCV's cvtColor) or each (red, green and blue alone)"},
    {"only", 0, "WHAT", NULL, "result: -o gets the bare result as .png, .ppm, .pgm or .npy"},
    {"npz", 0, "FILE", NULL, "save picture, gray, kernel and result as .npz"},
    CLI_DATA_OPTIONS,
    CLI_FIGURE_OPTIONS,
    CLI_END};

typedef struct {
    cli_picture source;
    fovea_tensor *gray, *result;
    const fovea_tensor *input;  // source or gray
    fovea_filter_kernel kernel;
    fovea_filter_options settings;
    bool each, only;
} work;

static bool ends_with(const char *path, const char *ending) {
    size_t length = strlen(path), tail = strlen(ending);
    return length >= tail && strcasecmp(path + length - tail, ending) == 0;
}

// --only result: the ending decides, so it is looked at before long work.
static fovea_status check_only(const cli_call *cli, work *w, fovea_error *error) {
    const char *what = cli_text(cli, "only"), *path = cli_text(cli, "output");
    char shown[128];
    if (!what) return cli_figure_check(cli, error);
    if (strcmp(what, "result") != 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--only %s: only 'result' can be asked for",
                        cli_clean(shown, sizeof shown, what));
    if (!path)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--only result needs -o FILE.png, .ppm, .pgm or .npy");
    w->only = true;
    bool npy = ends_with(path, ".npy");
    if (!npy && !ends_with(path, ".png") && !ends_with(path, ".ppm") && !ends_with(path, ".pgm"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "-o %s: the bare result is written as .png, .ppm, .pgm or .npy",
                        cli_clean(shown, sizeof shown, path));
    if (!npy && w->settings.depth == FOVEA_FILTER_F32)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "-o %s: a picture file holds bytes; write numbers of --depth f32 as .npy",
                        cli_clean(shown, sizeof shown, path));
    return cli_files_check(cli, error);
}

// "--kernel box 5" without quotes leaves the size among the operands.
static fovea_status read_kernel(const cli_call *cli, work *w, fovea_error *error) {
    char both[64];
    double sigma;
    const char *text = cli_text(cli, "kernel");
    CLI_TRY(cli_real(cli, "sigma", 0, 1000, &sigma, error));
    if (!text)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "which filter? --kernel sobel-x, for example; 'fovea filter --help' lists "
                        "them");
    if (cli->operands > 1) {
        int64_t size;
        char shown[128];
        bool sized = strcmp(text, "box") == 0 || strcmp(text, "gaussian") == 0;
        if (!sized || cli_parse_integer("size", cli->operand[1], 0, 9999, &size, NULL) != FOVEA_OK)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT, "'%s' is one word too many: fovea %s %s",
                            cli_clean(shown, sizeof shown, cli->operand[1]), cli->command->name,
                            cli->command->operands);
        snprintf(both, sizeof both, "%s %d", text, (int)size);
        text = both;
    }
    return fovea_filter_kernel_parse(cli->context, text, sigma, &w->kernel, error);
}

static fovea_status read_options(const cli_call *cli, work *w, fovea_error *error) {
    const char *colour = cli_text(cli, "color");
    fovea_filter_options_default(&w->settings);
    CLI_TRY(fovea_border_find(cli_text(cli, "border"), &w->settings.border, error));
    CLI_TRY(fovea_filter_depth_find(cli_text(cli, "depth"), &w->settings.depth, error));
    w->each = strcmp(colour, "each") == 0;
    if (!w->each && strcmp(colour, "gray") != 0 && strcmp(colour, "grey") != 0) {
        char shown[128];
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--color %s: gray and each exist",
                        cli_clean(shown, sizeof shown, colour));
    }
    CLI_TRY(read_kernel(cli, w, error));
    return check_only(cli, w, error);
}

// One channel as H×W, as OpenCV has it.
static fovea_view plain_view(const fovea_tensor *tensor) {
    fovea_view view = fovea_tensor_view(tensor);
    if (view.shape.dim[0] == 1)
        view.shape = fovea_shape_make(2, (int64_t[]){view.shape.dim[1], view.shape.dim[2]});
    return view;
}

static fovea_status save_arrays(const cli_call *cli, work *w, fovea_error *error) {
    const char *names[4], *path = cli_text(cli, "npz");
    fovea_view arrays[4];
    char shown[256];
    int32_t count = 0;
    if (!path) return FOVEA_OK;
    names[count] = "picture";
    arrays[count++] = fovea_tensor_view(w->source.picture);
    if (w->gray) {
        names[count] = "gray";
        arrays[count++] = plain_view(w->gray);
    }
    names[count] = "kernel";
    arrays[count++] =
        (fovea_view){FOVEA_F32, fovea_shape_make(2, (int64_t[]){w->kernel.height, w->kernel.width}),
                     w->kernel.weight};
    names[count] = "result";
    arrays[count++] = plain_view(w->result);
    CLI_TRY(fovea_arrays_save(cli->context, path, names, arrays, count, error));
    cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, path));
    return FOVEA_OK;
}

static void print_channels(cli_json *json, const fovea_view *view) {
    int64_t plane = view->shape.dim[1] * view->shape.dim[2];
    cli_json_array(json, "channels");
    for (int64_t c = 0; c < view->shape.dim[0]; c++) {
        double low = 0, high = 0, sum = 0;
        for (int64_t i = c * plane; i < (c + 1) * plane; i++) {
            double value = view->type == FOVEA_U8 ? ((uint8_t *)view->data)[i]
                                                  : (double)((float *)view->data)[i];
            low = i == c * plane || value < low ? value : low;
            high = i == c * plane || value > high ? value : high;
            sum += value;
        }
        cli_json_object(json, NULL);
        cli_json_real(json, "minimum", low);
        cli_json_real(json, "maximum", high);
        cli_json_real(json, "mean", sum / (double)plane);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void print_json(const cli_call *cli, const work *w) {
    cli_json json;
    fovea_view view = fovea_tensor_view(w->result);
    cli_json_start(&json, stdout, "filter");
    cli_json_text(&json, "file", cli->operand[0]);
    cli_json_object(&json, "kernel");
    cli_json_text(&json, "name", w->kernel.name);
    cli_json_real(&json, "sigma", w->kernel.sigma);
    cli_json_array(&json, "weights");
    for (int32_t i = 0; i < w->kernel.height; i++) {
        cli_json_array(&json, NULL);
        for (int32_t k = 0; k < w->kernel.width; k++)
            cli_json_real(&json, NULL, (double)w->kernel.weight[i * w->kernel.width + k]);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_close(&json);
    cli_json_text(&json, "border", fovea_border_name(w->settings.border));
    cli_json_text(&json, "depth", w->settings.depth == FOVEA_FILTER_U8 ? "u8" : "f32");
    cli_json_shape(&json, "shape", &view.shape);
    print_channels(&json, &view);
    cli_json_end(&json);
}

static fovea_status save_only(const cli_call *cli, const work *w, fovea_error *error) {
    const char *path = cli_text(cli, "output"), *name = "result";
    char shown[256];
    fovea_view view = plain_view(w->result);
    if (ends_with(path, ".npy"))
        CLI_TRY(fovea_arrays_save(cli->context, path, &name, &view, 1, error));
    else
        CLI_TRY(fovea_picture_save(cli->context, path, w->result, error));
    cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, path));
    return FOVEA_OK;
}

static fovea_status show(const cli_call *cli, const work *w, fovea_error *error) {
    char title[400], name[256];
    fovea_figure *figure;
    if (w->only) return save_only(cli, w, error);
    if (!cli_given(cli, "output") && (cli->json || cli_given(cli, "npz"))) return FOVEA_OK;
    const char *slash = w->source.index < 0 ? strrchr(cli->operand[0], '/') : NULL;
    cli_clean(name, sizeof name, slash && slash[1] ? slash + 1 : cli->operand[0]);
    snprintf(title, sizeof title, "%s: %s", name, w->kernel.name);
    CLI_TRY(fovea_figure_filter(cli->context, w->source.picture, &w->kernel, w->result, title,
                                &figure, error));
    fovea_status status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status filter(const cli_call *cli, work *w, fovea_error *error) {
    CLI_TRY(read_options(cli, w, error));
    const char *name = cli->operand[0];
    // Only the bare result is wanted: the colours need not be kept.
    bool colours = w->each || !w->only || cli_given(cli, "npz");
    if (!colours && access(name, F_OK) == 0)
        CLI_TRY(fovea_picture_load_as(cli->context, name, 1, &w->source.picture, error));
    else
        CLI_TRY(cli_open_picture(cli, name, "train", &w->source, error));
    w->input = w->source.picture;
    if (!w->each && fovea_tensor_view(w->input).shape.dim[0] == 3) {
        CLI_TRY(fovea_picture_channels(cli->context, w->input, 1, &w->gray, error));
        w->input = w->gray;
    }
    CLI_TRY(
        fovea_filter_apply(cli->context, w->input, &w->kernel, &w->settings, &w->result, error));
    CLI_TRY(save_arrays(cli, w, error));
    CLI_TRY(show(cli, w, error));
    if (cli->json) print_json(cli, w);
    return FOVEA_OK;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    work w = {.gray = NULL};
    fovea_status status = filter(cli, &w, error);
    fovea_tensor_free(w.result);
    fovea_tensor_free(w.gray);
    fovea_tensor_free(w.source.picture);
    return status;
}

const cli_command cli_filter = {
    "filter",
    CLI_LOOK,
    "IMAGE|SET[:PART]#INDEX",
    1,
    2,
    "a picture through a hand-made kernel: original, kernel, result",
    "The numbers are those of OpenCV's cvtColor, filter2D, blur and GaussianBlur: in u8 every "
    "pixel (for kernels of less than 130 numbers), in f32 within 1e-5 of filter2D of the grey "
    "picture/255. The kernel is laid on the picture as it is written (correlation).",
    "fovea filter photo.jpg --kernel sobel-x -o edges.png\n"
    "fovea filter photo.jpg --kernel \"0 -1 0; -1 5 -1; 0 -1 0\" --color each --only result -o "
    "sharp.png\n"
    "fovea filter mnist#7 --kernel \"gaussian 5\" --depth f32 --npz arrays.npz\n",
    options,
    run};
