// SPDX-License-Identifier: MIT
#include "tensor/convert.h"

#include <string.h>

#include "base/fail.h"

// One loop: `from` and `to` are the C types in memory, `expression` makes the result of `x`. The
// bytes go through memcpy, because a file's data need not be aligned.
#define CONVERT_LOOP(from, to, expression)                                    \
    do {                                                                      \
        for (int64_t i = 0; i < count; i++) {                                 \
            from x;                                                           \
            memcpy(&x, (const char *)src + (size_t)i * sizeof(x), sizeof(x)); \
            to y = (to)(expression);                                          \
            memcpy((char *)dst + (size_t)i * sizeof(y), &y, sizeof(y));       \
        }                                                                     \
        return 1;                                                             \
    } while (0)

#define CONVERT_TO_FLOAT(to)                                   \
    switch (type) {                                            \
        case FOVEA_F32:                                        \
            CONVERT_LOOP(float, to, x);                        \
        case FOVEA_F64:                                        \
            CONVERT_LOOP(double, to, x);                       \
        case FOVEA_I64:                                        \
            CONVERT_LOOP(int64_t, to, x);                      \
        case FOVEA_I32:                                        \
            CONVERT_LOOP(int32_t, to, x);                      \
        case FOVEA_U8:                                         \
            CONVERT_LOOP(uint8_t, to, x);                      \
        case FOVEA_BOOL:                                       \
            CONVERT_LOOP(uint8_t, to, x != 0);                 \
        case FOVEA_F16:                                        \
            CONVERT_LOOP(uint16_t, to, fovea__f64_of_f16(x));  \
        case FOVEA_BF16:                                       \
            CONVERT_LOOP(uint16_t, to, fovea__f64_of_bf16(x)); \
        case FOVEA_I16:                                        \
            CONVERT_LOOP(int16_t, to, x);                      \
        case FOVEA_I8:                                         \
            CONVERT_LOOP(int8_t, to, x);                       \
        case FOVEA_U16:                                        \
            CONVERT_LOOP(uint16_t, to, x);                     \
        case FOVEA_U32:                                        \
            CONVERT_LOOP(uint32_t, to, x);                     \
        case FOVEA_U64:                                        \
            CONVERT_LOOP(uint64_t, to, x);                     \
        case FOVEA_TYPE_NONE:                                  \
            break;                                             \
    }                                                          \
    return 0

static int to_f32(fovea_type type, const void *src, void *dst, int64_t count) {
    CONVERT_TO_FLOAT(float);
}

static int to_f64(fovea_type type, const void *src, void *dst, int64_t count) {
    CONVERT_TO_FLOAT(double);
}

static int to_f16(fovea_type type, const void *src, void *dst, int64_t count) {
    if (type == FOVEA_F32) CONVERT_LOOP(float, uint16_t, fovea__f16_of_f64(x));
    if (type == FOVEA_F64) CONVERT_LOOP(double, uint16_t, fovea__f16_of_f64(x));
    return 0;
}

static int to_bf16(fovea_type type, const void *src, void *dst, int64_t count) {
    if (type == FOVEA_F32) CONVERT_LOOP(float, uint16_t, fovea__bf16_of_f64(x));
    if (type == FOVEA_F64) CONVERT_LOOP(double, uint16_t, fovea__bf16_of_f64(x));
    return 0;
}

static int convert(fovea_type src_type, const void *src, fovea_type dst_type, void *dst,
                   int64_t count) {
    if (src_type == dst_type && fovea_type_size(src_type) > 0) {
        if (count > 0) memcpy(dst, src, (size_t)count * fovea_type_size(src_type));
        return 1;
    }
    switch (dst_type) {
        case FOVEA_F32:
            return to_f32(src_type, src, dst, count);
        case FOVEA_F64:
            return to_f64(src_type, src, dst, count);
        case FOVEA_F16:
            return to_f16(src_type, src, dst, count);
        case FOVEA_BF16:
            return to_bf16(src_type, src, dst, count);
        default:
            return 0;
    }
}

fovea_status fovea__convert(fovea_type src_type, const void *src, fovea_type dst_type, void *dst,
                            int64_t count, fovea_error *error) {
    if (convert(src_type, src, dst_type, dst, count)) return FOVEA_OK;
    return fovea__fail(error, FOVEA_UNSUPPORTED, "%s cannot be converted to %s",
                       fovea_type_name(src_type), fovea_type_name(dst_type));
}

fovea_status fovea_tensor_convert(fovea_context *context, const fovea_view *view, fovea_type type,
                                  fovea_tensor **tensor, fovea_error *error) {
    FOVEA__TRY(fovea_tensor_create(context, type, &view->shape, tensor, error));
    fovea_status status =
        fovea__convert(view->type, view->data, type, fovea_tensor_view(*tensor).data,
                       fovea_shape_count(&view->shape), error);
    if (status == FOVEA_OK) return FOVEA_OK;
    fovea_tensor_free(*tensor);
    *tensor = NULL;
    return status;
}
