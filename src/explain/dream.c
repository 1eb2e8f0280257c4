// SPDX-License-Identifier: MIT
// DeepDream: a picture is changed so that a layer answers more of whatever it answers already, first
// small, then larger.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/ascent.h"
#include "explain/optimised.h"
#include "explain/upsample.h"
#include "fovea/data.h"
#include "graph/graph.h"
#include "model/model.h"

enum { CHOSEN_OCTAVES = 4, MOST_OCTAVES = 16, LEAST_SIDE = 48 };

void fovea_dream_options_default(fovea_dream_options *options) {
    *options = (fovea_dream_options){.size = sizeof *options,
                                     .steps = 20,
                                     .scale = 1.4,
                                     .rate = 0.01,
                                     .jitter = -1,
                                     .channel = -1};
}

static fovea_status check_options(const fovea_dream_options *o, fovea_error *error) {
    if (o->size != sizeof *o)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_dream_options: size is %zu, not %zu; fill it with "
                           "fovea_dream_options_default",
                           o->size, sizeof *o);
    if (o->steps < 1 || o->steps > 1000000)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d steps; 1 to 1000000 can be taken",
                           o->steps);
    bool fine = o->octaves >= 0 && o->octaves <= MOST_OCTAVES && o->scale > 1 && o->scale <= 8 &&
                o->rate > 0 && o->rate <= 1 && o->jitter >= -1;
    if (fine) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "options out of range: octaves 0 to %d, scale above 1 to 8, rate above 0 to "
                       "1, jitter from 0",
                       MOST_OCTAVES);
}

// Of all cells, or those of the channel that `user` points to.
static double mean_square(const void *user, fovea__layer_pass *pass, bool seed) {
    int32_t channel = *(const int32_t *)user;
    int64_t cells = channel < 0 ? pass->count : pass->count / pass->shape.dim[1];
    int64_t from = channel < 0 ? 0 : channel * cells;
    double sum = 0;
    if (seed) memset(pass->seed, 0, (size_t)pass->count * sizeof *pass->seed);
    for (int64_t i = from; i < from + cells; i++) {
        double a = pass->rectified && pass->activation[i] < 0 ? 0 : pass->activation[i];
        sum += a * a;
        if (seed) pass->seed[i] = (float)(2 * a / (double)cells);
    }
    return sum / (double)cells;
}

// One request and the octave it has come to.
typedef struct dream {
    const fovea_model *model;
    const fovea_dream_options *options;
    const fovea_tensor *picture;
    fovea_value layer;
    int32_t octaves;
    double *detail;  // what earlier octaves have changed, of `shape`
    fovea_shape shape;
    fovea_optimised *result;
} dream;

static fovea_shape octave_shape(const dream *d, int32_t octave) {
    fovea_shape shape = fovea_tensor_view(d->picture).shape;
    double by = pow(d->options->scale, d->octaves - 1 - octave);
    for (int32_t i = 1; i < 3 && octave < d->octaves - 1; i++) {
        int64_t side = (int64_t)((double)shape.dim[i] / by + 0.5);
        shape.dim[i] = side < 1 ? 1 : side;
    }
    return shape;
}

// The detail at another size.
static fovea_status grow_detail(dream *d, const fovea_shape *shape, fovea_error *error) {
    fovea_context *context = d->model->context;
    double *grown = fovea__new(context, (size_t)fovea_shape_count(shape), sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    fovea_status status =
        d->detail ? fovea__upsample(context, d->detail, &d->shape, shape, grown, error) : FOVEA_OK;
    if (status != FOVEA_OK) {
        fovea__free(context, grown);
        return status;
    }
    fovea__free(context, d->detail);
    d->detail = grown;
    d->shape = *shape;
    return FOVEA_OK;
}

// From the octave's own picture with what was dreamed so far; leaves the detail of this one.
static fovea_status climb(dream *d, fovea__ascent *a, const uint8_t *bytes, int32_t octave,
                          fovea__found *found, fovea_error *error) {
    const fovea_dream_options *o = d->options;
    int64_t side = a->space.height < a->space.width ? a->space.height : a->space.width;
    fovea__ascent_options how = {.steps = o->steps,
                                 .rate = o->rate,
                                 .seed = o->seed,
                                 .sample = (uint32_t)octave,
                                 .progress = o->progress,
                                 .progress_user = o->progress_user,
                                 .done = octave,
                                 .all = d->octaves};
    how.range.jitter = o->jitter >= 0 ? o->jitter : side / 16;
    if (how.range.jitter > side / 2) how.range.jitter = side / 2;
    fovea__picture_of_bytes(&a->space, bytes, a->p);
    fovea__picture_variable_set(&a->variable, a->p);
    FOVEA__TRY(fovea__ascent_value(a, mean_square, &o->channel, &found->start, error));
    for (int64_t i = 0; i < a->space.count; i++) {
        float p = a->p[i] + (float)d->detail[i];
        a->p[i] = p < 0 ? 0 : p > 1 ? 1 : p;
    }
    fovea__picture_variable_set(&a->variable, a->p);
    FOVEA__TRY(
        fovea__ascent_run(a, mean_square, &o->channel, &how, &found->first, &found->silent, error));
    FOVEA__TRY(fovea__ascent_value(a, mean_square, &o->channel, &found->end, error));
    found->difference = fovea__picture_difference(&a->space, bytes, a->p);
    for (int64_t i = 0; i < a->space.count; i++)
        d->detail[i] = (double)a->p[i] - (double)bytes[i] / 255;
    return FOVEA_OK;
}

// An octave by a model of its size; the last one is the result.
static fovea_status dream_octave(dream *d, const fovea_model *model, fovea_value layer,
                                 const uint8_t *bytes, int32_t octave, fovea_error *error) {
    fovea__ascent ascent;
    fovea__found found = {.channel = d->options->channel};
    const fovea_graph *graph = d->model->graph;
    FOVEA__TRY(
        fovea__ascent_create(model, layer, FOVEA_PARAMETRISATION_PIXEL, false, &ascent, error));
    const char *name = graph->node[graph->value[d->layer].node].name;
    int64_t channels = ascent.pass->shape.dim[1];
    fovea_status status =
        found.channel < channels
            ? climb(d, &ascent, bytes, octave, &found, error)
            : fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, name, -1,
                             "there is no channel %d, it has %lld (1 to %lld)", found.channel + 1,
                             (long long)channels, (long long)channels);
    if (status == FOVEA_OK && octave == d->octaves - 1)
        status = fovea__optimised_add(d->result, name, &model->input, ascent.p, &found, error);
    fovea__ascent_free(&ascent);
    return status;
}

