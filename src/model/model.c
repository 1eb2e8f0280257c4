// SPDX-License-Identifier: MIT
// The model as an object: what it consists of, its classes and its normalisation.
#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "formats/tensor_file.h"
#include "graph/graph.h"
#include "model/weights.h"

void fovea_model_options_default(fovea_model_options *options) {
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
}

fovea_status fovea__precision(const char *text, fovea_type standard, fovea_type *type,
                              fovea_error *error) {
    *type = standard;
    if (!text) return FOVEA_OK;
    if (strcmp(text, "f32") == 0)
        *type = FOVEA_F32;
    else if (strcmp(text, "f64") == 0)
        *type = FOVEA_F64;
    else
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "precision '%.40s', wants f32 or f64",
                           text);
    return FOVEA_OK;
}

// C×L, C×H×W or C×D×H×W where that is what goes in, in a batch or one by one; else rank 0.
static fovea_shape sample_shape(const fovea_graph *graph) {
    fovea_value_info input = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    fovea_shape none = {.rank = 0};
    if (fovea_graph_input_count(graph) != 1 || !fovea__is_float(input.type) ||
        input.shape.rank < 3 || input.shape.rank > 5 || input.shape.dim[1] > FOVEA__MAX_CHANNELS)
        return none;
    if (input.shape.dim[0] != FOVEA_DYNAMIC && input.shape.dim[0] != 1) return none;
    for (int32_t i = 1; i < input.shape.rank; i++)
        if (input.shape.dim[i] > INT32_MAX) return none;
    return fovea_shape_make(input.shape.rank - 1, input.shape.dim + 1);
}

fovea_status fovea__model_wrap(fovea_context *context, fovea_graph *graph, const char *architecture,
                               fovea_model **model, fovea_error *error) {
    fovea_model *result = fovea__new(context, 1, sizeof *result, error);
    *model = NULL;
    if (!result) {
        fovea_graph_free(graph);
        return FOVEA_OUT_OF_MEMORY;
    }
    result->context = context;
    result->graph = graph;
    result->input = sample_shape(graph);
    size_t channels = (size_t)result->input.dim[0];
    result->architecture = fovea__copy_text(context, architecture, error);
    result->mean = fovea__new(context, channels, sizeof *result->mean, error);
    result->deviation = fovea__new(context, channels, sizeof *result->deviation, error);
    if (!result->architecture || !result->mean || !result->deviation) {
        fovea_model_free(result);
        return FOVEA_OUT_OF_MEMORY;
    }
    for (size_t c = 0; c < channels; c++) result->deviation[c] = 1;
    fovea_preprocessing_default(&result->preprocessing);
    *model = result;
    return FOVEA_OK;
}

static void free_classes(fovea_context *context, char **classes, int32_t count) {
    for (int32_t i = 0; i < count; i++) fovea__free(context, classes[i]);
    fovea__free(context, classes);
}

void fovea_model_free(fovea_model *model) {
    if (!model) return;
    fovea_graph_free(model->graph);
    fovea__free(model->context, model->architecture);
    fovea__free(model->context, model->mean);
    fovea__free(model->context, model->deviation);
    free_classes(model->context, model->classes, model->class_count);
    fovea__free(model->context, model);
}

fovea_graph *fovea_model_graph(const fovea_model *model) {
    return model->graph;
}

const char *fovea_model_architecture(const fovea_model *model) {
    return model->architecture;
}

fovea_shape fovea_model_input(const fovea_model *model) {
    return model->input;
}

fovea_type fovea__model_type(const fovea_model *model) {
    return fovea_graph_value(model->graph, fovea_graph_input(model->graph, 0)).type;
}

