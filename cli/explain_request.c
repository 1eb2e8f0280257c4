// SPDX-License-Identifier: MIT
#include "explain_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean_text.h"

// What a setting is for.
typedef enum setting_use { USES_STEPS, USES_SAMPLES, USES_BASELINE, USES_LAYER } setting_use;

static bool uses(const fovea_explain_method *method, setting_use use) {
    const bool flags[] = {method->uses_steps, method->uses_samples, method->uses_baseline,
                          method->has_layer};
    return flags[use];
}

static fovea_status add_method(cli_explain_request *request, const char *name, fovea_error *error) {
    if (request->methods == CLI_MAX_METHODS)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--method: more than %d", CLI_MAX_METHODS);
    fovea_explain_options *options = &request->options[request->methods];
    CLI_TRY(fovea_explain_options_default(name, options, error));
    request->method[request->methods++] = fovea_explain_method_find(name);
    return FOVEA_OK;
}

static fovea_status read_methods(const cli_call *cli, cli_explain_request *request,
                                 fovea_error *error) {
    const char *text = cli_text(cli, "method");
    if (!text)
        return add_method(request, fovea_explain_method_find("grad-cam") ? "grad-cam" : "gradient",
                          error);
    for (const char *at = text;; at++) {
        char name[80];
        size_t length = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)(length < 79 ? length : 79), at);
        request->all |= strcmp(name, "all") == 0;
        if (strcmp(name, "all") == 0)
            for (int32_t m = 0; m < fovea_explain_method_count(); m++)
                CLI_TRY(add_method(request, fovea_explain_method_get(m)->name, error));
        else
            CLI_TRY(add_method(request, name, error));
        at += length;
        if (!*at) return FOVEA_OK;
    }
}

// A setting that none of the methods reads is a mistake, not something to be silent about.
static fovea_status check_used(const cli_call *cli, const cli_explain_request *request,
                               fovea_error *error) {
    static const struct {
        const char *name;
        setting_use use;
    } settings[] = {{"steps", USES_STEPS},
                    {"quadrature", USES_STEPS},
                    {"samples", USES_SAMPLES},
                    {"baseline", USES_BASELINE},
                    {"layer", USES_LAYER}};
    for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
        bool used = !cli_given(cli, settings[s].name);
        for (int m = 0; m < request->methods; m++)
            used |= uses(request->method[m], settings[s].use);
        if (!used)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--%s: %s does not use any%s",
                            settings[s].name, request->method[0]->name,
                            request->methods > 1 ? ", nor do the others" : "");
    }
    return FOVEA_OK;
}

// "16" or "16x8": height and width.
static fovea_status read_window(const cli_call *cli, const char *name, int32_t window[2],
                                fovea_error *error) {
    char first[16], what[24];
    int64_t side;
    const char *text = cli_text(cli, name);
    if (!text) return FOVEA_OK;
    size_t length = strcspn(text, "x");
    snprintf(what, sizeof what, "--%s", name);
    snprintf(first, sizeof first, "%.*s", (int)(length < 15 ? length : 15), text);
    CLI_TRY(cli_parse_integer(what, first, 1, 16384, &side, error));
    window[0] = window[1] = (int32_t)side;
    if (!text[length]) return FOVEA_OK;
    CLI_TRY(cli_parse_integer(what, text + length + 1, 1, 16384, &side, error));
    window[1] = (int32_t)side;
    return FOVEA_OK;
}

static fovea_status read_count(const cli_call *cli, const char *name, int64_t most, int32_t *value,
                               fovea_error *error) {
    int64_t number;
    if (!cli_given(cli, name)) return FOVEA_OK;
    CLI_TRY(cli_integer(cli, name, 1, most, &number, error));
    *value = (int32_t)number;
    return FOVEA_OK;
}

static fovea_status read_share(const cli_call *cli, const char *name, double low, double high,
                               double *value, fovea_error *error) {
    return cli_given(cli, name) ? cli_real(cli, name, low, high, value, error) : FOVEA_OK;
}

static fovea_status read_quadrature(const cli_call *cli, fovea_explain_options *o,
                                    fovea_error *error) {
    const char *text = cli_text(cli, "quadrature");
    char shown[64];
    if (!text) return FOVEA_OK;
    o->gauss_legendre = strcmp(text, "gauss-legendre") == 0;
    if (o->gauss_legendre || strcmp(text, "midpoint") == 0) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "--quadrature %s: must be midpoint or gauss-legendre",
                    cli_clean(shown, sizeof shown, text));
}

static fovea_status read_settings(const cli_call *cli, fovea_explain_options *o,
                                  fovea_error *error) {
    o->seed = cli->seed;
    CLI_TRY(read_count(cli, "steps", 1000000, &o->steps, error));
    CLI_TRY(read_count(cli, "samples", 10000000, &o->samples, error));
    CLI_TRY(read_count(cli, "cells", 10000, &o->cells, error));
    CLI_TRY(read_window(cli, "patch", o->patch, error));
    CLI_TRY(read_window(cli, "stride", o->stride, error));
    CLI_TRY(read_share(cli, "noise", 0, 1000, &o->noise, error));
    CLI_TRY(read_share(cli, "keep", 1e-3, 1, &o->keep, error));
    CLI_TRY(read_share(cli, "epsilon", 0, 1e6, &o->epsilon, error));
    CLI_TRY(read_share(cli, "gamma", 0, 1e6, &o->gamma, error));
    CLI_TRY(read_share(cli, "alpha", 1, 1000, &o->alpha, error));
    return read_quadrature(cli, o, error);
}

