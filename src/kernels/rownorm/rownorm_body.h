// SPDX-License-Identifier: MIT
// The definition. Needs REAL, FORWARD and BACKWARD.
#include <string.h>

#include "kernels/rownorm/rownorm.h"
#include "kernels/splitting.h"

#define LANES FOVEA__LANES

typedef struct row {
    int64_t count;
    double mean, factor;  // m and i
} row;

static double sum_of(const REAL *x, int64_t count) {
    double chain[LANES] = {0};
    int64_t k = 0;
    for (; k + LANES <= count; k += LANES)
        for (int i = 0; i < LANES; i++) chain[i] += (double)x[k + i];
    for (int i = 0; k < count; k++, i++) chain[i] += (double)x[k];
    return fovea__lane_tree_f64(chain);
}

static double squares_of(const REAL *x, int64_t count, double mean) {
    double chain[LANES] = {0};
    int64_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        for (int i = 0; i < LANES; i++) {
            double apart = (double)x[k + i] - mean;
            chain[i] += apart * apart;
        }
    }
    for (int i = 0; k < count; k++, i++) {
        double apart = (double)x[k] - mean;
        chain[i] += apart * apart;
    }
    return fovea__lane_tree_f64(chain);
}

static row row_of(const fovea__rownorm *n, const REAL *x) {
    row r = {.count = n->parts * n->span};
    r.mean = sum_of(x, r.count) / (double)r.count;
    double variance = squares_of(x, r.count, r.mean) / (double)r.count;
    r.factor = 1 / __builtin_sqrt(variance + n->epsilon);
    return r;
}

static inline REAL normal(const row *r, REAL x) {
    return (REAL)((double)x - r->mean) * (REAL)r->factor;
}

static void row_forward(const fovea__rownorm *n, const row *r, const REAL *x, const REAL *scale,
                        const REAL *shift, REAL *y) {
    if (n->span == 1) {
        for (int64_t p = 0; p < n->parts; p++)
            y[p] = normal(r, x[p]) * (scale ? scale[p] : 1) + (shift ? shift[p] : 0);
        return;
    }
    for (int64_t p = 0; p < n->parts; p++, x += n->span, y += n->span) {
        REAL a = scale ? scale[p] : 1, b = shift ? shift[p] : 0;
        for (int64_t k = 0; k < n->span; k++) y[k] = normal(r, x[k]) * a + b;
    }
}

void FORWARD(const fovea__rownorm *n, const REAL *src, const REAL *scale, const REAL *shift,
             REAL *dst) {
    for (int64_t i = 0; i < n->rows; i++) {
        int64_t at = i * n->parts * n->span, s = i % n->period * n->parts;
        row r = row_of(n, src + at);
        row_forward(n, &r, src + at, scale ? scale + s : NULL, shift ? shift + s : NULL, dst + at);
    }
}

// a and b of a row.
static void means_of(const fovea__rownorm *n, const row *r, const REAL *x, const REAL *d_y,
                     const REAL *scale, double *a, double *b) {
    double plain[LANES] = {0}, product[LANES] = {0};
    for (int64_t p = 0, k = 0; p < n->parts; p++) {
        REAL factor = scale ? scale[p] : 1;
        for (int64_t e = 0; e < n->span; e++, k++) {
            double g = (double)(d_y[k] * factor);
            plain[k % LANES] += g;
            product[k % LANES] += g * (double)normal(r, x[k]);
        }
    }
    *a = fovea__lane_tree_f64(plain) / (double)r->count;
    *b = fovea__lane_tree_f64(product) / (double)r->count;
}

static void row_backward(const fovea__rownorm *n, const row *r, const REAL *x, const REAL *d_y,
                         const REAL *scale, REAL *d_x) {
    double a, b;
    means_of(n, r, x, d_y, scale, &a, &b);
    REAL plain = (REAL)a, product = (REAL)b, factor = (REAL)r->factor;
    for (int64_t p = 0, k = 0; p < n->parts; p++) {
        REAL by = scale ? scale[p] : 1;
        for (int64_t e = 0; e < n->span; e++, k++)
            d_x[k] = (d_y[k] * by - plain - normal(r, x[k]) * product) * factor;
    }
}

static void row_numbers(const fovea__rownorm *n, const row *r, const REAL *x, const REAL *d_y,
                        REAL *d_scale, REAL *d_shift) {
    for (int64_t p = 0; p < n->parts; p++, x += n->span, d_y += n->span) {
        double scale = 0, shift = 0;
        for (int64_t e = 0; e < n->span; e++) {
            scale += (double)d_y[e] * (double)normal(r, x[e]);
            shift += (double)d_y[e];
        }
        if (d_scale) d_scale[p] += (REAL)scale;
        if (d_shift) d_shift[p] += (REAL)shift;
    }
}

void BACKWARD(const fovea__rownorm *n, const REAL *src, const REAL *d_dst, const REAL *scale,
              REAL *d_src, REAL *d_scale, REAL *d_shift) {
    size_t numbers = (size_t)(n->period * n->parts) * sizeof(REAL);
    if (d_scale) memset(d_scale, 0, numbers);
    if (d_shift) memset(d_shift, 0, numbers);
    for (int64_t i = 0; i < n->rows; i++) {
        int64_t at = i * n->parts * n->span, s = i % n->period * n->parts;
        const REAL *x = src + at, *d_y = d_dst + at;
        row r = row_of(n, x);
        if (d_src) row_backward(n, &r, x, d_y, scale ? scale + s : NULL, d_src + at);
        if (d_scale || d_shift)
            row_numbers(n, &r, x, d_y, d_scale ? d_scale + s : NULL, d_shift ? d_shift + s : NULL);
    }
}
