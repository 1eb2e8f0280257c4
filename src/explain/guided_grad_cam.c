// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "base/memory.h"
#include "explain/cam_layer.h"
#include "explain/rectifier_rules.h"
#include "explain/upsample.h"

// grad-cam's map at the size of the picture.
static fovea_status grow(fovea__job *job, const fovea_tensor *cam, const fovea_shape *picture,
                         double **grown, fovea_error *error) {
    fovea_context *context = job->explainer->context;
    fovea_view view = fovea_tensor_view(cam);
    int64_t cells = fovea_shape_count(&view.shape);
    double *small = fovea__new(context, (size_t)cells, sizeof *small, error);
    *grown = fovea__new(context, (size_t)fovea_shape_count(picture), sizeof **grown, error);
    fovea_status status = small && *grown ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (int64_t i = 0; status == FOVEA_OK && i < cells; i++)
        small[i] = fovea__view_number(&view, i);
    if (status == FOVEA_OK)
        status = fovea__upsample(context, small, &view.shape, picture, *grown, error);
    fovea__free(context, small);
    return status;
}

// Grad-CAM's map leaves the result, where that of the pixels comes.
static fovea_status multiply(fovea__job *job, const fovea_shape *picture, double **grown,
                             fovea_error *error) {
    fovea_attribution *result = job->result;
    FOVEA__TRY(fovea__cam_run(job, 1, fovea__grad_cam, FOVEA__CAM_RELU, error));
    FOVEA__TRY(grow(job, result->map, picture, grown, error));
    fovea_tensor_free(result->map);
    fovea_tensor_free(result->before_relu);
    result->map = result->before_relu = NULL;
    FOVEA__TRY(fovea__explain_pixels(job, &fovea__guided_rules, error));
    fovea_view map = fovea_tensor_view(result->map);
    int64_t count = fovea_shape_count(&map.shape), pixels = fovea_shape_count(picture);
    for (int64_t i = 0; i < count; i++)
        fovea__view_set(&map, i, fovea__view_number(&map, i) * (*grown)[i % pixels]);
    return FOVEA_OK;
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    double *grown = NULL;
    fovea_shape picture = fovea_shape_make(job->x.shape.rank - 2, job->x.shape.dim + 2);
    fovea_status status = multiply(job, &picture, &grown, error);
    fovea__free(job->explainer->context, grown);
    return status;
}

const fovea__method fovea__method_guided_grad_cam = {
    .info = {.name = "guided-grad-cam",
             .title = "Guided Grad-CAM",
             .family = "cam",
             .answers = "which edges lie in the places that Grad-CAM shows?",
             .formula =
                 "guided backpropagation times Grad-CAM at the size of the picture, pixel by "
                 "pixel",
             .source = "Selvaraju et al. 2017, arXiv 1610.02391",
             .warning = "its edges are those of guided backpropagation, which shows them whatever "
                        "the weights; only the places come from the class",
             .unit = "1",
             .has_layer = 1,
             .is_of_input = 1,
             .is_signed = 1},
    .run = run,
    .keep = fovea__cam_keep};
