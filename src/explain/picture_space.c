// SPDX-License-Identifier: MIT
#include "explain/picture_space.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "model/model.h"

static fovea_status takes_pictures(const fovea_model *model, fovea_error *error) {
    FOVEA__TRY(fovea__model_takes_samples(model, error));
    if (model->input.rank == 3) return FOVEA_OK;
    char text[128];
    fovea_shape_format(&model->input, text, sizeof text);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "the net takes %s, so no pictures (channels, height and width)", text);
}

fovea_status fovea__model_for_picture(const fovea_model *model, const fovea_view *picture,
                                      fovea_model **sized, fovea_error *error) {
    const fovea_shape *is = &picture->shape, *wanted = &model->input;
    *sized = NULL;
    FOVEA__TRY(takes_pictures(model, error));
    bool channels = picture->type == FOVEA_U8 && is->rank == 3 && is->dim[0] == wanted->dim[0];
    if (channels && fovea_shape_equal(is, wanted)) return FOVEA_OK;
    fovea_status status = FOVEA_SHAPE_MISMATCH;
    if (channels && is->dim[1] > 0 && is->dim[2] > 0)
        status = fovea_model_resized(model, is, sized, error);
    if (status != FOVEA_SHAPE_MISMATCH) return status;
    char have[128], want[128];
    fovea_shape_format(is, have, sizeof have);
    fovea_shape_format(wanted, want, sizeof want);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the picture is %s of %s, the net wants %s%s",
                       have, fovea_type_name(picture->type), want,
                       channels ? "; --resize scales it" : " of U8");
}

fovea_status fovea__picture_space_open(const fovea_model *model, fovea__picture_space *space,
                                       fovea_error *error) {
    fovea_shape shape = model->input;
    FOVEA__TRY(takes_pictures(model, error));
    *space = (fovea__picture_space){.channels = shape.dim[0],
                                    .height = shape.dim[1],
                                    .width = shape.dim[2],
                                    .plane = shape.dim[1] * shape.dim[2],
                                    .count = fovea_shape_count(&shape),
                                    .bgr = model->preprocessing.bgr};
    space->mean =
        fovea__new(model->context, 2 * (size_t)space->channels, sizeof *space->mean, error);
    if (!space->mean) return FOVEA_OUT_OF_MEMORY;
    space->deviation = space->mean + space->channels;
    fovea_model_normalization(model, space->mean, space->deviation);
    return FOVEA_OK;
}

void fovea__picture_space_close(const fovea_model *model, fovea__picture_space *space) {
    fovea__free(model->context, space->mean);
    space->mean = NULL;
}

int64_t fovea__picture_channel(const fovea__picture_space *space, int64_t c) {
    return space->bgr ? space->channels - 1 - c : c;
}

double fovea__picture_zero(const fovea__picture_space *space, int64_t c) {
    return space->mean[fovea__picture_channel(space, c)];
}

void fovea__picture_to_net(const fovea__picture_space *space, const float *p, float *x) {
    for (int64_t c = 0; c < space->channels; c++) {
        const float *from = p + fovea__picture_channel(space, c) * space->plane;
        float *to = x + c * space->plane;
        float mean = (float)space->mean[c], times = (float)(1 / space->deviation[c]);
        for (int64_t i = 0; i < space->plane; i++) to[i] = (from[i] - mean) * times;
    }
}

void fovea__picture_gradient(const fovea__picture_space *space, const float *d_x, float *d_p) {
    for (int64_t c = 0; c < space->channels; c++) {
        float *to = d_p + fovea__picture_channel(space, c) * space->plane;
        const float *from = d_x + c * space->plane;
        float times = (float)(1 / space->deviation[c]);
        for (int64_t i = 0; i < space->plane; i++) to[i] = from[i] * times;
    }
}

void fovea__picture_of_bytes(const fovea__picture_space *space, const unsigned char *bytes,
                             float *p) {
    for (int64_t i = 0; i < space->count; i++) p[i] = (float)bytes[i] / 255.0f;
}

double fovea__picture_difference(const fovea__picture_space *space, const unsigned char *bytes,
                                 const float *p) {
    double sum = 0;
    for (int64_t i = 0; i < space->count; i++) {
        double off = p[i] - (double)bytes[i] / 255;
        sum += off * off;
    }
    return sqrt(sum / (double)space->count);
}
