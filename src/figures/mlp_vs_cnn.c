// SPDX-License-Identifier: MIT
// How a fully connected and a convolutional net take one picture in.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"
#include "draw/wiring.h"
#include "figures/choose_layers.h"
#include "figures/picture_values.h"
#include "fovea/diagram.h"

void fovea_connections_options_default(fovea_connections_options *options) {
    *options = (fovea_connections_options){.size = sizeof *options};
}

// Fills what follows from the layer's weights. 0: a layer that this figure cannot show.
static bool count_layer(const fovea_graph *graph, int32_t n, fovea_first_layer *layer) {
    const fovea__node *node = &graph->node[n];
    const fovea_shape *weight = &graph->value[node->in[1]].signature.shape;
    const fovea_shape *out = &graph->value[node->out[0]].signature.shape;
    bool linear = fovea__layer_is_linear(graph, n);
    layer->name = node->name;
    layer->op = node->text;
    layer->convolution = !linear;
    layer->biases = node->in_count > 2 && node->in[2] >= 0;
    if (linear ? out->rank != 2 : weight->rank != 4) return false;
    layer->maps = linear ? 1 : weight->dim[0];
    layer->units = linear ? out->dim[1] : weight->dim[0] * out->dim[2] * out->dim[3];
    layer->kernel =
        linear ? layer->input
               : fovea_shape_make(3, (int64_t[]){weight->dim[1], weight->dim[2], weight->dim[3]});
    layer->weights = fovea_shape_count(&layer->kernel);
    layer->connections = layer->units * layer->weights;
    layer->parameters = (linear ? layer->units : layer->maps) * (layer->weights + layer->biases);
    return fovea_shape_count(weight) + layer->biases * (linear ? layer->units : layer->maps) ==
           layer->parameters;
}

fovea_status fovea_first_layer_find(const fovea_model *model, fovea_first_layer *layer,
                                    fovea_error *error) {
    const fovea_graph *graph = fovea_model_graph(model);
    *layer = (fovea_first_layer){.input = fovea_model_input(model)};
    if (layer->input.rank != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the net takes no pictures");
    for (int32_t n = 0; n < fovea_graph_node_count(graph); n++) {
        if (!fovea__layer_has_weights(graph, n)) continue;
        if (count_layer(graph, n, layer)) return FOVEA_OK;
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%.100s (%s) does not take the whole picture or windows of it in",
                           layer->name, layer->op);
    }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "the net has no linear layer and no convolution");
}

typedef struct words {
    char title[200], lines[600];
} words;

static const char *number(int64_t value, fovea__number text) {
    fovea__number_count(value, text);
    return text;
}

static void tell_mlp(const fovea_first_layer *m, const char *name, words *w) {
    fovea__number inputs, one, units, all;
    snprintf(w->title, sizeof w->title, "%.80s: every neuron sees every pixel", name);
    snprintf(w->lines, sizeof w->lines,
             "%.60s: one neuron has a weight for each of the %s inputs%s: %s parameters.\n%s "
             "neurons, each with weights of its own: %s × %s = %s parameters.",
             m->name, number(m->weights, inputs), m->biases ? " and a bias" : "",
             number(m->weights + m->biases, one), number(m->units, units), units, one,
             number(m->parameters, all));
}

static void tell_cnn(const fovea_first_layer *c, const char *name, words *w) {
    fovea__number one, maps, all, places;
    char kernel[96];
    fovea_shape_format(&c->kernel, kernel, sizeof kernel);
    snprintf(w->title, sizeof w->title, "%.80s: every unit sees a small window", name);
    snprintf(w->lines, sizeof w->lines,
             "%.60s: one unit has a weight for each of the %s inputs of its window%s: %s "
             "parameters. All %s units of a map use the same ones.\n%s maps: %s × %s = %s "
             "parameters.",
             c->name, kernel, c->biases ? " and a bias" : "", number(c->weights + c->biases, one),
             number(c->units / c->maps, places), number(c->maps, maps), maps, one,
             number(c->parameters, all));
}

static fovea_status check(const fovea_first_layer *m, const fovea_first_layer *c,
                          const fovea_tensor *picture, fovea_error *error) {
    char a[96], b[96];
    if (m->convolution)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the first net begins with a convolution (%.100s); a fully connected "
                           "one is wanted, as tutorial-mlp",
                           m->name);
    if (!c->convolution)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the second net begins with a linear layer (%.100s); a convolutional "
                           "one is wanted, as tutorial-mnist",
                           c->name);
    fovea_shape_format(&m->input, a, sizeof a);
    fovea_shape_format(&c->input, b, sizeof b);
    if (!fovea_shape_equal(&m->input, &c->input))
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the nets take pictures of different sizes: %s and %s; nets that are "
                           "built for any take --input",
                           a, b);
    if (!picture) return FOVEA_OK;
    fovea_view view = fovea_tensor_view(picture);
    fovea_shape_format(&view.shape, b, sizeof b);
    if (view.type == FOVEA_U8 && fovea_shape_equal(&view.shape, &m->input)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the picture is %s, the nets take %s", b, a);
}

typedef struct job {
    fovea_context *context;
    const fovea_connections_options *options;
    const fovea_graph *cnn;
    fovea_first_layer m, c;
    const char *mlp_name, *cnn_name;
} job;

