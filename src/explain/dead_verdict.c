// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdio.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/dead_units.h"
#include "model/model.h"

// Correlation of two channels over all cells; NaN where one does not vary.
static double correlation_of(const fovea__dead_layer *layer, int64_t i, int64_t k) {
    const fovea__dead_count *a = &layer->count[i], *b = &layer->count[k];
    double n = (double)layer->told.cells, channels = layer->told.layer.channels;
    const double *row = layer->cross + i * (int64_t)channels;
    double square_a = row[i], square_b = layer->cross[k * (int64_t)channels + k];
    double vary_a = square_a - a->sum * a->sum / n, vary_b = square_b - b->sum * b->sum / n;
    // What rounding leaves of no variance at all.
    if (!(vary_a > 1e-12 * square_a) || !(vary_b > 1e-12 * square_b)) return NAN;
    return (row[k] - a->sum * b->sum / n) / (sqrt(vary_a) * sqrt(vary_b));
}

static void find_twin(const fovea_dead *dead, const fovea__dead_layer *layer, const double *cosines,
                      int64_t k, fovea_dead_channel *channel) {
    const fovea_dead_options *o = &dead->options;
    for (int64_t i = 0; i < k; i++) {
        double cosine = cosines[i * layer->told.layer.channels + k];
        double correlation = correlation_of(layer, i, k);
        if (!(fabs(cosine) > o->cosine) && !(correlation > o->correlation)) continue;
        channel->twin = (int32_t)i;
        channel->cosine = cosine;
        channel->correlation = correlation;
        channel->state |= FOVEA_UNIT_DUPLICATE;
        return;
    }
}

static uint32_t state_of(const fovea_dead_options *o, const fovea__dead_layer *layer,
                         const fovea__dead_count *count, const fovea_dead_channel *c) {
    bool constant = count->smallest == count->largest;
    if (count->not_finite) return FOVEA_UNIT_NOT_FINITE;
    switch (layer->activation.kind) {
        case FOVEA_ACTIVATION_RECTIFIER:
            if (count->above == 0) return FOVEA_UNIT_DEAD;
            if (c->active < o->nearly) return FOVEA_UNIT_NEARLY_DEAD;
            return c->active >= o->always || c->at_ends >= o->ends ? FOVEA_UNIT_SATURATED : 0;
        case FOVEA_ACTIVATION_SQUASHING:
            if (c->at_ends >= o->ends) return FOVEA_UNIT_SATURATED;
            return constant ? FOVEA_UNIT_CONSTANT : 0;
        default:
            return constant ? FOVEA_UNIT_CONSTANT : 0;
    }
}

static void judge_channel(const fovea_dead *dead, fovea__dead_layer *layer, const double *cosines,
                          int32_t k) {
    const fovea__dead_count *count = &layer->count[k];
    double cells = (double)layer->told.cells;
    fovea_dead_channel *c = &layer->channel[k];
    *c = (fovea_dead_channel){.active = (double)count->above / cells,
                              .at_ends = (double)(count->at_low + count->at_high) / cells,
                              .smallest = count->smallest,
                              .largest = count->largest,
                              .largest_before = count->largest_before,
                              .not_finite = count->not_finite,
                              .twin = -1,
                              .cosine = NAN,
                              .correlation = NAN};
    c->state = state_of(&dead->options, layer, count, c);
    if (cosines) find_twin(dead, layer, cosines, k, c);
    layer->told.dead += (c->state & FOVEA_UNIT_DEAD) != 0;
    layer->told.nearly_dead += (c->state & FOVEA_UNIT_NEARLY_DEAD) != 0;
    layer->told.saturated += (c->state & FOVEA_UNIT_SATURATED) != 0;
    layer->told.duplicate += (c->state & FOVEA_UNIT_DUPLICATE) != 0;
    layer->told.constant += (c->state & FOVEA_UNIT_CONSTANT) != 0;
    layer->told.not_finite += (c->state & FOVEA_UNIT_NOT_FINITE) != 0;
}

fovea_status fovea__dead_judge(const fovea_dead *dead, fovea__dead_layer *layer,
                               fovea_error *error) {
    double *cosines = NULL;
    layer->told.correlated = layer->cross != NULL;
    if (layer->cross)
        FOVEA__TRY(
            fovea__weight_cosines(dead->model->graph, layer->told.layer.node, &cosines, error));
    for (int32_t k = 0; k < layer->told.layer.channels; k++) judge_channel(dead, layer, cosines, k);
    fovea__free(dead->context, cosines);
    fovea__free(dead->context, layer->cross);
    layer->cross = NULL;
    return FOVEA_OK;
}

static const char *verdict_of(const fovea_dead_layer *layer, const fovea_dead_channel *channel) {
    bool squashing = layer->kind == FOVEA_ACTIVATION_SQUASHING;
    if (channel->state & FOVEA_UNIT_NOT_FINITE) return "not finite";
    if (channel->state & FOVEA_UNIT_DEAD) return "dead: never above zero";
    if (channel->state & FOVEA_UNIT_NEARLY_DEAD) return "nearly dead";
    if (channel->state & FOVEA_UNIT_CONSTANT) return "constant";
    if (channel->state & FOVEA_UNIT_SATURATED)
        return squashing || channel->active < 1 ? "saturated: at its ends" : "saturated: always on";
    return "";
}

void fovea__dead_words(const fovea_dead_layer *layer, const fovea_dead_channel *channel, char *text,
                       size_t size) {
    const char *verdict = verdict_of(layer, channel);
    int used = snprintf(text, size, "%s", verdict);
    if (channel->twin < 0 || used < 0 || (size_t)used >= size) return;
    snprintf(text + used, size - (size_t)used, "%slike channel %d", *verdict ? "; " : "",
             channel->twin + 1);
}
