// SPDX-License-Identifier: MIT
#include "run_inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clean_text.h"
#include "open_inputs.h"

static bool holds_arrays(const char *file) {
    static const char *const endings[] = {".npy", ".npz", ".safetensors", ".pt", ".pth"};
    const char *dot = strrchr(file, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof endings[0]; i++)
        if (strcasecmp(dot, endings[i]) == 0) return true;
    return false;
}

static bool ends_in_npy(const char *file) {
    return strcasecmp(strrchr(file, '.'), ".npy") == 0;
}

static fovea_status add_entry(cli_run_inputs *inputs, const char *file, const char *name,
                              size_t length, int *entry, fovea_error *error) {
    if (inputs->count == CLI_MAX_INPUTS)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "more than %d inputs", CLI_MAX_INPUTS);
    *entry = inputs->count++;
    inputs->file[*entry] = file;
    inputs->name[*entry] = name;
    inputs->name_length[*entry] = length;
    return FOVEA_OK;
}

static fovea_status copy_array(const cli_call *cli, const fovea_view *view, fovea_tensor **array,
                               fovea_error *error) {
    CLI_TRY(fovea_tensor_create(cli->context, view->type, &view->shape, array, error));
    memcpy(fovea_tensor_view(*array).data, view->data,
           (size_t)fovea_shape_count(&view->shape) * fovea_type_size(view->type));
    return FOVEA_OK;
}

// The one array of a file for the input NAME, or all by the names they have there.
static fovea_status take_arrays(const cli_call *cli, const fovea_tensor_file *file,
                                const char *path, const char *name, size_t length,
                                cli_run_inputs *inputs, fovea_error *error) {
    int32_t count = fovea_tensor_file_count(file);
    char shown[128];
    if (count < 1 || (name && count > 1))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s holds %d arrays%s",
                        cli_clean(shown, sizeof shown, path), (int)count,
                        count ? "; without NAME= they go in by their own names" : "");
    for (int32_t t = 0; t < count; t++) {
        fovea_named_tensor tensor = fovea_tensor_file_get(file, t);
        int i = 0;
        CLI_TRY(add_entry(inputs, path, name, length, &i, error));
        CLI_TRY(copy_array(cli, &tensor.view, &inputs->array[i], error));
        if (name) continue;
        inputs->own_name[i] = strdup(tensor.name);
        if (!inputs->own_name[i]) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
        inputs->name[i] = inputs->own_name[i];
        inputs->name_length[i] = strlen(tensor.name);
    }
    return FOVEA_OK;
}

// NAME=FILE, unless all of it is a file.
static fovea_status take(const cli_call *cli, const char *text, cli_run_inputs *inputs,
                         fovea_error *error) {
    const char *mark = strchr(text, '='), *path = text, *name = NULL;
    size_t length = 0;
    int entry = 0;
    if (mark && mark > text && access(text, F_OK) != 0) {
        name = text;
        length = (size_t)(mark - text);
        path = mark + 1;
    }
    if (!holds_arrays(path)) return add_entry(inputs, path, name, length, &entry, error);
    if (ends_in_npy(path)) {
        CLI_TRY(add_entry(inputs, path, name, length, &entry, error));
        return fovea_npy_load(cli->context, path, &inputs->array[entry], error);
    }
    fovea_tensor_file *file;
    CLI_TRY(fovea_tensor_file_open(cli->context, path, &file, error));
    fovea_status status = take_arrays(cli, file, path, name, length, inputs, error);
    fovea_tensor_file_free(file);
    return status;
}

fovea_status cli_run_inputs_read(const cli_call *cli, cli_run_inputs *inputs, fovea_error *error) {
    const char *text;
    *inputs = (cli_run_inputs){.count = 0};
    for (int given = 0; (text = cli_text_again(cli, "input", given)); given++)
        CLI_TRY(take(cli, text, inputs, error));
    return FOVEA_OK;
}

fovea_shape cli_run_inputs_sample(const cli_run_inputs *inputs) {
    fovea_shape none = {.rank = 0};
    if (inputs->count == 0 || !inputs->array[0]) return none;
    fovea_shape shape = fovea_tensor_view(inputs->array[0]).shape;
    if (shape.rank < 3 || shape.rank > 5) return none;
    return shape.rank == 3 ? shape : fovea_shape_make(shape.rank - 1, shape.dim + 1);
}

static fovea_value_info input_info(const fovea_model *model, int32_t i) {
    const fovea_graph *graph = fovea_model_graph(model);
    return fovea_graph_value(graph, fovea_graph_input(graph, i));
}

