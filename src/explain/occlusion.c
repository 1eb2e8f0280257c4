// SPDX-License-Identifier: MIT
// Occlusion: the picture with a patch of the baseline at one place after the other. What the patch cannot
// reach is not computed again (windows.h).
#include "base/fail.h"
#include "base/memory.h"
#include "explain/plane.h"
#include "explain/sampling.h"
#include "explain/windows.h"

// Samples of a group in the lanes.
#define LANES 16

typedef struct {
    fovea__job *job;
    fovea__plane plane;
    int32_t patch[2], stride[2];
    int64_t places[2];
} covering;

// 16 pixels by steps of 8; where the shorter side has less than 64 pixels a quarter of it by steps of 1.
static void choose_patch(covering *c) {
    const fovea_explain_options *options = c->job->options;
    int64_t side[2] = {c->plane.height, c->plane.width};
    int64_t shorter = side[0] < side[1] && side[0] > 1 ? side[0] : side[1];
    int32_t quarter = shorter < 4 ? 1 : (int32_t)(shorter / 4);
    for (int d = 0; d < 2; d++) {
        int32_t standard = shorter < 64 ? quarter : 16;
        if (standard > side[d]) standard = (int32_t)side[d];
        c->patch[d] = options->patch[d] > 0 ? options->patch[d] : standard;
        c->stride[d] = options->stride[d] > 0 ? options->stride[d] : shorter < 64 ? 1 : 8;
        if (side[d] == 1 && c->job->x.shape.rank < 4) c->patch[d] = 1;
    }
}

static fovea_status check_patch(covering *c, fovea_error *error) {
    int64_t side[2] = {c->plane.height, c->plane.width};
    for (int d = 0; d < 2; d++) {
        if (c->patch[d] > side[d])
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "a patch of %d×%d does not fit a picture of %lld×%lld", c->patch[0],
                               c->patch[1], (long long)side[0], (long long)side[1]);
        c->places[d] = (side[d] - c->patch[d]) / c->stride[d] + 1;
    }
    return FOVEA_OK;
}

static void write_difference(const covering *c, int64_t place, double logit) {
    fovea_view map = fovea_tensor_view(c->job->result->map);
    fovea__view_set(&map, place, c->job->logit - logit);
}

// Whole pictures, of any kind.
static void fill(void *user, int64_t n, const fovea_view *sample) {
    const covering *c = user;
    int64_t top = n / c->places[1] * c->stride[0], left = n % c->places[1] * c->stride[1];
    int64_t count = fovea_shape_count(&sample->shape), width = c->plane.width;
    for (int64_t i = 0; i < count; i++) {
        int64_t y = i / width % c->plane.height - top, x = i % width - left;
        bool covered = y >= 0 && y < c->patch[0] && x >= 0 && x < c->patch[1];
        fovea__view_set(sample, i, fovea__view_number(covered ? &c->job->baseline : &c->job->x, i));
    }
}

static void take(void *user, int64_t n, double logit, const fovea_view *gradient) {
    (void)gradient;
    write_difference(user, n, logit);
}

static fovea_status cover_whole(covering *c, fovea_error *error) {
    fovea__sampling sampling = {
        .samples = c->places[0] * c->places[1], .fill = fill, .take = take, .user = c};
    return fovea__sample(c->job, &sampling, error);
}

static fovea_status run_places(covering *c, fovea__windows *windows, fovea__passes *passes,
                               fovea_error *error) {
    int64_t places = c->places[0] * c->places[1];
    for (int64_t done = 0, n; done < places; done += n) {
        n = places - done < passes->chunk ? places - done : passes->chunk;
        fovea_view input = fovea__passes_input(passes, n);
        FOVEA__TRY(fovea__windows_run(windows, &c->job->baseline, done, n, &input, error));
        FOVEA__TRY(fovea__passes_run(passes, &input, 1, error));
        for (int64_t i = 0; i < n; i++)
            write_difference(c, done + i, fovea__passes_logit(passes, i, c->job->target));
    }
    return FOVEA_OK;
}

