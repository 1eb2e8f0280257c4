// SPDX-License-Identifier: MIT
// Ranges of the features of a linear layer, and matrix products.
#include "kernels/linear/linear.h"
#include "kernels/linear/linear_matmul.h"
#include "unit/random_calls/random_calls.h"

// Features of which `count` are left from `first` on, as many as the dice say.
static fovea__linear_range next_range(int64_t first, int64_t count) {
    int64_t size = pick(3) ? 1 + pick(70) : count;
    return (fovea__linear_range){first, count - first < size ? count - first : size};
}

// Both gradients and the outputs by the reference, group by group.
static void by_groups(const fovea__linear_geometry *g, fovea__layout layout, int64_t samples,
                      const guarded *x, const guarded *d_y, const float *weight, const float *bias,
                      guarded *y, guarded *d_x, guarded *d_w) {
    const fovea__linear_kernel *k = fovea__linear_choose(FOVEA__CPU_REFERENCE, layout, g);
    memset(d_w->data, 0, d_w->bytes);
    for (int64_t n = 0; n < samples; n += 16) {
        int32_t count = (int32_t)(samples - n < 16 ? samples - n : 16);
        int64_t in = n * g->inputs, out = n * g->outputs;
        k->forward(g, count, x->data + in, weight, bias, y->data + out, NULL);
        k->input_gradient(g, count, d_y->data + out, weight, d_x->data + in, NULL);
        k->weight_gradient(g, count, x->data + in, d_y->data + out, d_w->data, NULL, NULL);
    }
}

static const fovea__linear_kernel *kernel_with_ranges(const fovea__linear_geometry *g) {
    size_t count;
    const fovea__linear_kernel *const *list = fovea__linear_kernels(&count);
    for (int tries = 0; tries < 100; tries++) {
        const fovea__linear_kernel *k = list[pick((int64_t)count)];
        if (k->forward_range && fovea__cpu_allows(fovea__cpu_best(), k->cpu) && k->accepts(g))
            return k;
    }
    return NULL;
}

int64_t call_linear_ranges(void) {
    fovea__linear_geometry g = {1 + pick(pick(8) ? 50 : 300), 1 + pick(pick(8) ? 40 : 150)};
    const fovea__linear_kernel *k = kernel_with_ranges(&g);
    if (!k) return 1;  // this processor runs the reference only
    bool lanes = k->layout == FOVEA__LAYOUT_N16;
    int64_t samples = 1 + pick(lanes ? 50 : 16);
    size_t rows = (size_t)(lanes ? (samples + 15) / 16 * 16 : samples);
    int64_t groups = lanes ? (samples + 15) / 16 : samples, calls = 3;
    size_t in = (size_t)g.inputs, out = (size_t)g.outputs;
    guarded x = operand(rows * in), d_y = operand(rows * out), weight = operand(in * out);
    guarded bias = operand(out), scratch = guarded_make(k->scratch(&g) / sizeof(float));
    guarded y = guarded_make(d_y.count), y2 = guarded_make(d_y.count);
    guarded d_x = guarded_make(x.count), d_x2 = guarded_make(x.count);
    guarded d_w = guarded_make(in * out), d_w2 = guarded_make(in * out);
    for (size_t i = 0; lanes && i < d_y.count; i++)
        if ((int64_t)(i / (out * 16) * 16 + i % 16) >= samples) d_y.data[i] = 0;
    for (size_t i = 0; lanes && i < x.count; i++)
        if ((int64_t)(i / (in * 16) * 16 + i % 16) >= samples) x.data[i] = 0.75f;
    const float *b = pick(4) ? bias.data : NULL;
    by_groups(&g, k->layout, samples, &x, &d_y, weight.data, b, &y, &d_x, &d_w);
    fovea__linear_range r = {0, 0};
    for (int64_t at = 0; at < g.outputs; at += r.count, calls++) {
        r = next_range(at, g.outputs);
        k->forward_range(&g, groups, x.data, weight.data, b, r, y2.data, scratch.data);
    }
    if (!k->weight_gradient_range) memcpy(d_w2.data, d_w.data, d_w.bytes);
    for (int64_t at = 0; at < g.inputs; at += r.count, calls++) {
        r = next_range(at, g.inputs);
        k->input_gradient_range(&g, groups, d_y.data, weight.data, r, d_x2.data, scratch.data);
        if (!k->weight_gradient_range) continue;
        k->weight_gradient_range(&g, samples, x.data, d_y.data, r, d_w2.data, scratch.data);
        calls++;
    }
    expect("linear ranges", k->name, &y, &y2);
    expect("linear ranges", k->name, &d_x, &d_x2);
    expect("linear ranges", k->name, &d_w, &d_w2);
    FREE_ALL(&x, &d_y, &weight, &bias, &scratch);
    return calls;
}

int64_t call_matmul(void) {
    VARIANTS(matmul);
    fovea__matmul g = {.rows = 1 + pick(24), .columns = 1 + pick(70), .depth = 1 + pick(60)};
    if (pick(16) == 0) g.depth += 300;
    g.a_turned = pick(2), g.b_turned = pick(2), g.resume = pick(2);
    g.a_line = (g.a_turned ? g.rows : g.depth) + pick(3);
    g.b_line = (g.b_turned ? g.depth : g.columns) + pick(3);
    g.c_line = g.columns + pick(3);
    // the last line ends with what is used of it
    int64_t a_lines = g.a_turned ? g.depth : g.rows, b_lines = g.b_turned ? g.columns : g.depth;
    guarded a = operand((size_t)((a_lines - 1) * g.a_line + (g.a_turned ? g.rows : g.depth)));
    guarded b = operand((size_t)((b_lines - 1) * g.b_line + (g.b_turned ? g.depth : g.columns)));
    guarded c = operand((size_t)((g.rows - 1) * g.c_line + g.columns)), c2 = copy_of(&c);
    bool doubles = pick(4) == 0;
    if (doubles) {
        guarded a64 = wide_of(&a), b64 = wide_of(&b), c64 = wide_of(&c), d64 = wide_copy(&c64);
        fovea__matmul_choose_f64(FOVEA__CPU_REFERENCE)(&g, wide(&a64), wide(&b64), wide(&c64));
        fovea__matmul_choose_f64(fovea__cpu_best())(&g, wide(&a64), wide(&b64), wide(&d64));
        expect_wide("matmul", "in double", &c64, &d64);
        FREE_ALL(&a64, &b64);
    }
    reference->run(&g, a.data, b.data, c.data);
    variant->run(&g, a.data, b.data, c2.data);
    expect("matmul", variant->name, &c, &c2);
    FREE_ALL(&a, &b);
    return doubles ? 4 : 2;
}
