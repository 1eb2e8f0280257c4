// SPDX-License-Identifier: MIT
#include "open_inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"

fovea_status cli_parse_sample(const char *what, const char *text, fovea_shape *shape,
                              fovea_error *error) {
    const char *at = text;
    char item[24], shown[64];
    *shape = (fovea_shape){.rank = 0};
    for (bool last = false; !last; at += last ? 0 : 1) {
        size_t length = strcspn(at, "x");
        snprintf(item, sizeof item, "%.*s", (int)(length < 23 ? length : 23), at);
        last = at[length] == '\0';
        if (length == 0 || shape->rank == 4 || (last && shape->rank == 0))
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "%s %s: must be CHANNELSxHEIGHTxWIDTH, as 3x32x32 (CHANNELSxLENGTH in "
                            "one dimension, CHANNELSxDEPTHxHEIGHTxWIDTH in three)",
                            what, cli_clean(shown, sizeof shown, text));
        CLI_TRY(cli_parse_integer(what, item, 1, 65535, &shape->dim[shape->rank++], error));
        at += length;
    }
    return FOVEA_OK;
}

static fovea_status open_model(const cli_call *cli, const char *name, const fovea_shape *input,
                               bool shapes_only, fovea_model **model, fovea_error *error) {
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.seed = cli->seed;
    options.weights = cli_text(cli, "weights");
    // The --arch of training is what `name` says, not what a file of weights is for.
    const char *arch = cli_text(cli, "arch");
    options.architecture = arch && strcmp(arch, name) != 0 ? arch : NULL;
    fovea_shape typed;
    if (!input && cli_text(cli, "input")) {
        CLI_TRY(cli_parse_sample("--input", cli_text(cli, "input"), &typed, error));
        input = &typed;
    }
    if (input) options.input = *input;
    options.precision = cli_text(cli, "precision");
    options.shapes_only = shapes_only;
    return fovea_model_open(cli->context, name, &options, model, error);
}

fovea_status cli_open_model(const cli_call *cli, const char *name, const fovea_shape *input,
                            fovea_model **model, fovea_error *error) {
    return open_model(cli, name, input, false, model, error);
}

fovea_status cli_open_model_shapes(const cli_call *cli, const char *name, fovea_model **model,
                                   fovea_error *error) {
    return open_model(cli, name, NULL, !cli_text(cli, "weights") && !cli_text(cli, "arch"), model,
                      error);
}

fovea_status cli_open_dataset(const cli_call *cli, const char *name, const char *part,
                              int64_t limit, fovea_dataset **dataset, fovea_error *error) {
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.directory = cli_text(cli, "data-dir");
    options.classes = cli_class_file(cli) ? NULL : cli_text(cli, "classes");
    options.part = part;
    options.limit = limit;
    return fovea_dataset_open(cli->context, name, &options, dataset, error);
}

static bool same_classes(const fovea_model *model, const fovea_dataset *dataset) {
    int32_t count = fovea_model_class_count(model);
    if (count != fovea_dataset_class_count(dataset)) return false;
    for (int32_t i = 0; i < count; i++)
        if (strcmp(fovea_model_class_name(model, i), fovea_dataset_class_name(dataset, i)) != 0)
            return false;
    return true;
}

// "airplane,automobile,ship"; NULL without memory or when a name holds a comma.
static char *join_classes(const fovea_model *model) {
    char *list = NULL;
    size_t size = 0;
    FILE *text = open_memstream(&list, &size);
    bool fits = text != NULL;
    for (int32_t i = 0; fits && i < fovea_model_class_count(model); i++) {
        const char *name = fovea_model_class_name(model, i);
        fits = !strchr(name, ',') && fprintf(text, "%s%s", i ? "," : "", name) >= 0;
    }
    if (text && fclose(text) == 0 && fits) return list;
    free(list);
    return NULL;
}

static fovea_status open_classes(const cli_call *cli, const char *name, const char *classes,
                                 int64_t limit, fovea_dataset **dataset, fovea_error *error) {
    fovea_dataset_options options;
    fovea_dataset_options_default(&options);
    options.directory = cli_text(cli, "data-dir");
    options.classes = classes;
    options.part = "test";
    options.limit = limit;
    return fovea_dataset_open(cli->context, name, &options, dataset, error);
}

fovea_status cli_open_dataset_for(const cli_call *cli, const fovea_model *model, const char *name,
                                  int64_t limit, fovea_dataset **dataset, fovea_error *error) {
    const char *chosen = cli_class_file(cli) ? NULL : cli_text(cli, "classes");
    CLI_TRY(open_classes(cli, name, chosen, limit, dataset, error));
    if (chosen || fovea_model_class_count(model) == 0 || same_classes(model, *dataset))
        return FOVEA_OK;
    char *list = join_classes(model), shown[200];
    if (!list) return FOVEA_OK;
    fovea_dataset *part = NULL;
    fovea_status status = open_classes(cli, name, list, limit, &part, error);
    if (status == FOVEA_OK) {
        fovea_dataset_free(*dataset);
        *dataset = part;
        cli_note(cli, "only the model's classes: %s", cli_clean(shown, sizeof shown, list));
    } else {
        fovea_dataset_free(*dataset);
        *dataset = NULL;
        cli_fail(error, status,
                 "the model's classes (%s) are not those of %s; choose some with --classes",
                 cli_clean(shown, sizeof shown, list), name);
    }
    free(list);
    return status;
}

