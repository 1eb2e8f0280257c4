// SPDX-License-Identifier: MIT
// The linear layer in NCHW, a few samples at a time: outputs in the lanes going forward, inputs
// going back. Weights are read where they are: squares of WIDTH outputs by 4 inputs are turned in
// registers, so that nothing is packed and a layer too large for the cache runs at the speed of
// memory. The including file sets VARIANT, VARIANT_CPU, VARIANT_NAME, and DEFINITION, the entry of
// the reference that this processor runs.
#include "kernels/linear/linear_kernels.h"
#include "kernels/linear/linear_rows_weight.h"
#include "kernels/linear/linear_turn.h"

// Registers of outputs whose chains run side by side, to hide the latency of each.
#define BLOCKS (WIDTH == 16 ? 2 : 4)
#define TILE (BLOCKS * WIDTH)

// column[k] = from[r * step + k] over the lanes r, for k < 4.
static inline void turn_columns(const float *from, int64_t step, vec column[4]) {
    vec a = vec_quads(from, step), b = vec_quads(from + step, step);
    vec c = vec_quads(from + 2 * step, step), d = vec_quads(from + 3 * step, step);
    vec ab = QUADS(a, b, 0, OTHER(0), 1, OTHER(1)), cd = QUADS(c, d, 0, OTHER(0), 1, OTHER(1));
    column[0] = QUADS(ab, cd, 0, 1, OTHER(0), OTHER(1));
    column[1] = QUADS(ab, cd, 2, 3, OTHER(2), OTHER(3));
    ab = QUADS(a, b, 2, OTHER(2), 3, OTHER(3)), cd = QUADS(c, d, 2, OTHER(2), 3, OTHER(3));
    column[2] = QUADS(ab, cd, 0, 1, OTHER(0), OTHER(1));
    column[3] = QUADS(ab, cd, 2, 3, OTHER(2), OTHER(3));
}

static inline vec gather_column(const float *from, int64_t step) {
    float lane[WIDTH];
    for (int r = 0; r < WIDTH; r++) lane[r] = from[r * step];
    return vec_load(lane);
}

// y of `blocks` registers of outputs for `samples` samples; `blocks` and `samples` are constants.
static TILE_BODY void forward_tile(int blocks, int samples, const fovea__linear_geometry *g,
                                   const float *x, const float *weight, const float *bias,
                                   float *y) {
    int64_t inputs = g->inputs, i = 0;
    vec sum[4][BLOCKS];
    UNROLL
    for (int b = 0; b < blocks; b++) {
        UNROLL
        for (int s = 0; s < samples; s++)
            sum[s][b] = bias ? vec_load(bias + b * WIDTH) : vec_splat(0);
    }
    for (; i + 4 <= inputs; i += 4) {
        UNROLL
        for (int b = 0; b < blocks; b++) {
            vec column[4];
            turn_columns(weight + b * WIDTH * inputs + i, inputs, column);
            UNROLL
            for (int k = 0; k < 4; k++) {
                UNROLL
                for (int s = 0; s < samples; s++)
                    sum[s][b] = vec_fma(vec_splat(x[s * inputs + i + k]), column[k], sum[s][b]);
            }
        }
    }
    for (; i < inputs; i++) {
        UNROLL
        for (int b = 0; b < blocks; b++) {
            vec column = gather_column(weight + b * WIDTH * inputs + i, inputs);
            UNROLL
            for (int s = 0; s < samples; s++)
                sum[s][b] = vec_fma(vec_splat(x[s * inputs + i]), column, sum[s][b]);
        }
    }
    UNROLL
    for (int b = 0; b < blocks; b++) {
        UNROLL
        for (int s = 0; s < samples; s++) vec_store(y + s * g->outputs + b * WIDTH, sum[s][b]);
    }
}

// Fewer outputs than a register has lanes: their chains side by side.
static void forward_few(const fovea__linear_geometry *g, int64_t outputs, const float *x,
                        const float *weight, const float *bias, float *y) {
    float sum[WIDTH];
    for (int64_t o = 0; o < outputs; o++) sum[o] = bias ? bias[o] : 0;
    for (int64_t i = 0; i < g->inputs; i++) {
        for (int64_t o = 0; o < outputs; o++)
            sum[o] = __builtin_fmaf(x[i], weight[o * g->inputs + i], sum[o]);
    }
    for (int64_t o = 0; o < outputs; o++) y[o] = sum[o];
}

#define FORWARD(blocks, samples)                                                \
    forward_tile(blocks, samples, g, x + n * g->inputs, weight + o * g->inputs, \
                 bias ? bias + o : NULL, y + n * g->outputs + o)