fovea_status cli_explain_methods(const cli_call *cli, cli_explain_request *request,
                                 fovea_error *error) {
    *request = (cli_explain_request){.methods = 0};
    CLI_TRY(read_methods(cli, request, error));
    for (int m = 0; m < request->methods; m++)
        CLI_TRY(read_settings(cli, &request->options[m], error));
    return check_used(cli, request, error);
}

// Nets without maps have no grad-cam: where nobody chose a method they get one that fits.
static fovea_status fit_method(const cli_call *cli, const cli_explain_net *net,
                               cli_explain_request *request, fovea_error *error) {
    if (cli_text(cli, "method") || fovea_explainer_layer(net->explainer) != FOVEA_NO_VALUE)
        return FOVEA_OK;
    request->methods = 0;
    CLI_TRY(add_method(request, "gradient-x-input", error));
    return read_settings(cli, &request->options[0], error);
}

fovea_status cli_explain_choose(const cli_call *cli, const cli_explain_net *net,
                                cli_explain_request *request, fovea_error *error) {
    const char *target = cli_text(cli, "target"), *difference = cli_text(cli, "diff");
    if (target && difference)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--diff A,B says the targets; --target does not go with it");
    CLI_TRY(fit_method(cli, net, request, error));
    request->target[0] = cli_explain_net_top(net);
    request->targets = 1;
    if (target)
        CLI_TRY(cli_explain_target_list("target", target, net, request->target, &request->targets,
                                        error));
    if (difference)
        CLI_TRY(cli_explain_target_list("diff", difference, net, request->target, &request->targets,
                                        error));
    request->difference = difference != NULL;
    if (difference && request->targets != 2)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--diff takes two classes, A,B, not %d",
                        request->targets);
    return cli_explain_layers(cli, net, &request->layer, &request->layers, error);
}

// "all" means the convolutions: their maps are what the methods were made for.
static fovea_status choose_nodes(const cli_call *cli, const fovea_graph *graph, const char *text,
                                 int32_t **nodes, int32_t *count, fovea_error *error) {
    CLI_TRY(fovea_layers_choose(cli->context, graph, text, nodes, count, error));
    if (strcmp(text, "all") != 0) return FOVEA_OK;
    int32_t kept = 0;
    for (int32_t i = 0; i < *count; i++)
        if (strcmp(fovea_graph_node(graph, (*nodes)[i]).op, "Conv") == 0)
            (*nodes)[kept++] = (*nodes)[i];
    *count = kept;
    if (kept) return FOVEA_OK;
    fovea_layers_free(cli->context, *nodes);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--layer all: the net has no convolution");
}

fovea_status cli_explain_layers(const cli_call *cli, const cli_explain_net *net,
                                fovea_value **layer, int32_t *layers, fovea_error *error) {
    const char *text = cli_text(cli, "layer");
    const fovea_graph *graph = fovea_model_graph(cli_explain_net_model(net));
    int32_t *nodes, count;
    *layer = NULL;
    *layers = 0;
    if (!text) return FOVEA_OK;
    CLI_TRY(choose_nodes(cli, graph, text, &nodes, &count, error));
    *layer = calloc((size_t)count, sizeof **layer);
    for (int32_t i = 0; *layer && i < count; i++)
        (*layer)[i] = fovea_graph_node(graph, nodes[i]).outputs[0];
    fovea_layers_free(cli->context, nodes);
    *layers = count;
    return *layer ? FOVEA_OK : cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
}

static fovea_status load_baseline(const cli_call *cli, const cli_explain_net *net, const char *path,
                                  fovea_tensor **baseline, fovea_error *error) {
    char shown[128];
    fovea_tensor *picture;
    fovea_shape wanted = fovea_tensor_view(net->picture).shape;
    CLI_TRY(fovea_picture_load_as(cli->context, path, (int32_t)wanted.dim[0], &picture, error));
    fovea_view view = fovea_tensor_view(picture);
    const uint8_t *bytes = view.data;
    fovea_status status;
    if (fovea_shape_equal(&view.shape, &wanted))
        status = fovea_model_prepare(cli_explain_net_model(net), &bytes, 1, &view.shape, baseline,
                                     error);
    else
        status = cli_fail(error, FOVEA_SHAPE_MISMATCH,
                          "--baseline %s is %lld×%lld (height×width), what the net is shown "
                          "%lld×%lld",
                          cli_clean(shown, sizeof shown, path), (long long)view.shape.dim[1],
                          (long long)view.shape.dim[2], (long long)wanted.dim[1],
                          (long long)wanted.dim[2]);
    fovea_tensor_free(picture);
    return status;
}

fovea_status cli_explain_baseline(const cli_call *cli, const cli_explain_net *net,
                                  fovea_tensor **baseline, fovea_error *error) {
    const char *text = cli_text(cli, "baseline");
    fovea_view x = fovea_tensor_view(net->x);
    *baseline = NULL;
    if (!text) return FOVEA_OK;
    // A name with a dot or a slash is no word for a colour: it is a file, there or not.
    if (strpbrk(text, "./") || access(text, F_OK) == 0)
        return load_baseline(cli, net, text, baseline, error);
    return fovea_explain_baseline(net->explainer, text, &x, cli->seed, baseline, error);
}

void cli_explain_request_free(cli_explain_request *request) {
    free(request->layer);
    request->layer = NULL;
}
