// SPDX-License-Identifier: MIT
#include "explain_output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "explain_trust.h"
#include "json_output.h"

static const char *const states[] = {"fine", "empty", "constant", "not finite", "cut by the relu"};

static double mean_of(const fovea_attribution *a) {
    fovea_statistics statistics;
    fovea_view view = fovea_tensor_view(a->map);
    return fovea_view_statistics(&view, &statistics, NULL) == FOVEA_OK ? statistics.mean : NAN;
}

// Text

static void print_net(const cli_explain_maps *maps, int n, const char *image) {
    const cli_explain_net *net = &maps->net[n];
    char shown[256], name[160], peeled[80] = "";
    int32_t top = cli_explain_net_top(net);
    if (fovea_explainer_peeled(net->explainer))
        snprintf(peeled, sizeof peeled, " (%s at the end peeled off)",
                 fovea_explainer_peeled(net->explainer));
    printf("%s", cli_clean(shown, sizeof shown, image));
    if (maps->nets > 1) printf("  %s", cli_clean(shown, sizeof shown, net->name));
    printf("  is %d %s  logit %.6g  probability %.4f%s\n", top,
           cli_explain_net_class(net, top, name, sizeof name), net->logits[top],
           cli_explain_net_probability(net, top), peeled);
}

static void print_map(const cli_explain_maps *maps, const cli_explained *e) {
    const fovea_attribution *a = e->attribution;
    const cli_explain_net *net = &maps->net[e->net];
    char shown[256], name[160], shape[96];
    fovea_shape map = fovea_tensor_view(a->map).shape;
    fovea_shape_format(&map, shape, sizeof shape);
    if (maps->nets > 1) printf("%s  ", cli_clean(shown, sizeof shown, net->name));
    printf("%s  %s", a->method->name, cli_explain_net_class(net, e->output, name, sizeof name));
    if (*a->layer_name) printf("  %s", cli_clean(shown, sizeof shown, a->layer_name));
    printf("  %s  min %.6g  max %.6g  mean %.6g  sum %.6g  logit %.6g\n", shape, a->minimum,
           a->maximum, mean_of(a), isnan(a->sum) ? NAN : a->sum, a->logit);
    if (a->law)
        printf("  %s: should sum to %.6g, off by %.3g %%\n", a->law, a->expected,
               100 * a->residual);
    cli_explain_judge_print(e);
    if (a->state != FOVEA_MAP_FINE)
        printf("  %s%s%s\n", states[a->state], *a->cause ? ": " : "", a->cause);
}

void cli_explain_print(const cli_explain_maps *maps, const char *image) {
    for (int n = 0; n < maps->nets; n++) print_net(maps, n, image);
    for (int i = 0; i < maps->count; i++) print_map(maps, &maps->item[i]);
    cli_explain_print_advice(maps);
}

// JSON

