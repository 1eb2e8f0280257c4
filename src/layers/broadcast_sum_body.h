// SPDX-License-Identifier: MIT
// Needs REAL, FMA, LANE_TREE, TREE and SUM (the function to define).
#include "kernels/splitting.h"
#include "layers/broadcast_sum.h"

typedef struct job {
    const fovea__broadcast *shape;
    int64_t out_stride[FOVEA__BROADCAST_RANK];
    const REAL *d_out, *b;
} job;

// Continues the chain `sum` over the repeated dimensions from `d` on.
static REAL chain(const job *j, int32_t d, int64_t out, int64_t other, REAL sum) {
    const fovea__broadcast *s = j->shape;
    while (d < s->rank && s->a_stride[d] != 0) d++;
    if (d == s->rank) {
        return j->b ? FMA(j->d_out[out], j->b[other], sum) : sum + j->d_out[out];
    }
    for (int64_t i = 0; i < s->dim[d]; i++) {
        sum = chain(j, d + 1, out + i * j->out_stride[d], other + i * s->b_stride[d], sum);
    }
    return sum;
}

static REAL group_sum(const job *j, const fovea__splitting *split, int64_t group, int64_t out,
                      int64_t other) {
    REAL lane[FOVEA__LANES] = {0};
    for (int32_t n = 0; n < fovea__group_samples(split, group); n++) {
        int64_t sample = group * FOVEA__LANES + n;
        lane[n] =
            chain(j, 1, out + sample * j->out_stride[0], other + sample * j->shape->b_stride[0], 0);
    }
    return LANE_TREE(lane);
}

static REAL batch_sum(const job *j, int64_t bytes, int64_t out, int64_t other) {
    fovea__splitting split = fovea__split(j->shape->dim[0]);
    int32_t slots = fovea__weight_slots(&split, bytes);
    REAL slot[FOVEA__MAX_SLOTS] = {0};
    for (int32_t s = 0; s < slots; s++) {
        int64_t end = fovea__slot_begin(split.groups, slots, s + 1);
        for (int64_t g = fovea__slot_begin(split.groups, slots, s); g < end; g++) {
            slot[s] += group_sum(j, &split, g, out, other);
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
        d_a[a] = over_batch ? batch_sum(j, count * (int64_t)sizeof(REAL), out, other)
                            : chain(j, 0, out, other, 0);
        return;
    }
    for (int64_t i = 0; i < s->dim[d]; i++) {
        each(j, d + 1, count, a + i * s->a_stride[d], out + i * j->out_stride[d],
             other + i * s->b_stride[d], d_a);
    }
}

void SUM(const fovea__broadcast *broadcast, const REAL *d_out, const REAL *b, REAL *d_a) {
    job j = {.shape = broadcast, .d_out = d_out, .b = b};
    int64_t stride = 1, count = 1;
    for (int32_t d = broadcast->rank - 1; d >= 0; d--) {
        j.out_stride[d] = stride;
        stride *= broadcast->dim[d];
        if (broadcast->a_stride[d]) count *= broadcast->dim[d];
    }
    each(&j, 0, count, 0, 0, 0, d_a);
}
