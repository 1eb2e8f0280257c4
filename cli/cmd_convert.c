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

static const cli_option options[] = {
    {"opset", 0, "N", "17", "of a .onnx file: 13 to 21"},
    {"fold-batchnorm", 0, NULL, NULL, "make batch normalisations part of the layer before them"},
    {"precision", 0, "TYPE", NULL, "f32 or f64: the net's numbers as these; as they are without"},
    CLI_MODEL_OPTIONS,
    CLI_END};

typedef struct job {
    const cli_call *cli;
    const char *in, *out;
    bool to_model;  // OUT can hold a net: .safetensors
    bool to_onnx;   // or always holds one
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
    if (cli_given(j->cli, "opset") && !j->to_onnx)
        return cli_fail(j->error, FOVEA_INVALID_ARGUMENT, "--opset is for .onnx files, not for %s",
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

static fovea_status save_net(job *j, const fovea_model *model) {
    fovea_onnx_options onnx;
    int64_t opset;
    if (!j->to_onnx) return fovea_model_save(model, j->out, j->error);
    fovea_onnx_options_default(&onnx);
    CLI_TRY(cli_integer(j->cli, "opset", 13, 21, &opset, j->error));
    onnx.opset = (int32_t)opset;
    return fovea_model_save_onnx(model, j->out, &onnx, j->error);
}

// Whether a node takes the value: what none does is not part of an ONNX file (num_batches_tracked).
static bool is_read(const fovea_graph *graph, fovea_value value) {
    for (int32_t n = 0; n < fovea_graph_node_count(graph); n++) {
        fovea_node_info node = fovea_graph_node(graph, n);
        for (int32_t i = 0; i < node.input_count; i++)
            if (node.inputs[i] == value) return true;
    }
    return false;
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
        if (j->to_onnx && !is_read(graph, v)) continue;
        tensors[count++] = (fovea_named_tensor){info.name, fovea_graph_parameter(graph, v)};
    }
    if (j->to_model || j->to_onnx) {
        status = save_net(j, model);
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
    fovea_model *folded = NULL;
    fovea_status status = FOVEA_OK;
    if (cli_flag(j->cli, "fold-batchnorm"))
        status = fovea_model_fold_batchnorm(model, &folded, j->error);
    if (status == FOVEA_OK) status = convert_model(j, folded ? folded : model);
    fovea_model_free(folded);
    fovea_model_free(model);
    return status;
}

static fovea_status convert(job *j) {
    fovea_tensor_file *file;
    bool net = cli_text(j->cli, "arch") || cli_text(j->cli, "weights") || !is_file(j->in) ||
               (j->to_model && ends_with(j->in, ".onnx")) || j->to_onnx ||
               cli_flag(j->cli, "fold-batchnorm") || cli_text(j->cli, "precision");
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
    j.to_onnx = ends_with(j.out, ".onnx");
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
    "initializers of .onnx) or any MODEL. OUT's ending says what is written: .safetensors, .pth "
    "(.pt, .th), .npz or .onnx. Every "
    "number keeps its type and bits. A .safetensors file holds the net as well, where IN has one "
    "or "
    "--arch names it; .pth and .npz hold the weights alone, as torch.load and numpy.load read "
    "them.\n"
    "An .onnx file holds the net, its shapes, preprocessing and class names. The batch stays open "
    "(\"N\") where it is. What the opset does not have is written as a few older operators where "
    "that is possible; what cannot be written ends with exit code 4, the node's name and the opset "
    "that would do.",
    "fovea convert runs/mnist/best.safetensors weights.pth\n"
    "fovea convert resnet20.th resnet20.safetensors --arch resnet20\n"
    "fovea convert runs/mnist/best.safetensors digits.onnx --fold-batchnorm\n",
    options,
    run};
