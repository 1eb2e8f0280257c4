// SPDX-License-Identifier: MIT
// Feature inversion: the picture behind what a layer makes of it.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/layer_pass.h"
#include "explain/optimised.h"
#include "explain/picture_priors.h"
#include "explain/picture_space.h"
#include "graph/graph.h"
#include "kernels/optimizer/optimizer.h"
#include "model/model.h"

void fovea_invert_options_default(fovea_invert_options *options) {
    *options = (fovea_invert_options){.size = sizeof *options,
                                      .steps = 400,
                                      .rate = 0.05,
                                      .power = 0.001,
                                      .alpha = 6,
                                      .tv = 0.1,
                                      .beta = 2};
}

static fovea_status check_options(const fovea_invert_options *o, fovea_error *error) {
    if (o->size != sizeof *o)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_invert_options: size is %zu, not %zu; fill it with "
                           "fovea_invert_options_default",
                           o->size, sizeof *o);
    if (o->steps < 1 || o->steps > 1000000)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d steps; 1 to 1000000 can be taken",
                           o->steps);
    bool fine = o->rate > 0 && o->rate <= 1 && o->power >= 0 && o->power <= 1e9 && o->tv >= 0 &&
                o->tv <= 1e9 && o->alpha >= 1 && o->alpha <= 64 && o->beta >= 1 && o->beta <= 64;
    if (fine) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "options out of range: rate above 0 to 1, weights 0 to 1e9, alpha and beta "
                       "1 to 64");
}

// One layer on its way.
typedef struct inversion {
    const fovea_model *model;
    const fovea_invert_options *options;
    fovea__picture_space space;
    fovea__layer_pass *pass;
    float *memory;                       // owned, all below
    float *p, *x, *d_p, *mean, *square;  // [C*H*W]; the last two are Adam's
    float *wanted;                       // [count] phi0
    double size;                         // |phi0|^2
} inversion;

static double answer(const inversion *v, int64_t i) {
    float a = v->pass->activation[i];
    return v->pass->rectified && a < 0 ? 0 : a;
}

// |phi - phi0|^2 / |phi0|^2 at v->p, and the seed of its gradient. Behind a Relu cells that should
// not be silent but are are lifted.
static fovea_status find_error(inversion *v, bool seed, double *result, fovea_error *error) {
    fovea__picture_to_net(&v->space, v->p, v->x);
    FOVEA__TRY(fovea__layer_pass_forward(v->pass, v->x, error));
    double sum = 0;
    for (int64_t i = 0; i < v->pass->count; i++) {
        double off = answer(v, i) - v->wanted[i];
        sum += off * off;
        if (seed) v->pass->seed[i] = (float)(2 * off / v->size);
    }
    *result = sum / v->size;
    if (isfinite(*result)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_FAILED,
                       "the layer is not finite: look for NaN in the weights (fovea summary)");
}

static fovea_status take_step(inversion *v, int32_t i, double *result, fovea_error *error) {
    const fovea_invert_options *o = v->options;
    const fovea__picture_space *space = &v->space;
    FOVEA__TRY(find_error(v, true, result, error));
    FOVEA__TRY(fovea__layer_pass_backward(v->pass, error));
    fovea__picture_gradient(space, v->pass->gradient, v->d_p);
    if (o->power > 0)
        fovea__power_norm(v->p, space->count, 0.5, o->alpha, o->power * pow(2, o->alpha), v->d_p);
    if (o->tv > 0)
        fovea__total_variation(v->p, space->channels, space->height, space->width, o->beta, o->tv,
                               v->d_p);
    double share = (double)i / o->steps;
    fovea__adam adam = {.lr = o->rate * 0.5 * (1 + cos(3.14159265358979323846 * share)),
                        .beta1 = 0.9,
                        .beta2 = 0.999,
                        .eps = 1e-12,
                        .step = i + 1};
    fovea__optimizer_choose(fovea__context_cpu(v->pass->context))
        ->adam(&adam, space->count, v->d_p, v->p, v->mean, v->square);
    for (int64_t k = 0; k < space->count; k++)
        v->p[k] = v->p[k] < 0 ? 0 : v->p[k] > 1 ? 1 : v->p[k];
    return FOVEA_OK;
}

static fovea_status tell(const inversion *v, int32_t step, int32_t done, int32_t all,
                         fovea_error *error) {
    const fovea_invert_options *o = v->options;
    fovea_optimise_state state = {step, o->steps, done, all};
    if (!o->progress || o->progress(o->progress_user, &state)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INTERRUPTED, "stopped at step %d of %d", step, o->steps);
}

static void begin(inversion *v) {
    int64_t plane = v->space.plane;
    for (int64_t i = 0; i < v->space.count && !v->options->from_picture; i++) {
        double zero = fovea__picture_zero(&v->space, i / plane);
        float noise = fovea__random_float(v->options->seed, FOVEA__RANDOM_START, 0, 0, (uint64_t)i);
        float p = (float)(zero > 0.02 && zero < 0.98 ? zero : 0.5) + 0.1f * (noise - 0.5f);
        v->p[i] = p < 0 ? 0 : p > 1 ? 1 : p;
    }
}

