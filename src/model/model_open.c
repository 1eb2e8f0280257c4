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
#include "model/ready_made.h"

// Options of a caller compiled against an older, shorter struct.
static fovea_model_options take_options(const fovea_model_options *options) {
    fovea_model_options taken;
    fovea_model_options_default(&taken);
    if (options)
        memcpy(&taken, options, options->size < sizeof taken ? options->size : sizeof taken);
    return taken;
}

static fovea_status input_shape(const fovea_model_options *options, const int32_t *own,
                                fovea_shape *shape, fovea_error *error) {
    const int32_t *asked = options->input;
    bool given = asked[0] || asked[1] || asked[2];
    if (!given && !own)
        return fovea__fail(
            error, FOVEA_INVALID_ARGUMENT,
            "architecture text does not say what goes in: give channels, height and width, as in "
            "--input 3x32x32");
    const int32_t *sizes = given ? asked : own;
    *shape = (fovea_shape){3, {sizes[0], sizes[1], sizes[2]}};
    if (sizes[0] < 1 || sizes[1] < 1 || sizes[2] < 1 || sizes[0] > FOVEA__MAX_CHANNELS)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "input %d×%d×%d; channels must be 1 to %d, height and width at least 1",
                           sizes[0], sizes[1], sizes[2], FOVEA__MAX_CHANNELS);
    return FOVEA_OK;
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
    fovea_status status = input_shape(options, net ? net->input : NULL, &shape, error);
    if (status == FOVEA_OK) status = fovea_graph_create(context, &graph, error);
    if (status == FOVEA_OK) status = fovea__architecture_build(layers, &shape, type, graph, error);
    fovea__architecture_free(layers);
    if (status != FOVEA_OK) {
        fovea_graph_free(graph);
        return status;
    }
    fovea_graph_initialize(graph, options->seed);
    if (net && net->weights) net->weights(graph);
    return fovea__model_wrap(context, graph, architecture, model, error);
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

static fovea_status open_file(fovea_context *context, const char *path,
                              const fovea_model_options *options, fovea_model **model,
                              fovea_error *error) {
    static const char *const others[] = {".onnx", ".pth", ".pt", ".th"};
    char extension[16];
    fovea_type type;
    fovea__path_extension(path, extension, sizeof extension);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(extension, others[i]) == 0)
            return fovea__fail_at(error, FOVEA_UNSUPPORTED, path, -1,
                                  "%s files are not read yet; models are .safetensors files",
                                  extension);
    FOVEA__TRY(fovea__precision(options->precision, FOVEA_TYPE_NONE, &type, error));
    FOVEA__TRY(fovea__model_read(context, path, type, model, NULL, error));
    const int32_t *asked = options->input, *own = (*model)->input;
    if (!asked[0] && !asked[1] && !asked[2]) return FOVEA_OK;
    if (asked[0] != own[0]) {
        fovea__fail_at(error, FOVEA_SHAPE_MISMATCH, path, -1, "the net takes %d channels, not %d",
                       own[0], asked[0]);
        fovea_model_free(*model);
        *model = NULL;
        return FOVEA_SHAPE_MISMATCH;
    }
    fovea_model *resized;
    fovea_status status = fovea_model_resized(*model, asked[1], asked[2], &resized, error);
    fovea_model_free(*model);
    *model = resized;
    return status;
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

// One word that is no layer is a misspelt name or a file that is not there.
static fovea_status check_name(const char *name, bool folder, fovea_error *error) {
    int32_t rank;
    if (folder)
        return fovea__fail_at(error, FOVEA_BAD_FILE, name, -1,
                              "the folder has neither best.safetensors nor last.safetensors");
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
    for (int32_t i = 0; i < count && i < 32; i++) fovea_ready_made_get(i, &names[i], NULL, NULL);
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
