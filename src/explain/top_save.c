// SPDX-License-Identifier: MIT
// The largest samples of layers as arrays.
#include <stdbool.h>
#include <stdio.h>

#include "base/fail.h"
#include "explain/top_units.h"
#include "fovea/numpy_file.h"

enum { VALUES = 0, SAMPLES, CELLS, BOXES, ARRAYS };
static const char *const names[ARRAYS] = {"values", "samples", "cells", "boxes"};
static const int width[ARRAYS] = {1, 1, 2, 4};

static void fill(const fovea_top *top, int32_t layer, int which, void *data) {
    int64_t *whole = data;
    double *real = data;
    for (int32_t c = 0; c < top->layer[layer].channels; c++)
        for (int32_t k = 0; k < top->most; k++) {
            fovea_top_sample s = fovea_top_get(top, layer, c, k);
            bool found = s.sample >= 0;
            if (which == VALUES) {
                *real++ = s.value;
            } else if (which == SAMPLES) {
                *whole++ = found ? fovea_dataset_index(top->dataset, s.sample) : -1;
            } else if (which == CELLS) {
                *whole++ = found ? s.row : -1;
                *whole++ = found ? s.column : -1;
            } else {
                for (int d = 0; d < 2; d++) *whole++ = found ? s.first[d] : -1;
                for (int d = 0; d < 2; d++) *whole++ = found ? s.last[d] : -1;
            }
        }
}

static fovea_status add_array(const fovea_top *top, int32_t layer, int which, fovea_npz *npz,
                              fovea_error *error) {
    char name[320];
    fovea_tensor *tensor;
    const int64_t dim[3] = {top->layer[layer].channels, top->most, width[which]};
    fovea_shape shape = fovea_shape_make(width[which] == 1 ? 2 : 3, dim);
    FOVEA__TRY(fovea_tensor_create(top->context, which == VALUES ? FOVEA_F64 : FOVEA_I64, &shape,
                                   &tensor, error));
    fovea_view view = fovea_tensor_view(tensor);
    fill(top, layer, which, view.data);
    snprintf(name, sizeof name, "%s.%s", top->layer[layer].name, names[which]);
    fovea_status status = fovea_npz_add(npz, name, &view, error);
    fovea_tensor_free(tensor);
    return status;
}

fovea_status fovea_top_save(const fovea_top *top, const char *path, fovea_error *error) {
    fovea_npz *npz;
    FOVEA__TRY(fovea_npz_create(top->context, path, &npz, error));
    fovea_status status = FOVEA_OK;
    for (int32_t i = 0; i < top->count && status == FOVEA_OK; i++)
        for (int which = 0; which < ARRAYS && status == FOVEA_OK; which++)
            status = add_array(top, i, which, npz, error);
    if (status == FOVEA_OK) return fovea_npz_finish(npz, error);
    fovea_npz_discard(npz);
    return status;
}
