// SPDX-License-Identifier: MIT
// fovea explain: why a net says what it says about one picture.
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "console.h"
#include "explain_output.h"
#include "explain_trust.h"
#include "json_output.h"
#include "open_inputs.h"
#include "picture_output.h"

static const cli_option options[] = {
    {"method", 0, "A,B", NULL,
     "methods, or all; --list tells what there is (default: grad-cam; gradient-x-input for nets "
     "without "
     "maps)"},
    {"target", 0, "CLASS,...", NULL,
     "classes by name, else by number; predicted, and of a set's picture true (default: the "
     "largest "
     "logit)"},
    {"layer", 0, "N", NULL,
     "for class activation maps: node name, glob, N for the N-th convolution, all for every one; "
     "several by comma (default: the last with maps)"},
    {"diff", 0, "A,B", NULL, "two classes and the signed difference of their maps"},
    {"compare", 0, "MODEL", NULL, "a second net beside the first, and the signed difference"},
    {"list", 0, NULL, NULL, "print the methods: question, formula, source"},
    {"trust", 0, "WHAT", NULL,
     "how far each map can be trusted: quick (deletion, insertion, noise, random weights), all or "
     "none; quick for up to four maps when not given"},
    {"steps", 0, "N", NULL, "of the path of integrated gradients (default: 50)"},
    {"quadrature", 0, "RULE", NULL, "midpoint or gauss-legendre (default: midpoint)"},
    {"samples", 0, "N", NULL, "pictures or masks drawn (default: the method's own)"},
    {"noise", 0, "SHARE", NULL, "its deviation as a share of the range of numbers (default: 0.15)"},
    {"baseline", 0, "WHAT", NULL,
     "black, white, grey, mean, noise, blur, #rrggbb or a picture's file (default: the method's)"},
    {"patch", 0, "N|HxW", NULL, "what occlusion covers"},
    {"stride", 0, "N|HxW", NULL, "how far its patch moves"},
    {"cells", 0, "N", NULL, "of the grid that RISE draws masks on (default: 7)"},
    {"keep", 0, "SHARE", NULL, "of cells that its masks keep (default: 0.5)"},
    {"epsilon", 0, "E", NULL, "of lrp-epsilon"},
    {"gamma", 0, "G", NULL, "of lrp-gamma"},
    {"alpha", 0, "A", NULL, "of lrp-alpha-beta; beta is A - 1"},
    {"channels", 0, NULL, NULL, "maps of pixels by channel, too"},
    {"scale", 0, "WHAT", NULL,
     "range of colours: row (method and layer), panel, figure or LOW:HIGH (default: row; many "
     "layers: panel)"},
    {"clip", 0, "PERCENTILE", NULL,
     "colours end there, as the legend says; 50 to 100 (default: 99.5 for maps of pixels, else "
     "100)"},
    {"npy", 0, "FILE", NULL, "save the one map as .npy"},
    {"npz", 0, "FILE", NULL, "save all maps as .npz, called METHOD.CLASS.LAYER"},
    CLI_PREPROCESSING_OPTIONS,
    {"data-dir", 0, "DIR", NULL, "look for the data set in DIR before all other places"},
    {"classes", 0, "FILE", NULL,
     "names of the classes, one a line (lines of ImageNet's synsets, too); or classes A,B,C of a "
     "set"},
    CLI_MODEL_OPTIONS,
    CLI_MAP_OPTION,
    CLI_FIGURE_OPTIONS,
    CLI_END};

