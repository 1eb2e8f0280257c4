// SPDX-License-Identifier: MIT
// Counting over the set: one pass, each channel by itself, products of channels by the cross
// products.
#include "explain/dead_units.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "explain/cross_products.h"
#include "explain/unit_pass.h"
#include "model/model.h"

#define CHUNK_NUMBERS ((int64_t)2 << 20)  // turned into doubles at a time

void fovea_dead_options_default(fovea_dead_options *options) {
    *options = (fovea_dead_options){.size = sizeof *options,
                                    .nearly = 0.001,
                                    .always = 1,
                                    .ends = 0.99,
                                    .margin = 0.01,
                                    .cosine = 0.99,
                                    .correlation = 0.99};
}

static fovea_status check_options(const fovea_dead_options *o, fovea_error *error) {
    const double shares[] = {o->nearly, o->always, o->ends, o->margin, o->cosine, o->correlation};
    bool fine = o->size == sizeof *o && o->batch >= 0;
    for (int i = 0; i < 6; i++) fine &= shares[i] >= 0 && shares[i] <= 1;
    if (fine) return FOVEA_OK;
    return fovea__fail(
        error, FOVEA_INVALID_ARGUMENT,
        "fovea_dead_options: fill it with fovea_dead_options_default; shares, cosine "
        "and correlation are from 0 to 1, a batch is 1 or more (0: chosen)");
}

static bool has_weights(const fovea_graph *graph, int32_t node) {
    const char *op = graph->node[node].op->name;
    if (strcmp(op, "Conv") != 0 && strcmp(op, "Gemm") != 0) return false;
    return fovea__graph_parameter(graph, graph->node[node].in[1]).data != NULL;
}

// What a batch adds to a layer

typedef struct adding {
    fovea__dead_layer *layer;
    const fovea_view *view;
    int64_t samples, cells;
    double low_end, high_end;  // at or beyond them a number is at an end
    double *chunk;             // [chunk_samples][cells][channels]
    int64_t chunk_first, chunk_samples;
} adding;

static void count_before(void *user, int64_t channel, int32_t worker) {
    const adding *a = user;
    fovea__dead_count *count = &a->layer->count[channel];
    (void)worker;
    for (int64_t n = 0; n < a->samples; n++) {
        int64_t at = (n * a->layer->told.layer.channels + channel) * a->cells;
        for (int64_t i = 0; i < a->cells; i++) {
            double number = fovea__view_number(a->view, at + i);
            if (number > count->largest_before) count->largest_before = number;
        }
    }
}

static void count_after(void *user, int64_t channel, int32_t worker) {
    const adding *a = user;
    fovea__dead_count count = a->layer->count[channel];
    (void)worker;
    for (int64_t n = 0; n < a->samples; n++) {
        int64_t at = (n * a->layer->told.layer.channels + channel) * a->cells;
        double sum = 0;
        for (int64_t i = 0; i < a->cells; i++) {
            double number = fovea__view_number(a->view, at + i);
            count.above += number > 0;
            count.at_low += number <= a->low_end;
            count.at_high += number >= a->high_end;
            count.not_finite += !isfinite(number);
            count.smallest = number < count.smallest ? number : count.smallest;
            count.largest = number > count.largest ? number : count.largest;
            sum += number;
        }
        count.sum += sum;
    }
    a->layer->count[channel] = count;
}

// A sample as [cells][channels], which is how products of all channels are made fastest.
static void turn_sample(void *user, int64_t sample, int32_t worker) {
    const adding *a = user;
    int64_t channels = a->layer->told.layer.channels, size = channels * a->cells;
    int64_t from = (a->chunk_first + sample) * size;
    double *dst = a->chunk + sample * size;
    (void)worker;
    for (int64_t i = 0; i < a->cells; i++)
        for (int64_t c = 0; c < channels; c++)
            *dst++ = fovea__view_number(a->view, from + c * a->cells + i);
}

