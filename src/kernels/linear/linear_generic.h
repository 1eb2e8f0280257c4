// SPDX-License-Identifier: MIT
// The N16 kernels for one vector width; the including file is compiled for its processor and sets
// VARIANT, VARIANT_CPU and VARIANT_NAME. All three directions are the product of linear_product.h,
// in blocks of the summed axis whose operands stay in the first cache; between blocks the chains
// rest in memory.
#include "kernels/linear/linear_kernels.h"
#include "kernels/linear/linear_product.h"
#include "kernels/linear/linear_turn.h"
#include "kernels/splitting.h"

enum {
    DEPTH = 128,       // inputs or outputs summed in one go: 32 KiB of four groups
    PANEL = 64,        // inputs of a panel of turned samples
    PANEL_GROUPS = 8,  // groups of it: 32 KiB
    PACKED = 32,       // inputs of a panel of packed weights
};

static size_t scratch_bytes(const fovea__linear_geometry *g) {
    (void)g;
    size_t turned = PANEL * PANEL_GROUPS * FOVEA__LANES, packed = PACKED * DEPTH;
    return (turned > packed ? turned : packed) * sizeof(float);
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void forward_range(const fovea__linear_geometry *g, int64_t groups, const float *x,
                          const float *weight, const float *bias, fovea__linear_range range,
                          float *y, void *scratch) {
    (void)scratch;
    product p = {.start = bias ? bias + range.first : NULL,
                 .a_line = g->inputs,
                 .blocks = 1,
                 .b_step = UNIT,
                 .b_unit = g->inputs * UNIT,
                 .c = y + range.first * UNIT,
                 .c_row = UNIT,
                 .c_unit = g->outputs * UNIT};
    int64_t depth = groups > 1 ? DEPTH : 4 * DEPTH;
    for (int64_t i = 0; i < g->inputs; i += depth) {
        p.a = weight + range.first * g->inputs + i;
        p.b = x + i * UNIT;
        p.depth = least(g->inputs - i, depth);
        p.resume = i > 0;
        product_of_rows(&p, range.count, groups);
    }
}

// PACKED columns of `rows` rows of weights, fewer at the end, close together.
static void pack_rows(const float *from, int64_t line, int64_t rows, int64_t count, float *to) {
    for (int64_t k = 0; k < rows; k++, from += line, to += PACKED) {
        if (count == PACKED) {
            UNROLL for (int i = 0; i < PACKED; i += WIDTH) vec_store(to + i, vec_load(from + i));
        } else {
            memcpy(to, from, (size_t)count * sizeof(float));
        }
    }
}

static void input_gradient_range(const fovea__linear_geometry *g, int64_t groups, const float *d_y,
                                 const float *weight, fovea__linear_range range, float *d_x,
                                 void *scratch) {
    product p = {.blocks = 1,
                 .b_step = UNIT,
                 .b_unit = g->outputs * UNIT,
                 .c_row = UNIT,
                 .c_unit = g->inputs * UNIT};
    for (int64_t i = 0; i < range.count; i += PACKED) {
        int64_t count = least(range.count - i, PACKED);
        p.c = d_x + (range.first + i) * UNIT;
        for (int64_t o = 0; o < g->outputs; o += DEPTH) {
            const float *from = weight + o * g->inputs + range.first + i;
            p.depth = least(g->outputs - o, DEPTH);
            p.b = d_y + o * UNIT;
            p.resume = o > 0;
            p.a = from;
            p.a_line = g->inputs;
            if (groups > 1) {
                pack_rows(from, g->inputs, p.depth, count, scratch);
                p.a = scratch;
                p.a_line = PACKED;
            }
            product_of_packed(&p, count, groups);
        }
    }
}

// d_weight of a panel of `count` inputs from `column` of it on, a last part of a unit by way of a
// buffer.
static void weight_panel(const fovea__linear_geometry *g, const product *all, int64_t count) {
    product p = *all;
    int64_t units = count / UNIT, left = count % UNIT;
    product_of_rows(&p, g->outputs, units);
    if (!left) return;
    float part[MAX_ROWS * UNIT];
    p.b += units * UNIT;
    p.c_row = UNIT;
    p.c = part;
    for (int64_t o = 0; o < g->outputs; o += MAX_ROWS) {
        int64_t rows = least(g->outputs - o, MAX_ROWS);
        float *rest = all->c + o * g->inputs + units * UNIT;
        p.a = all->a + o * UNIT;
        for (int64_t m = 0; m < rows; m++)
            memcpy(part + m * UNIT, rest + m * g->inputs, (size_t)left * sizeof(float));
        product_of_rows(&p, rows, 1);
        for (int64_t m = 0; m < rows; m++)
            memcpy(rest + m * g->inputs, part + m * UNIT, (size_t)left * sizeof(float));
    }
}

// The panel's sums over some groups of d_y, the last of them perhaps not full.
static void weight_chain(const fovea__linear_geometry *g, int64_t outputs, int64_t samples,
                         const float *panel, const float *d_y, bool resume, int64_t count,
                         float *d_weight) {
    fovea__linear_geometry part = {g->inputs, outputs};
    int64_t full = samples / FOVEA__LANES, left = samples % FOVEA__LANES;
    product p = {.a = d_y,
                 .b = panel,
                 .c = d_weight,
                 .resume = resume,
                 .a_line = FOVEA__LANES,
                 .depth = FOVEA__LANES,
                 .blocks = full,
                 .a_block = g->outputs * FOVEA__LANES,
                 .b_block = PANEL * FOVEA__LANES,
                 .b_step = PANEL,
                 .b_unit = UNIT,
                 .c_row = g->inputs,
                 .c_unit = UNIT};
    if (full) weight_panel(&part, &p, count);
    if (!left) return;
    p.a += full * p.a_block;
    p.b += full * p.b_block;
    p.depth = left;
    p.blocks = 1;
    p.resume |= full > 0;
    weight_panel(&part, &p, count);
}

static void weight_columns(const fovea__linear_geometry *g, int64_t outputs, int64_t samples,
                           const float *x, const float *d_y, fovea__linear_range range, bool resume,
                           float *d_weight, float *panel) {
    for (int64_t i = range.first; i < range.first + range.count; i += PANEL) {
        int64_t count = least(range.first + range.count - i, PANEL);
        for (int64_t n = 0; n < samples; n += PANEL_GROUPS * FOVEA__LANES) {
            int64_t some = least(samples - n, PANEL_GROUPS * FOVEA__LANES);
            const float *from = x + (n * g->inputs + i * FOVEA__LANES);
            for (int64_t k = 0; k < some; k += FOVEA__LANES)
                turn_group(from + k * g->inputs, count, PANEL, panel + k * PANEL);
            weight_chain(g, outputs, some, panel, d_y + n * g->outputs, resume || n > 0, count,
                         d_weight + i);
        }
    }
}

static void weight_gradient_range(const fovea__linear_geometry *g, int64_t samples, const float *x,
                                  const float *d_y, fovea__linear_range range, float *d_weight,
                                  void *scratch) {
    weight_columns(g, g->outputs, samples, x, d_y, range, false, d_weight, scratch);
}

static void forward(const fovea__linear_geometry *g, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch) {
    (void)samples;
    forward_range(g, 1, x, weight, bias, (fovea__linear_range){0, g->outputs}, y, scratch);
}

static void input_gradient(const fovea__linear_geometry *g, int32_t samples, const float *d_y,
                           const float *weight, float *d_x, void *scratch) {
    (void)samples;
    input_gradient_range(g, 1, d_y, weight, (fovea__linear_range){0, g->inputs}, d_x, scratch);
}

static void weight_gradient(const fovea__linear_geometry *g, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch) {
    if (d_weight)
        weight_columns(g, g->outputs, samples, x, d_y, (fovea__linear_range){0, g->inputs}, true,
                       d_weight, scratch);
    for (int64_t o = 0; d_bias && o < g->outputs; o++) {
        d_bias[o] += vec_lane_tree(d_y + o * FOVEA__LANES);
    }
}

static void tiles(const fovea__linear_geometry *g, int64_t groups, int64_t tile[3][3]) {
    int64_t units = 1, panel = least(PANEL / UNIT, MAX_UNITS);
    while (2 * units <= least(groups, MAX_UNITS)) units *= 2;
    tile[0][0] = least(g->outputs, ROWS_OF(units));
    tile[1][0] = least(g->inputs, ROWS_OF(units));
    tile[0][1] = tile[1][1] = units * UNIT;
    tile[2][0] = least(g->outputs, ROWS_OF(panel));
    tile[2][1] = least(g->inputs, panel * UNIT);
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
    .forward_range = forward_range,
    .input_gradient_range = input_gradient_range,
    .weight_gradient_range = weight_gradient_range,
    .tiles = tiles,
};
