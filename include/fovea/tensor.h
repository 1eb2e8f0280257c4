// SPDX-License-Identifier: MIT
// Element types, shapes, views (borrowed memory with a type and a shape) and tensors (owned
// memory). Memory is always dense and row-major: the last dimension is contiguous. Pictures are
// C,H,W; batches N,C,H,W (N,C,L in one dimension, N,C,D,H,W in three).
#ifndef FOVEA_TENSOR_H
#define FOVEA_TENSOR_H

#include "fovea/context.h"

#ifdef __cplusplus
extern "C" {
#endif

// name, value, bytes, name in safetensors. F16 and BF16 are storage only: nothing computes in them.
#define FOVEA_TYPE_MAP(XX) \
    XX(F32, 1, 4, "F32")   \
    XX(F64, 2, 8, "F64")   \
    XX(I64, 3, 8, "I64")   \
    XX(I32, 4, 4, "I32")   \
    XX(U8, 5, 1, "U8")     \
    XX(BOOL, 6, 1, "BOOL") \
    XX(F16, 7, 2, "F16")   \
    XX(BF16, 8, 2, "BF16") \
    XX(I16, 9, 2, "I16")   \
    XX(I8, 10, 1, "I8")    \
    XX(U16, 11, 2, "U16")  \
    XX(U32, 12, 4, "U32")  \
    XX(U64, 13, 8, "U64")

typedef enum fovea_type {
    FOVEA_TYPE_NONE = 0,
#define FOVEA_TYPE_ENUM(name, value, bytes, text) FOVEA_##name = value,
    FOVEA_TYPE_MAP(FOVEA_TYPE_ENUM)
#undef FOVEA_TYPE_ENUM
} fovea_type;

#define FOVEA_MAX_RANK 8
// A dimension that is not fixed yet (the batch N of a graph's values).
#define FOVEA_DYNAMIC (-1)

typedef struct fovea_shape {
    int32_t rank;
    int64_t dim[FOVEA_MAX_RANK];
} fovea_shape;

// Borrowed, dense, row-major memory. `data` is NULL for "absent".
typedef struct fovea_view {
    fovea_type type;
    fovea_shape shape;
    void *data;
} fovea_view;

typedef struct fovea_tensor fovea_tensor;

FOVEA_API const char *fovea_type_name(fovea_type type);  // "F32"; "NONE" for an unknown number
FOVEA_API size_t fovea_type_size(fovea_type type);  // bytes of one element, 0 for an unknown one

// The shape of `rank` dimensions; every function refuses one of more than FOVEA_MAX_RANK.
FOVEA_API fovea_shape fovea_shape_make(int32_t rank, const int64_t *dim);
// Product of the dimensions; 1 for rank 0; -1 where a dimension is dynamic or the product
// overflows.
FOVEA_API int64_t fovea_shape_count(const fovea_shape *shape);
// 1 when ranks and all dimensions are the same, else 0.
FOVEA_API int fovea_shape_equal(const fovea_shape *a, const fovea_shape *b);
// "3×32×32" (dynamic dimensions as N). Writes at most `size` bytes, always terminated.
FOVEA_API void fovea_shape_format(const fovea_shape *shape, char *text, size_t size);

// A tensor of zeros. Errors: INVALID_ARGUMENT (negative or overflowing dimensions), OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_tensor_create(fovea_context *context, fovea_type type,
                                           const fovea_shape *shape, fovea_tensor **tensor,
                                           fovea_error *error);
FOVEA_API void fovea_tensor_free(fovea_tensor *tensor);
// The tensor's memory; writable, borrowed from the tensor.
FOVEA_API fovea_view fovea_tensor_view(const fovea_tensor *tensor);

// The numbers of `view` as another type, rounded to nearest: any type to F32 or F64 (BOOL gives 0 or
// 1), F32 and F64 to F16 and BF16, any to itself. The tensor is yours. Errors: UNSUPPORTED,
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_tensor_convert(fovea_context *context, const fovea_view *view,
                                            fovea_type type, fovea_tensor **tensor,
                                            fovea_error *error);

// Largest |a-b|, and whether |a-b| <= atol + rtol*|b| holds everywhere (NaN is close to nothing, an
// infinity only to itself). Types F32 or F64, equal shapes, else INVALID_ARGUMENT.
FOVEA_API fovea_status fovea_view_compare(const fovea_view *a, const fovea_view *b, double rtol,
                                          double atol, double *largest, int *close,
                                          fovea_error *error);

typedef struct fovea_statistics {
    int64_t count, zeros, not_finite;  // elements; NaN and infinities are only counted
    double minimum, maximum, mean;     // of the others; NaN without any
} fovea_statistics;

// Of all elements of any type. Errors: INVALID_ARGUMENT (a dynamic dimension, no type).
FOVEA_API fovea_status fovea_view_statistics(const fovea_view *view, fovea_statistics *statistics,
                                             fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
