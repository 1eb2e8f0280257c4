// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "formats/json.h"
#include "graph/graph.h"
#include "model/graph_json.h"
#include "model/model_file.h"
#include "model/weights.h"

// A metadata value that is itself JSON; `label` receives its name in messages: "FILE: fovea.graph".
typedef struct metadata {
    char label[512];
    json_t *root;
    fovea__json json;
} metadata;

static fovea_status open_metadata(const char *text, const char *path, const char *key,
                                  metadata *out, fovea_error *error) {
    if (!text) return fovea__fail_at(error, FOVEA_BAD_FILE, path, -1, "no metadata %s", key);
    snprintf(out->label, sizeof out->label, "%.400s: %s", path, key);
    FOVEA__TRY(fovea__json_parse(text, strlen(text), FOVEA__SAFETENSORS_MAX_HEADER, out->label,
                                 &out->root, error));
    out->json = fovea__json_root(out->root, out->label);
    return FOVEA_OK;
}

// Which library wrote the file helps where this one does not understand it.
static fovea_status name_writer(const fovea__safetensors *file, fovea_status status,
                                fovea_error *error) {
    const char *version = fovea__safetensors_metadata(file, "fovea.version");
    if (!error || status != FOVEA_UNSUPPORTED || !version || strcmp(version, FOVEA_VERSION) == 0)
        return status;
    char message[sizeof error->text];
    memcpy(message, error->text, sizeof message);
    return fovea__fail(error, status, "%s (written by fovea %.20s, this is %s)", message, version,
                       FOVEA_VERSION);
}

static fovea_status read_graph(fovea_context *context, const fovea__safetensors *file,
                               const char *path, fovea_type type, fovea_graph **graph,
                               fovea_error *error) {
    metadata meta = {.root = NULL};
    fovea__weights weights = {file->by_name, file->count};
    *graph = NULL;
    fovea_status status = open_metadata(fovea__safetensors_metadata(file, "fovea.graph"), path,
                                        "fovea.graph", &meta, error);
    if (status == FOVEA_OK) status = fovea_graph_create(context, graph, error);
    if (status == FOVEA_OK) {
        status = fovea__graph_read_json(&meta.json, type, *graph, error);
        if (status == FOVEA_UNSUPPORTED) status = fovea__fail_in(error, status, path);
        status = name_writer(file, status, error);
    }
    json_decref(meta.root);
    // What the file says it has must be in it before memory is taken for it.
    if (status == FOVEA_OK) {
        status = fovea__weights_check(*graph, weights, path, error);
        if (status == FOVEA_SHAPE_MISMATCH) {
            status = FOVEA_BAD_FILE;
            if (error) error->status = status;
        }
    }
    if (status == FOVEA_OK) status = fovea__graph_allocate(*graph, error);
    if (status == FOVEA_OK) status = fovea__weights_copy(*graph, weights, path, error);
    if (status != FOVEA_OK) {
        fovea_graph_free(*graph);
        *graph = NULL;
    }
    return status;
}

static fovea_status read_reals(const fovea__json *object, const char *key, int32_t count,
                               double *values, fovea_error *error) {
    fovea__json list, item;
    size_t found;
    FOVEA__TRY(fovea__json_member(object, key, &list, error));
    FOVEA__TRY(fovea__json_count(&list, &found, error));
    if (found != (size_t)count)
        return fovea__json_fail(&list, error, "%zu numbers for %d channels", found, count);
    for (int32_t i = 0; i < count; i++) {
        FOVEA__TRY(fovea__json_item(&list, (size_t)i, &item, error));
        FOVEA__TRY(fovea__json_number(&item, &values[i], error));
    }
    return FOVEA_OK;
}

static fovea_status check_input(const fovea__json *object, const fovea_model *model,
                                fovea_error *error) {
    fovea__json list, item;
    size_t found;
    FOVEA__TRY(fovea__json_member(object, "input", &list, error));
    FOVEA__TRY(fovea__json_count(&list, &found, error));
    for (size_t i = 0; i < found; i++) {
        int64_t size;
        FOVEA__TRY(fovea__json_item(&list, i, &item, error));
        FOVEA__TRY(fovea__json_integer(&item, 1, INT32_MAX, &size, error));
        if (i < (size_t)model->input.rank && size != model->input.dim[i])
            return fovea__json_fail(&item, error, "%lld, but the graph's input has %lld",
                                    (long long)size, (long long)model->input.dim[i]);
    }
    if (found != (size_t)model->input.rank)
        return fovea__json_fail(&list, error, "%zu sizes, but the graph's input has %d", found,
                                model->input.rank);
    return FOVEA_OK;
}

static fovea_status read_crop(const fovea__json *list, int32_t *crop, fovea_error *error) {
    size_t count;
    FOVEA__TRY(fovea__json_count(list, &count, error));
    if (count != 2) return fovea__json_fail(list, error, "%zu sizes; wants two", count);
    for (size_t i = 0; i < 2; i++) {
        fovea__json item;
        int64_t side;
        FOVEA__TRY(fovea__json_item(list, i, &item, error));
        FOVEA__TRY(fovea__json_integer(&item, 1, FOVEA__MAX_SIDE, &side, error));
        crop[i] = (int32_t)side;
    }
    return FOVEA_OK;
}

