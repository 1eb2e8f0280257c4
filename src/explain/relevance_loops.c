// SPDX-License-Identifier: MIT
#include "explain/relevance_loops.h"

#include <math.h>

// Each loop is written once and compiled for both types.
#define BY_TYPE(view, call, ...)                                                            \
    ((view)->type == FOVEA_F64 ? call(fovea_shape_count(&(view)->shape), true, __VA_ARGS__) \
                               : call(fovea_shape_count(&(view)->shape), false, __VA_ARGS__))

static inline double get(bool f64, const fovea_view *view, int64_t i) {
    return f64 ? ((const double *)view->data)[i] : (double)((const float *)view->data)[i];
}

static inline void set(bool f64, const fovea_view *view, int64_t i, double number) {
    if (f64)
        ((double *)view->data)[i] = number;
    else
        ((float *)view->data)[i] = (float)number;
}

static inline void add_scaled(int64_t count, bool f64, double factor, const fovea_view *a,
                              const fovea_view *to) {
    for (int64_t i = 0; i < count; i++) set(f64, to, i, get(f64, to, i) + factor * get(f64, a, i));
}

void fovea__add_scaled(double factor, const fovea_view *a, const fovea_view *to) {
    BY_TYPE(to, add_scaled, factor, a, to);
}

static inline void add_product(int64_t count, bool f64, double factor, const fovea_view *a,
                               const fovea_view *b, const fovea_view *to) {
    for (int64_t i = 0; i < count; i++)
        set(f64, to, i, get(f64, to, i) + factor * get(f64, a, i) * get(f64, b, i));
}

void fovea__add_product(double factor, const fovea_view *a, const fovea_view *b,
                        const fovea_view *to) {
    BY_TYPE(to, add_product, factor, a, b, to);
}

static inline void product(int64_t count, bool f64, const fovea_view *a, const fovea_view *b,
                           const fovea_view *to) {
    for (int64_t i = 0; i < count; i++) set(f64, to, i, get(f64, a, i) * get(f64, b, i));
}

void fovea__product(const fovea_view *a, const fovea_view *b, const fovea_view *to) {
    BY_TYPE(to, product, a, b, to);
}

static inline double sum_of_magnitudes(int64_t count, bool f64, const fovea_view *a) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += fabs(get(f64, a, i));
    return sum;
}

double fovea__mean_magnitude(const fovea_view *a) {
    int64_t count = fovea_shape_count(&a->shape);
    return count ? BY_TYPE(a, sum_of_magnitudes, a) / (double)count : 0;
}

static inline void divide(int64_t count, bool f64, fovea__division *d, const fovea_view *r,
                          const fovea_view *z, const fovea_view *out, const fovea_view *s) {
    double taken = 0, lost = 0, e = d->epsilon;
    for (int64_t i = 0; i < count; i++) {
        double above = get(f64, r, i), below = get(f64, z, i), made = get(f64, out, i);
        double stabiliser = below < 0 ? -e : e, share = 0;
        bool counts = d->where == 0 || (d->where > 0 ? made > 0 : made < 0);
        bool nowhere = d->where > 0 && made == 0;
        below += stabiliser;
        if (counts && below != 0)
            share = above / below;
        else if (counts || nowhere)
            lost += above;
        set(f64, s, i, share);
        taken += stabiliser * share;
    }
    d->taken += taken;
    d->lost += lost;
}

void fovea__divide(fovea__division *division, const fovea_view *r, const fovea_view *z,
                   const fovea_view *out, const fovea_view *s) {
    BY_TYPE(z, divide, division, r, z, out, s);
}

static inline bool reaches_negative(int64_t count, bool f64, const fovea_view *r,
                                    const fovea_view *z) {
    for (int64_t i = 0; i < count; i++)
        if (get(f64, z, i) < 0 && get(f64, r, i) != 0) return true;
    return false;
}

bool fovea__reaches_negative(const fovea_view *r, const fovea_view *z) {
    return BY_TYPE(z, reaches_negative, r, z);
}

static inline double total(bool f64, const fovea_view *a, int64_t first, int64_t count) {
    double chain[4] = {0};
    int64_t i = 0;
    for (; i + 4 <= count; i += 4)
        for (int k = 0; k < 4; k++) chain[k] += get(f64, a, first + i + k);
    for (; i < count; i++) chain[0] += get(f64, a, first + i);
    return (chain[0] + chain[1]) + (chain[2] + chain[3]);
}

double fovea__partial_total(const fovea_view *a, int64_t first, int64_t count) {
    return a->type == FOVEA_F64 ? total(true, a, first, count) : total(false, a, first, count);
}
