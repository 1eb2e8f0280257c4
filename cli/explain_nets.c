// SPDX-License-Identifier: MIT
#include "explain_nets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "class_choice.h"
#include "clean_text.h"
#include "open_inputs.h"

const fovea_model *cli_explain_net_model(const cli_explain_net *net) {
    return net->resized ? net->resized : net->model;
}

static fovea_status prepare(cli_explain_net *net, fovea_error *error) {
    fovea_view view = fovea_tensor_view(net->picture);
    fovea_shape wanted = fovea_model_input(net->model);
    const uint8_t *bytes = view.data;
    CLI_TRY(fovea_model_prepare(net->model, &bytes, 1, &view.shape, &net->x, error));
    if (fovea_shape_equal(&wanted, &view.shape)) return FOVEA_OK;
    return fovea_model_resized(net->model, &view.shape, &net->resized, error);
}

static fovea_status answer(cli_explain_net *net, fovea_error *error) {
    fovea_view x = fovea_tensor_view(net->x);
    CLI_TRY(fovea_explainer_create(cli_explain_net_model(net), NULL, &net->explainer, error));
    net->outputs = (int32_t)fovea_explainer_outputs(net->explainer);
    net->logits = calloc((size_t)net->outputs, sizeof *net->logits);
    if (!net->logits) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    return fovea_explainer_logits(net->explainer, &x, net->logits, error);
}

// Names of a set's classes for a net that has none and an output for each.
static void take_names(const fovea_dataset *dataset, cli_explain_net *net) {
    int32_t count = fovea_dataset_class_count(dataset);
    const char **names = calloc((size_t)count, sizeof *names);
    for (int32_t k = 0; names && k < count; k++) names[k] = fovea_dataset_class_name(dataset, k);
    if (names && count == net->outputs && fovea_model_class_count(net->model) == 0)
        fovea_model_set_classes(net->model, names, count, NULL);
    free(names);
}

// What a set knows of its picture: the class, by name where the net names its own.
static void ask_set(const cli_call *cli, const char *image, cli_explain_net *net) {
    const char *mark = strrchr(image, '#');
    char *set = mark ? strndup(image, (size_t)(mark - image)) : NULL;
    fovea_dataset *dataset;
    if (set && cli_open_dataset(cli, set, "test", 0, &dataset, NULL) == FOVEA_OK) {
        long long index = atoll(mark + 1);
        if (index < fovea_dataset_count(dataset)) {
            int32_t label = fovea_dataset_label(dataset, index);
            const char *name = fovea_dataset_class_name(dataset, label);
            take_names(dataset, net);
            net->label = label < net->outputs ? label : -1;
            for (int32_t k = 0; k < fovea_model_class_count(net->model); k++)
                if (strcmp(fovea_model_class_name(net->model, k), name) == 0) net->label = k;
        }
        fovea_dataset_free(dataset);
    }
    free(set);
}

fovea_status cli_explain_net_open(const cli_call *cli, const char *name, const char *image,
                                  cli_explain_net *net, fovea_error *error) {
    *net = (cli_explain_net){.name = name, .label = -1};
    CLI_TRY(cli_open_model(cli, name, NULL, &net->model, error));
    CLI_TRY(cli_set_preprocessing(cli, net->model, error));
    CLI_TRY(cli_open_fitted(cli, net->model, image, &net->picture, error));
    CLI_TRY(prepare(net, error));
    CLI_TRY(answer(net, error));
    ask_set(cli, image, net);
    net->names = cli_class_names(net->model, net->outputs, &net->named);
    return net->names ? FOVEA_OK : cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
}

void cli_explain_net_close(cli_explain_net *net) {
    free(net->names);
    free(net->logits);
    fovea_explainer_free(net->explainer);
    fovea_tensor_free(net->x);
    fovea_tensor_free(net->picture);
    fovea_model_free(net->resized);
    fovea_model_free(net->model);
}

int32_t cli_explain_net_top(const cli_explain_net *net) {
    int32_t top = 0;
    for (int32_t k = 1; k < net->outputs; k++)
        if (net->logits[k] > net->logits[top]) top = k;
    return top;
}

double cli_explain_net_probability(const cli_explain_net *net, int32_t target) {
    double largest = net->logits[cli_explain_net_top(net)], sum = 0;
    for (int32_t k = 0; k < net->outputs; k++) sum += exp(net->logits[k] - largest);
    double p = exp(net->logits[target] - largest) / sum;
    return isnan(p) ? NAN : p;  // without its sign
}

const char *cli_explain_net_class(const cli_explain_net *net, int32_t target, char *text,
                                  size_t size) {
    const char *name = fovea_model_class_name(net->model, target);
    if (name && *name) return cli_clean(text, size, name);
    snprintf(text, size, "class %d", target);
    return text;
}
