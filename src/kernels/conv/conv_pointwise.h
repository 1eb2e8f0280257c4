// SPDX-License-Identifier: MIT
// Kernels of one tap, stride 1 and no padding: a pixel's sixteen lanes are a unit of columns of the
// product that linear layers use. The including file sets VARIANT, VARIANT_CPU, VARIANT_NAME and
// GENERAL, the variant of the same width that sums the weight gradient.
#include "kernels/conv/conv_kernels.h"
#include "kernels/linear/linear_product.h"

enum { DEPTH = 128 };  // channels summed in one go; between blocks the chains rest in memory

static int64_t plane(const int64_t size[3]) {
    return size[1] * size[2];
}

// `sources` channels to `targets`, by `count` pixels, all of a group.
static void sum_channels(product *p, const float *from, const float *weight, int64_t sources,
                         int64_t targets, int64_t weight_step, int64_t count, bool packed) {
    for (int64_t k = 0; k < sources; k += DEPTH) {
        p->a = weight + k * weight_step;
        p->b = from + k * p->b_step;
        p->depth = sources - k < DEPTH ? sources - k : DEPTH;
        p->resume = k > 0;
        if (packed) {
            product_of_packed(p, targets, count);
        } else {
            product_of_rows(p, targets, count);
        }
    }
}

// The rows computed may be some of those there are: pad is then their first, negative.
static void forward(const fovea__conv_geometry *g, int32_t samples, const float *x,
                    const float *weight, const float *bias, float *y, void *scratch) {
    (void)samples, (void)scratch;
    int64_t c = g->c / g->groups, o = g->o / g->groups;
    int64_t in = g->in[0] * plane(g->in) * UNIT, out = g->out[0] * plane(g->out) * UNIT;
    product p = {.a_line = c, .blocks = 1, .b_step = in, .b_unit = UNIT, .c_row = out};
    p.c_unit = UNIT;
    for (int64_t group = 0; group < g->groups; group++) {
        p.start = bias ? bias + group * o : NULL;
        for (int64_t d = 0; d < g->out[0]; d++) {
            int64_t at = (d - g->pad[0]) * plane(g->in) - g->pad[1] * g->in[2] - g->pad[2];
            p.c = y + group * o * out + d * plane(g->out) * UNIT;
            sum_channels(&p, x + group * c * in + at * UNIT, weight + group * o * c, c, o, 1,
                         plane(g->out), false);
        }
    }
}

static void input_gradient(const fovea__conv_geometry *g, int32_t samples, const float *d_y,
                           const float *weight, float *d_x, void *scratch) {
    (void)samples, (void)scratch;
    int64_t c = g->c / g->groups, o = g->o / g->groups, pixels = g->in[0] * plane(g->in);
    product p = {.a_line = c, .blocks = 1, .b_step = pixels * UNIT, .b_unit = UNIT};
    p.c_row = pixels * UNIT, p.c_unit = UNIT;
    for (int64_t group = 0; group < g->groups; group++) {
        p.c = d_x + group * c * pixels * UNIT;
        sum_channels(&p, d_y + group * o * pixels * UNIT, weight + group * o * c, o, c, c, pixels,
                     true);
    }
}

static void weight_gradient(const fovea__conv_geometry *g, int32_t samples, const float *x,
                            const float *d_y, float *d_weight, float *d_bias, void *scratch) {
    GENERAL.weight_gradient(g, samples, x, d_y, d_weight, d_bias, scratch);
}

// With few channels the sums are short, and their beginning and end cost more than they.
static bool accepts(const fovea__conv_geometry *g) {
    bool pointwise = g->c / g->groups >= 8 && g->o / g->groups >= 8;
    for (int i = 0; i < 3; i++)
        pointwise &=
            g->kernel[i] == 1 && g->stride[i] == 1 && g->pad[i] == 0 && g->in[i] == g->out[i];
    return pointwise;
}
static size_t scratch_bytes(const fovea__conv_geometry *g) {
    return GENERAL.scratch(g);
}
static size_t nothing(const fovea__conv_geometry *g) {
    (void)g;
    return 0;
}

const fovea__conv_kernel VARIANT = {
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
