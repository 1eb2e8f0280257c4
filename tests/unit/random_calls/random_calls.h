// SPDX-License-Identifier: MIT
// What the random calls of all families share. call_x makes buffers of random sizes, calls one
// variant and the reference (or compares with a formula of its own), fails where they differ or
// anything else was touched, and returns how many kernel calls it made.
#ifndef FOVEA_TESTS_RANDOM_CALLS_H
#define FOVEA_TESTS_RANDOM_CALLS_H

#include <float.h>
#include <math.h>

#include "kernels/kernel.h"
#include "unit/guarded.h"

#define FAMILY(name) int64_t call_##name(void);
#include "unit/random_calls/random_families.inc"
#undef FAMILY

// One of the family's variants that this processor may run, and the reference, the last of them.
#define VARIANTS(family)                                                        \
    size_t count, v;                                                            \
    const fovea__##family##_variant *list = fovea__##family##_variants(&count); \
    do v = (size_t)pick((int64_t)count);                                        \
    while (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs));               \
    const fovea__##family##_variant *reference = &list[count - 1], *variant = &list[v]

#define FREE_ALL(...)                                                                      \
    do {                                                                                   \
        guarded *all_[] = {__VA_ARGS__};                                                   \
        for (size_t i_ = 0; i_ < sizeof all_ / sizeof *all_; i_++) guarded_free(all_[i_]); \
    } while (0)

static inline guarded filled(size_t count) {
    guarded g = guarded_make(count);
    guarded_fill(&g);
    return g;
}

// Numbers whose sums are exact enough to be compared with formulas.
static inline guarded ordinary(size_t count) {
    guarded g = guarded_make(count);
    for (size_t i = 0; i < count; i++) g.data[i] = (float)(pick(4001) - 2000) * 1e-3f;
    return g;
}

// Numbers that are none, or hardly.
static inline float extreme_value(void) {
    static const float value[] = {NAN,     INFINITY, -INFINITY, FLT_MAX,      -FLT_MAX,
                                  FLT_MIN, 1e-45f,   -1e-45f,   -FLT_EPSILON, 88.8f};
    return value[pick(sizeof value / sizeof *value)];
}

// As filled, now and then with extreme values among them.
static inline guarded operand(size_t count) {
    guarded g = filled(count);
    int64_t share = pick(4) ? 0 : 1 + pick(8);
    for (size_t i = 0; share && i < count; i++)
        if (pick(share) == 0) g.data[i] = extreme_value();
    return g;
}

static inline guarded copy_of(const guarded *from) {
    guarded g = guarded_make(from->count);
    memcpy(g.data, from->data, from->bytes);
    return g;
}

// Buffers of doubles. `wide_of` has the numbers of a buffer of floats.
static inline guarded wide_make(size_t count) {
    return guarded_of(count * sizeof(double), sizeof(double));
}
static inline double *wide(const guarded *g) {
    return (double *)(void *)g->data;
}
static inline guarded wide_of(const guarded *from) {
    guarded g = wide_make(from->count);
    for (size_t i = 0; i < from->count; i++) wide(&g)[i] = (double)from->data[i];
    return g;
}
static inline guarded wide_copy(const guarded *from) {
    guarded g = guarded_of(from->bytes, sizeof(double));
    memcpy(g.data, from->data, from->bytes);
    return g;
}

// Lanes from `samples` on of a buffer in lanes.
static inline void mask_lanes(guarded *g, int32_t samples, float value) {
    for (size_t i = 0; i < g->count; i++)
        if ((int32_t)(i % 16) >= samples) g->data[i] = value;
}

// NaN of any kind are one.
static inline bool alike(const guarded *a, const guarded *b) {
    if (a->bytes != b->bytes) return false;
    for (size_t i = 0; i < a->count; i++) {
        bool nan = a->data[i] != a->data[i] && b->data[i] != b->data[i];
        if (!nan && memcmp(&a->data[i], &b->data[i], sizeof(float)) != 0) return false;
    }
    return true;
}
static inline bool alike_doubles(const double *a, const double *b, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool nan = a[i] != a[i] && b[i] != b[i];
        if (!nan && memcmp(&a[i], &b[i], sizeof(double)) != 0) return false;
    }
    return true;
}

// Both were made by the same call of two variants; they are freed.
static inline void expect(const char *family, const char *variant, guarded *want, guarded *got) {
    if (!alike(want, got)) fail_msg("%s %s differs from the reference", family, variant);
    FREE_ALL(want, got);
}
static inline void expect_wide(const char *family, const char *variant, guarded *want,
                               guarded *got) {
    if (want->bytes != got->bytes || !alike_doubles(wide(want), wide(got), want->bytes / 8))
        fail_msg("%s %s differs from the reference", family, variant);
    FREE_ALL(want, got);
}
static inline void expect_bytes(const char *family, const char *variant, guarded *want,
                                guarded *got) {
    if (!same_bits(want, got)) fail_msg("%s %s differs from the reference", family, variant);
    FREE_ALL(want, got);
}

// `kind` tells calls of one family apart.
static inline void expect_near(const char *what, int kind, double want, double got, double most) {
    if (!(fabs(want - got) <= most * (1 + fabs(want))))
        fail_msg("%s %d is %.17g, wants %.17g", what, kind, got, want);
}

// How many elements an array has; the strides of a dense one, in elements.
static inline int64_t volume_of(int32_t rank, const int64_t *dim) {
    int64_t count = 1;
    for (int32_t d = 0; d < rank; d++) count *= dim[d];
    return count;
}
static inline void dense_strides(int32_t rank, const int64_t *dim, int64_t *stride) {
    int64_t step = 1;
    for (int32_t d = rank - 1; d >= 0; d--) {
        stride[d] = step;
        step *= dim[d];
    }
}
// The index of element i of a dense array.
static inline void index_of(int64_t i, int32_t rank, const int64_t *dim, int64_t *index) {
    for (int32_t d = rank - 1; d >= 0; d--) {
        index[d] = i % dim[d];
        i /= dim[d];
    }
}
static inline int64_t place_at(int32_t rank, const int64_t *index, const int64_t *stride) {
    int64_t at = 0;
    for (int32_t d = 0; d < rank; d++) at += index[d] * stride[d];
    return at;
}

#endif
