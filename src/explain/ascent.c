// SPDX-License-Identifier: MIT
#include "explain/ascent.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/picture_priors.h"

static fovea_status take_memory(fovea__ascent *a, fovea_error *error) {
    size_t count = (size_t)a->space.count;
    a->p = fovea__new(a->context, 5 * count, sizeof *a->p, error);
    if (!a->p) return FOVEA_OUT_OF_MEMORY;
    a->moved = a->p + count;
    a->x = a->moved + count;
    a->d_moved = a->x + count;
    a->d_p = a->d_moved + count;
    return FOVEA_OK;
}

static fovea_status create_parts(fovea__ascent *a, fovea_value layer, fovea_parametrisation kind,
                                 bool decorrelate, fovea_error *error) {
    FOVEA__TRY(fovea__picture_space_open(a->model, &a->space, error));
    FOVEA__TRY(fovea__layer_pass_create(a->model, layer, &a->pass, error));
    FOVEA__TRY(fovea__picture_variable_create(a->context, &a->space, kind, decorrelate,
                                              &a->variable, error));
    FOVEA__TRY(fovea__warp_create(a->context, a->space.height, a->space.width, &a->warp, error));
    return take_memory(a, error);
}

fovea_status fovea__ascent_create(const fovea_model *model, fovea_value layer,
                                  fovea_parametrisation kind, bool decorrelate,
                                  fovea__ascent *ascent, fovea_error *error) {
    fovea_context *context = fovea_graph_context(fovea_model_graph(model));
    *ascent = (fovea__ascent){.context = context, .model = model};
    ascent->variable.context = context;
    fovea_status status = create_parts(ascent, layer, kind, decorrelate, error);
    if (status != FOVEA_OK) fovea__ascent_free(ascent);
    return status;
}

void fovea__ascent_free(fovea__ascent *a) {
    fovea__layer_pass_free(a->pass);
    fovea__picture_variable_free(&a->variable);
    fovea__warp_free(a->context, &a->warp);
    fovea__picture_space_close(a->model, &a->space);
    fovea__free(a->context, a->p);
    *a = (fovea__ascent){.context = a->context, .model = a->model};
    a->variable.context = a->context;
}

fovea_status fovea__ascent_value(fovea__ascent *a, fovea__goal *goal, const void *user,
                                 double *value, fovea_error *error) {
    fovea__picture_variable_show(&a->variable, a->p);
    fovea__picture_to_net(&a->space, a->p, a->x);
    FOVEA__TRY(fovea__layer_pass_forward(a->pass, a->x, error));
    *value = goal(user, a->pass, false);
    return FOVEA_OK;
}

static void add_priors(fovea__ascent *a, const fovea__ascent_options *options) {
    const fovea__picture_space *space = &a->space;
    double each = (double)space->count;
    if (options->tv > 0)
        fovea__total_variation(a->p, space->channels, space->height, space->width, 1,
                               -options->tv * each, a->d_p);
    if (!(options->decay > 0)) return;
    for (int64_t c = 0; c < space->channels; c++) {
        float middle = (float)fovea__picture_variable_middle(&a->variable, c);
        const float *p = a->p + c * space->plane;
        for (int64_t i = 0; i < space->plane; i++)
            a->d_p[c * space->plane + i] -= (float)options->decay * (p[i] - middle);
    }
}

// d_p of the goal at the moved picture, of rms 1 (0 where there is none), less what is asked of the
// picture itself.
static fovea_status find_gradient(fovea__ascent *a, fovea__goal *goal, const void *user,
                                  const fovea__ascent_options *options, bool *silent,
                                  fovea_error *error) {
    const fovea__picture_space *space = &a->space;
    fovea__warp_apply(&a->warp, space->channels, a->p, a->moved);
    fovea__picture_to_net(space, a->moved, a->x);
    FOVEA__TRY(fovea__layer_pass_forward(a->pass, a->x, error));
    double value = goal(user, a->pass, true);
    FOVEA__TRY(fovea__layer_pass_backward(a->pass, error));
    fovea__picture_gradient(space, a->pass->gradient, a->d_moved);
    fovea__warp_gradient(&a->warp, space->channels, a->d_moved, a->d_p);
    double size = fovea__root_mean_square(a->d_p, space->count);
    if (!isfinite(value) || !isfinite(size))
        return fovea__fail(error, FOVEA_FAILED,
                           "the layer or its gradient is not finite: look for NaN in the weights "
                           "(fovea summary) or make steps smaller");
    if (size > 0) {
        float times = (float)(1 / size);
        for (int64_t i = 0; i < space->count; i++) a->d_p[i] *= times;
        *silent = false;
    }
    add_priors(a, options);
    return FOVEA_OK;
}

// The rate of step i: constant, then falling along a cosine to a tenth.
static double rate_of(const fovea__ascent_options *options, int32_t i) {
    double from = (1 - options->cool) * options->steps;
    if (!(i > from)) return options->rate;
    double share = (i - from) / (options->steps - from);
    return options->rate * (0.1 + 0.9 * 0.5 * (1 + cos(3.14159265358979323846 * share)));
}

static fovea_status take_step(fovea__ascent *a, fovea__goal *goal, const void *user,
                              const fovea__ascent_options *options, int32_t i, bool *silent,
                              fovea_error *error) {
    const fovea__picture_space *space = &a->space;
    fovea__picture_variable_show(&a->variable, a->p);
    fovea__warp_draw(&a->warp, &options->range, options->seed, options->sample, (uint32_t)i);
    FOVEA__TRY(find_gradient(a, goal, user, options, silent, error));
    fovea__picture_variable_step(&a->variable, a->p, a->d_p, rate_of(options, i));
    // The moved picture's memory is free and longer than a line.
    bool pixels = a->variable.kind == FOVEA_PARAMETRISATION_PIXEL;
    if (pixels && options->blur_every > 0 && (i + 1) % options->blur_every == 0)
        fovea__blur_planes(a->variable.z, space->channels, space->height, space->width,
                           options->blur, a->moved);
    return FOVEA_OK;
}

static fovea_status tell(const fovea__ascent_options *options, int32_t step, fovea_error *error) {
    fovea_optimise_state state = {
        .step = step, .steps = options->steps, .picture = options->done, .pictures = options->all};
    if (!options->progress || options->progress(options->progress_user, &state)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INTERRUPTED, "stopped at step %d of %d", step, options->steps);
}

fovea_status fovea__ascent_run(fovea__ascent *a, fovea__goal *goal, const void *user,
                               const fovea__ascent_options *options, double *first, bool *silent,
                               fovea_error *error) {
    *silent = true;
    for (int32_t i = 0; i < options->steps; i++) {
        FOVEA__TRY(take_step(a, goal, user, options, i, silent, error));
        if (i == 0) FOVEA__TRY(fovea__ascent_value(a, goal, user, first, error));
        FOVEA__TRY(tell(options, i + 1, error));
    }
    return FOVEA_OK;
}
