// SPDX-License-Identifier: MIT
// fovea convert: weights and models from one kind of file to another.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"

static const cli_option options[] = {CLI_MODEL_OPTIONS, CLI_END};

typedef struct job {
    const cli_call *cli;
    const char *in, *out;
    bool to_model;  // OUT is .safetensors, which can hold a net
    int32_t tensors;
    int64_t numbers;
    fovea_error *error;
} job;

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), size = strlen(end);
    return length > size && strcasecmp(text + length - size, end) == 0;
}

static fovea_status check(const job *j) {
    struct stat in, out;
    char shown[300];
    if (stat(j->in, &in) == 0 && stat(j->out, &out) == 0 && in.st_ino == out.st_ino &&
        in.st_dev == out.st_dev)
        return cli_fail(j->error, FOVEA_INVALID_ARGUMENT, "%s: OUT is the same file as IN",
                        cli_clean(shown, sizeof shown, j->out));
    if (ends_with(j->out, ".onnx"))
        return cli_fail(j->error, FOVEA_UNSUPPORTED, "%s: .onnx files are not written yet",
                        cli_clean(shown, sizeof shown, j->out));
    return FOVEA_OK;
}

static bool has_net(const fovea_tensor_file *file) {
    for (int32_t i = 0; i < fovea_tensor_file_metadata_count(file); i++)
        if (strcmp(fovea_tensor_file_metadata(file, i).name, "fovea.graph") == 0) return true;
    return false;
}

static bool is_file(const char *name) {
    struct stat status;
    return stat(name, &status) == 0 && S_ISREG(status.st_mode);
}

static fovea_status save(job *j, const fovea_named_tensor *tensors, int32_t count,
                         const fovea_named_text *texts, int32_t text_count) {
    j->tensors = count;
    for (int32_t i = 0; i < count; i++) j->numbers += fovea_shape_count(&tensors[i].view.shape);
    return fovea_tensor_file_save(j->cli->context, j->out, tensors, count, texts, text_count,
                                  j->error);
}

// All tensors of a file and, where OUT has a place for them, its metadata.
static fovea_status convert_file(job *j, const fovea_tensor_file *file) {
    int32_t count = fovea_tensor_file_count(file);
    int32_t texts = j->to_model ? fovea_tensor_file_metadata_count(file) : 0;
    fovea_named_tensor *tensors = calloc((size_t)count + 1, sizeof *tensors);
    fovea_named_text *metadata = calloc((size_t)texts + 1, sizeof *metadata);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (tensors && metadata) {
        for (int32_t i = 0; i < count; i++) tensors[i] = fovea_tensor_file_get(file, i);
        for (int32_t i = 0; i < texts; i++) metadata[i] = fovea_tensor_file_metadata(file, i);
        status = save(j, tensors, count, metadata, texts);
    } else {
        cli_fail(j->error, status, "out of memory");
    }
    free(tensors);
    free(metadata);
    for (int32_t i = 0; i < fovea_tensor_file_passed_count(file) && status == FOVEA_OK; i++) {
        char name[300], text[100];
        fovea_named_text passed = fovea_tensor_file_passed(file, i);
        cli_note(j->cli, "passed over: %s (%s)", cli_clean(name, sizeof name, passed.name),
                 cli_clean(text, sizeof text, passed.text));
    }
    return status;
}

// A net's parameters and running statistics, or the whole of it where OUT can hold it.
static fovea_status convert_model(job *j, const fovea_model *model) {
    fovea_graph *graph = fovea_model_graph(model);
    int32_t values = fovea_graph_value_count(graph), count = 0;
    fovea_status status = FOVEA_OK;
    fovea_named_tensor *tensors = calloc((size_t)values + 1, sizeof *tensors);
    if (!tensors) return cli_fail(j->error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (fovea_value v = 0; v < values; v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind != FOVEA_VALUE_PARAMETER && info.kind != FOVEA_VALUE_BUFFER) continue;
        tensors[count++] = (fovea_named_tensor){info.name, fovea_graph_parameter(graph, v)};
    }
    if (j->to_model) {
        status = fovea_model_save(model, j->out, j->error);
        j->tensors = count;
        for (int32_t i = 0; i < count; i++) j->numbers += fovea_shape_count(&tensors[i].view.shape);
    } else {
        status = save(j, tensors, count, NULL, 0);
    }
    free(tensors);
    return status;
}

static fovea_status open_and_convert_model(job *j) {
    fovea_model *model;
    CLI_TRY(cli_open_model(j->cli, j->in, NULL, &model, j->error));
    fovea_status status = convert_model(j, model);
    fovea_model_free(model);
    return status;
}

static fovea_status convert(job *j) {
    fovea_tensor_file *file;
    bool net = cli_text(j->cli, "arch") || cli_text(j->cli, "weights") || !is_file(j->in) ||
               (j->to_model && ends_with(j->in, ".onnx"));
    if (net) return open_and_convert_model(j);
    CLI_TRY(fovea_tensor_file_open(j->cli->context, j->in, &file, j->error));
    bool whole = j->to_model && has_net(file);
    fovea_status status = whole ? FOVEA_OK : convert_file(j, file);
    if (!whole && has_net(file) && status == FOVEA_OK)
        cli_note(j->cli, "only the weights: the net itself needs a .safetensors file");
    fovea_tensor_file_free(file);
    return whole ? open_and_convert_model(j) : status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    job j = {.cli = cli, .in = cli->operand[0], .out = cli->operand[1], .error = error};
    char shown[300];
    j.to_model = ends_with(j.out, ".safetensors");
    CLI_TRY(check(&j));
    CLI_TRY(convert(&j));
    if (cli->json) {
        cli_json json;
        cli_json_start(&json, stdout, "convert");
        cli_json_text(&json, "input", j.in);
        cli_json_text(&json, "output", j.out);
        cli_json_integer(&json, "tensors", j.tensors);
        cli_json_integer(&json, "numbers", j.numbers);
        cli_json_end(&json);
        return FOVEA_OK;
    }
    cli_note(cli, "wrote %s: %d tensors, %lld numbers", cli_clean(shown, sizeof shown, j.out),
             j.tensors, (long long)j.numbers);
    return FOVEA_OK;
}

const cli_command cli_convert = {
    "convert",
    CLI_NETS,
    "IN OUT",
    2,
    2,
    "weights and models from one kind of file to another",
    "IN is any file of weights (.safetensors, its .index.json, .pth .pt .th, .npz, .npy, the "
    "initializers of .onnx) or any "
    "MODEL. OUT's ending says what is written: .safetensors, .pth (.pt, .th) or .npz. Every number "
    "keeps its type and bits. A .safetensors file holds the net as well, where IN has one or "
    "--arch "
    "names it; the others hold the weights alone, as torch.load and numpy.load read them.",
    "fovea convert runs/mnist/best.safetensors weights.pth\n"
    "fovea convert resnet20.th resnet20.safetensors --arch resnet20\n",
    options,
    run};
