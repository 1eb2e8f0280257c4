// SPDX-License-Identifier: MIT
// Gradients are slopes.
#include <math.h>

#include "base/fail.h"
#include "base/random.h"
#include "explain/selftest_parts.h"

enum { DIRECTIONS = 3, EPOCH = 4 };

// Steps that are tried, as shares of the size of x: rectifiers bend within the large ones, and in the
// small ones the difference of two logits is lost. A wrong gradient fits none: it is wrong by a good part,
// while what bends within a step, many channels at once where they are alike, is a small one. The place is not x itself
// but close by: where pixels are equal, as in white skies, the largest of several is no smooth function.
static const double beside = 0.01;
static const double steps_double[] = {1e-8, 1e-9, 1e-7, 1e-6},
                    steps_single[] = {1e-2, 3e-3, 3e-2, 1e-3};
enum { STEPS = 4 };

typedef struct {
    fovea__testing *t;
    const fovea__subject *s;
    fovea__passes passes;
    fovea_tensor *place;
    fovea_view x, here, gradient;  // of a pass; the place, and df/dx there
    int64_t count;
    double size, slope;  // root mean square of x, length of the gradient
} probe;

static double length_of(const fovea_view *view, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        double number = fovea__view_number(view, i);
        sum += number * number;
    }
    return sqrt(sum);
}

// Direction 0 is the gradient itself, scaled to ones on average; the others are +1 and -1, or in single
// precision, where their small slopes are lost in the rounding, the gradient of half of the pixels.
static double direction(const probe *p, int d, int64_t i) {
    uint32_t bit = 1 & fovea__random_u32(p->t->options.seed, FOVEA__RANDOM_NOISE, EPOCH,
                                         (uint32_t)d, (uint64_t)i);
    if (d > 0 && p->t->in_double) return bit ? 1 : -1;
    double along = fovea__view_number(&p->gradient, i) * sqrt((double)p->count);
    return d > 0 && bit ? 0 : along / (p->slope > 0 ? p->slope : 1);
}

static fovea_status f_at(probe *p, int d, double step, double *f, fovea_error *error) {
    for (int64_t i = 0; i < p->count; i++)
        fovea__view_set(&p->x, i, fovea__view_number(&p->here, i) + step * direction(p, d, i));
    FOVEA__TRY(fovea__passes_run(&p->passes, &p->x, 1, error));
    *f = fovea__passes_logit(&p->passes, 0, p->t->target);
    return FOVEA_OK;
}

// The difference of F32's steps is that of the pictures as they were rounded: too fine to matter here.
static fovea_status along(probe *p, int d, fovea_identity *found, fovea_error *error) {
    const double *steps = p->t->in_double ? steps_double : steps_single;
    double slope = 0, best = INFINITY, tolerance = p->t->in_double ? 1e-3 : 0.2;
    for (int64_t i = 0; i < p->count; i++)
        slope += fovea__view_number(&p->gradient, i) * direction(p, d, i);
    // Of a direction of ±1 the slope is as large as the gradient is long, give or take.
    double scale = d == 0 || !p->t->in_double ? fabs(slope) : p->slope, measured[STEPS],
           spread = INFINITY;
    if (scale == 0) scale = 1;
    double rounding = fabs(p->s->logit) * (p->t->in_double ? 0x1p-46 : 0x1p-18);
    int count = 0;
    for (int k = 0; k < STEPS && !(best <= tolerance / 10); k++) {
        double step = steps[k] * p->size, above, below;
        FOVEA__TRY(f_at(p, d, step, &above, error));
        FOVEA__TRY(f_at(p, d, -step, &below, error));
        measured[count] = (above - below) / (2 * step);
        best = fmin(best, fovea__relative(measured[count], slope, scale));
        for (int i = 0; i < count; i++)
            spread = fmin(spread, fovea__relative(measured[i], measured[count], scale));
        count += fabs(above - below) > rounding || fabs(2 * step * slope) > rounding;
    }
    // Where f changes less than it is rounded, or no two steps agree, nothing is measured.
    if (best > tolerance && (count == 0 || spread > tolerance)) return FOVEA_OK;
    fovea__found(found, best, tolerance,
                 d == 0 ? "along the gradient" : "along a random direction");
    return FOVEA_OK;
}

