// SPDX-License-Identifier: MIT
#include "base/fail.h"
#include "explain/passes.h"

static fovea_status run(fovea__job *job, fovea_error *error) {
    FOVEA__TRY(fovea__explain_pixels(job, NULL, error));
    fovea_view map = fovea_tensor_view(job->result->map);
    int64_t count = fovea_shape_count(&map.shape);
    for (int64_t i = 0; i < count; i++)
        fovea__view_set(&map, i, fovea__view_number(&map, i) * fovea__view_number(&job->x, i));
    return FOVEA_OK;
}

const fovea__method fovea__method_gradient_x_input = {
    .info = {.name = "gradient-x-input",
             .title = "Gradient × input",
             .family = "gradient",
             .answers = "what each pixel would contribute if the net were as linear as it is here",
             .formula = "x df/dx",
             .source = "Shrikumar et al. 2016, arXiv 1605.01713",
             .warning = "a pixel that is 0 in the net's numbers gets nothing, whatever it means",
             .unit = "logit",
             .is_signed = 1},
    .run = run,
    .keep = fovea__keep_pixels};