// "x (F32 N×3×32×32), y (I64 2)"
static void list_inputs(const fovea_model *model, char *text, size_t size) {
    size_t used = 0;
    text[0] = '\0';
    for (int32_t i = 0; i < fovea_graph_input_count(fovea_model_graph(model)); i++) {
        fovea_value_info info = input_info(model, i);
        char shape[96], name[80];
        fovea_shape_format(&info.shape, shape, sizeof shape);
        int length =
            snprintf(text + used, size - used, "%s%s (%s %s)", i ? ", " : "",
                     cli_clean(name, sizeof name, info.name), fovea_type_name(info.type), shape);
        if (length < 0 || (size_t)length >= size - used) return;
        used += (size_t)length;
    }
}

static fovea_status refuse(const fovea_model *model, const char *what, const char *which,
                           fovea_error *error) {
    char inputs[400], shown[128];
    list_inputs(model, inputs, sizeof inputs);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s%s; the net takes %s", what,
                    cli_clean(shown, sizeof shown, which), inputs[0] ? inputs : "no input");
}

// The --input for input i of the graph, -1 when there is none: by name, else the next without one.
static int find_given(const cli_run_inputs *inputs, const char *name, bool *used) {
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < inputs->count; k++) {
            bool named = inputs->name[k] && strlen(name) == inputs->name_length[k] &&
                         memcmp(inputs->name[k], name, inputs->name_length[k]) == 0;
            if (used[k] || (pass == 0 ? !named : inputs->name[k] != NULL)) continue;
            used[k] = true;
            return k;
        }
    return -1;
}

static bool is_float(fovea_type type) {
    return type == FOVEA_F32 || type == FOVEA_F64 || type == FOVEA_F16 || type == FOVEA_BF16;
}

// Arrays often lack the batch of one.
static void add_batch(const fovea_value_info *wants, fovea_view *view) {
    const fovea_shape *w = &wants->shape;
    if (view->shape.rank + 1 != w->rank || w->rank < 1) return;
    if (w->dim[0] != FOVEA_DYNAMIC && w->dim[0] != 1) return;
    fovea_shape with = {.rank = w->rank, .dim = {1}};
    memcpy(with.dim + 1, view->shape.dim, (size_t)view->shape.rank * sizeof with.dim[0]);
    view->shape = with;
}

static fovea_status fit_array(const cli_call *cli, const fovea_value_info *wants, const char *file,
                              const fovea_tensor *array, fovea_tensor **tensor, fovea_view *view,
                              fovea_error *error) {
    fovea_view has = fovea_tensor_view(array);
    bool floats = is_float(has.type) && is_float(wants->type);
    if (has.type != wants->type && !floats) {
        char shown[128], name[128];
        return cli_fail(error, FOVEA_SHAPE_MISMATCH, "%s holds %s, but input %s is %s",
                        cli_clean(shown, sizeof shown, file), fovea_type_name(has.type),
                        cli_clean(name, sizeof name, wants->name), fovea_type_name(wants->type));
    }
    CLI_TRY(fovea_tensor_convert(cli->context, &has, wants->type, tensor, error));
    *view = fovea_tensor_view(*tensor);
    add_batch(wants, view);
    return FOVEA_OK;
}

fovea_status cli_run_inputs_fit(const cli_call *cli, const fovea_model *model,
                                cli_run_inputs *inputs, fovea_error *error) {
    bool used[CLI_MAX_INPUTS] = {false};
    int32_t count = fovea_graph_input_count(fovea_model_graph(model));
    if (count > CLI_MAX_INPUTS)
        return cli_fail(error, FOVEA_UNSUPPORTED, "the net has %d inputs; %d is the most",
                        (int)count, CLI_MAX_INPUTS);
    for (int32_t i = 0; i < count; i++) {
        fovea_value_info wants = input_info(model, i);
        int given = find_given(inputs, wants.name, used);
        if (given < 0) return refuse(model, "nothing is given for --input ", wants.name, error);
        if (inputs->array[given]) {
            CLI_TRY(fit_array(cli, &wants, inputs->file[given], inputs->array[given],
                              &inputs->tensor[i], &inputs->view[i], error));
        } else {
            CLI_TRY(cli_prepare_picture(cli, model, inputs->file[given], NULL, &inputs->tensor[i],
                                        error));
            inputs->view[i] = fovea_tensor_view(inputs->tensor[i]);
        }
    }
    for (int k = 0; k < inputs->count; k++)
        if (!used[k])
            return refuse(model, "too much is given, or for no input of the net: --input ",
                          inputs->name[k] ? inputs->name[k] : inputs->file[k], error);
    return FOVEA_OK;
}

void cli_run_inputs_free(cli_run_inputs *inputs) {
    for (int i = 0; i < CLI_MAX_INPUTS; i++) {
        fovea_tensor_free(inputs->array[i]);
        fovea_tensor_free(inputs->tensor[i]);
        free(inputs->own_name[i]);
    }
}