static void forward_range(const fovea__linear_geometry *g, int64_t samples, const float *x,
                          const float *weight, const float *bias, fovea__linear_range outputs,
                          float *y, void *scratch) {
    (void)scratch;
    int64_t end = outputs.first + outputs.count;
    for (int64_t n = 0; n < samples;) {
        bool four = n + 4 <= samples;
        int64_t o = outputs.first;
        for (; o + TILE <= end; o += TILE) four ? FORWARD(BLOCKS, 4) : FORWARD(BLOCKS, 1);
        for (; o + WIDTH <= end; o += WIDTH) four ? FORWARD(1, 4) : FORWARD(1, 1);
        for (int64_t s = n; o < end && s < n + (four ? 4 : 1); s++)
            forward_few(g, end - o, x + s * g->inputs, weight + o * g->inputs,
                        bias ? bias + o : NULL, y + s * g->outputs + o);
        n += four ? 4 : 1;
    }
}

// d_x of `count` registers of inputs; `count` is a constant.
static TILE_BODY void gradient_tile(int count, const fovea__linear_geometry *g, const float *d_y,
                                    const float *weight, float *d_x) {
    vec sum[8];
    UNROLL
    for (int i = 0; i < count; i++) sum[i] = vec_splat(0);
    for (int64_t o = 0; o < g->outputs; o++, weight += g->inputs) {
        vec gradient = vec_splat(d_y[o]);
        UNROLL
        for (int i = 0; i < count; i++)
            sum[i] = vec_fma(gradient, vec_load(weight + i * WIDTH), sum[i]);
    }
    UNROLL
    for (int i = 0; i < count; i++) vec_store(d_x + i * WIDTH, sum[i]);
}

static void input_gradient_range(const fovea__linear_geometry *g, int64_t samples, const float *d_y,
                                 const float *weight, fovea__linear_range inputs, float *d_x,
                                 void *scratch) {
    (void)scratch;
    int64_t end = inputs.first + inputs.count;
    for (int64_t n = 0; n < samples; n++, d_y += g->outputs, d_x += g->inputs) {
        int64_t i = inputs.first;
        for (; i + 8 * WIDTH <= end; i += 8 * WIDTH) gradient_tile(8, g, d_y, weight + i, d_x + i);
        for (; i + WIDTH <= end; i += WIDTH) gradient_tile(1, g, d_y, weight + i, d_x + i);
        for (; i < end; i++) {
            float sum = 0;
            for (int64_t o = 0; o < g->outputs; o++)
                sum = __builtin_fmaf(d_y[o], weight[o * g->inputs + i], sum);
            d_x[i] = sum;
        }
    }
}

static void forward(const fovea__linear_geometry *g, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch) {
    forward_range(g, samples, x, weight, bias, (fovea__linear_range){0, g->outputs}, y, scratch);
}

static void input_gradient(const fovea__linear_geometry *g, int32_t samples, const float *d_y,
                           const float *weight, float *d_x, void *scratch) {
    input_gradient_range(g, samples, d_y, weight, (fovea__linear_range){0, g->inputs}, d_x,
                         scratch);
}

static void weight_gradient(const fovea__linear_geometry *g, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch) {
    DEFINITION.weight_gradient(g, samples, x, d_y, d_weight, d_bias, scratch);
}

static void batch_gradient(const fovea__linear_geometry *g, int64_t samples, const float *x,
                           const float *d_y, float *d_weight, float *d_bias) {
    batch_gradient_range(g, samples, x, d_y, (fovea__linear_range){0, g->outputs}, d_weight,
                         d_bias);
}

static void tiles(const fovea__linear_geometry *geometry, int64_t samples, int64_t tile[3][3]) {
    int64_t widest[] = {TILE, 8 * WIDTH}, features[] = {geometry->outputs, geometry->inputs};
    for (int i = 0; i < 2; i++) tile[i][0] = features[i] < widest[i] ? features[i] : widest[i];
    tile[0][1] = samples >= 4 ? 4 : 1;
    tile[1][1] = 1;
}

static bool accepts(const fovea__linear_geometry *geometry) {
    (void)geometry;
    return true;
}

static size_t nothing(const fovea__linear_geometry *geometry) {
    (void)geometry;
    return 0;
}

const fovea__linear_kernel VARIANT = {.name = VARIANT_NAME,
                                      .cpu = VARIANT_CPU,
                                      .layout = FOVEA__LAYOUT_NCHW,
                                      .accepts = accepts,
                                      .scratch = nothing,
                                      .packed = nothing,
                                      .forward = forward,
                                      .input_gradient = input_gradient,
                                      .weight_gradient = weight_gradient,
                                      .forward_range = forward_range,
                                      .input_gradient_range = input_gradient_range,
                                      .batch_gradient = batch_gradient,
                                      .batch_gradient_range = batch_gradient_range,
                                      .tiles = tiles};