static fovea_status take_sample(const cli_call *cli, const fovea_dataset *dataset, int64_t index,
                                cli_picture *picture, fovea_error *error) {
    fovea_shape shape = fovea_dataset_shape(dataset);
    int64_t count = fovea_dataset_count(dataset);
    if (index >= count)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "#%lld: %s:%s has %lld pictures, numbered from 0", (long long)index,
                        fovea_dataset_name(dataset), fovea_dataset_part(dataset), (long long)count);
    CLI_TRY(fovea_tensor_create(cli->context, FOVEA_U8, &shape, &picture->picture, error));
    memcpy(fovea_tensor_view(picture->picture).data, fovea_dataset_picture(dataset, index),
           (size_t)fovea_shape_count(&shape));
    picture->label = fovea_dataset_label(dataset, index);
    picture->index = index;
    const char *name = fovea_dataset_class_name(dataset, picture->label);
    cli_clean(picture->class_name, sizeof picture->class_name, name);
    return FOVEA_OK;
}

// "mnist" or "mnist:test", when no file is called so.
static bool is_known_set(const cli_call *cli, const char *name) {
    fovea_dataset_options settings;
    fovea_known_dataset known;
    size_t length = strcspn(name, ":");
    fovea_dataset_options_default(&settings);
    for (int32_t i = 0; i < fovea_known_dataset_count() && access(name, F_OK) != 0; i++)
        if (fovea_known_dataset_get(cli->context, i, &settings, &known, NULL) == FOVEA_OK &&
            strlen(known.name) == length && strncmp(known.name, name, length) == 0)
            return true;
    return false;
}

fovea_status cli_open_picture(const cli_call *cli, const char *name, const char *part,
                              cli_picture *picture, fovea_error *error) {
    *picture = (cli_picture){.label = -1, .index = -1};
    const char *mark = strrchr(name, '#');
    if (!mark || access(name, F_OK) == 0) {
        if (is_known_set(cli, name))
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "%s is a data set; which picture? %s#0 is its first", name, name);
        return fovea_picture_load(cli->context, name, &picture->picture, error);
    }
    int64_t index;
    char what[160], shown[128];
    snprintf(what, sizeof what, "the number behind # in %s:", cli_clean(shown, sizeof shown, name));
    CLI_TRY(cli_parse_integer(what, mark + 1, 0, INT64_MAX, &index, error));
    char *set = strndup(name, (size_t)(mark - name));
    if (!set) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_dataset *dataset = NULL;
    fovea_status status = cli_open_dataset(cli, set, part ? part : "test", 0, &dataset, error);
    if (status == FOVEA_OK) status = take_sample(cli, dataset, index, picture, error);
    fovea_dataset_free(dataset);
    free(set);
    return status;
}

// --resize without a number: the size the net takes, whatever becomes of the proportions.
static bool wants_net_size(const cli_call *cli) {
    return cli_given(cli, "resize") && !*cli_text(cli, "resize");
}

static fovea_status refuse_size(const cli_call *cli, const char *name, const fovea_shape *have,
                                const fovea_shape *wanted, fovea_error *error) {
    char shown[128];
    bool photo = wanted->dim[0] == 3 && wanted->dim[1] >= 160 && wanted->dim[2] >= 160;
    return cli_fail(error, FOVEA_SHAPE_MISMATCH,
                    "%s is %lld×%lld (height×width), the net wants %lld×%lld; --resize makes it "
                    "fit%s",
                    cli_clean(shown, sizeof shown, name), (long long)have->dim[1],
                    (long long)have->dim[2], (long long)wanted->dim[1], (long long)wanted->dim[2],
                    photo && !cli_given(cli, "preprocess")
                        ? ", --preprocess imagenet prepares it as torchvision does"
                        : "");
}

static fovea_status fit_picture(const cli_call *cli, const fovea_model *model, const char *name,
                                const fovea_tensor *picture, fovea_tensor **fitted,
                                fovea_error *error) {
    fovea_shape wanted = fovea_model_input(model);
    fovea_tensor *prepared;
    CLI_TRY(fovea_model_fit_picture(model, picture, &prepared, error));
    fovea_shape have = fovea_tensor_view(prepared).shape;
    bool same = have.dim[1] == wanted.dim[1] && have.dim[2] == wanted.dim[2];
    fovea_status status = FOVEA_OK;
    if (same || (!wants_net_size(cli) && fovea_model_any_size(model))) {
        *fitted = prepared;
        return FOVEA_OK;
    }
    if (wants_net_size(cli))
        status = fovea_picture_resize(cli->context, prepared, (int32_t)wanted.dim[1],
                                      (int32_t)wanted.dim[2], fitted, error);
    else
        status = refuse_size(cli, name, &have, &wanted, error);
    fovea_tensor_free(prepared);
    return status;
}

fovea_status cli_open_fitted(const cli_call *cli, const fovea_model *model, const char *name,
                             fovea_tensor **fitted, fovea_error *error) {
    cli_picture opened;
    CLI_TRY(cli_open_picture(cli, name, NULL, &opened, error));
    fovea_status status = fit_picture(cli, model, name, opened.picture, fitted, error);
    fovea_tensor_free(opened.picture);
    return status;
}

fovea_status cli_prepare_picture(const cli_call *cli, const fovea_model *model, const char *name,
                                 cli_picture *picture, fovea_tensor **batch, fovea_error *error) {
    cli_picture own;
    fovea_tensor *fitted = NULL;
    CLI_TRY(cli_open_picture(cli, name, NULL, &own, error));
    fovea_status status = fit_picture(cli, model, name, own.picture, &fitted, error);
    if (status == FOVEA_OK) {
        fovea_view view = fovea_tensor_view(fitted);
        const uint8_t *bytes = view.data;
        status = fovea_model_prepare(model, &bytes, 1, &view.shape, batch, error);
    }
    fovea_tensor_free(fitted);
    if (status == FOVEA_OK && picture)
        *picture = own;
    else
        fovea_tensor_free(own.picture);
    return status;
}
