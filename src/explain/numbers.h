// SPDX-License-Identifier: MIT
// Numbers of float views in inner loops, in double.
#ifndef FOVEA_EXPLAIN_NUMBERS_H
#define FOVEA_EXPLAIN_NUMBERS_H

#include "base/memory.h"
#include "fovea/tensor.h"

static inline double fovea__view_number(const fovea_view *view, int64_t i) {
    return view->type == FOVEA_F64 ? ((const double *)view->data)[i]
                                   : (double)((const float *)view->data)[i];
}
static inline void fovea__view_set(const fovea_view *view, int64_t i, double number) {
    if (view->type == FOVEA_F64)
        ((double *)view->data)[i] = number;
    else
        ((float *)view->data)[i] = (float)number;
}
// A view of new memory (zeros) like `like`; fovea__free its data. data NULL: OUT_OF_MEMORY.
static inline fovea_view fovea__scratch(fovea_context *context, const fovea_view *like,
                                        fovea_error *error) {
    fovea_view view = *like;
    view.data = fovea__new(context, (size_t)fovea_shape_count(&like->shape),
                           fovea_type_size(like->type), error);
    return view;
}

#endif
