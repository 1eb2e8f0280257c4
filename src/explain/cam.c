// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "base/memory.h"
#include "explain/cam_layer.h"

static fovea_status no_head(const fovea__job *job, fovea_error *error) {
    return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT,
                          job->explainer->graph->value[job->layer].name, -1,
                          "is not followed by a mean over its maps and one linear layer alone, "
                          "which cam needs; grad-cam is the same with any layers behind");
}

// Z times Grad-CAM before its relu; W itself is used, so that nothing is rounded on the way.
static fovea_status weigh(fovea__job *job, const fovea__cam_head *head, const fovea__cam *cam,
                          fovea_error *error) {
    double *map = fovea__new(cam->context, (size_t)cam->cells, sizeof *map, error);
    if (!map) return FOVEA_OUT_OF_MEMORY;
    for (int64_t k = 0; k < cam->channels; k++)
        fovea__cam_add(cam, k, fovea__cam_head_weight(job->explainer, head, job->target, k), map);
    fovea_status status = fovea__cam_finish(job, cam, map, false, error);
    fovea__free(cam->context, map);
    return status;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    fovea__cam_head head;
    fovea__cam cam;
    if (!fovea__cam_head_find(job->explainer, job->layer, &head)) return no_head(job, error);
    fovea_status status = fovea__cam_values(job, &cam, error);
    if (status == FOVEA_OK) status = weigh(job, &head, &cam, error);
    job->result->law = "completeness";
    job->result->expected =
        (job->logit - fovea__cam_head_bias(job->explainer, &head, job->target)) * (double)cam.cells;
    fovea__cam_free(&cam);
    return status;
}

const fovea__method fovea__method_cam = {
    .info = {.name = "cam",
             .title = "CAM",
             .family = "cam",
             .answers = "how much does each cell of the last maps count in the logit?",
             .formula = "sum_k W[c][k] A^k; its mean is the logit less its bias",
             .source = "Zhou et al. 2015, arXiv 1512.04150",
             .warning = "only of a layer behind which there is but a mean over each map and one "
                        "linear layer",
             .unit = "logit",
             .has_layer = 1,
             .is_signed = 1},
    .run = run,
    .keep = fovea__cam_keep_values};