static fovea_status add_products(fovea_context *context, adding *a, fovea_error *error) {
    int64_t channels = a->layer->told.layer.channels, sample = channels * a->cells;
    int64_t most = CHUNK_NUMBERS / sample < 1 ? 1 : CHUNK_NUMBERS / sample;
    if (most > a->samples) most = a->samples;
    a->chunk = fovea__new(context, (size_t)(most * sample), sizeof *a->chunk, error);
    if (!a->chunk) return FOVEA_OUT_OF_MEMORY;
    for (int64_t first = 0; first < a->samples; first += most) {
        int64_t left = a->samples - first;
        a->chunk_first = first;
        a->chunk_samples = left < most ? left : most;
        fovea__parallel(context, a->chunk_samples, turn_sample, a);
        int64_t depth = a->chunk_samples * a->cells;
        fovea__cross_products(context, a->chunk, channels, depth, channels, true, true,
                              a->layer->cross);
    }
    fovea__free(context, a->chunk);
    return FOVEA_OK;
}

static void set_ends(const fovea_dead *dead, adding *a) {
    const fovea__layer_activation *activation = &a->layer->activation;
    double range = activation->high - activation->low, margin = dead->options.margin * range;
    bool squashes = activation->kind == FOVEA_ACTIVATION_SQUASHING;
    // A rectifier's lower end is where it is off; the upper one, where there is one, cuts
    // sharply.
    a->low_end = squashes ? activation->low + margin : -INFINITY;
    a->high_end = squashes ? activation->high - margin : activation->high;
    if (isinf(a->high_end)) a->high_end = NAN;
    if (isinf(a->low_end)) a->low_end = NAN;
}

static fovea_status add_to_layer(const fovea_dead *dead, fovea__dead_layer *layer, bool before,
                                 bool after, int64_t first, int64_t samples, const fovea_view *view,
                                 fovea_error *error) {
    int32_t channels = layer->told.layer.channels;
    adding a = {.layer = layer, .view = view, .samples = samples};
    a.cells = fovea_shape_count(&view->shape) / samples / channels;
    if (before) {
        fovea__top_heaps_add(&layer->heaps, first, samples, view);
        fovea__parallel(dead->context, channels, count_before, &a);
    }
    if (!after) return FOVEA_OK;
    set_ends(dead, &a);
    fovea__parallel(dead->context, channels, count_after, &a);
    layer->told.cells += samples * a.cells;
    return layer->cross ? add_products(dead->context, &a, error) : FOVEA_OK;
}

typedef struct pass {
    fovea_dead *dead;
    fovea_value *values;  // [2 count], each once
    int32_t count;
} pass;

static fovea_status add_values(void *user, int32_t which, int64_t first, int64_t samples,
                               const fovea_view *view, fovea_error *error) {
    const pass *p = user;
    fovea_value value = p->values[which];
    for (int32_t i = 0; i < p->dead->count; i++) {
        fovea__dead_layer *layer = &p->dead->layer[i];
        bool before = layer->activation.before == value, after = layer->activation.after == value;
        if (before || after)
            FOVEA__TRY(add_to_layer(p->dead, layer, before, after, first, samples, view, error));
    }
    return FOVEA_OK;
}

// Making

static fovea_status open_layer(fovea_dead *dead, int32_t node, fovea__dead_layer *layer,
                               fovea_error *error) {
    const fovea_graph *graph = dead->model->graph;
    FOVEA__TRY(fovea_unit_layer_of(dead->model, node, &layer->told.layer, error));
    if (!has_weights(graph, node))
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, graph->node[node].name, -1,
                              "is no convolution or linear layer with weights of its own");
    layer->activation = fovea__find_layer_activation(graph, node);
    layer->told.kind = layer->activation.kind;
    if (layer->activation.node >= 0) {
        layer->told.activation = graph->node[layer->activation.node].name;
        layer->told.activation_op = graph->node[layer->activation.node].text;
    }
    FOVEA__TRY(fovea_unit_layer_of(dead->model, graph->value[layer->activation.before].node,
                                   &layer->seen, error));
    size_t channels = (size_t)layer->told.layer.channels;
    layer->count = fovea__new(dead->context, channels, sizeof *layer->count, error);
    layer->channel = fovea__new(dead->context, channels, sizeof *layer->channel, error);
    if (!layer->count || !layer->channel) return FOVEA_OUT_OF_MEMORY;
    for (size_t c = 0; c < channels; c++)
        layer->count[c] = (fovea__dead_count){
            .smallest = INFINITY, .largest = -INFINITY, .largest_before = -INFINITY};
    FOVEA__TRY(fovea__top_heaps_make(dead->context, (int32_t)channels, FOVEA__DEAD_PATCHES,
                                     &layer->heaps, error));
    if (channels > FOVEA__DEAD_COMPARED) return FOVEA_OK;
    layer->cross = fovea__new(dead->context, channels * channels, sizeof *layer->cross, error);
    return layer->cross ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static void add_value(pass *p, fovea_value value) {
    for (int32_t i = 0; i < p->count; i++)
        if (p->values[i] == value) return;
    p->values[p->count++] = value;
}