static void list_json(void) {
    cli_json json;
    cli_json_start(&json, stdout, "explain");
    cli_json_array(&json, "methods");
    for (int32_t m = 0; m < fovea_explain_method_count(); m++) {
        const fovea_explain_method *method = fovea_explain_method_get(m);
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", method->name);
        cli_json_text(&json, "title", method->title);
        cli_json_text(&json, "family", method->family);
        cli_json_text(&json, "answers", method->answers);
        cli_json_text(&json, "formula", method->formula);
        cli_json_text(&json, "unit", method->unit);
        cli_json_text(&json, "source", method->source);
        cli_json_text(&json, "warning", method->warning);
        cli_json_flag(&json, "layer", method->has_layer);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

static void list_methods(void) {
    const char *family = "";
    for (int32_t m = 0; m < fovea_explain_method_count(); m++) {
        const fovea_explain_method *method = fovea_explain_method_get(m);
        if (strcmp(family, method->family) != 0)
            printf("%s%s\n", m ? "\n" : "", family = method->family);
        printf("  %-22s %s\n", method->name, method->answers);
        printf("  %-22s   %s  [%s]\n", "", method->formula, method->unit);
        printf("  %-22s   %s\n", "", method->source);
        if (method->warning) printf("  %-22s   known: %s\n", "", method->warning);
    }
}

static fovea_status figure_options(const cli_call *cli, fovea_heat_options *chosen,
                                   fovea_error *error) {
    fovea_heat_options_default(chosen);
    chosen->map = cli_text(cli, "map");
    chosen->channels = cli_flag(cli, "channels");
    if (cli_given(cli, "clip")) CLI_TRY(cli_real(cli, "clip", 50, 100, &chosen->clip, error));
    return cli_given(cli, "scale")
               ? fovea_scale_parse(cli_text(cli, "scale"), &chosen->scale, error)
               : FOVEA_OK;
}

// Different units on one scale are refused before anything is computed.
static fovea_status check_scale(const cli_explain_request *request,
                                const fovea_heat_options *chosen, fovea_error *error) {
    bool one = chosen->scale.mode == FOVEA_SCALE_FIGURE || chosen->scale.mode == FOVEA_SCALE_FIXED;
    for (int m = 1; m < request->methods && one; m++)
        if (strcmp(request->method[0]->unit, request->method[m]->unit) != 0)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                            "--scale: %s is in %s, %s in %s; one range for both would mean nothing",
                            request->method[0]->name, request->method[0]->unit,
                            request->method[m]->name, request->method[m]->unit);
    return FOVEA_OK;
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

// "The net says tabby: logit 13.3, probability 0.61."
static void write_note(const cli_explain_maps *maps, char *note, size_t size) {
    size_t used = 0;
    for (int n = 0; n < maps->nets && used < size; n++) {
        const cli_explain_net *net = &maps->net[n];
        char name[160], shown[160];
        int32_t top = cli_explain_net_top(net);
        used += (size_t)snprintf(
            note + used, size - used, "%s%s says %s: logit %.4g, probability %.3g.", n ? " " : "",
            maps->nets > 1 ? cli_clean(shown, sizeof shown, base_name(net->name)) : "The net",
            cli_explain_net_class(net, top, name, sizeof name), net->logits[top],
            cli_explain_net_probability(net, top));
    }
}

static fovea_status draw(const cli_call *cli, const cli_explain_maps *maps,
                         const fovea_heat_options *chosen, fovea_error *error) {
    cli_explain_heats heats;
    fovea_heat_options options_used = *chosen;
    fovea_figure *figure;
    char title[256], note[800], image[160];
    snprintf(title, sizeof title, "Why? %s",
             cli_clean(image, sizeof image, base_name(cli->operand[1])));
    write_note(maps, note, sizeof note);
    options_used.title = title;
    options_used.note = note;
    fovea_status status = cli_explain_arrange(maps, &heats, error);
    if (heats.across && !cli_given(cli, "scale")) options_used.scale.mode = FOVEA_SCALE_PANEL;
    if (status == FOVEA_OK)
        status = fovea_figure_heat(cli->context, maps->net[0].picture, heats.heat, heats.count,
                                   &options_used, &figure, error);
    cli_explain_heats_free(&heats);
    if (status != FOVEA_OK) return status;
    status = cli_figure_output(cli, figure, error);
    fovea_figure_free(figure);
    return status;
}

static fovea_status show(const cli_call *cli, const cli_explain_maps *maps,
                         const fovea_heat_options *chosen, fovea_error *error) {
    bool files = cli_given(cli, "npy") || cli_given(cli, "npz"), output = cli_given(cli, "output");
    bool terminal = cli_terminal_output() || cli_given(cli, "terminal");
    CLI_TRY(cli_explain_save(cli, maps, error));
    if (cli->json) CLI_TRY(cli_explain_json(maps, cli->operand[1], error));
    if (output || (terminal && !files && !cli->json)) return draw(cli, maps, chosen, error);
    if (!cli->json) cli_explain_print(maps, cli->operand[1]);
    return FOVEA_OK;
}

static fovea_status explain(const cli_call *cli, cli_explain_request *request,
                            const fovea_heat_options *chosen, cli_explain_net *net, int *nets,
                            cli_explain_maps *maps, fovea_error *error) {
    const char *second = cli_text(cli, "compare");
    *nets = 1;
    CLI_TRY(cli_explain_net_open(cli, cli->operand[0], cli->operand[1], &net[0], error));
    cli_tell_of_colours(cli, net[0].model);
    CLI_TRY(cli_explain_choose(cli, &net[0], request, error));
    CLI_TRY(cli_explain_check_files(cli, request, second ? 2 : 1, error));
    if (second) {
        *nets = 2;
        CLI_TRY(cli_explain_net_open(cli, second, cli->operand[1], &net[1], error));
    }
    cli_explain_choose_trust(cli, *nets, request);
    CLI_TRY(cli_explain_compute(cli, request, net, *nets, maps, error));
    return show(cli, maps, chosen, error);
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    cli_explain_request request;
    cli_explain_net net[2] = {{.name = NULL}, {.name = NULL}};
    cli_explain_maps maps = {.count = 0};
    fovea_heat_options chosen;
    int nets = 1;
    if (cli_flag(cli, "list")) {
        cli->json ? list_json() : list_methods();
        return FOVEA_OK;
    }
    if (cli->operands < 2)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "explain takes MODEL and IMAGE; 'fovea explain --help' tells more");
    CLI_TRY(cli_figure_check(cli, error));
    CLI_TRY(figure_options(cli, &chosen, error));
    CLI_TRY(cli_explain_methods(cli, &request, error));
    CLI_TRY(check_scale(&request, &chosen, error));
    CLI_TRY(cli_explain_check_trust(cli, error));
    if (cli_given(cli, "diff") && cli_given(cli, "compare"))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--diff is about one net, --compare about two: choose one of them");
    fovea_status status = explain(cli, &request, &chosen, net, &nets, &maps, error);
    cli_explain_maps_free(&maps);
    for (int n = 0; n < nets; n++) cli_explain_net_close(&net[n]);
    cli_explain_request_free(&request);
    return status;
}

const cli_command cli_explain = {
    "explain",
    CLI_LOOK,
    "MODEL IMAGE",
    0,
    2,
    "why a net says what it says, as heat maps with their proof",
    "IMAGE is a file or SET#INDEX, prepared as predict does; nets of any size take it as it is. A "
    "map "
    "is explained of a logit, never of a probability: a softmax at the end is peeled off. Raw maps "
    "are in the unit beside them and of the layer's own size; the second view puts them over the "
    "picture. What a map must sum to by its method's law is printed with how far it is off.",
    "fovea explain runs/mnist mnist#7 --method gradient-x-input -o why.png\n"
    "fovea explain squeezenet.onnx dog-and-cat.jpg --preprocess caffe --classes synset.txt \\\n"
    "    --method grad-cam,hirescam --target 'Labrador retriever,tabby' -o why.html\n",
    options,
    run};
