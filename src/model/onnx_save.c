// SPDX-License-Identifier: MIT
// A model as an ONNX file. Its metadata are those of fovea's own files and, for other programs, what
// ONNX says about pictures (Image.*) and the list of classes as `names`.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/model_file.h"
#include "model/onnx_export.h"

enum { PAIRS = 8, GRAPH_NAME = 64 };

void fovea_onnx_options_default(fovea_onnx_options *options) {
    *options = (fovea_onnx_options){.size = sizeof *options, .opset = 17};
}

// {0: "cat", 1: "dog"}, which Python reads.
static char *names_text(const fovea_model *model, fovea_error *error) {
    fovea__text text = fovea__text_begin(model->context);
    char *string;
    fovea__text_add(&text, "{");
    for (int32_t i = 0; i < model->class_count; i++) {
        fovea__text_format(&text, i ? ", %d: " : "%d: ", i);
        fovea__text_json(&text, model->classes[i]);
    }
    fovea__text_add(&text, "}");
    return fovea__text_take(&text, &string, NULL, error) == FOVEA_OK ? string : NULL;
}

static bool all_near(const double *values, int64_t count, double wanted) {
    for (int64_t c = 0; c < count; c++)
        if (fabs(values[c] - wanted) > 1e-12) return false;
    return true;
}

// What ONNX calls the range of the numbers a net takes; NULL where it has no word for it.
static const char *pixel_range(const fovea_model *model) {
    const int64_t channels = model->input.dim[0];
    if (all_near(model->mean, channels, 0) && all_near(model->deviation, channels, 1))
        return "Normalized_0_1";
    if (all_near(model->mean, channels, 0) && all_near(model->deviation, channels, 1 / 255.0))
        return "NominalRange_0_255";
    if (all_near(model->mean, channels, 0.5) && all_near(model->deviation, channels, 0.5))
        return "Normalized_1_1";
    return NULL;
}

static size_t list_picture(const fovea_model *model, fovea__onnx_pair *pairs) {
    const fovea_shape *input = &model->input;
    const char *range = pixel_range(model);
    bool grey = input->rank == 3 && input->dim[0] == 1;
    // 0..1 is also what is taken where a file of others says nothing: no fact to hand on.
    if (range && !model->architecture[0] && strcmp(range, "Normalized_0_1") == 0) return 0;
    if (!range || input->rank != 3 || (!grey && input->dim[0] != 3)) return 0;
    const char *order = model->preprocessing.bgr ? "Bgr8" : "Rgb8";
    pairs[0] = (fovea__onnx_pair){"Image.BitmapPixelFormat", grey ? "Gray8" : order};
    pairs[1] = (fovea__onnx_pair){"Image.ColorSpaceGamma", "SRGB"};
    pairs[2] = (fovea__onnx_pair){"Image.NominalPixelRange", range};
    return 3;
}

static size_t list_pairs(const fovea_model *model, const char *preprocess, const char *classes,
                         const char *names, fovea__onnx_pair *pairs) {
    size_t count = 0;
    if (model->architecture[0])
        pairs[count++] = (fovea__onnx_pair){"fovea.architecture", model->architecture};
    if (model->input.rank > 0) pairs[count++] = (fovea__onnx_pair){"fovea.preprocess", preprocess};
    if (model->class_count > 0) {
        pairs[count++] = (fovea__onnx_pair){"fovea.classes", classes};
        pairs[count++] = (fovea__onnx_pair){"names", names};
    }
    return count + list_picture(model, pairs + count);
}

static fovea_status save_graph(const fovea_model *model, const fovea_onnx_options *options,
                               const char *path, fovea_error *error) {
    char *preprocess = fovea__model_preprocess_text(model, error);
    char *classes = fovea__model_classes_text(model, error), *names = names_text(model, error);
    fovea__onnx_pair pairs[PAIRS];
    const char *architecture = model->architecture;
    bool short_name = architecture[0] && strlen(architecture) <= GRAPH_NAME;
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (preprocess && classes && names) {
        const fovea__onnx_export_options export = {
            .opset = options->opset,
            .name = short_name ? architecture : "net",
            .doc = architecture,
            .pair = pairs,
            .pair_count = list_pairs(model, preprocess, classes, names, pairs)};
        status = fovea__onnx_export(model->graph, &export, path, error);
    }
    fovea__free(model->context, preprocess);
    fovea__free(model->context, classes);
    fovea__free(model->context, names);
    return status;
}

fovea_status fovea_model_save_onnx(const fovea_model *model, const char *path,
                                   const fovea_onnx_options *options, fovea_error *error) {
    fovea_onnx_options standard;
    fovea_onnx_options_default(&standard);
    if (!options) options = &standard;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_onnx_options: size is %zu, not %zu; fill it with "
                           "fovea_onnx_options_default",
                           options->size, sizeof *options);
    return save_graph(model, options, path, error);
}