static void write_layers(cli_json *json, const fovea_attribution *a) {
    cli_json_array(json, "layers");
    for (int32_t l = 0; l < a->layer_count; l++) {
        cli_json_object(json, NULL);
        cli_json_text(json, "name", a->layers[l].name);
        cli_json_real(json, "sum", a->layers[l].sum);
        cli_json_real(json, "bias", a->layers[l].bias);
        cli_json_real(json, "residual", a->layers[l].residual);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void write_map(cli_json *json, const cli_explain_maps *maps, const cli_explained *e) {
    const fovea_attribution *a = e->attribution;
    const cli_explain_net *net = &maps->net[e->net];
    fovea_shape shape = fovea_tensor_view(a->map).shape;
    cli_json_object(json, NULL);
    cli_json_text(json, "method", a->method->name);
    if (maps->nets > 1) cli_json_text(json, "model", net->name);
    cli_json_integer(json, "target", e->output);
    cli_json_text(json, "class", fovea_model_class_name(net->model, e->output));
    cli_json_real(json, "logit", a->logit);
    cli_json_text(json, "layer", *a->layer_name ? a->layer_name : NULL);
    cli_json_shape(json, "shape", &shape);
    cli_json_text(json, "unit", a->method->unit);
    cli_json_real(json, "minimum", a->minimum);
    cli_json_real(json, "maximum", a->maximum);
    cli_json_real(json, "mean", mean_of(a));
    cli_json_real(json, "sum", a->sum);
    cli_json_text(json, "law", a->law);
    cli_json_real(json, "expected", a->expected);
    cli_json_real(json, "residual", a->residual);
    cli_json_real(json, "baseline_logit", a->baseline_logit);
    if (a->layer_count) write_layers(json, a);
    cli_json_real(json, "seconds", a->seconds);
    cli_json_real(json, "forward_seconds", a->forward_seconds);
    cli_json_integer(json, "forward_passes", a->forward_passes);
    cli_json_integer(json, "backward_passes", a->backward_passes);
    cli_json_text(json, "state", states[a->state]);
    cli_json_text(json, "cause", *a->cause ? a->cause : NULL);
    cli_explain_judge_json(json, e);
    cli_json_close(json);
}

fovea_status cli_explain_json(const cli_explain_maps *maps, const char *image, fovea_error *error) {
    const cli_explain_request *request = maps->request;
    cli_json json;
    (void)error;
    cli_json_start(&json, stdout, "explain");
    cli_json_text(&json, "image", image);
    cli_json_integer(&json, "target", request->target[0]);
    cli_json_text(&json, "class", fovea_model_class_name(maps->net[0].model, request->target[0]));
    cli_json_real(&json, "logit", maps->net[0].logits[request->target[0]]);
    cli_json_real(&json, "probability",
                  cli_explain_net_probability(&maps->net[0], request->target[0]));
    cli_json_text(&json, "peeled", fovea_explainer_peeled(maps->net[0].explainer));
    cli_json_array(&json, "maps");
    for (int i = 0; i < maps->count; i++) write_map(&json, maps, &maps->item[i]);
    cli_json_close(&json);
    cli_json_end(&json);
    return FOVEA_OK;
}

// Arrays

fovea_status cli_explain_check_files(const cli_call *cli, const cli_explain_request *request,
                                     int nets, fovea_error *error) {
    int count = 0;
    for (int m = 0; m < request->methods; m++)
        count += request->targets * nets *
                 (request->method[m]->has_layer && request->layers ? request->layers : 1);
    if (!cli_text(cli, "npy") || count == 1) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "--npy takes one map and this makes %d; --npz takes several", count);
}

// What the class is called among arrays: the first of its names, as one word.
static void class_word(const cli_explain_net *net, int32_t output, char *word, size_t size) {
    char name[160];
    cli_explain_net_class(net, output, name, sizeof name);
    if (strcspn(name, ",") < strlen(name)) name[strcspn(name, ",")] = 0;
    for (char *c = name; *c; c++)
        if (*c == ' ' || *c == '/' || *c == '\\' || *c == '.') *c = '_';
    snprintf(word, size, "%s", name);
}

static fovea_status save_map(const cli_explain_maps *maps, const cli_explained *e, fovea_npz *npz,
                             fovea_error *error) {
    const fovea_attribution *a = e->attribution;
    char word[160], layer[260] = "", name[600];
    fovea_view map = fovea_tensor_view(a->map);
    class_word(&maps->net[e->net], e->output, word, sizeof word);
    if (*a->layer_name) snprintf(layer, sizeof layer, ".%s", a->layer_name);
    for (char *c = layer; *c; c++)
        if (*c == '/' || *c == '\\') *c = '_';
    snprintf(name, sizeof name, "%s%s.%s%s", maps->nets > 1 ? (e->net ? "b." : "a.") : "",
             a->method->name, word, layer);
    CLI_TRY(fovea_npz_add(npz, name, &map, error));
    if (!a->before_relu) return FOVEA_OK;
    map = fovea_tensor_view(a->before_relu);
    size_t used = strlen(name);
    snprintf(name + used, sizeof name - used, ".before-relu");
    return fovea_npz_add(npz, name, &map, error);
}

static fovea_status save_all(const cli_call *cli, const cli_explain_maps *maps, const char *path,
                             fovea_error *error) {
    fovea_npz *npz;
    CLI_TRY(fovea_npz_create(cli->context, path, &npz, error));
    for (int i = 0; i < maps->count; i++) {
        fovea_status status = save_map(maps, &maps->item[i], npz, error);
        if (status == FOVEA_OK) continue;
        fovea_npz_discard(npz);
        return status;
    }
    return fovea_npz_finish(npz, error);
}

fovea_status cli_explain_save(const cli_call *cli, const cli_explain_maps *maps,
                              fovea_error *error) {
    const char *npy = cli_text(cli, "npy"), *npz = cli_text(cli, "npz");
    char shown[256];
    if (npy) {
        fovea_view map = fovea_tensor_view(maps->item[0].attribution->map);
        CLI_TRY(fovea_npy_save(cli->context, npy, &map, error));
        cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npy));
    }
    if (!npz) return FOVEA_OK;
    CLI_TRY(save_all(cli, maps, npz, error));
    cli_note(cli, "wrote %s", cli_clean(shown, sizeof shown, npz));
    return FOVEA_OK;
}