// What is done before normalising; files without have none.
static fovea_status read_geometry(const fovea__json *root, fovea_model *model, fovea_error *error) {
    fovea_preprocessing *p = &model->preprocessing;
    fovea__json member;
    bool found;
    int64_t side = 0;
    const char *order = "RGB";
    FOVEA__TRY(fovea__json_optional(root, "resize", &member, &found, error));
    if (found) FOVEA__TRY(fovea__json_integer(&member, 1, FOVEA__MAX_SIDE, &side, error));
    p->resize = (int32_t)side;
    FOVEA__TRY(fovea__json_optional(root, "crop", &member, &found, error));
    if (found) FOVEA__TRY(read_crop(&member, p->crop, error));
    FOVEA__TRY(fovea__json_optional(root, "order", &member, &found, error));
    if (found) FOVEA__TRY(fovea__json_string(&member, &order, error));
    p->bgr = strcmp(order, "BGR") == 0;
    if (p->bgr ? model->input.dim[0] != 3 : strcmp(order, "RGB") != 0)
        return fovea__json_fail(&member, error, "the order of channels is RGB, or BGR of three");
    return FOVEA_OK;
}

static fovea_status read_preprocess(const fovea__json *root, fovea_model *model,
                                    fovea_error *error) {
    int32_t channels = (int32_t)model->input.dim[0];
    FOVEA__TRY(check_input(root, model, error));
    FOVEA__TRY(read_reals(root, "mean", channels, model->mean, error));
    FOVEA__TRY(read_reals(root, "std", channels, model->deviation, error));
    FOVEA__TRY(read_geometry(root, model, error));
    for (int32_t c = 0; c < channels; c++)
        if (!(fabs(model->deviation[c]) > 0))
            return fovea__json_fail(root, error, "std of channel %d is 0", c);
    return FOVEA_OK;
}

static fovea_status read_classes(const fovea__json *root, fovea_model *model, fovea_error *error) {
    size_t count;
    FOVEA__TRY(fovea__json_count(root, &count, error));
    if (count > FOVEA__MAX_CLASSES)
        return fovea__json_fail(root, error, "%zu classes; %d is the most", count,
                                FOVEA__MAX_CLASSES);
    const char **names = fovea__new(model->context, count, sizeof *names, error);
    if (!names) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OK;
    for (size_t i = 0; i < count && status == FOVEA_OK; i++) {
        fovea__json item;
        status = fovea__json_item(root, i, &item, error);
        if (status == FOVEA_OK) status = fovea__json_string(&item, &names[i], error);
    }
    if (status == FOVEA_OK) {
        status = fovea_model_set_classes(model, names, (int32_t)count, error);
        if (status == FOVEA_INVALID_ARGUMENT)
            status = fovea__json_fail(root, error, "a class name is empty or too long");
    }
    fovea__free(model->context, names);
    return status;
}

fovea_status fovea__model_describe(fovea_model *model, const char *path, const char *preprocess,
                                   const char *classes, fovea_error *error) {
    metadata how = {.root = NULL}, names = {.root = NULL};
    fovea_status status = open_metadata(preprocess, path, "fovea.preprocess", &how, error);
    if (status == FOVEA_OK) status = read_preprocess(&how.json, model, error);
    if (status == FOVEA_OK && classes) {
        status = open_metadata(classes, path, "fovea.classes", &names, error);
        if (status == FOVEA_OK) status = read_classes(&names.json, model, error);
    }
    json_decref(how.root);
    json_decref(names.root);
    return status;
}

static fovea_status read_model(fovea_context *context, const fovea__safetensors *file,
                               const char *path, fovea_type type, fovea_model **model,
                               fovea_error *error) {
    fovea_graph *graph;
    if (!fovea__safetensors_metadata(file, "fovea.graph"))
        return fovea__fail_at(error, FOVEA_UNSUPPORTED, path, -1,
                              "weights without a net (no metadata fovea.graph); name the net with "
                              "--arch NET and these with --weights FILE");
    FOVEA__TRY(fovea__safetensors_verify(file, FOVEA__HASH_KEY, path, error));
    FOVEA__TRY(read_graph(context, file, path, type, &graph, error));
    const char *architecture = fovea__safetensors_metadata(file, "fovea.architecture");
    FOVEA__TRY(fovea__model_wrap(context, graph, architecture ? architecture : "", model, error));
    fovea_status status =
        fovea__model_describe(*model, path, fovea__safetensors_metadata(file, "fovea.preprocess"),
                              fovea__safetensors_metadata(file, "fovea.classes"), error);
    if (status != FOVEA_OK) {
        fovea_model_free(*model);
        *model = NULL;
    }
    return status;
}

fovea_status fovea__model_read(fovea_context *context, const char *path, fovea_type type,
                               fovea_model **model, fovea__safetensors *file, fovea_error *error) {
    fovea__safetensors own = {.count = 0}, *read = file ? file : &own;
    *model = NULL;
    FOVEA__TRY(fovea__safetensors_read(context, path, FOVEA__SAFETENSORS_MAX_FILE, read, error));
    fovea_status status = read_model(context, read, path, type, model, error);
    if (!file || status != FOVEA_OK) fovea__safetensors_clear(context, read);
    return status;
}

fovea_status fovea__model_parse(fovea_context *context, const void *bytes, size_t size,
                                const char *path, fovea_type type, fovea_model **model,
                                fovea_error *error) {
    fovea__safetensors file = {.count = 0};
    *model = NULL;
    FOVEA__TRY(fovea__safetensors_parse(context, bytes, size, path, &file, error));
    fovea_status status = read_model(context, &file, path, type, model, error);
    fovea__safetensors_clear(context, &file);
    return status;
}
