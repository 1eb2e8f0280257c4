// SPDX-License-Identifier: MIT
#include <math.h>

#include "kernels/resize/interpolate.h"

// Where output o lies among the inputs.
static double source(const fovea__resize *r, const fovea__resize_axis *a, int64_t o) {
    double x = (double)o, in = (double)a->in, steps = a->length - 1;
    bool single = fabs(steps) < 1e-6;
    switch (r->coordinates) {
        case FOVEA__COORDINATES_HALF_PIXEL_SYMMETRIC:
            return in / 2 * (1 - (double)a->out / a->length) + (x + 0.5) / a->scale - 0.5;
        case FOVEA__COORDINATES_PYTORCH_HALF_PIXEL:
            return a->out > 1 ? (x + 0.5) / a->scale - 0.5 : 0;
        case FOVEA__COORDINATES_ALIGN_CORNERS:
            return single ? 0 : x * (in - 1) / steps;
        case FOVEA__COORDINATES_ASYMMETRIC:
            return x / a->scale;
        case FOVEA__COORDINATES_TF_CROP_AND_RESIZE:
            if (single) return (a->start + a->end) / 2 * (in - 1);
            return a->start * (in - 1) + x * (a->end - a->start) * (in - 1) / steps;
        case FOVEA__COORDINATES_TF_HALF_PIXEL_FOR_NN:
            return (x + 0.5) / a->scale;
        default:
            return (x + 0.5) / a->scale - 0.5;
    }
}

static bool is_outside(const fovea__resize *r, const fovea__resize_axis *a, double x) {
    return r->coordinates == FOVEA__COORDINATES_TF_CROP_AND_RESIZE &&
           (x < 0 || x > (double)(a->in - 1));
}

static int64_t inside(double x, int64_t in) {
    return x < 0 ? 0 : x < (double)in ? (int64_t)x : in - 1;
}

int64_t fovea__resize_place(const fovea__resize *resize, int32_t d, int64_t o) {
    const fovea__resize_axis *a = &resize->axis[d];
    if (a->same) return o;
    double x = source(resize, a, o);
    if (is_outside(resize, a, x)) return -1;
    switch (resize->nearest) {
        case FOVEA__NEAREST_ROUND_PREFER_CEIL:
            return inside(floor(x + 0.5), a->in);
        case FOVEA__NEAREST_FLOOR:
            return inside(floor(x), a->in);
        case FOVEA__NEAREST_CEIL:
            return inside(ceil(x), a->in);
        default:
            return inside(ceil(x - 0.5), a->in);
    }
}

// How far apart inputs are for the weights' function: below 1 where it is stretched.
static double pace(const fovea__resize *r, const fovea__resize_axis *a) {
    return r->antialias && a->scale < 1 ? a->scale : 1;
}

// Half of the taps: those before and at the output's place.
static double half_reach(const fovea__resize *r, const fovea__resize_axis *a) {
    double width = r->mode == FOVEA__RESIZE_CUBIC ? 2 : 1;
    return -floor(-width / pace(r, a));
}

int64_t fovea__resize_reach(const fovea__resize *resize, int32_t d) {
    const fovea__resize_axis *a = &resize->axis[d];
    if (a->same || resize->mode == FOVEA__RESIZE_NEAREST) return 1;
    double half = half_reach(resize, a);
    return half < FOVEA__RESIZE_MOST ? 2 * (int64_t)half : 2 * FOVEA__RESIZE_MOST;
}

static double weigh(const fovea__resize *r, double x) {
    double a = r->cubic;
    x = fabs(x);
    if (r->mode == FOVEA__RESIZE_LINEAR) return x < 1 ? 1 - x : 0;
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

int32_t fovea__resize_taps(const fovea__resize *resize, int32_t d, int64_t o, int32_t *place,
                           double *weight) {
    const fovea__resize_axis *a = &resize->axis[d];
    if (a->same) {
        place[0] = (int32_t)o;
        weight[0] = 1;
        return 1;
    }
    double x = source(resize, a, o), step = pace(resize, a), half = half_reach(resize, a);
    if (is_outside(resize, a, x)) return 0;
    double first = ceil(x) - half, sum = 0;
    int32_t count = 2 * (int32_t)half;
    for (int32_t k = 0; k < count; k++) {
        double at = first + k;
        bool beside = at < 0 || at > (double)(a->in - 1);
        place[k] = (int32_t)inside(at, a->in);
        weight[k] = resize->exclude_outside && beside ? 0 : weigh(resize, (at - x) * step);
        sum += weight[k];
    }
    bool scaled = resize->exclude_outside || step < 1;
    for (int32_t k = 0; scaled && sum != 0 && k < count; k++) weight[k] /= sum;
    return count;
}
