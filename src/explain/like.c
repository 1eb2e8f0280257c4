// SPDX-License-Identifier: MIT
// Activation maximisation: argmax over pictures of one unit's value.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "explain/ascent.h"
#include "explain/optimised.h"
#include "graph/graph.h"
#include "model/model.h"

// Which numbers of the layer count, all alike.
typedef struct wish {
    int64_t from, cells;
} wish;

static double mean_of(const void *user, fovea__layer_pass *pass, bool seed) {
    const wish *w = user;
    const float *a = pass->activation + w->from;
    double sum = 0, each = 1 / (double)w->cells;
    bool awake = !pass->rectified;
    for (int64_t i = 0; i < w->cells; i++) {
        sum += pass->rectified && a[i] < 0 ? 0 : a[i];
        awake |= a[i] > 0;
    }
    if (!seed) return sum * each;
    memset(pass->seed, 0, (size_t)pass->count * sizeof *pass->seed);
    // Behind a Relu that lets nothing through all cells are lifted until one wakes up.
    for (int64_t i = 0; i < w->cells; i++)
        if (!pass->rectified || !awake || a[i] > 0) pass->seed[w->from + i] = (float)each;
    return sum * each;
}

void fovea_like_options_default(fovea_like_options *options) {
    *options = (fovea_like_options){.size = sizeof *options,
                                    .steps = 256,
                                    .decorrelate = 1,
                                    .jitter = -1,
                                    .scale = -1,
                                    .turn = -1,
                                    .decay = -1,
                                    .tv = -1,
                                    .blur = 0.5,
                                    .unit = {-1, -1}};
}

static bool in_range(double value, double low, double high) {
    return value >= low && value <= high;
}

static fovea_status check_options(const fovea_like_options *o, fovea_error *error) {
    if (o->size != sizeof *o)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_like_options: size is %zu, not %zu; fill it with "
                           "fovea_like_options_default",
                           o->size, sizeof *o);
    if (o->steps < 1 || o->steps > 1000000)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d steps; 1 to 1000000 can be taken",
                           o->steps);
    bool fine = in_range(o->rate, 0, 1e3) && (o->decay == -1 || in_range(o->decay, 0, 1e6)) &&
                o->jitter >= -1 && (o->scale == -1 || in_range(o->scale, 0, 0.9)) &&
                (o->turn == -1 || in_range(o->turn, 0, 180)) &&
                (o->tv == -1 || in_range(o->tv, 0, 1e6)) && in_range(o->blur, 0, 20) &&
                o->blur_every >= 0 && o->parametrisation >= 0 &&
                o->parametrisation <= FOVEA_PARAMETRISATION_PHASE;
    if (fine) return FOVEA_OK;
    return fovea__fail(
        error, FOVEA_INVALID_ARGUMENT,
        "options out of range: rate 0 to 1000, decay 0 to 1000000, jitter from 0, scale "
        "0 to 0.9, turn 0 to 180, tv 0 to 1000000, blur 0 to 20");
}

// What -1 and 0 mean for pictures of this size.
static void choose_weights(const fovea__ascent *a, bool small, fovea__ascent_options *c) {
    static const double rates[] = {[FOVEA_PARAMETRISATION_FOURIER] = 0.05,
                                   [FOVEA_PARAMETRISATION_PIXEL] = 0.02,
                                   [FOVEA_PARAMETRISATION_PHASE] = 0.2};
    bool phase = a->variable.kind == FOVEA_PARAMETRISATION_PHASE;
    // A class of grey pictures: strokes on a plain ground, as these are.
    bool flat = a->space.channels == 1 && a->pass->count == a->pass->shape.dim[1];
    if (c->rate == 0) c->rate = rates[a->variable.kind];
    if (c->decay < 0) c->decay = flat && !phase ? 0.5 : 0;
    if (c->tv < 0) c->tv = phase ? 0 : small ? 0.25 : 0.05;
}

