// SPDX-License-Identifier: MIT
#include "explain/cam_layer.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/cam_tail.h"
#include "graph/dependents.h"

double fovea__cam_gradient_sum(const fovea__cam *cam, int64_t k) {
    if (cam->even) return cam->gradient[k] * (double)cam->cells;
    double sum = 0;
    for (int64_t i = 0; i < cam->cells; i++) sum += cam->gradient[k * cam->cells + i];
    return sum;
}

void fovea__cam_add(const fovea__cam *cam, int64_t k, double weight, double *map) {
    const double *a = cam->value + k * cam->cells;
    for (int64_t i = 0; i < cam->cells; i++) map[i] += weight * a[i];
}

static fovea_status numbers_of(fovea_context *context, fovea_tensor *tensor, double **numbers,
                               fovea_error *error) {
    fovea_view view = fovea_tensor_view(tensor);
    int64_t count = fovea_shape_count(&view.shape);
    double *to = fovea__new(context, (size_t)count, sizeof(double), error);
    if (to && view.type == FOVEA_F64)
        memcpy(to, view.data, (size_t)count * sizeof(double));
    else
        for (int64_t i = 0; to && i < count; i++) to[i] = (double)((const float *)view.data)[i];
    fovea_tensor_free(tensor);
    *numbers = to;
    return to ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__cam_values(const fovea__job *job, fovea__cam *cam, fovea_error *error) {
    fovea_tensor *value;
    *cam = (fovea__cam){.context = job->explainer->context};
    FOVEA__TRY(fovea__layer_maps(job->explainer, job->layer, &cam->channels, &cam->shape, error));
    cam->cells = fovea_shape_count(&cam->shape);
    FOVEA__TRY(fovea__passes_value(job->forward, job->layer, &value, error));
    return numbers_of(cam->context, value, &cam->value, error);
}

void fovea__cam_free(fovea__cam *cam) {
    fovea__free(cam->context, cam->value);
    fovea__free(cam->context, cam->gradient);
    cam->value = cam->gradient = NULL;
}

// W[c][k] / Z, rounded as the net's numbers are.
static fovea_status even_gradient(const fovea__job *job, const fovea__cam_head *head,
                                  fovea__cam *cam, fovea_error *error) {
    cam->gradient = fovea__new(cam->context, (size_t)cam->channels, sizeof(double), error);
    if (!cam->gradient) return FOVEA_OUT_OF_MEMORY;
    cam->even = true;
    for (int64_t k = 0; k < cam->channels; k++) {
        double g = fovea__cam_head_weight(job->explainer, head, job->target, k);
        cam->gradient[k] = job->explainer->type == FOVEA_F32 ? (float)g / (float)cam->cells
                                                             : g / (double)cam->cells;
    }
    return FOVEA_OK;
}

static fovea_status back_gradient(const fovea__job *job, fovea__cam *cam, fovea_error *error) {
    fovea_tensor *gradient;
    FOVEA__TRY(fovea__passes_gradient(job->forward, job->layer, &gradient, error));
    return numbers_of(cam->context, gradient, &cam->gradient, error);
}

static fovea_status write_map(const fovea__job *job, const fovea__cam *cam, const double *map,
                              bool relu, fovea_tensor **tensor, fovea_error *error) {
    FOVEA__TRY(fovea__new_map(job, &cam->shape, tensor, error));
    fovea_view view = fovea_tensor_view(*tensor);
    for (int64_t i = 0; i < cam->cells; i++)
        fovea__view_set(&view, i, relu && map[i] < 0 ? 0 : map[i]);
    return FOVEA_OK;
}

fovea_status fovea__cam_finish(fovea__job *job, const fovea__cam *cam, const double *map, bool relu,
                               fovea_error *error) {
    if (relu) FOVEA__TRY(write_map(job, cam, map, false, &job->result->before_relu, error));
    return write_map(job, cam, map, relu, &job->result->map, error);
}

// f - f(A := 0), by the head's bias where that is known.
static fovea_status expect(fovea__job *job, const fovea__cam *cam, const fovea__cam_head *head,
                           uint32_t flags, fovea_error *error) {
    bool affine = cam->even;
    if (!(flags & FOVEA__CAM_COMPLETE) && !(flags & FOVEA__CAM_EVEN_COMPLETE && cam->even))
        return FOVEA_OK;
    if (!affine) FOVEA__TRY(fovea__affine_behind(job->explainer, job->layer, &affine, error));
    if (!affine) return FOVEA_OK;
    double zero = fovea__cam_head_bias(job->explainer, head, job->target);
    if (!cam->even) FOVEA__TRY(fovea__cam_tail_zero(job, &zero, error));
    job->result->law = "completeness";
    job->result->expected = job->logit - zero;
    return FOVEA_OK;
}

static fovea_status run_one(fovea__job *job, fovea__cam_combine *combine, uint32_t flags,
                            fovea_error *error) {
    fovea__cam cam;
    fovea__cam_head head;
    double *map = NULL;
    fovea_status status = fovea__cam_values(job, &cam, error);
    if (status != FOVEA_OK) return status;
    if (fovea__cam_head_find(job->explainer, job->layer, &head))
        FOVEA__GO(even_gradient(job, &head, &cam, error));
    else
        FOVEA__GO(back_gradient(job, &cam, error));
    map = fovea__new(cam.context, (size_t)cam.cells, sizeof *map, error);
    status = map ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (map) combine(&cam, map);
    if (map) FOVEA__GO(fovea__cam_finish(job, &cam, map, flags & FOVEA__CAM_RELU, error));
    if (map) FOVEA__GO(expect(job, &cam, &head, flags, error));
done:
    fovea__free(cam.context, map);
    fovea__cam_free(&cam);
    return status;
}

fovea_status fovea__cam_run(fovea__job *jobs, int32_t count, fovea__cam_combine *combine,
                            uint32_t flags, fovea_error *error) {
    fovea__passes *forward = jobs[0].forward;
    if (forward->options.gradients) {
        FOVEA__TRY(fovea__passes_back(forward, jobs[0].target, error));
        jobs[0].result->backward_passes = 1;
    }
    for (int32_t j = 0; j < count; j++) FOVEA__TRY(run_one(&jobs[j], combine, flags, error));
    return FOVEA_OK;
}

// Whether all jobs' layers depend on the first of them, from which on gradients are enough then.
static bool begins_at(const fovea__job *jobs, int32_t count, fovea_value leaf, uint8_t *depends) {
    const fovea_graph *graph = jobs[0].explainer->graph;
    fovea__mark_dependents(graph, leaf, depends);
    for (int32_t j = 0; j < count; j++)
        if (!depends[jobs[j].layer]) return false;
    return true;
}

// The layer made first; the input where others do not come from it.
static fovea_value common_leaf(const fovea__job *jobs, int32_t count) {
    const fovea_explainer *explainer = jobs[0].explainer;
    const fovea_graph *graph = explainer->graph;
    fovea_value first = jobs[0].layer;
    for (int32_t j = 1; j < count; j++)
        if (graph->value[jobs[j].layer].node < graph->value[first].node) first = jobs[j].layer;
    if (count == 1) return first;
    uint8_t *depends = fovea__new(explainer->context, graph->value_count, 1, NULL);
    bool common = depends && begins_at(jobs, count, first, depends);
    fovea__free(explainer->context, depends);
    return common ? first : explainer->input;
}

void fovea__cam_keep(const fovea__job *jobs, int32_t count, fovea__passes_options *options) {
    fovea__cam_head head;
    bool known = true;
    for (int32_t j = 0; j < count; j++)
        known &= fovea__cam_head_find(jobs[j].explainer, jobs[j].layer, &head);
    options->gradients = !known;
    options->leaf = known ? FOVEA_NO_VALUE : common_leaf(jobs, count);
}

void fovea__cam_keep_values(const fovea__job *jobs, int32_t count, fovea__passes_options *options) {
    (void)jobs, (void)count;
    options->gradients = false;
    options->leaf = FOVEA_NO_VALUE;
}
