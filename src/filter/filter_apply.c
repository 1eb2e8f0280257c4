// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "filter/filter_band.h"

static fovea_status check_picture(const fovea_view *view, fovea_error *error) {
    const fovea_shape *shape = &view->shape;
    if (view->type == FOVEA_U8 && shape->rank == 3 && (shape->dim[0] == 1 || shape->dim[0] == 3) &&
        shape->dim[1] >= 1 && shape->dim[2] >= 1 && shape->dim[1] < INT32_MAX &&
        shape->dim[2] < INT32_MAX)
        return FOVEA_OK;
    char text[96];
    fovea_shape_format(shape, text, sizeof text);
    return fovea__fail(
        error, FOVEA_INVALID_ARGUMENT,
        "a picture to be filtered is U8 of 1 or 3 channels, height and width, not %s "
        "of %s",
        fovea_type_name(view->type), text);
}

static fovea_status check_settings(const fovea_filter_kernel *kernel,
                                   const fovea_filter_options *options, fovea_error *error) {
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_filter_options: size is %zu, not %zu; fill it with "
                           "fovea_filter_options_default",
                           options->size, sizeof *options);
    if ((unsigned)options->border > FOVEA_BORDER_ZERO ||
        (unsigned)options->depth > FOVEA_FILTER_F32)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no border %d or no depth %d",
                           (int)options->border, (int)options->depth);
    bool square = kernel->kind == FOVEA_FILTER_MATRIX || kernel->height == kernel->width;
    bool middle = kernel->kind != FOVEA_FILTER_GAUSSIAN || kernel->width % 2 == 1;
    if (kernel->height < 1 || kernel->width < 1 || kernel->height > FOVEA_FILTER_MAX_SIDE ||
        kernel->width > FOVEA_FILTER_MAX_SIDE || !square || !middle)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no kernel of kind %d and %d×%d",
                           (int)kernel->kind, (int)kernel->height, (int)kernel->width);
    return FOVEA_OK;
}

fovea_status fovea_filter_apply(fovea_context *context, const fovea_tensor *picture,
                                const fovea_filter_kernel *kernel,
                                const fovea_filter_options *options, fovea_tensor **result,
                                fovea_error *error) {
    fovea_filter_options standard;
    fovea_filter_options_default(&standard);
    if (!options) options = &standard;
    *result = NULL;
    fovea_view src = fovea_tensor_view(picture);
    FOVEA__TRY(check_picture(&src, error));
    FOVEA__TRY(check_settings(kernel, options, error));
    fovea__filter_job *job = fovea__new(context, 1, sizeof *job, error);
    if (!job) return FOVEA_OUT_OF_MEMORY;
    *job = (fovea__filter_job){.kernel = kernel,
                               .border = options->border,
                               .depth = options->depth,
                               .variant = fovea__filter2d_choose(fovea__context_cpu(context)),
                               .channels = (int32_t)src.shape.dim[0],
                               .height = src.shape.dim[1],
                               .width = src.shape.dim[2],
                               .src = src.data};
    fovea__filter_prepare(job);
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    job->scratch =
        fovea__new(context, (size_t)fovea_context_threads(context), job->scratch_size, error);
    if (!job->scratch) goto done;
    FOVEA__GO(fovea_tensor_create(context, options->depth == FOVEA_FILTER_U8 ? FOVEA_U8 : FOVEA_F32,
                                  &src.shape, result, error));
    job->dst = fovea_tensor_view(*result).data;
    fovea__parallel(context, job->channels * fovea__filter_bands(job), fovea__filter_band, job);
done:
    fovea__free(context, job->scratch);
    fovea__free(context, job);
    return status;
}
