// SPDX-License-Identifier: MIT
// The definition of the family, compiled for each type and layout. The including file sets
//   NAME(x)   name of a function for this type and layout
//   REAL      float or double
//   FMA(a, b, c): a*b + c rounded once; LANE_TREE(lane), SLOT_TREE(value, n): see splitting.h
//   STEP      distance of neighbouring features: 1 (NCHW) or 16 (N16)

// Distance of neighbouring samples in a buffer of so many features.
static int64_t NAME(sample_step)(int64_t features) {
    return STEP == 1 ? features : 1;
}

// N16 computes the masked lanes too: finite comes from finite, zero from zero.
static int32_t NAME(computed)(int32_t samples) {
    return STEP == 1 ? samples : FOVEA__LANES;
}

static void NAME(forward)(const fovea__linear_geometry *g, int32_t samples, const REAL *x,
                          const REAL *weight, const REAL *bias, REAL *y) {
    int64_t sample_x = NAME(sample_step)(g->inputs), sample_y = NAME(sample_step)(g->outputs);
    int32_t computed = NAME(computed)(samples);
    for (int64_t o = 0; o < g->outputs; o++) {
        REAL sum[FOVEA__LANES];
        for (int32_t n = 0; n < computed; n++) sum[n] = bias ? bias[o] : 0;
        for (int64_t i = 0; i < g->inputs; i++) {
            REAL w = weight[o * g->inputs + i];
            for (int32_t n = 0; n < computed; n++) {
                sum[n] = FMA(x[n * sample_x + i * STEP], w, sum[n]);
            }
        }
        for (int32_t n = 0; n < computed; n++) y[n * sample_y + o * STEP] = sum[n];
    }
}

static void NAME(input_gradient)(const fovea__linear_geometry *g, int32_t samples, const REAL *d_y,
                                 const REAL *weight, REAL *d_x) {
    int64_t sample_x = NAME(sample_step)(g->inputs), sample_y = NAME(sample_step)(g->outputs);
    for (int32_t n = 0; n < NAME(computed)(samples); n++) {
        REAL *sum = d_x + n * sample_x;
        for (int64_t i = 0; i < g->inputs; i++) sum[i * STEP] = 0;
        for (int64_t o = 0; o < g->outputs; o++) {
            REAL gradient = d_y[n * sample_y + o * STEP];
            const REAL *row = weight + o * g->inputs;
            for (int64_t i = 0; i < g->inputs; i++) {
                sum[i * STEP] = FMA(gradient, row[i], sum[i * STEP]);
            }
        }
    }
}

static void NAME(weight_gradient)(const fovea__linear_geometry *g, int32_t samples, const REAL *x,
                                  const REAL *d_y, REAL *d_weight, REAL *d_bias) {
    int64_t sample_x = NAME(sample_step)(g->inputs), sample_y = NAME(sample_step)(g->outputs);
    for (int64_t o = 0; o < g->outputs; o++) {
        REAL lane[FOVEA__LANES] = {0};
        for (int32_t n = 0; n < samples; n++) {
            REAL gradient = d_y[n * sample_y + o * STEP];
            const REAL *row = x + n * sample_x;
            lane[n] = gradient;
            for (int64_t i = 0; d_weight && i < g->inputs; i++) {
                REAL *sum = d_weight + o * g->inputs + i;
                *sum = FMA(gradient, row[i * STEP], *sum);
            }
        }
        if (d_bias) d_bias[o] += LANE_TREE(lane);
    }
}

#if STEP == 1
#define BLOCK 64

// d_weight[0..count) of one output: a chain over the samples of each slot, then the tree.
static void NAME(batch_block)(const fovea__linear_geometry *g, const fovea__splitting *split,
                              int32_t slots, const REAL *x, const REAL *d_y, int64_t count,
                              REAL *d_weight) {
    REAL sum[BLOCK][FOVEA__MAX_SLOTS];
    for (int32_t s = 0; s < slots; s++) {
        REAL chain[BLOCK] = {0};
        int64_t begin = fovea__slot_begin(split->groups, slots, s) * FOVEA__LANES;
        int64_t end = fovea__slot_begin(split->groups, slots, s + 1) * FOVEA__LANES;
        for (int64_t n = begin; n < end && n < split->samples; n++) {
            const REAL *row = x + n * g->inputs;
            REAL gradient = d_y[n * g->outputs];
            for (int64_t i = 0; i < count; i++) chain[i] = FMA(gradient, row[i], chain[i]);
        }
        for (int64_t i = 0; i < count; i++) sum[i][s] = chain[i];
    }
    for (int64_t i = 0; i < count; i++) d_weight[i] = SLOT_TREE(sum[i], slots);
}

static REAL NAME(batch_bias)(const fovea__linear_geometry *g, const fovea__splitting *split,
                             int32_t slots, const REAL *d_y) {
    REAL sum[FOVEA__MAX_SLOTS] = {0};
    for (int32_t s = 0; s < slots; s++) {
        int64_t end = fovea__slot_begin(split->groups, slots, s + 1);
        for (int64_t i = fovea__slot_begin(split->groups, slots, s); i < end; i++) {
            REAL lane[FOVEA__LANES] = {0};
            for (int32_t n = 0; n < fovea__group_samples(split, i); n++) {
                lane[n] = d_y[(i * FOVEA__LANES + n) * g->outputs];
            }
            sum[s] += LANE_TREE(lane);
        }
    }
    return SLOT_TREE(sum, slots);
}

static void NAME(batch_gradient)(const fovea__linear_geometry *g, int64_t samples, const REAL *x,
                                 const REAL *d_y, REAL *d_weight, REAL *d_bias) {
    fovea__splitting split = fovea__split(samples);
    int64_t bytes = (int64_t)sizeof(float);  // of float32, in double too: the same slots
    int32_t slots = fovea__weight_slots(&split, g->inputs * g->outputs * bytes);
    for (int64_t o = 0; o < g->outputs; o++, d_y++) {
        for (int64_t i = 0; d_weight && i < g->inputs; i += BLOCK) {
            int64_t count = g->inputs - i < BLOCK ? g->inputs - i : BLOCK;
            NAME(batch_block)(g, &split, slots, x + i, d_y, count, d_weight + o * g->inputs + i);
        }
        if (!d_bias) continue;
        d_bias[o] =
            NAME(batch_bias)(g, &split, fovea__weight_slots(&split, g->outputs * bytes), d_y);
    }
}
#undef BLOCK
#endif
