// SPDX-License-Identifier: MIT
// Arithmetic that says when it overflows: true and the result stored, or false.
#ifndef FOVEA_BASE_CHECKED_H
#define FOVEA_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool fovea__add_size(size_t a, size_t b, size_t *sum) {
    return !__builtin_add_overflow(a, b, sum);
}
static inline bool fovea__mul_size(size_t a, size_t b, size_t *product) {
    return !__builtin_mul_overflow(a, b, product);
}
static inline bool fovea__add_i64(int64_t a, int64_t b, int64_t *sum) {
    return !__builtin_add_overflow(a, b, sum);
}
static inline bool fovea__sub_i64(int64_t a, int64_t b, int64_t *difference) {
    return !__builtin_sub_overflow(a, b, difference);
}
static inline bool fovea__mul_i64(int64_t a, int64_t b, int64_t *product) {
    return !__builtin_mul_overflow(a, b, product);
}
// `value` rounded up to a multiple of `step` (a power of two).
static inline bool fovea__round_up(size_t value, size_t step, size_t *rounded) {
    size_t sum;
    if (__builtin_add_overflow(value, step - 1, &sum)) return false;
    *rounded = sum & ~(step - 1);
    return true;
}

#endif
