// SPDX-License-Identifier: MIT
// A map's heat at the size of the picture, and what it points at.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/on_picture.h"
#include "explain/trust_parts.h"

fovea_status fovea__trust_heat(const fovea_attribution *attribution, double **heat,
                               fovea_shape *shape, fovea_error *error) {
    fovea_tensor *tensor;
    FOVEA__TRY(fovea_attribution_heat(attribution->context, attribution, &tensor, error));
    fovea_view view = fovea_tensor_view(tensor);
    *shape = view.shape;
    *heat = fovea__copy(attribution->context, view.data,
                        (size_t)fovea_shape_count(shape) * sizeof(double), error);
    fovea_tensor_free(tensor);
    return *heat ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

fovea_status fovea__trust_resize(const fovea_attribution *attribution, const double *numbers,
                                 const fovea_shape *from, const fovea_shape *to, double **resized,
                                 fovea_error *error) {
    fovea_context *context = attribution->context;
    fovea__cells cells = fovea__cells_of(attribution);
    double *made = fovea__new(context, (size_t)fovea_shape_count(to), sizeof *made, error);
    if (!made) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OK;
    if (fovea_shape_equal(from, to))
        memcpy(made, numbers, (size_t)fovea_shape_count(to) * sizeof *made);
    else
        status = fovea__on_picture(context, numbers, from, &cells, to, made, error);
    if (status == FOVEA_OK)
        *resized = made;
    else
        fovea__free(context, made);
    return status;
}

static int64_t largest(const double *numbers, int64_t count) {
    int64_t best = 0;
    for (int64_t i = 1; i < count; i++)
        if (numbers[i] > numbers[best] || isnan(numbers[best])) best = i;
    return best;
}

fovea_status fovea_trust_points_at(const fovea_attribution *attribution, int64_t height,
                                   int64_t width, const int64_t box[4], int *inside, int64_t at[2],
                                   fovea_error *error) {
    fovea_context *context = attribution->context;
    fovea_shape shape, size = fovea_shape_make(2, (const int64_t[]){height, width});
    double *heat, *picture = NULL;
    if (height < 1 || width < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a picture of %lld×%lld has no pixels",
                           (long long)height, (long long)width);
    FOVEA__TRY(fovea__trust_heat(attribution, &heat, &shape, error));
    fovea_status status =
        shape.rank == 2
            ? fovea__trust_resize(attribution, heat, &shape, &size, &picture, error)
            : fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                          "a map of %d dimensions points at nothing in a picture", shape.rank);
    if (status == FOVEA_OK) {
        int64_t place = largest(picture, height * width), y = place / width, x = place % width;
        *inside = y >= box[0] && y <= box[2] && x >= box[1] && x <= box[3];
        if (at) at[0] = y, at[1] = x;
    }
    fovea__free(context, picture);
    fovea__free(context, heat);
    return status;
}
