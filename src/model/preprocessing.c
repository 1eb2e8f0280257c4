// SPDX-License-Identifier: MIT
// What is done to a photo before its bytes are normalised: size, window, order of channels.
#include <string.h>

#include "base/fail.h"
#include "fovea/data.h"
#include "model/model.h"

void fovea_preprocessing_default(fovea_preprocessing *preprocessing) {
    *preprocessing = (fovea_preprocessing){.size = sizeof *preprocessing};
}

fovea_preprocessing fovea_model_preprocessing(const fovea_model *model) {
    return model->preprocessing;
}

static bool is_side(int32_t side) {
    return side >= 0 && side <= FOVEA__MAX_SIDE;
}

fovea_status fovea_model_set_preprocessing(fovea_model *model,
                                           const fovea_preprocessing *preprocessing,
                                           fovea_error *error) {
    const fovea_preprocessing *p = preprocessing;
    if (p->size != sizeof *p)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_preprocessing: size is %zu, not %zu; fill it with "
                           "fovea_preprocessing_default",
                           p->size, sizeof *p);
    if (!is_side(p->resize) || !is_side(p->crop[0]) || !is_side(p->crop[1]) ||
        (p->crop[0] == 0) != (p->crop[1] == 0))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a side of %d and a window of %d×%d; sides go from 0 to %d", p->resize,
                           p->crop[0], p->crop[1], FOVEA__MAX_SIDE);
    if (p->bgr && model->input.dim[0] != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "blue, green, red for a net of %lld channel%s",
                           (long long)model->input.dim[0], model->input.dim[0] == 1 ? "" : "s");
    model->preprocessing = *p;
    return FOVEA_OK;
}

typedef struct preset {
    const char *name;
    bool photo;  // resized and cut
    bool bgr;
    double unit;  // of mean and deviation: 1 or 1/255
    double mean[3], deviation[3];
} preset;

static const preset presets[] = {
    {"imagenet", true, false, 1, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}},
    {"caffe", true, true, 1 / 255.0, {104, 117, 123}, {1, 1, 1}},
    {"bytes", false, false, 1 / 255.0, {0}, {1, 1, 1}},
    {"none", false, false, 1, {0}, {1, 1, 1}},
};

static const preset *find_preset(const char *name) {
    for (size_t i = 0; i < sizeof presets / sizeof *presets; i++)
        if (strcmp(presets[i].name, name) == 0) return &presets[i];
    return NULL;
}

// The window is the net's size; a side of 256 stands to it as torchvision's to 224, but is not
// smaller.
static fovea_status set_photo(fovea_model *model, fovea_preprocessing *p, fovea_error *error) {
    const fovea_shape *input = &model->input;
    if (input->rank != 3 || input->dim[0] != 3) {
        char text[160] = "several inputs or another one";
        if (input->rank > 0) fovea_shape_format(input, text, sizeof text);
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the net takes %s; this preprocessing is for pictures of three channels",
                           text);
    }
    int64_t longer = input->dim[1] > input->dim[2] ? input->dim[1] : input->dim[2];
    p->resize = longer <= 256 ? 256 : (int32_t)(longer * 256 / 224);
    p->crop[0] = (int32_t)input->dim[1];
    p->crop[1] = (int32_t)input->dim[2];
    return FOVEA_OK;
}

fovea_status fovea_model_set_preprocessing_by_name(fovea_model *model, const char *name,
                                                   fovea_error *error) {
    fovea_preprocessing p;
    const preset *known = find_preset(name);
    fovea_preprocessing_default(&p);
    if (!known)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "there is no preprocessing '%.40s'; there are imagenet, caffe, bytes "
                           "and none",
                           name);
    if (known->photo) FOVEA__TRY(set_photo(model, &p, error));
    p.bgr = known->bgr;
    FOVEA__TRY(fovea_model_set_preprocessing(model, &p, error));
    for (int64_t c = 0; c < model->input.dim[0]; c++) {
        model->mean[c] = known->mean[c % 3] * known->unit;
        model->deviation[c] = known->deviation[c % 3] * known->unit;
    }
    return FOVEA_OK;
}

// `*picture` becomes what a step made of it.
static void take(fovea_tensor **picture, fovea_tensor *made) {
    fovea_tensor_free(*picture);
    *picture = made;
}

fovea_status fovea_model_fit_picture(const fovea_model *model, const fovea_tensor *picture,
                                     fovea_tensor **fitted, fovea_error *error) {
    const fovea_preprocessing *p = &model->preprocessing;
    const fovea_shape *input = &model->input;
    fovea_tensor *now, *made;
    *fitted = NULL;
    if (input->rank != 3 || (input->dim[0] != 1 && input->dim[0] != 3)) {
        char text[160] = "several inputs or another one";
        if (input->rank > 0) fovea_shape_format(input, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the net takes %s, so no pictures: those have 1 or 3 channels, height "
                           "and width",
                           text);
    }
    FOVEA__TRY(
        fovea_picture_channels(model->context, picture, (int32_t)input->dim[0], &now, error));
    fovea_status status = FOVEA_OK;
    if (p->resize) {
        status = fovea_picture_resize_side(model->context, now, p->resize, &made, error);
        if (status == FOVEA_OK) take(&now, made);
    }
    if (status == FOVEA_OK && p->crop[0]) {
        status =
            fovea_picture_crop_middle(model->context, now, p->crop[0], p->crop[1], &made, error);
        if (status == FOVEA_OK) take(&now, made);
    }
    if (status == FOVEA_OK)
        *fitted = now;
    else
        fovea_tensor_free(now);
    return status;
}