static fovea_status add_wirings(const job *j, fovea_figure *figure, const uint8_t *rgb,
                                fovea_error *error) {
    fovea_receptive_options options;
    fovea_receptive_field *field;
    int32_t count;
    words w[2];
    fovea_receptive_options_default(&options);
    options.layer = j->c.name;
    FOVEA__TRY(fovea_receptive_fields(j->context, j->cnn, &options, &field, &count, error));
    tell_mlp(&j->m, j->mlp_name, &w[0]);
    tell_cnn(&j->c, j->cnn_name, &w[1]);
    fovea__wiring wiring[2];
    for (int i = 0; i < 2; i++)
        wiring[i] = (fovea__wiring){.title = w[i].title,
                                    .lines = w[i].lines,
                                    .height = j->m.input.dim[1],
                                    .width = j->m.input.dim[2],
                                    .rgb = rgb,
                                    .last = {j->m.input.dim[1] - 1, j->m.input.dim[2] - 1}};
    wiring[0].units = j->m.units;
    wiring[1].maps = j->c.maps;
    memcpy(wiring[1].first, field->first, sizeof field->first);
    memcpy(wiring[1].last, field->last, sizeof field->last);
    memcpy(wiring[1].map, field->map, sizeof field->map);
    memcpy(wiring[1].unit, field->unit, sizeof field->unit);
    memcpy(wiring[1].step, field->stride, sizeof field->stride);
    fovea_receptive_fields_free(j->context, field);
    return fovea__figure_add_wirings(figure, wiring, 2, error);
}

static fovea_status add_table(const job *j, fovea_figure *figure, fovea_error *error) {
    enum { ROWS = 7 };
    static const char *const names[] = {"",
                                        "first layer with weights",
                                        "units it computes",
                                        "inputs that one unit sees",
                                        "connections in all",
                                        "parameters",
                                        "connections for each weight"};
    const fovea_first_layer *layers[] = {&j->m, &j->c};
    const char *const heads[] = {j->mlp_name, j->cnn_name};
    const char *cells[ROWS * 3];
    fovea__number text[2][5];
    for (int row = 0; row < ROWS; row++) cells[3 * row] = names[row];
    for (int i = 0; i < 2; i++) {
        const fovea_first_layer *l = layers[i];
        int64_t weights = l->parameters - l->biases * (l->convolution ? l->maps : l->units);
        const int64_t values[] = {l->units, l->weights, l->connections, l->parameters,
                                  l->connections / weights};
        cells[1 + i] = heads[i];
        cells[4 + i] = l->name;
        for (int k = 0; k < 5; k++) cells[3 * (k + 2) + 1 + i] = number(values[k], text[i][k]);
    }
    return fovea__figure_add_table(figure, cells, ROWS, 3, "lrr", true, error);
}

static fovea_status fill(const job *j, fovea_figure *figure, const uint8_t *rgb,
                         fovea_error *error) {
    FOVEA__TRY(add_wirings(j, figure, rgb, error));
    FOVEA__TRY(add_table(j, figure, error));
    return fovea__figure_add_text(
        figure,
        "A fully connected layer learns a number for every pair of pixel and neuron, so it must "
        "learn the same edge again in every place. A convolution assumes that what matters lies "
        "close together (local connections) and looks alike everywhere (shared weights): far fewer "
        "numbers to learn, and a feature that is learned in one place is found in all. Connections "
        "are counted as if windows that reach over the edge were full. Of more than 10×10 lines "
        "to a unit only some are drawn.",
        false, error);
}

static fovea_status make_figure(const job *j, fovea_figure **result, fovea_error *error) {
    uint8_t *rgb = NULL;
    fovea_figure *figure;
    char shape[96], subtitle[160];
    fovea_shape_format(&j->m.input, shape, sizeof shape);
    snprintf(subtitle, sizeof subtitle, "How one picture of %s goes into the first layer", shape);
    if (j->options->picture)
        FOVEA__TRY(fovea__picture_rgb(j->context, j->options->picture, &rgb, error));
    fovea_status status =
        fovea__figure_create(j->context, j->options->title, subtitle, &figure, error);
    if (status == FOVEA_OK) {
        status = fill(j, figure, rgb, error);
        if (status == FOVEA_OK)
            *result = figure;
        else
            fovea_figure_free(figure);
    }
    fovea__free(j->context, rgb);
    return status;
}

fovea_status fovea_figure_mlp_vs_cnn(fovea_context *context, const fovea_model *mlp,
                                     const fovea_model *cnn,
                                     const fovea_connections_options *options,
                                     fovea_figure **figure, fovea_error *error) {
    fovea_connections_options standard;
    fovea_connections_options_default(&standard);
    if (!options) options = &standard;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_connections_options: size is %zu, not %zu; fill it with "
                           "fovea_connections_options_default",
                           options->size, sizeof *options);
    job j = {.context = context,
             .options = options,
             .cnn = fovea_model_graph(cnn),
             .mlp_name = options->mlp_name ? options->mlp_name : "MLP",
             .cnn_name = options->cnn_name ? options->cnn_name : "CNN"};
    FOVEA__TRY(fovea_first_layer_find(mlp, &j.m, error));
    FOVEA__TRY(fovea_first_layer_find(cnn, &j.c, error));
    FOVEA__TRY(check(&j.m, &j.c, options->picture, error));
    return make_figure(&j, figure, error);
}
