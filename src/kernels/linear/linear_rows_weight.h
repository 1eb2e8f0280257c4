// SPDX-License-Identifier: MIT
// The weight and bias gradient of the linear layer in NCHW: inputs in the lanes, some outputs side by
// side, so that a number of x is read once for them.
#ifndef FOVEA_KERNELS_LINEAR_ROWS_WEIGHT_H
#define FOVEA_KERNELS_LINEAR_ROWS_WEIGHT_H

#include "kernels/fused.h"
#include "kernels/linear/linear.h"
#include "kernels/splitting.h"

// Outputs by vectors of inputs.
#define WEIGHT_ROWS 4
#define WEIGHT_VECTORS (WIDTH == 16 ? 4 : 2)

typedef struct weight_sums {
    const fovea__linear_geometry *g;
    fovea__splitting split;
    int32_t slots;
    const float *x, *d_y;  // at the first input and output
    float *d_weight;       // at both
} weight_sums;

// The samples of slots [first, first + n).
static int64_t slot_sample(const weight_sums *s, int32_t slot) {
    int64_t n = fovea__slot_begin(s->split.groups, s->slots, slot) * FOVEA__LANES;
    return n < s->split.samples ? n : s->split.samples;
}

// Rows of outputs by vectors of inputs, both constants: a chain over the samples of a slot.
static TILE_BODY void weight_chain(const int rows, const int vectors, const weight_sums *s,
                                   int32_t slot, vec sum[WEIGHT_ROWS][4]) {
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = vec_splat(0);
    }
    int64_t end = slot_sample(s, slot + 1);
    for (int64_t n = slot_sample(s, slot); n < end; n++) {
        const float *x = s->x + n * s->g->inputs, *d_y = s->d_y + n * s->g->outputs;
        vec value[4];
        UNROLL for (int v = 0; v < vectors; v++) value[v] = vec_load(x + v * WIDTH);
        UNROLL for (int r = 0; r < rows; r++) {
            vec gradient = vec_splat(d_y[r]);
            UNROLL for (int v = 0; v < vectors; v++) sum[r][v] =
                vec_fma(gradient, value[v], sum[r][v]);
        }
    }
}

// T(slot, n) of splitting.h over the chains.
static TILE_BODY void weight_tile(const int rows, const int vectors, const weight_sums *s) {
    vec sum[WEIGHT_ROWS][4];
    if (s->slots == 1) {
        weight_chain(rows, vectors, s, 0, sum);
        UNROLL for (int r = 0; r < rows; r++) {
            UNROLL for (int v = 0; v < vectors; v++)
                vec_store(s->d_weight + r * s->g->inputs + v * WIDTH, sum[r][v]);
        }
        return;
    }
    float slot[WEIGHT_ROWS * 4 * WIDTH][FOVEA__MAX_SLOTS];
    for (int32_t i = 0; i < s->slots; i++) {
        float lane[WEIGHT_ROWS][4 * WIDTH];
        weight_chain(rows, vectors, s, i, sum);
        UNROLL for (int r = 0; r < rows; r++) {
            UNROLL for (int v = 0; v < vectors; v++) vec_store(lane[r] + v * WIDTH, sum[r][v]);
        }
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < vectors * WIDTH; k++) slot[r * vectors * WIDTH + k][i] = lane[r][k];
        }
    }
    for (int r = 0; r < rows; r++) {
        for (int k = 0; k < vectors * WIDTH; k++)
            s->d_weight[r * s->g->inputs + k] =
                fovea__tree_f32(slot[r * vectors * WIDTH + k], s->slots);
    }
}

static float one_weight(const weight_sums *s) {
    float slot[FOVEA__MAX_SLOTS];
    for (int32_t i = 0; i < s->slots; i++) {
        slot[i] = 0;
        for (int64_t n = slot_sample(s, i); n < slot_sample(s, i + 1); n++)
            slot[i] = __builtin_fmaf(s->d_y[n * s->g->outputs], s->x[n * s->g->inputs], slot[i]);
    }
    return fovea__tree_f32(slot, s->slots);
}

// `rows` outputs, a constant, and all inputs.
static TILE_BODY void weight_rows(const int rows, const weight_sums *at) {
    weight_sums s = *at;
    int64_t i = 0, inputs = s.g->inputs;
    for (; i + WEIGHT_VECTORS * WIDTH <= inputs; i += WEIGHT_VECTORS * WIDTH) {
        weight_tile(rows, WEIGHT_VECTORS, &s);
        s.x += WEIGHT_VECTORS * WIDTH;
        s.d_weight += WEIGHT_VECTORS * WIDTH;
    }
    for (; i + WIDTH <= inputs; i += WIDTH) {
        weight_tile(rows, 1, &s);
        s.x += WIDTH;
        s.d_weight += WIDTH;
    }
    for (; i < inputs; i++, s.x++, s.d_weight++) {
        weight_sums one = s;
        for (int r = 0; r < rows; r++, one.d_y++, one.d_weight += inputs)
            *one.d_weight = one_weight(&one);
    }
}

static float one_bias(const fovea__linear_geometry *g, const fovea__splitting *split, int32_t slots,
                      const float *d_y) {
    float sum[FOVEA__MAX_SLOTS] = {0};
    for (int32_t s = 0; s < slots; s++) {
        int64_t end = fovea__slot_begin(split->groups, slots, s + 1);
        for (int64_t i = fovea__slot_begin(split->groups, slots, s); i < end; i++) {
            float lane[FOVEA__LANES] = {0};
            for (int32_t n = 0; n < fovea__group_samples(split, i); n++)
                lane[n] = d_y[(i * FOVEA__LANES + n) * g->outputs];
            sum[s] += vec_lane_tree(lane);
        }
    }
    return fovea__tree_f32(sum, slots);
}

static void batch_gradient_range(const fovea__linear_geometry *g, int64_t samples, const float *x,
                                 const float *d_y, fovea__linear_range outputs, float *d_weight,
                                 float *d_bias) {
    weight_sums s = {.g = g, .split = fovea__split(samples), .x = x};
    int64_t bytes = (int64_t)sizeof(float), o = outputs.first, end = o + outputs.count;
    s.slots = fovea__weight_slots(&s.split, g->inputs * g->outputs * bytes);
    for (int64_t rows; d_weight && o < end; o += rows) {
        rows = o + WEIGHT_ROWS <= end ? WEIGHT_ROWS : 1;
        s.d_y = d_y + o;
        s.d_weight = d_weight + o * g->inputs;
        rows == 1 ? weight_rows(1, &s) : weight_rows(WEIGHT_ROWS, &s);
    }
    int32_t slots = fovea__weight_slots(&s.split, g->outputs * bytes);
    for (o = outputs.first; d_bias && o < end; o++)
        d_bias[o] = one_bias(g, &s.split, slots, d_y + o);
}

#endif
