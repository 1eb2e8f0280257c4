// SPDX-License-Identifier: MIT
#include "layers/move.h"

#include <string.h>

#include "base/fail.h"
#include "tensor/convert.h"

fovea_status fovea__check_moved(const fovea__signature *in, int32_t in_count, fovea_error *error) {
    for (int32_t i = 0; i < in_count; i++) {
        if (fovea_type_size(in[i].type) == 0 || in[i].type != in[0].type) {
            return fovea__fail(error, FOVEA_UNSUPPORTED, "input %d is %s, input 0 is %s", i,
                               fovea_type_name(in[i].type), fovea_type_name(in[0].type));
        }
        for (int32_t d = 0; d < in[i].shape.rank; d++) {
            int64_t dim = in[i].shape.dim[d];
            if (dim >= 1 || (d == 0 && dim == FOVEA_DYNAMIC)) continue;
            if (dim == 0 && !fovea__is_open(&in[i].shape)) continue;
            char text[128];
            fovea_shape_format(&in[i].shape, text, sizeof text);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "dimension %d of input %d (%s) is %lld",
                               d, i, text, (long long)dim);
        }
    }
    return FOVEA_OK;
}

void fovea__copy_view(const fovea_view *from, const fovea_view *to) {
    size_t bytes = (size_t)fovea_shape_count(&from->shape) * fovea_type_size(from->type);
    if (bytes && to->data != from->data) memmove(to->data, from->data, bytes);
}

fovea_status fovea__keep_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__copy_view(&call->in[0], &call->out[0]);
    return FOVEA_OK;
}

fovea_status fovea__keep_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    (void)call;
    (void)error;
    if (d_in[0].data) fovea__copy_view(&d_out[0], &d_in[0]);
    return FOVEA_OK;
}

static int64_t integer_of(double value, double least, double most) {
    if (!(value > least)) return value == value ? (int64_t)least : 0;
    return value < most ? (int64_t)value : (int64_t)most;
}

void fovea__element(fovea_type type, double value, void *item) {
    float f32 = (float)value;
    uint16_t half;
    int64_t whole;
    memset(item, 0, 8);
    switch (type) {
        case FOVEA_F64:
            memcpy(item, &value, 8);
            return;
        case FOVEA_F32:
            memcpy(item, &f32, 4);
            return;
        case FOVEA_F16:
        case FOVEA_BF16:
            half = type == FOVEA_F16 ? fovea__f16_of_f64(value) : fovea__bf16_of_f64(value);
            memcpy(item, &half, 2);
            return;
        case FOVEA_BOOL:
            *(uint8_t *)item = value != 0;
            return;
        case FOVEA_I8:
            whole = integer_of(value, INT8_MIN, INT8_MAX);
            break;
        case FOVEA_I16:
            whole = integer_of(value, INT16_MIN, INT16_MAX);
            break;
        case FOVEA_I32:
            whole = integer_of(value, INT32_MIN, INT32_MAX);
            break;
        case FOVEA_U8:
            whole = integer_of(value, 0, UINT8_MAX);
            break;
        case FOVEA_U16:
            whole = integer_of(value, 0, UINT16_MAX);
            break;
        case FOVEA_U32:
            whole = integer_of(value, 0, UINT32_MAX);
            break;
        default:
            // The largest doubles below 2^63.
            whole = integer_of(value, type == FOVEA_U64 ? 0 : -0x1p63, 0x1.fffffffffffffp62);
    }
    switch (fovea_type_size(type)) {
        case 1:
            *(uint8_t *)item = (uint8_t)whole;
            return;
        case 2:
            half = (uint16_t)whole;
            memcpy(item, &half, 2);
            return;
        case 4: {
            uint32_t word = (uint32_t)whole;
            memcpy(item, &word, 4);
            return;
        }
        default:
            memcpy(item, &whole, 8);
    }
}
