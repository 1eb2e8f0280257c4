// SPDX-License-Identifier: MIT
// Convolution and linear layers of one group, and gradients of their weights over a batch.
#include "kernels/linear/linear.h"
#include "kernels/splitting.h"
#include "unit/conv_geometries.h"
#include "unit/random_calls/random_calls.h"

// Forward and both gradients in double, of two kernels.
#define CALL_IN_DOUBLE(family, g, samples, X, Y, W, O)                                          \
    do {                                                                                        \
        const fovea__##family##_kernel_f64 *want_ = fovea__##family##_choose_f64(0),            \
                                           *got_ =                                              \
                                               fovea__##family##_choose_f64(fovea__cpu_best()); \
        guarded f_[4] = {operand(X), operand(Y), operand(W), operand(O)}, in_[4];               \
        guarded y_[2], d_x_[2], d_w_[2], d_b_[2];                                               \
        for (int i = 0; i < 4; i++) in_[i] = wide_of(&f_[i]);                                   \
        for (int i = 0; i < 2; i++) {                                                           \
            const fovea__##family##_kernel_f64 *k_ = i ? got_ : want_;                          \
            y_[i] = wide_make(Y), d_x_[i] = wide_make(X);                                       \
            d_w_[i] = wide_copy(&in_[2]), d_b_[i] = wide_copy(&in_[3]);                         \
            k_->forward(g, samples, wide(&in_[0]), wide(&in_[2]), wide(&in_[3]), wide(&y_[i])); \
            k_->input_gradient(g, samples, wide(&in_[1]), wide(&in_[2]), wide(&d_x_[i]));       \
            k_->weight_gradient(g, samples, wide(&in_[0]), wide(&in_[1]), wide(&d_w_[i]),       \
                                wide(&d_b_[i]));                                                \
        }                                                                                       \
        expect_wide(#family, got_->name, &y_[0], &y_[1]);                                       \
        expect_wide(#family, got_->name, &d_x_[0], &d_x_[1]);                                   \
        expect_wide(#family, got_->name, &d_w_[0], &d_w_[1]);                                   \
        expect_wide(#family, got_->name, &d_b_[0], &d_b_[1]);                                   \
        for (int i = 0; i < 4; i++) FREE_ALL(&f_[i], &in_[i]);                                  \
    } while (0)

// Convolution and linear have the same functions; x, y and weights of one call of either.
#define CALL_LAYER(family, g, X, Y, W, O)                                                     \
    do {                                                                                      \
        size_t count, v;                                                                      \
        const fovea__##family##_kernel *const *list = fovea__##family##_kernels(&count);      \
        do v = (size_t)pick((int64_t)count);                                                  \
        while (!fovea__cpu_allows(fovea__cpu_best(), list[v]->cpu) || !list[v]->accepts(g));  \
        const fovea__##family##_kernel *k = list[v];                                          \
        const fovea__##family##_kernel *want =                                                \
            fovea__##family##_choose(FOVEA__CPU_REFERENCE, k->layout, g);                     \
        int32_t samples = 1 + (int32_t)pick(16);                                              \
        bool lanes = k->layout == FOVEA__LAYOUT_N16;                                          \
        size_t rows = lanes ? 16 : (size_t)samples;                                           \
        guarded x = operand(rows * (X)), weight = operand(W), bias = operand(O);              \
        guarded d_y = operand(rows * (Y)), scratch = guarded_make(k->scratch(g) / 4);         \
        if (lanes) mask_lanes(&d_y, samples, 0);                                              \
        if (lanes) mask_lanes(&x, samples, 0.75f);                                            \
        const float *b = pick(4) ? bias.data : NULL;                                          \
        guarded y = guarded_make(d_y.count), y2 = guarded_make(d_y.count);                    \
        guarded d_x = guarded_make(x.count), d_x2 = guarded_make(x.count);                    \
        guarded d_w = copy_of(&weight), d_w2 = copy_of(&weight);                              \
        guarded d_b = copy_of(&bias), d_b2 = copy_of(&bias);                                  \
        want->forward(g, samples, x.data, weight.data, b, y.data, NULL);                      \
        k->forward(g, samples, x.data, weight.data, b, y2.data, scratch.data);                \
        want->input_gradient(g, samples, d_y.data, weight.data, d_x.data, NULL);              \
        k->input_gradient(g, samples, d_y.data, weight.data, d_x2.data, scratch.data);        \
        want->weight_gradient(g, samples, x.data, d_y.data, d_w.data, d_b.data, NULL);        \
        k->weight_gradient(g, samples, x.data, d_y.data, d_w2.data, d_b2.data, scratch.data); \
        expect(#family, k->name, &y, &y2);                                                    \
        expect(#family, k->name, &d_x, &d_x2);                                                \
        expect(#family, k->name, &d_w, &d_w2);                                                \
        expect(#family, k->name, &d_b, &d_b2);                                                \
        FREE_ALL(&x, &weight, &bias, &d_y, &scratch);                                         \
    } while (0)

int64_t call_linear(void) {
    fovea__linear_geometry g = {1 + pick(40), 1 + pick(40)};
    size_t in = (size_t)g.inputs, out = (size_t)g.outputs;
    CALL_LAYER(linear, &g, in, out, in * out, out);
    if (pick(4)) return 6;
    int32_t samples = 1 + (int32_t)pick(16);
    size_t n = (size_t)samples;
    CALL_IN_DOUBLE(linear, &g, samples, n * in, n * out, in * out, out);
    return 12;
}

static fovea__conv_geometry small_geometry(int64_t most) {
    fovea__conv_geometry g;
    do g = random_geometry();
    while (work(&g) > most);
    return g;
}

int64_t call_conv(void) {
    fovea__conv_geometry g = small_geometry(3000);
    size_t in = (size_t)(g.c * fovea__conv_volume(g.in));
    size_t out = (size_t)(g.o * fovea__conv_volume(g.out));
    size_t taps = (size_t)(g.o * (g.c / g.groups) * fovea__conv_volume(g.kernel));
    CALL_LAYER(conv, &g, in, out, taps, (size_t)g.o);
    if (pick(4)) return 6;
    int32_t samples = 1 + (int32_t)pick(4);
    size_t n = (size_t)samples;
    CALL_IN_DOUBLE(conv, &g, samples, n * in, n * out, taps, (size_t)g.o);
    return 12;
}

// The groups of each slot in order, the slots by the tree of splitting.h.
#define BATCH_BY_GROUPS(k, g, samples, x, d_y, X, Y, d_w, d_b)                                  \
    do {                                                                                        \
        fovea__splitting split_ = fovea__split(samples);                                        \
        float *w_ = calloc((d_w)->count, 32), *b_ = calloc((d_b)->count, 32), one_[8];          \
        for (int64_t i = 0; i < split_.groups; i++) {                                           \
            size_t s_ = (size_t)fovea__slot_of(&split_, i);                                     \
            (k)->weight_gradient(g, fovea__group_samples(&split_, i), (x)->data + i * 16 * (X), \
                                 (d_y)->data + i * 16 * (Y), w_ + s_ * (d_w)->count,            \
                                 b_ + s_ * (d_b)->count, NULL);                                 \
        }                                                                                       \
        for (int of_ = 0; of_ < 2; of_++) {                                                     \
            const guarded *to_ = of_ ? (d_b) : (d_w);                                           \
            for (size_t e_ = 0; e_ < to_->count; e_++) {                                        \
                for (int s_ = 0; s_ < split_.slots; s_++)                                       \
                    one_[s_] = (of_ ? b_ : w_)[(size_t)s_ * to_->count + e_];                   \
                to_->data[e_] = fovea__tree_f32(one_, split_.slots);                            \
            }                                                                                   \
        }                                                                                       \
        free(w_);                                                                               \
        free(b_);                                                                               \
    } while (0)

#define CALL_BATCH(family, g, samples, X, Y, W, O)                                         \
    do {                                                                                   \
        const fovea__##family##_kernel *want_ =                                            \
            fovea__##family##_choose(FOVEA__CPU_REFERENCE, FOVEA__LAYOUT_NCHW, g);         \
        const fovea__##family##_kernel *got_ =                                             \
            fovea__##family##_choose(fovea__cpu_best(), FOVEA__LAYOUT_NCHW, g);            \
        size_t n_ = (size_t)(samples);                                                     \
        guarded x_ = operand(n_ * (X)), d_y_ = operand(n_ * (Y));                          \
        guarded d_w_ = guarded_make(W), d_w2_ = guarded_make(W), by_w_ = guarded_make(W);  \
        guarded d_b_ = guarded_make(O), d_b2_ = guarded_make(O), by_b_ = guarded_make(O);  \
        want_->batch_gradient(g, samples, x_.data, d_y_.data, d_w_.data, d_b_.data);       \
        got_->batch_gradient(g, samples, x_.data, d_y_.data, d_w2_.data, d_b2_.data);      \
        BATCH_BY_GROUPS(want_, g, samples, &x_, &d_y_, (int64_t)(X), (int64_t)(Y), &by_w_, \
                        &by_b_);                                                           \
        if (!alike(&d_w_, &by_w_) || !alike(&d_b_, &by_b_))                                \
            fail_msg(#family ": a batch is not the sum of its groups");                    \
        expect(#family " over a batch", got_->name, &d_w_, &d_w2_);                        \
        expect(#family " over a batch", got_->name, &d_b_, &d_b2_);                        \
        FREE_ALL(&x_, &d_y_, &by_w_, &by_b_);                                              \
    } while (0)

int64_t call_batch_gradient(void) {
    int64_t samples = 1 + pick(pick(4) ? 40 : 300);
    if (pick(2)) {
        fovea__linear_geometry g = {1 + pick(20), 1 + pick(20)};
        size_t in = (size_t)g.inputs, out = (size_t)g.outputs;
        CALL_BATCH(linear, &g, samples, in, out, in * out, out);
        return 2 + (samples + 15) / 16;
    }
    fovea__conv_geometry g = small_geometry(400);
    size_t in = (size_t)(g.c * fovea__conv_volume(g.in));
    size_t out = (size_t)(g.o * fovea__conv_volume(g.out));
    size_t taps = (size_t)(g.o * (g.c / g.groups) * fovea__conv_volume(g.kernel));
    CALL_BATCH(conv, &g, samples, in, out, taps, (size_t)g.o);
    return 2 + (samples + 15) / 16;
}
