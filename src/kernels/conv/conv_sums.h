// SPDX-License-Identifier: MIT
// What the gradients of N16 end in: sums over the lanes, and the bias gradient.
#include "kernels/conv/conv.h"
#include "kernels/conv/conv_range.h"
#include "kernels/fused.h"

// vec_lane_tree of four chains.
static vec4 lane_trees(const float *chain) {
    vec4 four[4];
    UNROLL for (int i = 0; i < 4; i++) {
        const float *lane = chain + i * FOVEA__LANES;
        vec4 low = vec4_load(lane) + vec4_load(lane + 8);
        vec4 high = vec4_load(lane + 4) + vec4_load(lane + 12);
        four[i] = low + high;
    }
    vec4 two = __builtin_shufflevector(four[0], four[1], 0, 1, 4, 5) +
               __builtin_shufflevector(four[0], four[1], 2, 3, 6, 7);
    vec4 more = __builtin_shufflevector(four[2], four[3], 0, 1, 4, 5) +
                __builtin_shufflevector(four[2], four[3], 2, 3, 6, 7);
    return __builtin_shufflevector(two, more, 0, 2, 4, 6) +
           __builtin_shufflevector(two, more, 1, 3, 5, 7);
}

#if WIDTH == 16
// The same lanes of two chains, 8 each.
static inline vec lanes_of_two(const float *a, const float *b) {
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(a)), _mm256_loadu_ps(b), 1);
}

// Of chains i, i + 4, i + 8 and i + 12: the first three steps to four lanes each.
static inline vec lanes_of_four(const float *chain) {
    const float *a = chain, *b = a + 4 * FOVEA__LANES, *c = b + 4 * FOVEA__LANES;
    const float *d = c + 4 * FOVEA__LANES;
    vec ab = vec_add(lanes_of_two(a, b), lanes_of_two(a + 8, b + 8));
    vec cd = vec_add(lanes_of_two(c, d), lanes_of_two(c + 8, d + 8));
    return vec_add(_mm512_shuffle_f32x4(ab, cd, 0x88), _mm512_shuffle_f32x4(ab, cd, 0xdd));
}

static inline vec lanes_halved(vec a, vec b) {
    return vec_add(_mm512_shuffle_ps(a, b, 0x44), _mm512_shuffle_ps(a, b, 0xee));
}

// vec_lane_tree of 16 chains.
static vec lane_trees_16(const float *chain) {
    vec a = lanes_halved(lanes_of_four(chain), lanes_of_four(chain + FOVEA__LANES));
    vec b = lanes_halved(lanes_of_four(chain + 2 * FOVEA__LANES),
                         lanes_of_four(chain + 3 * FOVEA__LANES));
    return vec_add(_mm512_shuffle_ps(a, b, 0x88), _mm512_shuffle_ps(a, b, 0xdd));
}
#endif

// Adds the sums over the lanes of `count` chains to d_weight.
static void add_lane_trees(const float *chain, int64_t count, float *d_weight) {
    int64_t i = 0;
#if WIDTH == 16
    for (; i + 16 <= count; i += 16) {
        vec sums = lane_trees_16(chain + i * FOVEA__LANES);
        vec_store(d_weight + i, vec_add(vec_load(d_weight + i), sums));
    }
#endif
    for (; i + 4 <= count; i += 4) {
        vec4 sums = lane_trees(chain + i * FOVEA__LANES);
        vec4_store(d_weight + i, vec4_load(d_weight + i) + sums);
    }
    for (; i < count; i++) d_weight[i] += vec_lane_tree(chain + i * FOVEA__LANES);
}

// Several channels at a time: one alone would wait for its own additions.
#define BIAS_CHANNELS 4
static void bias_chains(const float *d_y, int64_t channel, int64_t pixels, float *lanes,
                        int64_t channels) {
    for (int part = 0; part < FOVEA__LANES; part += WIDTH) {
        vec sum[BIAS_CHANNELS];
        const float *at[BIAS_CHANNELS];
        UNROLL for (int m = 0; m < BIAS_CHANNELS; m++) {
            sum[m] = vec_splat(0.0f);
            at[m] = d_y + (m < channels ? m : 0) * channel + part;
        }
        for (int64_t i = 0; i < pixels * FOVEA__LANES; i += FOVEA__LANES) {
            UNROLL for (int m = 0; m < BIAS_CHANNELS; m++) {
                sum[m] = vec_add(sum[m], vec_load(at[m] + i));
            }
        }
        UNROLL for (int m = 0; m < BIAS_CHANNELS; m++) {
            vec_store(lanes + m * FOVEA__LANES + part, sum[m]);
        }
    }
}

static void bias_gradient(const fovea__conv_geometry *g, const float *d_y, float *d_bias) {
    int64_t pixels = fovea__conv_volume(g->out), channel = pixels * FOVEA__LANES;
    for (int64_t o = 0; o < g->o; o += BIAS_CHANNELS) {
        float lanes[BIAS_CHANNELS * FOVEA__LANES];
        int64_t count = g->o - o < BIAS_CHANNELS ? g->o - o : BIAS_CHANNELS;
        bias_chains(d_y + o * channel, channel, pixels, lanes, count);
        for (int64_t m = 0; m < count; m++)
            d_bias[o + m] += vec_lane_tree(lanes + m * FOVEA__LANES);
    }
}
