// SPDX-License-Identifier: MIT
// The N16 kernels for one vector width; the including file is compiled for its processor and sets
// VARIANT, VARIANT_CPU and VARIANT_NAME. Lanes are worked on WIDTH at a time.
#include "kernels/fused.h"
#include "kernels/linear/linear_kernels.h"
#include "kernels/splitting.h"

#define FORWARD_TILE 8  // outputs: as many rows of weights as a cache set holds beside x
#define INPUT_ROWS 64   // rows of weights the input gradient reads side by side
#if WIDTH == 8
#define INPUT_TILE 8  // inputs
#define ROW_TILE 2    // of the weight gradient: outputs by vectors of inputs
#define COLUMN_TILE 4
#else
#define INPUT_TILE 16
#define ROW_TILE 4
#define COLUMN_TILE 4
#endif

// y[m] = bias[m] + sum over i of x[i] * weight[m][i] for M outputs.
static TILE_BODY void forward_tile(int64_t inputs, const float *x, const float *weight,
                                   const float *bias, float *y, const int M) {
    vec sum[FORWARD_TILE];
    UNROLL for (int m = 0; m < M; m++) sum[m] = vec_splat(bias ? bias[m] : 0.0f);
    for (int64_t i = 0; i < inputs; i++, weight++) {
        vec value = vec_load(x + i * FOVEA__LANES);
        UNROLL for (int m = 0; m < M; m++) {
            sum[m] = vec_fma(value, vec_splat(weight[m * inputs]), sum[m]);
        }
    }
    UNROLL for (int m = 0; m < M; m++) vec_store(y + m * FOVEA__LANES, sum[m]);
}

static void forward_tail(int64_t inputs, const float *x, const float *weight, const float *bias,
                         float *y, int64_t outputs) {
    switch (outputs) {
        case 1:
            forward_tile(inputs, x, weight, bias, y, 1);
            break;
        case 2:
            forward_tile(inputs, x, weight, bias, y, 2);
            break;
        case 3:
            forward_tile(inputs, x, weight, bias, y, 3);
            break;
        case 4:
            forward_tile(inputs, x, weight, bias, y, 4);
            break;
        case 5:
            forward_tile(inputs, x, weight, bias, y, 5);
            break;
        case 6:
            forward_tile(inputs, x, weight, bias, y, 6);
            break;
        case 7:
            forward_tile(inputs, x, weight, bias, y, 7);
            break;
        default:
            break;
    }
}

static void forward(const fovea__linear_geometry *g, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch) {
    (void)samples, (void)scratch;
    for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
        int64_t o = 0;
        for (; o + FORWARD_TILE <= g->outputs; o += FORWARD_TILE) {
            forward_tile(g->inputs, x + lane, weight + o * g->inputs, bias ? bias + o : NULL,
                         y + o * FOVEA__LANES + lane, FORWARD_TILE);
        }
        forward_tail(g->inputs, x + lane, weight + o * g->inputs, bias ? bias + o : NULL,
                     y + o * FOVEA__LANES + lane, g->outputs - o);
    }
}

// d_x[i] += sum over `outputs` o of d_y[o] * weight[o][i] for N inputs.
static TILE_BODY void input_tile(const fovea__linear_geometry *g, int64_t outputs, const float *d_y,
                                 const float *weight, float *d_x, const int N) {
    vec sum[INPUT_TILE];
    UNROLL for (int i = 0; i < N; i++) sum[i] = vec_load(d_x + i * FOVEA__LANES);
    for (int64_t o = 0; o < outputs; o++, weight += g->inputs) {
        vec gradient = vec_load(d_y + o * FOVEA__LANES);
        UNROLL for (int i = 0; i < N; i++) sum[i] = vec_fma(gradient, vec_splat(weight[i]), sum[i]);
    }
    UNROLL for (int i = 0; i < N; i++) vec_store(d_x + i * FOVEA__LANES, sum[i]);
}

static void input_rows(const fovea__linear_geometry *g, int64_t outputs, const float *d_y,
                       const float *weight, float *d_x) {
    int64_t i = 0;
    for (; i + INPUT_TILE <= g->inputs; i += INPUT_TILE) {
        input_tile(g, outputs, d_y, weight + i, d_x + i * FOVEA__LANES, INPUT_TILE);
    }
    for (; i + 4 <= g->inputs; i += 4) {
        input_tile(g, outputs, d_y, weight + i, d_x + i * FOVEA__LANES, 4);
    }
    for (; i < g->inputs; i++) {
        input_tile(g, outputs, d_y, weight + i, d_x + i * FOVEA__LANES, 1);
    }
}

// Few rows of weights at a time, so that each is read as a stream; the chains rest in d_x between.
static void input_gradient(const fovea__linear_geometry *g, int32_t samples, const float *d_y,
                           const float *weight, float *d_x, void *scratch) {
    (void)samples, (void)scratch;
    memset(d_x, 0, (size_t)(g->inputs * FOVEA__LANES) * sizeof(float));
    for (int64_t o = 0; o < g->outputs; o += INPUT_ROWS) {
        int64_t outputs = g->outputs - o < INPUT_ROWS ? g->outputs - o : INPUT_ROWS;
        for (int lane = 0; lane < FOVEA__LANES; lane += WIDTH) {
            input_rows(g, outputs, d_y + o * FOVEA__LANES + lane, weight + o * g->inputs,
                       d_x + lane);
        }
    }
}