static fovea_status look(fovea_dead *dead, fovea_error *error) {
    pass p = {.dead = dead};
    p.values = fovea__new(dead->context, 2 * (size_t)dead->count, sizeof *p.values, error);
    if (!p.values) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < dead->count; i++) {
        add_value(&p, dead->layer[i].activation.before);
        add_value(&p, dead->layer[i].activation.after);
    }
    fovea_status status = fovea__unit_pass(dead->model, dead->dataset, p.values, p.count,
                                           dead->options.batch, add_values, &p, error);
    for (int32_t i = 0; i < dead->count && status == FOVEA_OK; i++) {
        fovea__top_heaps_sort(&dead->layer[i].heaps);
        status = fovea__dead_judge(dead, &dead->layer[i], error);
    }
    fovea__free(dead->context, p.values);
    return status;
}

static fovea_status make(fovea_dead *dead, const int32_t *nodes, fovea_error *error) {
    const fovea_graph *graph = dead->model->graph;
    int32_t asked = dead->count, total = (int32_t)graph->node_count;
    dead->count = 0;
    if (asked < 1 && nodes)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no layer was chosen");
    int32_t most = nodes ? asked : total;
    dead->layer = fovea__new(dead->context, (size_t)most, sizeof *dead->layer, error);
    if (!dead->layer) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < most; i++) {
        int32_t node = nodes ? nodes[i] : i;
        if (!nodes && !has_weights(graph, node)) continue;
        FOVEA__TRY(open_layer(dead, node, &dead->layer[dead->count++], error));
    }
    if (!dead->count)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the net has no convolution and no linear layer");
    return look(dead, error);
}

fovea_status fovea_dead_create(const fovea_model *model, const fovea_dataset *dataset,
                               const int32_t *nodes, int32_t count,
                               const fovea_dead_options *options, fovea_dead **result,
                               fovea_error *error) {
    fovea_dead_options standard;
    fovea_dead_options_default(&standard);
    if (!options) options = &standard;
    FOVEA__TRY(check_options(options, error));
    fovea_dead *dead = fovea__new(model->context, 1, sizeof *dead, error);
    if (!dead) return FOVEA_OUT_OF_MEMORY;
    *dead = (fovea_dead){.context = model->context,
                         .model = model,
                         .dataset = dataset,
                         .options = *options,
                         .count = count};
    fovea_status status = make(dead, nodes, error);
    if (status == FOVEA_OK)
        *result = dead;
    else
        fovea_dead_free(dead);
    return status;
}

void fovea_dead_free(fovea_dead *dead) {
    if (!dead) return;
    for (int32_t i = 0; dead->layer && i < dead->count; i++) {
        fovea__dead_layer *layer = &dead->layer[i];
        fovea__free(dead->context, layer->count);
        fovea__free(dead->context, layer->channel);
        fovea__free(dead->context, layer->cross);
        if (layer->heaps.context) fovea__top_heaps_free(&layer->heaps);
    }
    fovea__free(dead->context, dead->layer);
    fovea__free(dead->context, dead);
}

int32_t fovea_dead_layer_count(const fovea_dead *dead) {
    return dead->count;
}

fovea_dead_layer fovea_dead_layer_get(const fovea_dead *dead, int32_t layer) {
    return layer >= 0 && layer < dead->count ? dead->layer[layer].told
                                             : (fovea_dead_layer){.layer.node = -1};
}

fovea_dead_channel fovea_dead_channel_get(const fovea_dead *dead, int32_t layer, int32_t channel) {
    fovea_dead_layer told = fovea_dead_layer_get(dead, layer);
    return channel >= 0 && channel < told.layer.channels ? dead->layer[layer].channel[channel]
                                                         : (fovea_dead_channel){.twin = -1};
}