static fovea__ascent_options chosen(const fovea_like_options *o, const fovea__ascent *a) {
    int64_t height = a->space.height, width = a->space.width;
    int64_t side = height < width ? height : width;
    fovea__ascent_options c = {.steps = o->steps,
                               .blur_every = o->blur_every,
                               .rate = o->rate,
                               .decay = o->decay,
                               .blur = o->blur,
                               .tv = o->tv,
                               .cool = 0.5,
                               .seed = o->seed,
                               .progress = o->progress,
                               .progress_user = o->progress_user};
    bool small = side < 64;
    choose_weights(a, small, &c);
    c.range.jitter = o->jitter >= 0 ? o->jitter : side / 16;
    if (c.range.jitter > side / 2) c.range.jitter = side / 2;
    c.range.scale = o->scale >= 0 ? o->scale : small ? 0.05 : 0.1;
    c.range.turn = o->turn >= 0 ? o->turn : 5;
    return c;
}

static fovea_status find_unit(const fovea__layer_pass *pass, const char *name, int32_t channel,
                              const int32_t unit[2], wish *w, fovea_error *error) {
    int64_t channels = pass->shape.dim[1], cells = pass->count / channels;
    if (channel < 0 || channel >= channels)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "there is no channel %lld, it has %lld (1 to %lld)",
                              (long long)channel + 1, (long long)channels, (long long)channels);
    *w = (wish){channel * cells, cells};
    if (unit[0] < 0 && unit[1] < 0) return FOVEA_OK;
    int64_t height = pass->shape.rank == 4 ? pass->shape.dim[2] : 1;
    int64_t width = cells / (height ? height : 1);
    if (unit[0] < 0 || unit[1] < 0 || unit[0] >= height || unit[1] >= width)
        return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                              "there is no cell %d,%d: its maps are %lld×%lld, counted from 0",
                              unit[0], unit[1], (long long)height, (long long)width);
    *w = (wish){w->from + unit[0] * width + unit[1], 1};
    return FOVEA_OK;
}

static fovea_status find_one(fovea__ascent *a, const wish *w, const fovea__ascent_options *options,
                             fovea__found *found, fovea_error *error) {
    fovea__picture_variable_start(&a->variable, options->seed, options->sample);
    FOVEA__TRY(fovea__ascent_value(a, mean_of, w, &found->start, error));
    FOVEA__TRY(fovea__ascent_run(a, mean_of, w, options, &found->first, &found->silent, error));
    FOVEA__TRY(fovea__ascent_value(a, mean_of, w, &found->end, error));
    found->silent |= a->pass->rectified && !(found->end > 0);
    return FOVEA_OK;
}

static fovea_status find_all(fovea__ascent *a, const char *name, const int32_t *channels,
                             int32_t count, const fovea_like_options *options,
                             fovea_optimised *pictures, fovea_error *error) {
    fovea__ascent_options how = chosen(options, a);
    how.all = count;
    wish w;
    for (int32_t i = 0; i < count; i++)
        FOVEA__TRY(find_unit(a->pass, name, channels ? channels[i] : i, options->unit, &w, error));
    for (int32_t i = 0; i < count; i++) {
        fovea__found found = {.channel = channels ? channels[i] : i};
        how.sample = (uint32_t)found.channel;
        how.done = i;
        FOVEA__TRY(find_unit(a->pass, name, found.channel, options->unit, &w, error));
        FOVEA__TRY(find_one(a, &w, &how, &found, error));
        FOVEA__TRY(fovea__optimised_add(pictures, name, &a->model->input, a->p, &found, error));
    }
    return FOVEA_OK;
}

fovea_status fovea_like(const fovea_model *model, fovea_value layer, const int32_t *channels,
                        int32_t count, const fovea_like_options *options, fovea_optimised **result,
                        fovea_error *error) {
    fovea_like_options standard;
    fovea__ascent ascent;
    fovea_optimised *pictures = NULL;
    fovea_like_options_default(&standard);
    if (!options) options = &standard;
    FOVEA__TRY(check_options(options, error));
    if (count < 1) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no channel is asked for");
    FOVEA__TRY(fovea__ascent_create(model, layer, options->parametrisation, options->decorrelate,
                                    &ascent, error));
    const char *name = model->graph->node[model->graph->value[layer].node].name;
    fovea_status status = fovea__optimised_create(model->context, count, &pictures, error);
    if (status == FOVEA_OK)
        status = find_all(&ascent, name, channels, count, options, pictures, error);
    fovea__ascent_free(&ascent);
    if (status == FOVEA_OK)
        *result = pictures;
    else
        fovea_optimised_free(pictures);
    return status;
}
