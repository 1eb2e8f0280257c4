// SPDX-License-Identifier: MIT
// Moving values without changing them: slice, pad and concat of dense arrays whose elements are
// `item` bytes. For N16 leave the batch dimension out and add a last dimension of 16 (in concat
// multiply all runs by 16).
#ifndef FOVEA_KERNELS_COPY_H
#define FOVEA_KERNELS_COPY_H

#include "kernels/kernel.h"

#define FOVEA__COPY_RANK 9

// out[o] = in[start + o*step] in every dimension; the caller has checked that all of it lies
// inside. A step may be negative. Padding is the same with in and out exchanged.
typedef struct fovea__copy_slice {
    int32_t rank;
    int64_t in[FOVEA__COPY_RANK], out[FOVEA__COPY_RANK], start[FOVEA__COPY_RANK],
        step[FOVEA__COPY_RANK];
} fovea__copy_slice;

// src: [in], dst: [out]
void fovea__copy_slice_forward(const fovea__copy_slice *slice, size_t item, const void *src,
                               void *dst);
// d_src = 0, then d_src[start + o*step] = d_dst[o]
void fovea__copy_slice_backward(const fovea__copy_slice *slice, size_t item, const void *d_dst,
                                void *d_src);

// Constant padding: dst[begin + i] = src[i], elsewhere `value`; out = begin + in + end. Negative
// begins and ends crop.
typedef struct fovea__copy_pad {
    int32_t rank;
    int64_t in[FOVEA__COPY_RANK], begin[FOVEA__COPY_RANK], end[FOVEA__COPY_RANK];
} fovea__copy_pad;

// value: one item. Every dimension of the output must be >= 0.
void fovea__copy_pad_forward(const fovea__copy_pad *pad, size_t item, const void *value,
                             const void *src, void *dst);
// d_src[i] = d_dst[begin + i], 0 where that was cropped.
void fovea__copy_pad_backward(const fovea__copy_pad *pad, size_t item, const void *d_dst,
                              void *d_src);

// dst[outer][run[0] + run[1] + ...] from src[k][outer][run[k]]: concat along an axis, where
// run[k] = axis * inner of src[k].
void fovea__copy_concat(int64_t outer, int32_t count, const int64_t *run, size_t item,
                        const void *const *src, void *dst);
// The way back; a NULL d_src[k] is skipped.
void fovea__copy_split(int64_t outer, int32_t count, const int64_t *run, size_t item,
                       const void *d_dst, void *const *d_src);

#endif