static fovea_status sized_octave(dream *d, const fovea_shape *shape, uint8_t *bytes, int32_t octave,
                                 fovea_error *error) {
    fovea_view view = {FOVEA_U8, *shape, bytes};
    fovea_model *sized;
    FOVEA__TRY(fovea__model_for_picture(d->model, &view, &sized, error));
    if (!sized) return dream_octave(d, d->model, d->layer, bytes, octave, error);
    const char *name = d->model->graph->value[d->layer].name;
    fovea_value layer = fovea_graph_find_value(sized->graph, name);
    fovea_status status = dream_octave(d, sized, layer, bytes, octave, error);
    fovea_model_free(sized);
    return status;
}

static fovea_status dream_all(dream *d, fovea_error *error) {
    for (int32_t k = 0; k < d->octaves; k++) {
        fovea_shape shape = octave_shape(d, k);
        fovea_tensor *small = NULL;
        FOVEA__TRY(grow_detail(d, &shape, error));
        if (k < d->octaves - 1)
            FOVEA__TRY(fovea_picture_resize(d->model->context, d->picture, (int32_t)shape.dim[1],
                                            (int32_t)shape.dim[2], &small, error));
        uint8_t *bytes = fovea_tensor_view(small ? small : d->picture).data;
        fovea_status status = sized_octave(d, &shape, bytes, k, error);
        fovea_tensor_free(small);
        if (status != FOVEA_OK) return status;
    }
    return FOVEA_OK;
}

// As many as were asked for, or as the picture is large enough for, where the net takes any size.
static fovea_status choose_octaves(dream *d, fovea_error *error) {
    int32_t asked = d->options->octaves;
    fovea_view view = fovea_tensor_view(d->picture);
    fovea_model *sized;
    FOVEA__TRY(fovea__model_for_picture(d->model, &view, &sized, error));
    fovea_model_free(sized);
    for (d->octaves = asked ? asked : CHOSEN_OCTAVES; d->octaves > 1; d->octaves--) {
        view.shape = octave_shape(d, 0);
        bool large = view.shape.dim[1] >= LEAST_SIDE && view.shape.dim[2] >= LEAST_SIDE;
        if (asked || large) break;
    }
    if (d->octaves == 1) return FOVEA_OK;
    fovea_status status = fovea__model_for_picture(d->model, &view, &sized, error);
    fovea_model_free(sized);
    if (status != FOVEA_SHAPE_MISMATCH) return status;
    d->octaves = 1;
    if (!asked) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "the net cannot take the picture at the %d sizes that --octaves asks for",
                       asked);
}

static fovea_status check_layer(const fovea_model *model, fovea_value layer, fovea_error *error) {
    if (layer >= 0 && layer < fovea_graph_value_count(model->graph) &&
        model->graph->value[layer].node >= 0)
        return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "value %d is no layer: no node computes it",
                       layer);
}

fovea_status fovea_dream(const fovea_model *model, fovea_value layer, const fovea_tensor *picture,
                         const fovea_dream_options *options, fovea_optimised **pictures,
                         fovea_error *error) {
    fovea_dream_options standard;
    fovea_dream_options_default(&standard);
    dream d = {.model = model,
               .options = options ? options : &standard,
               .picture = picture,
               .layer = layer};
    FOVEA__TRY(check_options(d.options, error));
    FOVEA__TRY(check_layer(model, layer, error));
    FOVEA__TRY(choose_octaves(&d, error));
    FOVEA__TRY(fovea__optimised_create(model->context, 1, &d.result, error));
    fovea_status status = dream_all(&d, error);
    fovea__free(model->context, d.detail);
    if (status == FOVEA_OK)
        *pictures = d.result;
    else
        fovea_optimised_free(d.result);
    return status;
}