static fovea_status find_place(probe *p, fovea_tensor **gradient, fovea_error *error) {
    const fovea_view *x = &p->s->x;
    double f;
    p->count = fovea_shape_count(&x->shape);
    p->size = length_of(x, p->count) / sqrt((double)p->count);
    if (p->size == 0) p->size = 1;
    FOVEA__TRY(fovea_tensor_create(p->t->context, x->type, &x->shape, &p->place, error));
    p->here = fovea_tensor_view(p->place);
    for (int64_t i = 0; i < p->count; i++) {
        double u = fovea__random_double(p->t->options.seed, FOVEA__RANDOM_NOISE, EPOCH, DIRECTIONS,
                                        (uint64_t)i);
        fovea__view_set(&p->here, i, fovea__view_number(x, i) + beside * p->size * (2 * u - 1));
    }
    FOVEA__TRY(fovea__subject_slope(p->s, &p->here, p->t->target, &f, gradient, error));
    p->gradient = fovea_tensor_view(*gradient);
    p->slope = length_of(&p->gradient, p->count);
    return FOVEA_OK;
}

static fovea_status try_all(probe *p, fovea_identity *found, fovea_error *error) {
    fovea__passes_options options = {.samples = 1, .leaf = FOVEA_NO_VALUE, .ends_only = true};
    FOVEA__TRY(fovea__passes_open(p->s->explainer, &options, &p->passes, error));
    p->x = fovea__passes_input(&p->passes, 1);
    for (int d = 0; d < DIRECTIONS; d++) FOVEA__TRY(along(p, d, found, error));
    if (found->checked == 0)
        fovea__not_applied(found,
                           "f changes less with x than it is rounded: no slope can be measured");
    return FOVEA_OK;
}

static fovea_status check_slope(fovea__testing *t, const fovea__identity *identity,
                                fovea_identity *found, fovea_error *error) {
    (void)identity;
    fovea_tensor *gradient = NULL;
    probe p = {.t = t, .s = &t->exact};
    fovea_status status = find_place(&p, &gradient, error);
    if (status == FOVEA_OK) status = try_all(&p, found, error);
    fovea__passes_close(&p.passes);
    fovea_tensor_free(gradient);
    fovea_tensor_free(p.place);
    return status;
}

static void compare(const fovea_view *a, const fovea_view *b, double tolerance,
                    fovea_identity *found) {
    double moved = 0;
    int64_t count = fovea_shape_count(&a->shape);
    for (int64_t i = 0; i < count; i++) {
        double d = fovea__view_number(a, i) - fovea__view_number(b, i);
        moved += d * d;
    }
    fovea__found(found, fovea__relative(sqrt(moved), 0, length_of(b, count)), tolerance, "df/dx");
}

static fovea_status check_single(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    fovea_tensor *own, *exact = NULL;
    double f;
    if (t->exact.explainer == t->own.explainer) {
        fovea__not_applied(found, t->in_double ? "the net is in double precision itself"
                                               : "there is no copy in double precision");
        return FOVEA_OK;
    }
    FOVEA__TRY(fovea__subject_slope(&t->own, &t->own.x, t->target, &f, &own, error));
    fovea_status status =
        fovea__subject_slope(&t->exact, &t->exact.x, t->target, &f, &exact, error);
    if (status == FOVEA_OK) {
        fovea_view a = fovea_tensor_view(own), b = fovea_tensor_view(exact);
        compare(&a, &b, identity->tolerance, found);
    }
    fovea_tensor_free(own);
    fovea_tensor_free(exact);
    return status;
}

const fovea__identity fovea__identities_slope[] = {
    {.name = "central-differences",
     .formula =
         "(f(x + e d) - f(x - e d)) / 2e = <df/dx, d> beside x; / |df/dx|, best of several e",
     .check = check_slope},
    {.name = "single-precision-gradient",
     .formula = "df/dx in F32 = df/dx in F64; |difference| / |df/dx|, Euclidean",
     .check = check_single,
     // A rectifier whose input is 0 but for rounding is open in one precision and shut in the other, and
     // of pixels that are nearly the same another one is the largest.
     .tolerance = 0.1},
    {.name = NULL}};
