// SPDX-License-Identifier: MIT
// The one body of the family: a loop over straight-line functions, which the compiler turns into
// vector code of the width the including file is compiled for. Needs REAL, FORWARD, BACKWARD (the
// names to define) and the names unary_function.h needs.
#include "kernels/unary/unary.h"
#include "kernels/unary/unary_function.h"

#define FORWARD_CASE(KIND, function)                                                \
    case FOVEA__UNARY_##KIND:                                                       \
        for (int64_t i = 0; i < count; i++) dst[i] = function(src[i], alpha, beta); \
        break;
#define BACKWARD_CASE(KIND, function)                                    \
    case FOVEA__UNARY_##KIND:                                            \
        for (int64_t i = 0; i < count; i++) {                            \
            d_src[i] = function##_back(value[i], d_dst[i], alpha, beta); \
        }                                                                \
        break;

void FORWARD(fovea__unary_kind kind, REAL alpha, REAL beta, int64_t count, const REAL *src,
             REAL *dst) {
    switch (kind) {
        FOVEA__UNARY_EACH(FORWARD_CASE)
        case FOVEA__UNARY_KINDS:
            break;
    }
}

void BACKWARD(fovea__unary_kind kind, REAL alpha, REAL beta, int64_t count, const REAL *src,
              const REAL *dst, const REAL *d_dst, REAL *d_src) {
    const REAL *value = fovea__unary_reads(kind) == FOVEA__UNARY_READS_DST ? dst : src;
    switch (kind) {
        FOVEA__UNARY_EACH(BACKWARD_CASE)
        case FOVEA__UNARY_KINDS:
            break;
    }
}