// Bytes of the values behind the windows, which share memory; half of all is a careful guess.
static double tail_bytes(const fovea_graph *tail) {
    double bytes = 0;
    for (size_t v = 0; v < tail->value_count; v++) {
        const fovea__value *value = &tail->value[v];
        if (value->kind != FOVEA_VALUE_COMPUTED && value->kind != FOVEA_VALUE_INPUT) continue;
        bytes += (double)fovea__sample_size(value) * (double)fovea_type_size(value->signature.type);
    }
    return bytes / 2;
}

// Pictures at a time: two groups of lanes for each thread where memory allows, and no group alone, which
// one thread would do by itself.
static int64_t choose_together(const covering *c, const fovea__reach *reach, fovea_value resume,
                               const fovea_graph *tail) {
    int64_t threads = fovea_context_threads(c->job->explainer->context);
    int64_t most = 2 * LANES * (threads < 2 ? 2 : threads < 8 ? threads : 8);
    int64_t places = c->places[0] * c->places[1];
    double fits = (double)c->job->explainer->options.memory /
                  (fovea__windows_bytes(reach, resume) + tail_bytes(tail) + 1);
    int64_t together = fits < 1 ? 1 : fits > (double)most ? most : (int64_t)fits;
    if (together > 2 * LANES) together -= together % (2 * LANES);
    if (together == LANES) together--;
    return together < places ? together : places;
}

static fovea_status cover_from(covering *c, const fovea__reach *reach, fovea_value resume,
                               const fovea_graph *tail, fovea_error *error) {
    fovea_explainer *explainer = c->job->explainer;
    fovea__passes passes;
    fovea__passes_options options = {.graph = tail,
                                     .samples = choose_together(c, reach, resume, tail),
                                     .leaf = FOVEA_NO_VALUE,
                                     .ends_only = true};
    FOVEA__TRY(fovea__passes_open(explainer, &options, &passes, error));
    fovea__windows windows;
    fovea_status status =
        fovea__windows_open(explainer, reach, resume, &c->job->x, passes.chunk, &windows, error);
    if (status == FOVEA_OK) {
        status = run_places(c, &windows, &passes, error);
        fovea__windows_close(&windows);
    }
    c->job->result->forward_passes += passes.forward_passes;
    fovea__passes_close(&passes);
    return status;
}

static fovea_status cover_windows(covering *c, const fovea__reach *reach, fovea_error *error) {
    fovea_explainer *explainer = c->job->explainer;
    fovea_value resume;
    FOVEA__TRY(fovea__reach_resume(reach, &resume, error));
    if (resume == explainer->input) return cover_whole(c, error);
    fovea_graph *tail = NULL;
    FOVEA__TRY(fovea__graph_cut(explainer->graph, &resume, 1, &explainer->logits, 1, &tail, error));
    fovea_status status = cover_from(c, reach, resume, tail, error);
    fovea__graph_cut_free(tail);
    return status;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    covering c = {.job = job};
    FOVEA__TRY(fovea__plane_of(job, &c.plane, error));
    choose_patch(&c);
    FOVEA__TRY(check_patch(&c, error));
    for (int d = 0; d < 2; d++) {
        job->result->patch[d] = c.patch[d];
        job->result->stride[d] = c.stride[d];
    }
    FOVEA__TRY(fovea__new_plane_map(job, c.places[0], c.places[1], error));
    if (job->x.shape.rank != 4) return cover_whole(&c, error);
    fovea__reach reach;
    FOVEA__TRY(fovea__reach_open(job->explainer->graph, c.patch, c.stride, &reach, error));
    fovea_status status = cover_windows(&c, &reach, error);
    fovea__reach_close(&reach);
    return status;
}

const fovea__method fovea__method_occlusion = {
    .info = {.name = "occlusion",
             .title = "Occlusion",
             .family = "perturbation",
             .answers = "how much does the logit lose when a patch of the picture is covered?",
             .formula = "f(x) - f(x with a patch of x'), a number for each place of the patch",
             .source = "Zeiler, Fergus 2014, arXiv 1311.2901",
             .warning =
                 "a patch is something new to the net; where two parts of the picture say the "
                 "same, covering one of them changes little",
             .unit = "logit",
             .is_signed = 1,
             .uses_baseline = 1},
    .run = run,
    .baseline = "mean"};
