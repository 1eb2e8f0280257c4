// SPDX-License-Identifier: MIT
#include "fovea/tensor.h"

#include "base/fail.h"
#include "base/memory.h"

struct fovea_tensor {
    fovea_context *context;
    fovea_view view;
};

fovea_status fovea_tensor_create(fovea_context *context, fovea_type type, const fovea_shape *shape,
                                 fovea_tensor **tensor, fovea_error *error) {
    *tensor = NULL;
    size_t bytes = fovea_type_size(type);
    int64_t count = fovea_shape_count(shape);
    if (bytes == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%d is no element type", (int)type);
    if (count < 0) {
        char text[96];
        fovea_shape_format(shape, text, sizeof(text));
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a tensor of rank %d and shape %s cannot be made: rank 0 to %d, fixed "
                           "dimensions and a product below 2^63 are needed",
                           shape->rank, text, FOVEA_MAX_RANK);
    }
    fovea_tensor *made = fovea__new(context, 1, sizeof(*made), error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    made->context = context;
    made->view = (fovea_view){.type = type, .shape = *shape};
    made->view.data = fovea__new(context, (size_t)count, bytes, error);
    if (!made->view.data) {
        fovea__free(context, made);
        return FOVEA_OUT_OF_MEMORY;
    }
    *tensor = made;
    return FOVEA_OK;
}

void fovea_tensor_free(fovea_tensor *tensor) {
    if (!tensor) return;
    fovea__free(tensor->context, tensor->view.data);
    fovea__free(tensor->context, tensor);
}

fovea_view fovea_tensor_view(const fovea_tensor *tensor) {
    return tensor->view;
}
