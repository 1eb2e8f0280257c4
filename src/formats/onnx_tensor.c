// SPDX-License-Identifier: MIT
#include "formats/onnx_tensor.h"

#include "base/checked.h"
#include "base/fail.h"

#define MAX_DIMENSION INT64_C(2147483647)
#define MAX_ELEMENTS (INT64_C(1) << 40)

static const struct {
    const char *name;
    fovea_type type;
} types[FOVEA__ONNX_TYPE_LAST + 1] = {
    [1] = {"FLOAT", FOVEA_F32},   [2] = {"UINT8", FOVEA_U8},
    [3] = {"INT8", FOVEA_I8},     [4] = {"UINT16", FOVEA_U16},
    [5] = {"INT16", FOVEA_I16},   [6] = {"INT32", FOVEA_I32},
    [7] = {"INT64", FOVEA_I64},   [8] = {"STRING", 0},
    [9] = {"BOOL", FOVEA_BOOL},   [10] = {"FLOAT16", FOVEA_F32},
    [11] = {"DOUBLE", FOVEA_F64}, [12] = {"UINT32", FOVEA_U32},
    [13] = {"UINT64", FOVEA_U64}, [14] = {"COMPLEX64", 0},
    [15] = {"COMPLEX128", 0},     [16] = {"BFLOAT16", FOVEA_F32},
    [17] = {"FLOAT8E4M3FN", 0},   [18] = {"FLOAT8E4M3FNUZ", 0},
    [19] = {"FLOAT8E5M2", 0},     [20] = {"FLOAT8E5M2FNUZ", 0},
    [21] = {"UINT4", 0},          [22] = {"INT4", 0},
    [23] = {"FLOAT4E2M1", 0},     [24] = {"FLOAT8E8M0", 0},
    [25] = {"UINT2", 0},          [26] = {"INT2", 0},
    [27] = {"FLOAT6E2M3", 0},     [28] = {"FLOAT6E3M2", 0},
};

fovea_type fovea__onnx_type_of(int32_t data_type) {
    return data_type > 0 && data_type <= FOVEA__ONNX_TYPE_LAST ? types[data_type].type
                                                               : FOVEA_TYPE_NONE;
}

int32_t fovea__onnx_data_type_of(fovea_type type) {
    if (type == FOVEA_F16) return FOVEA__ONNX_TYPE_FLOAT16;
    if (type == FOVEA_BF16) return FOVEA__ONNX_TYPE_BFLOAT16;
    for (int32_t i = 1; type && i <= FOVEA__ONNX_TYPE_LAST; i++)
        if (types[i].type == type) return i;
    return 0;
}

const char *fovea__onnx_type_name(int32_t data_type) {
    return data_type > 0 && data_type <= FOVEA__ONNX_TYPE_LAST ? types[data_type].name : "?";
}

// Zeros count as ones in the limit, so that the order of the dimensions does not matter.
static fovea_status describe_shape(const fovea__onnx_tensor_message *message, fovea_shape *shape,
                                   int64_t *elements, fovea_error *error) {
    int64_t product = 1;
    int empty = 0;
    if (message->n_dims > FOVEA_MAX_RANK)
        return fovea__fail(error, FOVEA_UNSUPPORTED, "%zu dimensions, at most %d are read",
                           message->n_dims, FOVEA_MAX_RANK);
    *shape = (fovea_shape){.rank = (int32_t)message->n_dims};
    for (size_t i = 0; i < message->n_dims; i++) {
        const int64_t dim = message->dims[i];
        if (dim < 0 || dim > MAX_DIMENSION)
            return fovea__fail(error, FOVEA_BAD_FILE, "dimension %zu is %lld", i, (long long)dim);
        shape->dim[i] = dim;
        empty |= dim == 0;
        if (!fovea__mul_i64(product, dim ? dim : 1, &product) || product > MAX_ELEMENTS)
            return fovea__fail(error, FOVEA_BAD_FILE, "more than 2^40 elements");
    }
    *elements = empty ? 0 : product;
    return FOVEA_OK;
}

fovea_status fovea__onnx_tensor_describe(const fovea__onnx_tensor_message *message,
                                         fovea__onnx_tensor *tensor, fovea_error *error) {
    int64_t elements;
    *tensor = (fovea__onnx_tensor){.name = message->name ? message->name : "",
                                   .data_type = message->data_type};
    if (message->data_type < 1 || message->data_type > FOVEA__ONNX_TYPE_LAST)
        return fovea__fail(error, FOVEA_BAD_FILE, "%d is no type of elements", message->data_type);
    if (message->n_segment > 0)
        return fovea__fail(error, FOVEA_UNSUPPORTED, "tensors in segments are not supported");
    FOVEA__TRY(describe_shape(message, &tensor->shape, &elements, error));
    tensor->type = fovea__onnx_type_of(message->data_type);
    tensor->size = (size_t)elements * fovea_type_size(tensor->type);
    return FOVEA_OK;
}
