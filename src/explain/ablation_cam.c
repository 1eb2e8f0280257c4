// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/cam_layer.h"
#include "explain/cam_tail.h"

// Maps that are 0 all over change nothing when they are taken away: they need no pass.
static int64_t list_active(const fovea__cam *cam, int64_t *active) {
    int64_t count = 0;
    for (int64_t k = 0; k < cam->channels; k++)
        for (int64_t i = 0; i < cam->cells; i++)
            if (cam->value[k * cam->cells + i] != 0) {
                active[count++] = k;
                break;
            }
    return count;
}

// Map k of sample i becomes 0, or what it was.
static void set_map(const fovea__cam *cam, int64_t k, int64_t i, bool zero, const fovea_view *to) {
    int64_t first = (i * cam->channels + k) * cam->cells;
    for (int64_t n = 0; n < cam->cells; n++)
        fovea__view_set(to, first + n, zero ? 0 : cam->value[k * cam->cells + n]);
}

static void fill(const fovea__cam *cam, int64_t samples, const fovea_view *to) {
    int64_t count = cam->channels * cam->cells;
    for (int64_t n = 0; n < count; n++) fovea__view_set(to, n, cam->value[n]);
    size_t bytes = (size_t)count * fovea_type_size(to->type);
    for (int64_t i = 1; i < samples; i++)
        memcpy((char *)to->data + (size_t)i * bytes, to->data, bytes);
}

// weight[k] = (f - f(A^k := 0)) / f of the maps in `active`.
static fovea_status run_samples(const fovea__job *job, const fovea__cam *cam, const int64_t *active,
                                fovea__cam_tail *tail, double *weight, fovea_error *error) {
    fovea_view to = fovea__cam_tail_layer(tail, tail->passes.chunk);
    fill(cam, tail->passes.chunk, &to);
    for (int64_t done = 0, n; done < tail->passes.samples; done += n) {
        n = fovea__passes_next(&tail->passes, done);
        for (int64_t i = 0; i < n; i++) set_map(cam, active[done + i], i, true, &to);
        FOVEA__TRY(fovea__cam_tail_run(tail, n, error));
        for (int64_t i = 0; i < n; i++) {
            double logit = fovea__passes_logit(&tail->passes, i, job->target);
            weight[active[done + i]] = (job->logit - logit) / job->logit;
            set_map(cam, active[done + i], i, false, &to);
        }
    }
    return FOVEA_OK;
}

static fovea_status find_weights(fovea__job *job, const fovea__cam *cam, double *weight,
                                 fovea_error *error) {
    int64_t *active = fovea__new(cam->context, (size_t)cam->channels, sizeof *active, error);
    if (!active) return FOVEA_OUT_OF_MEMORY;
    int64_t samples = list_active(cam, active);
    fovea__cam_tail tail = {.job = job};
    fovea_status status = FOVEA_OK;
    if (samples > 0) status = fovea__cam_tail_open(job, samples, &tail, error);
    if (status == FOVEA_OK && samples > 0)
        status = run_samples(job, cam, active, &tail, weight, error);
    job->result->forward_passes += tail.passes.forward_passes;
    if (samples > 0) fovea__cam_tail_close(&tail);
    fovea__free(cam->context, active);
    return status;
}

static fovea_status weigh(fovea__job *job, const fovea__cam *cam, double *weight, double *map,
                          fovea_error *error) {
    FOVEA__TRY(find_weights(job, cam, weight, error));
    for (int64_t k = 0; k < cam->channels; k++) fovea__cam_add(cam, k, weight[k], map);
    return fovea__cam_finish(job, cam, map, true, error);
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea__cam cam;
    if (job->logit == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the logit is 0: ablation-cam's weights are shares of it");
    fovea_status status = fovea__cam_values(job, &cam, error);
    if (status != FOVEA_OK) return status;
    double *weight = fovea__new(cam.context, (size_t)cam.channels, sizeof *weight, error);
    double *map = fovea__new(cam.context, (size_t)cam.cells, sizeof *map, error);
    status = weight && map ? weigh(job, &cam, weight, map, error) : FOVEA_OUT_OF_MEMORY;
    fovea__free(cam.context, weight);
    fovea__free(cam.context, map);
    fovea__cam_free(&cam);
    return status;
}

const fovea__method fovea__method_ablation_cam = {
    .info = {.name = "ablation-cam",
             .title = "Ablation-CAM",
             .family = "cam",
             .answers = "which maps of the layer does the logit lose most without, and where are "
                        "they?",
             .formula = "max(0, sum_k w_k A^k), w_k = (f - f(A^k := 0)) / f",
             .source = "Desai, Ramaswamy 2020, WACV",
             .warning = "where the logit is below 0 every weight changes its sign: choose targets "
                        "with a logit above 0",
             .unit = "activation",
             .has_layer = 1},
    .run = run,
    .keep = fovea__cam_keep_values};