// Rows of x turned to [sample][input], each padded to whole vectors.
static int64_t padded(int64_t inputs) {
    return (inputs + WIDTH - 1) / WIDTH * WIDTH;
}
static size_t scratch_bytes(const fovea__linear_geometry *g) {
    return (size_t)(padded(g->inputs) * FOVEA__LANES) * sizeof(float);
}

// to[c][r] = from[r][c] for four rows of from and four of to.
static inline void transpose4(const float *from, float *to, int64_t to_row) {
    vec4 a = vec4_load(from), b = vec4_load(from + FOVEA__LANES);
    vec4 c = vec4_load(from + 2 * FOVEA__LANES), d = vec4_load(from + 3 * FOVEA__LANES);
    vec4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
         cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    vec4_store(to, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
    vec4_store(to + to_row, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    vec4_store(to + 2 * to_row, __builtin_shufflevector(ab, cd, 0, 1, 4, 5));
    vec4_store(to + 3 * to_row, __builtin_shufflevector(ab, cd, 2, 3, 6, 7));
}

static void turn(const float *x, int64_t inputs, float *turned) {
    int64_t row = padded(inputs), i = 0;
    for (; i + 4 <= inputs; i += 4) {
        for (int n = 0; n < FOVEA__LANES; n += 4) {
            transpose4(x + i * FOVEA__LANES + n, turned + n * row + i, row);
        }
    }
    for (; i < row; i++) {
        for (int n = 0; n < FOVEA__LANES; n++) {
            turned[n * row + i] = i < inputs ? x[i * FOVEA__LANES + n] : 0.0f;
        }
    }
}

// d_weight[m][i] = chain over the samples of d_y[m][n] * turned[n][i], for M outputs and V vectors.
static TILE_BODY void weight_tile(const fovea__linear_geometry *g, int32_t samples,
                                  const float *turned, const float *d_y, float *d_weight,
                                  const int M, const int V) {
    int64_t row = padded(g->inputs);
    vec sum[ROW_TILE][COLUMN_TILE];
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int v = 0; v < V; v++) sum[m][v] =
            vec_load(d_weight + m * g->inputs + v * WIDTH);
    }
    for (int32_t n = 0; n < samples; n++, turned += row) {
        vec value[COLUMN_TILE];
        UNROLL for (int v = 0; v < V; v++) value[v] = vec_load(turned + v * WIDTH);
        UNROLL for (int m = 0; m < M; m++) {
            vec gradient = vec_splat(d_y[m * FOVEA__LANES + n]);
            UNROLL for (int v = 0; v < V; v++) sum[m][v] = vec_fma(gradient, value[v], sum[m][v]);
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int v = 0; v < V; v++)
            vec_store(d_weight + m * g->inputs + v * WIDTH, sum[m][v]);
    }
}

// The last inputs of a row, fewer than a vector.
static void weight_tail(const fovea__linear_geometry *g, int32_t samples, const float *turned,
                        const float *d_y, float *d_weight, int64_t count) {
    fovea__linear_geometry one = {g->inputs, 1};
    float part[WIDTH] = {0};
    memcpy(part, d_weight, (size_t)count * sizeof(float));
    weight_tile(&one, samples, turned, d_y, part, 1, 1);
    memcpy(d_weight, part, (size_t)count * sizeof(float));
}

static TILE_BODY void weight_rows(const fovea__linear_geometry *g, int32_t samples,
                                  const float *turned, const float *d_y, float *d_weight,
                                  const int M) {
    int64_t i = 0;
    for (; i + COLUMN_TILE * WIDTH <= g->inputs; i += COLUMN_TILE * WIDTH) {
        weight_tile(g, samples, turned + i, d_y, d_weight + i, M, COLUMN_TILE);
    }
    for (; i + WIDTH <= g->inputs; i += WIDTH) {
        weight_tile(g, samples, turned + i, d_y, d_weight + i, M, 1);
    }
    for (int m = 0; i < g->inputs && m < M; m++) {
        weight_tail(g, samples, turned + i, d_y + m * FOVEA__LANES, d_weight + m * g->inputs + i,
                    g->inputs - i);
    }
}

static void weight_gradient(const fovea__linear_geometry *g, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch) {
    if (d_weight) {
        int64_t o = 0;
        turn(x, g->inputs, scratch);
        for (; o + ROW_TILE <= g->outputs; o += ROW_TILE) {
            weight_rows(g, samples, scratch, d_y + o * FOVEA__LANES, d_weight + o * g->inputs,
                        ROW_TILE);
        }
        for (; o < g->outputs; o++) {
            weight_rows(g, samples, scratch, d_y + o * FOVEA__LANES, d_weight + o * g->inputs, 1);
        }
    }
    for (int64_t o = 0; d_bias && o < g->outputs; o++) {
        d_bias[o] += vec_lane_tree(d_y + o * FOVEA__LANES);
    }
}

static bool accepts(const fovea__linear_geometry *g) {
    (void)g;
    return true;
}
static size_t nothing(const fovea__linear_geometry *g) {
    (void)g;
    return 0;
}

const fovea__linear_kernel VARIANT = {
    .name = VARIANT_NAME,
    .cpu = VARIANT_CPU,
    .layout = FOVEA__LAYOUT_N16,
    .accepts = accepts,
    .scratch = scratch_bytes,
    .packed = nothing,
    .forward = forward,
    .input_gradient = input_gradient,
    .weight_gradient = weight_gradient,
};
