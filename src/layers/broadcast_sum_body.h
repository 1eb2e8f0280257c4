// SPDX-License-Identifier: MIT
// Needs REAL, FMA, LANE_TREE, TREE and TERMS and SUM (the functions to define).
#include <math.h>

#include "kernels/splitting.h"
#include "layers/broadcast_sum.h"

typedef struct job {
    const fovea__broadcast *shape;
    int64_t out_stride[FOVEA__BROADCAST_RANK];
    fovea__term term;
    const REAL *d_out, *a;
    const void *b;
} job;

// Where the element of `view` lies that goes into output `at`.
static int64_t place_in(const fovea_view *view, const fovea_shape *out, int64_t at) {
    int64_t place = 0, stride = 1;
    if (fovea_shape_equal(&view->shape, out)) return at;
    for (int32_t d = out->rank - 1, own = view->shape.rank - 1; own >= 0; d--, own--) {
        int64_t dim = view->shape.dim[own];
        if (dim != 1) place += at % out->dim[d] * stride;
        stride *= dim;
        at /= out->dim[d];
    }
    return place;
}

static REAL share(const fovea__extreme *extreme, REAL d, REAL a, int64_t out) {
    REAL best = ((const REAL *)extreme->out->data)[out], ties = 0;
    if (a != best) return 0;
    for (int32_t i = 0; i < extreme->in_count; i++) {
        const fovea_view *in = &extreme->in[i];
        ties += ((const REAL *)in->data)[place_in(in, &extreme->out->shape, out)] == best;
    }
    return d / ties;
}

// The term of output `out`, where operand a has place `own` and b place `other`.
static REAL term_at(const job *j, int64_t out, int64_t own, int64_t other) {
    const REAL d = j->d_out[out];
    const REAL a = j->a ? j->a[own] : 0;
    switch (j->term) {
        case FOVEA__TERM_SAME:
            return d;
        case FOVEA__TERM_MINUS:
            return -d;
        case FOVEA__TERM_WHERE:
            return ((const uint8_t *)j->b)[other] ? d : 0;
        case FOVEA__TERM_NOT_WHERE:
            return ((const uint8_t *)j->b)[other] ? 0 : d;
        case FOVEA__TERM_SHARE:
            return share(j->b, d, a, out);
        default:
            break;
    }
    const REAL b = ((const REAL *)j->b)[other];
    switch (j->term) {
        case FOVEA__TERM_TIMES:
            return d * b;
        case FOVEA__TERM_OVER:
            return d / b;
        case FOVEA__TERM_DIVISOR:
            return -d * (b / a) / a;
        case FOVEA__TERM_BASE:
            return b == 0 ? 0 : b == 2 ? d * (2 * a) : d * (REAL)(b * pow(a, b - 1));
        case FOVEA__TERM_EXPONENT:
            return b == 0 && a >= 0 ? 0 : d * (REAL)(pow(b, a) * log(b));
        case FOVEA__TERM_FLOORS:
            return -d * (REAL)floor(b / a);
        case FOVEA__TERM_PARTS:
            return -d * (REAL)trunc(b / a);
        case FOVEA__TERM_PRELU:
            return a > 0 ? d : d * b;
        case FOVEA__TERM_SLOPE:
            return b > 0 ? 0 : d * b;
        default:
            return 0;
    }
}

// Continues the chain `sum` over the repeated dimensions from `d` on.
static REAL chain(const job *j, int32_t d, int64_t out, int64_t own, int64_t other, REAL sum) {
    const fovea__broadcast *s = j->shape;
    while (d < s->rank && s->a_stride[d] != 0) d++;
    if (d == s->rank) {
        if (j->term == FOVEA__TERM_TIMES)
            return FMA(j->d_out[out], ((const REAL *)j->b)[other], sum);
        return sum + term_at(j, out, own, other);
    }
    for (int64_t i = 0; i < s->dim[d]; i++) {
        sum = chain(j, d + 1, out + i * j->out_stride[d], own, other + i * s->b_stride[d], sum);
    }
    return sum;
}

static REAL group_sum(const job *j, const fovea__splitting *split, int64_t group, int64_t out,
                      int64_t own, int64_t other) {
    REAL lane[FOVEA__LANES] = {0};
    for (int32_t n = 0; n < fovea__group_samples(split, group); n++) {
        int64_t sample = group * FOVEA__LANES + n;
        lane[n] = chain(j, 1, out + sample * j->out_stride[0], own,
                        other + sample * j->shape->b_stride[0], 0);
    }
    return LANE_TREE(lane);
}

static REAL batch_sum(const job *j, int64_t bytes, int64_t out, int64_t own, int64_t other) {
    fovea__splitting split = fovea__split(j->shape->dim[0]);
    int32_t slots = fovea__weight_slots(&split, bytes);
    REAL slot[FOVEA__MAX_SLOTS] = {0};
    for (int32_t s = 0; s < slots; s++) {
        int64_t end = fovea__slot_begin(split.groups, slots, s + 1);
        for (int64_t g = fovea__slot_begin(split.groups, slots, s); g < end; g++) {
            slot[s] += group_sum(j, &split, g, out, own, other);
        }
    }
    return TREE(slot, slots);
}

// Runs over the elements of a, that is over the dimensions it is not repeated along.
static void each(const job *j, int32_t d, int64_t count, int64_t a, int64_t out, int64_t other,
                 REAL *d_a) {
    const fovea__broadcast *s = j->shape;
    while (d < s->rank && s->a_stride[d] == 0) d++;
    if (d == s->rank) {
        bool over_batch = s->rank > 0 && s->a_stride[0] == 0;
        d_a[a] = over_batch ? batch_sum(j, count * (int64_t)sizeof(REAL), out, a, other)
                            : chain(j, 0, out, a, other, 0);
        return;
    }
    for (int64_t i = 0; i < s->dim[d]; i++) {
        each(j, d + 1, count, a + i * s->a_stride[d], out + i * j->out_stride[d],
             other + i * s->b_stride[d], d_a);
    }
}

// Operand a is the output's size: no sums.
static void each_alone(const job *j, REAL *d_a) {
    for (fovea__rows r = fovea__rows_of(j->shape); fovea__rows_next(&r);)
        for (int64_t i = 0; i < r.count; i++)
            d_a[r.out + i] = term_at(j, r.out + i, r.out + i, r.b + i * r.b_step);
}

void TERMS(fovea__term term, const fovea__broadcast *broadcast, const REAL *d_out,
           const fovea__operands *operands, REAL *d_a) {
    job j = {.shape = broadcast, .term = term, .d_out = d_out, .a = operands->a, .b = operands->b};
    int64_t stride = 1, count = 1;
    bool repeated = false;
    for (int32_t d = broadcast->rank - 1; d >= 0; d--) {
        j.out_stride[d] = stride;
        stride *= broadcast->dim[d];
        if (broadcast->a_stride[d]) count *= broadcast->dim[d];
        repeated |= broadcast->a_stride[d] == 0 && broadcast->dim[d] != 1;
    }
    if (repeated)
        each(&j, 0, count, 0, 0, 0, d_a);
    else
        each_alone(&j, d_a);
}

void SUM(const fovea__broadcast *broadcast, const REAL *d_out, const REAL *b, REAL *d_a) {
    fovea__operands operands = {NULL, b};
    TERMS(b ? FOVEA__TERM_TIMES : FOVEA__TERM_SAME, broadcast, d_out, &operands, d_a);
}
