// SPDX-License-Identifier: MIT
// From what a user types to a model: a file, a run folder, a ready-made net or architecture text.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/architecture.h"
#include "model/model_file.h"
#include "model/onnx_open.h"
#include "model/ready_made.h"

// Options of a caller compiled against an older, shorter struct.
static fovea_model_options take_options(const fovea_model_options *options) {
    fovea_model_options taken;
    fovea_model_options_default(&taken);
    if (options)
        memcpy(&taken, options, options->size < sizeof taken ? options->size : sizeof taken);
    return taken;
}

static fovea_status check_sizes(const fovea_shape *shape, fovea_error *error) {
    bool good = shape->rank >= 2 && shape->rank <= 4 && shape->dim[0] <= FOVEA__MAX_CHANNELS;
    for (int32_t i = 0; good && i < shape->rank; i++)
        good = shape->dim[i] >= 1 && shape->dim[i] <= INT32_MAX;
    if (good) return FOVEA_OK;
    char text[200];
    fovea_shape_format(shape, text, sizeof text);
    return fovea__fail(
        error, FOVEA_INVALID_ARGUMENT,
        "input %s; wants 1 to %d channels and one to three dimensions of space of at "
        "least 1",
        text, FOVEA__MAX_CHANNELS);
}

static fovea_status check_net_input(const fovea__ready_made *net, const fovea_shape *shape,
                                    fovea_error *error) {
    char text[160];
    fovea_shape_format(shape, text, sizeof text);
    if (shape->rank != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%s takes pictures (channels, height and width), not %s", net->name,
                           text);
    if (net->weights && shape->dim[0] != net->input.dim[0])
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the fixed weights of %s are for %lld channel%s, not %lld", net->name,
                           (long long)net->input.dim[0], net->input.dim[0] == 1 ? "" : "s",
                           (long long)shape->dim[0]);
    return FOVEA_OK;
}

// `net` is NULL for architecture text.
static fovea_status input_shape(const fovea_model_options *options, const fovea__ready_made *net,
                                fovea_shape *shape, fovea_error *error) {
    bool given = options->input.rank != 0;
    if (!given && !net)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "architecture text does not say what goes in: give channels and the size, as in "
            "--input 3x32x32 (3x100 in one dimension, 1x16x32x32 in three)");
    *shape = given ? options->input : net->input;
    FOVEA__TRY(check_sizes(shape, error));
    return net ? check_net_input(net, shape, error) : FOVEA_OK;
}

static fovea_status build(fovea_context *context, const char *text, const char *architecture,
                          const fovea__ready_made *net, const fovea_model_options *options,
                          fovea_model **model, fovea_error *error) {
    fovea_shape shape;
    fovea_type type;
    fovea_graph *graph = NULL;
    fovea__architecture *layers = NULL;
    FOVEA__TRY(fovea__precision(options->precision, FOVEA_F32, &type, error));
    FOVEA__TRY(fovea__architecture_parse(context, text, &layers, error));
    fovea_status status = input_shape(options, net, &shape, error);
    if (status == FOVEA_OK) status = fovea_graph_create(context, &graph, error);
    if (status == FOVEA_OK)
        status = options->shapes_only
                     ? fovea__architecture_shapes(layers, &shape, type, graph, error)
                     : fovea__architecture_build(layers, &shape, type, graph, error);
    fovea__architecture_free(layers);
    if (status != FOVEA_OK) {
        fovea_graph_free(graph);
        return status;
    }
    if (!options->shapes_only) {
        fovea_graph_initialize(graph, options->seed);
        if (net && net->weights) net->weights(graph);
    }
    FOVEA__TRY(fovea__model_wrap(context, graph, architecture, model, error));
    // For pictures of another size or number of channels the net will be trained anew.
    if (net && net->imagenet && fovea_shape_equal(&shape, &net->input))
        return fovea_model_set_preprocessing_by_name(*model, "imagenet", error);
    return FOVEA_OK;
}

// Weights, and nothing half done.
static fovea_status add_weights(const fovea_model_options *options, fovea_status status,
                                fovea_model **model, fovea_error *error) {
    if (status == FOVEA_OK && options->weights)
        status = fovea_model_load_weights(*model, options->weights, error);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea_model_free(*model);
    *model = NULL;
    return status;
}

fovea_status fovea_model_from_text(fovea_context *context, const char *text,
                                   const fovea_model_options *options, fovea_model **model,
                                   fovea_error *error) {
    fovea_model_options taken = take_options(options);
    *model = NULL;
    fovea_status status = build(context, text, text, NULL, &taken, model, error);
    return add_weights(&taken, status, model, error);
}

// A file of weights alone, in the net that options->architecture names.
static fovea_status open_weights(fovea_context *context, const char *path,
                                 const fovea_model_options *options, fovea_model **model,
                                 fovea_error *error) {
    const char *text = options->architecture;
    const fovea__ready_made *net = fovea__ready_made_find(text);
    FOVEA__TRY(
        build(context, net ? net->text : text, net ? net->name : text, net, options, model, error));
    fovea_status status =
        options->shapes_only ? FOVEA_OK : fovea_model_load_weights(*model, path, error);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea_model_free(*model);
    *model = NULL;
    return status;
}

