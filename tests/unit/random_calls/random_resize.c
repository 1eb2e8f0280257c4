// SPDX-License-Identifier: MIT
// Arrays brought to other sizes, against a sum over the whole input.
#include "kernels/resize/interpolate.h"
#include "unit/random_calls/random_calls.h"

static fovea__resize random_resize(void) {
    fovea__resize r = {.rank = 1 + (int32_t)pick(4),
                       .mode = FOVEA__RESIZE_LINEAR + (int)pick(2),
                       .coordinates = (fovea__resize_coordinates)pick(6),
                       .cubic = pick(2) ? -0.75 : -0.5,
                       .exclude_outside = pick(2),
                       .antialias = pick(2),
                       .outside = 0.25};
    int resized = 0;
    for (int32_t d = 0; d < r.rank; d++) {
        fovea__resize_axis *a = &r.axis[d];
        *a = (fovea__resize_axis){.in = 1 + pick(9), .same = resized == 2 || pick(2)};
        a->out = a->same ? a->in : 1 + pick(12);
        if (a->same && pick(4) == 0) a->in = a->out = 1 + pick(400 / (1 << 2 * r.rank) + 9);
        a->scale = (double)a->out / (double)a->in;
        a->length = (double)a->out;
        a->start = (double)pick(5) * 0.2 - 0.2;
        a->end = a->start + (double)pick(8) * 0.2;
        resized += !a->same;
    }
    return r;
}

// The weight of input i for output o along dimension d; whether there is any.
static bool weight_of(const fovea__resize *r, int32_t d, int64_t o, int64_t i, double *sum) {
    int32_t place[FOVEA__RESIZE_MOST];
    double weight[FOVEA__RESIZE_MOST];
    int32_t count = fovea__resize_taps(r, d, o, place, weight);
    *sum = 0;
    for (int32_t t = 0; t < count; t++)
        if (place[t] == i) *sum += weight[t];
    return count > 0;
}

// One number of the output, and its share of the gradient, through the whole input.
static double resize_by_formula(const fovea__resize *r, const int64_t *in, const int64_t *o,
                                const double *x, double d_y, double *d_x) {
    int64_t count = volume_of(r->rank, in), i[FOVEA__RESIZE_RANK];
    double sum = 0;
    for (int64_t e = 0; e < count; e++) {
        double weight = 1, part;
        bool inside = true;
        index_of(e, r->rank, in, i);
        for (int32_t d = 0; d < r->rank && inside && weight != 0; d++) {
            if (r->axis[d].same) {
                weight *= i[d] == o[d];
            } else {
                inside = weight_of(r, d, o[d], i[d], &part);
                weight *= part;
            }
        }
        if (!inside) return r->outside;
        sum += weight * x[e];
        d_x[e] += weight * d_y;
    }
    return sum;
}

int64_t call_resize(void) {
    fovea__resize r;
    int64_t in[FOVEA__RESIZE_RANK], out[FOVEA__RESIZE_RANK], o[FOVEA__RESIZE_RANK], work;
    do {
        r = random_resize();
        for (int32_t d = 0; d < r.rank; d++) in[d] = r.axis[d].in, out[d] = r.axis[d].out;
        work = volume_of(r.rank, in) * volume_of(r.rank, out);
    } while (work > 20000);
    size_t from = (size_t)volume_of(r.rank, in), to = (size_t)volume_of(r.rank, out);
    guarded x = ordinary(from), d_y = ordinary(to), want_d = wide_make(from);
    guarded x64 = wide_of(&x), d_y64 = wide_of(&d_y), y = guarded_make(to), y64 = wide_make(to);
    guarded d_x = guarded_make(from), d_x64 = wide_make(from);
    memset(want_d.data, 0, want_d.bytes);
    fovea__resize_forward_f32(&r, x.data, y.data);
    fovea__resize_forward_f64(&r, wide(&x64), wide(&y64));
    fovea__resize_backward_f32(&r, d_y.data, d_x.data);
    fovea__resize_backward_f64(&r, wide(&d_y64), wide(&d_x64));
    for (size_t i = 0; i < to; i++) {
        index_of((int64_t)i, r.rank, out, o);
        double want = resize_by_formula(&r, in, o, wide(&x64), wide(&d_y64)[i], wide(&want_d));
        expect_near("resize", r.coordinates, want, wide(&y64)[i], 1e-12);
        expect_near("resize in float", r.coordinates, want, (double)y.data[i], 1e-4);
    }
    for (size_t i = 0; i < from; i++) {
        expect_near("gradient of resize", r.coordinates, wide(&want_d)[i], wide(&d_x64)[i], 1e-11);
        expect_near("in float", r.coordinates, wide(&want_d)[i], (double)d_x.data[i], 1e-3);
    }
    FREE_ALL(&x, &d_y, &want_d, &x64, &d_y64, &y, &y64, &d_x, &d_x64);
    return 4;
}
