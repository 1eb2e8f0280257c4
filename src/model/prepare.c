// SPDX-License-Identifier: MIT
// Bytes to normalised numbers. A byte has 256 values, so each channel is a table.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/model.h"

static fovea_status check_shape(const fovea_model *model, const fovea_shape *shape,
                                fovea_error *error) {
    fovea_shape wanted = fovea_model_input(model);
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    if (wanted.rank == 3 && fovea_shape_equal(shape, &wanted)) return FOVEA_OK;
    bool fits = shape->rank == 3 && wanted.rank == 3 && shape->dim[0] == wanted.dim[0] &&
                shape->dim[1] > 0 && shape->dim[2] > 0 && fovea_model_any_size(model);
    if (fits) return FOVEA_OK;
    char has[160], wants[160];
    fovea_shape_format(shape, has, sizeof has);
    fovea_shape_format(&wanted, wants, sizeof wants);
    if (wanted.rank != 3)
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the net takes %s, so no pictures (channels, height and width)", wants);
    bool channels = shape->rank == 3 && shape->dim[0] == wanted.dim[0];
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the picture is %s, the net wants %s%s", has,
                       wants, channels ? "; --resize scales it" : "");
}

// A deviation of 1/255 means that bytes stay what they are, less a mean: without rounding on the way.
static bool keeps_bytes(double deviation) {
    return fabs(deviation * 255 - 1) < 1e-9;
}

static void fill_f32(const uint8_t *src, int64_t pixels, double mean, double deviation,
                     float *dst) {
    float table[256];
    for (int b = 0; b < 256; b++)
        table[b] = keeps_bytes(deviation) ? (float)(b - mean * 255)
                                          : ((float)b / 255.0f - (float)mean) / (float)deviation;
    for (int64_t i = 0; i < pixels; i++) dst[i] = table[src[i]];
}

static void fill_f64(const uint8_t *src, int64_t pixels, double mean, double deviation,
                     double *dst) {
    double table[256];
    for (int b = 0; b < 256; b++)
        table[b] = keeps_bytes(deviation) ? b - mean * 255 : (b / 255.0 - mean) / deviation;
    for (int64_t i = 0; i < pixels; i++) dst[i] = table[src[i]];
}

fovea_status fovea_model_prepare(const fovea_model *model, const uint8_t *const *pictures,
                                 int64_t count, const fovea_shape *picture_shape,
                                 fovea_tensor **batch, fovea_error *error) {
    *batch = NULL;
    if (count < 1) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a batch of no pictures");
    FOVEA__TRY(check_shape(model, picture_shape, error));
    fovea_shape shape = {4, {count}};
    memcpy(shape.dim + 1, picture_shape->dim, 3 * sizeof shape.dim[0]);
    FOVEA__TRY(fovea_tensor_create(model->context, fovea__model_type(model), &shape, batch, error));
    fovea_view view = fovea_tensor_view(*batch);
    int64_t pixels = shape.dim[2] * shape.dim[3];
    for (int64_t n = 0; n < count; n++) {
        for (int64_t c = 0; c < shape.dim[1]; c++) {
            int64_t at = (n * shape.dim[1] + c) * pixels;
            int64_t from = model->preprocessing.bgr ? shape.dim[1] - 1 - c : c;
            const uint8_t *src = pictures[n] + from * pixels;
            if (view.type == FOVEA_F32)
                fill_f32(src, pixels, model->mean[c], model->deviation[c], (float *)view.data + at);
            else
                fill_f64(src, pixels, model->mean[c], model->deviation[c],
                         (double *)view.data + at);
        }
    }
    return FOVEA_OK;
}