static fovea_status open_file(fovea_context *context, const char *path,
                              const fovea_model_options *options, fovea_model **model,
                              fovea_error *error) {
    static const char *const weights[] = {".pth", ".pt", ".th", ".npz", ".npy"};
    char extension[16];
    fovea_type type;
    fovea__path_extension(path, extension, sizeof extension);
    if (options->architecture) return open_weights(context, path, options, model, error);
    bool onnx = strcmp(extension, ".onnx") == 0;
    if (onnx || (strcmp(extension, ".safetensors") != 0 && fovea__looks_like_onnx(context, path)))
        return fovea__model_open_onnx(context, path, options, model, error);
    for (size_t i = 0; i < sizeof weights / sizeof weights[0]; i++)
        if (strcmp(extension, weights[i]) == 0)
            return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, path, -1,
                                  "a file of weights alone says nothing of the net: name it with "
                                  "--arch, as in --arch resnet20");
    FOVEA__TRY(fovea__precision(options->precision, FOVEA_TYPE_NONE, &type, error));
    FOVEA__TRY(fovea__model_read(context, path, type, model, NULL, error));
    if (options->input.rank == 0) return FOVEA_OK;
    fovea_model *own = *model;
    fovea_status status = check_sizes(&options->input, error);
    *model = NULL;
    if (status == FOVEA_OK) status = fovea_model_resized(own, &options->input, model, error);
    fovea_model_free(own);
    return status == FOVEA_SHAPE_MISMATCH ? fovea__fail_in(error, status, path) : status;
}

static fovea_status open_folder(fovea_context *context, const char *folder,
                                const fovea_model_options *options, bool *found,
                                fovea_model **model, fovea_error *error) {
    static const char *const names[] = {"best.safetensors", "last.safetensors"};
    for (int i = 0; i < 2; i++) {
        char *path = fovea__path_join(context, folder, names[i], error);
        if (!path) return FOVEA_OUT_OF_MEMORY;
        *found = fovea__file_exists(path);
        fovea_status status = *found ? open_file(context, path, options, model, error) : FOVEA_OK;
        fovea__free(context, path);
        if (*found) return status;
    }
    return FOVEA_OK;
}

enum { FOLD_NAME = 4096 };

// One word that is no layer is a misspelt name or a file that is not there.
static fovea_status check_name(const char *name, bool folder, fovea_error *error) {
    int32_t rank;
    if (folder) {
        char fold[FOLD_NAME];
        snprintf(fold, sizeof fold, "%s/fold-1", name);
        return fovea__fail_at(
            error, FOVEA_BAD_FILE, name, -1,
            "the folder has neither best.safetensors nor last.safetensors%s",
            fovea__folder_exists(fold)
                ? "; it holds a cross-validation: name one of its folds, as fold-1"
                : "");
    }
    if (strpbrk(name, " ,=\t\r\n") || name[0] == '\0') return FOVEA_OK;
    char extension[16], word[64];
    fovea__path_extension(name, extension, sizeof extension);
    if (strchr(name, '/') || strcmp(extension, ".safetensors") == 0 ||
        strcmp(extension, ".onnx") == 0 || strcmp(extension, ".pth") == 0)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1, "no such file or folder");
    snprintf(word, sizeof word, "%.63s", name);
    if (strlen(name) < sizeof word && fovea__layer_kind_find(word, &rank)) return FOVEA_OK;
    const char *names[32];
    int32_t count = fovea_ready_made_count();
    for (int32_t i = 0; i < count && i < 32; i++)
        fovea_ready_made_get(i, &names[i], NULL, NULL, NULL);
    const char *near = fovea__nearest(word, names, (size_t)count);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "'%.80s' is no file, run folder, ready-made net or architecture text%s%s%s",
                       name, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static fovea_status open_any(fovea_context *context, const char *name,
                             const fovea_model_options *options, fovea_model **model,
                             fovea_error *error) {
    bool folder = fovea__folder_exists(name), found = false;
    if (fovea__file_exists(name)) return open_file(context, name, options, model, error);
    if (folder) FOVEA__TRY(open_folder(context, name, options, &found, model, error));
    if (found) return FOVEA_OK;
    const fovea__ready_made *net = fovea__ready_made_find(name);
    if (net) return build(context, net->text, net->name, net, options, model, error);
    FOVEA__TRY(check_name(name, folder, error));
    return build(context, name, name, NULL, options, model, error);
}

fovea_status fovea_model_open(fovea_context *context, const char *name,
                              const fovea_model_options *options, fovea_model **model,
                              fovea_error *error) {
    fovea_model_options taken = take_options(options);
    *model = NULL;
    fovea_status status = open_any(context, name, &taken, model, error);
    return add_weights(&taken, status, model, error);
}