static fovea_status remember(inversion *v, const uint8_t *bytes, const char *layer,
                             fovea_error *error) {
    fovea__picture_of_bytes(&v->space, bytes, v->p);
    fovea__picture_to_net(&v->space, v->p, v->x);
    FOVEA__TRY(fovea__layer_pass_forward(v->pass, v->x, error));
    for (int64_t i = 0; i < v->pass->count; i++) {
        v->wanted[i] = (float)answer(v, i);
        v->size += (double)v->wanted[i] * v->wanted[i];
    }
    if (v->size > 0 && isfinite(v->size)) return FOVEA_OK;
    return fovea__fail_at(error, FOVEA_FAILED, layer, -1,
                          "is %s for this picture: there is nothing to go back from",
                          v->size == 0 ? "0 everywhere" : "not finite");
}

static fovea_status take_memory(inversion *v, fovea_error *error) {
    size_t count = (size_t)v->space.count, all = 5 * count + (size_t)v->pass->count;
    v->memory = fovea__new(v->model->context, all, sizeof *v->memory, error);
    if (!v->memory) return FOVEA_OUT_OF_MEMORY;
    v->p = v->memory;
    v->x = v->p + count;
    v->d_p = v->x + count;
    v->mean = v->d_p + count;
    v->square = v->mean + count;
    v->wanted = v->square + count;
    return FOVEA_OK;
}

static fovea_status go_back(inversion *v, const uint8_t *bytes, fovea_value layer, int32_t done,
                            int32_t all, fovea_optimised *pictures, fovea_error *error) {
    const fovea_graph *graph = v->model->graph;
    fovea__found found = {.channel = -1};
    double now;
    FOVEA__TRY(fovea__picture_space_open(v->model, &v->space, error));
    FOVEA__TRY(fovea__layer_pass_create(v->model, layer, &v->pass, error));
    FOVEA__TRY(take_memory(v, error));
    const char *name = graph->node[graph->value[layer].node].name;
    FOVEA__TRY(remember(v, bytes, name, error));
    begin(v);
    for (int32_t i = 0; i < v->options->steps; i++) {
        FOVEA__TRY(take_step(v, i, &now, error));
        if (i == 0) found.start = found.first = now;
        if (i == 1) found.first = now;
        FOVEA__TRY(tell(v, i + 1, done, all, error));
    }
    FOVEA__TRY(find_error(v, false, &found.end, error));
    if (v->options->steps == 1) found.first = found.end;
    found.difference = fovea__picture_difference(&v->space, bytes, v->p);
    return fovea__optimised_add(pictures, name, &v->model->input, v->p, &found, error);
}

static fovea_status invert_all(const fovea_model *model, const fovea_value *layers, int32_t count,
                               const uint8_t *bytes, const fovea_invert_options *options,
                               fovea_optimised *pictures, fovea_error *error) {
    for (int32_t i = 0; i < count; i++) {
        inversion v = {.model = model, .options = options};
        fovea_status status = go_back(&v, bytes, layers[i], i, count, pictures, error);
        fovea__layer_pass_free(v.pass);
        fovea__picture_space_close(model, &v.space);
        fovea__free(model->context, v.memory);
        if (status != FOVEA_OK) return status;
    }
    return FOVEA_OK;
}

// By a model of the picture's size; layers are found by their names there.
static fovea_status invert_sized(const fovea_model *model, const fovea_value *layers, int32_t count,
                                 const fovea_view *picture, const fovea_invert_options *options,
                                 fovea_optimised *pictures, fovea_error *error) {
    const fovea_graph *graph = model->graph;
    for (int32_t i = 0; i < count; i++)
        if (layers[i] < 0 || layers[i] >= fovea_graph_value_count(graph) ||
            graph->value[layers[i]].node < 0)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "value %d is no layer: no node computes it", layers[i]);
    fovea_model *sized;
    FOVEA__TRY(fovea__model_for_picture(model, picture, &sized, error));
    if (!sized) return invert_all(model, layers, count, picture->data, options, pictures, error);
    fovea_value *own = fovea__new(model->context, (size_t)count, sizeof *own, error);
    fovea_status status = own ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < count && own; i++)
        own[i] = fovea_graph_find_value(sized->graph, graph->value[layers[i]].name);
    if (status == FOVEA_OK)
        status = invert_all(sized, own, count, picture->data, options, pictures, error);
    fovea__free(model->context, own);
    fovea_model_free(sized);
    return status;
}

fovea_status fovea_invert(const fovea_model *model, const fovea_value *layers, int32_t count,
                          const fovea_tensor *picture, const fovea_invert_options *options,
                          fovea_optimised **result, fovea_error *error) {
    fovea_invert_options standard;
    fovea_optimised *pictures;
    fovea_view view = fovea_tensor_view(picture);
    fovea_invert_options_default(&standard);
    if (!options) options = &standard;
    FOVEA__TRY(check_options(options, error));
    if (count < 1) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no layer is asked for");
    FOVEA__TRY(fovea__optimised_create(model->context, count, &pictures, error));
    fovea_status status = invert_sized(model, layers, count, &view, options, pictures, error);
    if (status == FOVEA_OK)
        *result = pictures;
    else
        fovea_optimised_free(pictures);
    return status;
}
