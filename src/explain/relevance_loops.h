// SPDX-License-Identifier: MIT
// The inner loops of relevance, over views of one type and size, computed in double.
#ifndef FOVEA_EXPLAIN_RELEVANCE_LOOPS_H
#define FOVEA_EXPLAIN_RELEVANCE_LOOPS_H

#include <stdbool.h>

#include "explain/numbers.h"

// to += factor a; to += factor a b; to = a b.
void fovea__add_scaled(double factor, const fovea_view *a, const fovea_view *to);
void fovea__add_product(double factor, const fovea_view *a, const fovea_view *b,
                        const fovea_view *to);
void fovea__product(const fovea_view *a, const fovea_view *b, const fovea_view *to);
double fovea__mean_magnitude(const fovea_view *a);

// s = r / (z + e sign z), 0 where that is 0; `taken` += e's share, `lost` += r where the denominator is 0.
// `where` 1: only where `out` > 0, what is lost being counted where it is 0, too; -1: only where it is
// below 0; 0: everywhere.
typedef struct fovea__division {
    double epsilon;
    int where;
    double taken, lost;
} fovea__division;
void fovea__divide(fovea__division *division, const fovea_view *r, const fovea_view *z,
                   const fovea_view *out, const fovea_view *s);

// Whether r is not 0 somewhere where z is below 0.
bool fovea__reaches_negative(const fovea_view *r, const fovea_view *z);
// The sum of `count` numbers from `first` on, in four chains.
double fovea__partial_total(const fovea_view *a, int64_t first, int64_t count);
static inline double fovea__total(const fovea_view *a) {
    return fovea__partial_total(a, 0, fovea_shape_count(&a->shape));
}

#endif