fovea_status fovea__model_takes_samples(const fovea_model *model, fovea_error *error) {
    if (model->input.rank > 0) return FOVEA_OK;
    char inputs[300] = "";
    size_t used = 0;
    for (int32_t i = 0; i < fovea_graph_input_count(model->graph) && used < 200; i++) {
        fovea_value_info input =
            fovea_graph_value(model->graph, fovea_graph_input(model->graph, i));
        char shape[96];
        fovea_shape_format(&input.shape, shape, sizeof shape);
        used += (size_t)snprintf(inputs + used, sizeof inputs - used, "%s%.40s (%s %.60s)",
                                 i ? ", " : "", input.name, fovea_type_name(input.type), shape);
        if (used >= sizeof inputs) used = sizeof inputs - 1;
    }
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "the net does not take one picture: its input is %s; fovea run feeds it",
                       used ? inputs : "missing");
}

int32_t fovea_model_class_count(const fovea_model *model) {
    return model->class_count;
}

const char *fovea_model_class_name(const fovea_model *model, int32_t index) {
    return index >= 0 && index < model->class_count ? model->classes[index] : NULL;
}

fovea_status fovea_model_set_classes(fovea_model *model, const char *const *names, int32_t count,
                                     fovea_error *error) {
    if (count < 0 || count > FOVEA__MAX_CLASSES)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d classes, wants 0 to %d", count,
                           FOVEA__MAX_CLASSES);
    for (int32_t i = 0; i < count; i++) {
        size_t length = names[i] ? strnlen(names[i], 1025) : 0;
        if (length < 1 || length > 1024 || !fovea__is_utf8(names[i], length))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "the name of class %d wants 1 to 1024 bytes of UTF-8", i);
    }
    char **classes = fovea__new(model->context, (size_t)count, sizeof *classes, error);
    if (!classes) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < count; i++) {
        classes[i] = fovea__copy_text(model->context, names[i], error);
        if (!classes[i]) {
            free_classes(model->context, classes, i);
            return FOVEA_OUT_OF_MEMORY;
        }
    }
    free_classes(model->context, model->classes, model->class_count);
    model->classes = classes;
    model->class_count = count;
    return FOVEA_OK;
}

void fovea_model_normalization(const fovea_model *model, double *mean, double *deviation) {
    size_t bytes = (size_t)model->input.dim[0] * sizeof *mean;
    if (mean) memcpy(mean, model->mean, bytes);
    if (deviation) memcpy(deviation, model->deviation, bytes);
}

fovea_status fovea_model_set_normalization(fovea_model *model, const double *mean,
                                           const double *deviation, fovea_error *error) {
    for (int32_t c = 0; c < model->input.dim[0]; c++) {
        bool usable = isfinite(mean[c]) && isfinite(deviation[c]) && (float)deviation[c] != 0;
        if (!usable)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "channel %d: mean %.9g and deviation %.9g; both must be finite and "
                               "the deviation not 0",
                               c, mean[c], deviation[c]);
    }
    memcpy(model->mean, mean, (size_t)model->input.dim[0] * sizeof *mean);
    memcpy(model->deviation, deviation, (size_t)model->input.dim[0] * sizeof *deviation);
    return FOVEA_OK;
}

fovea_status fovea__model_copy_description(const fovea_model *from, fovea_model *to,
                                           fovea_error *error) {
    FOVEA__TRY(fovea_model_set_normalization(to, from->mean, from->deviation, error));
    to->preprocessing = from->preprocessing;
    return fovea_model_set_classes(to, (const char *const *)from->classes, from->class_count,
                                   error);
}

fovea_status fovea_model_load_weights(fovea_model *model, const char *path, fovea_error *error) {
    fovea_tensor_file *file;
    FOVEA__TRY(fovea__graph_check_memory(model->graph, error));
    FOVEA__TRY(fovea_tensor_file_open(model->context, path, &file, error));
    fovea__weights weights = {file->list.by_name, file->list.count};
    fovea_status status = fovea__weights_check(model->graph, weights, path, error);
    if (status == FOVEA_OK) status = fovea__weights_copy(model->graph, weights, path, error);
    fovea_tensor_file_free(file);
    return status;
}
