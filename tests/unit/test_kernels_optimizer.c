// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/optimizer/optimizer.h"
#include "kernels/splitting.h"

static guarded copy_of(const guarded *x) {
    guarded y = guarded_make(x->count);
    memcpy(y.data, x->data, x->count * sizeof(float));
    return y;
}

static guarded filled(size_t count, bool positive) {
    guarded x = guarded_make(count);
    for (size_t i = 0; i < count; i++) {
        x.data[i] = (float)(pick(20001) - (positive ? 0 : 10000)) * 1e-4f;
    }
    return x;
}

static void compare_sgd(const fovea__optimizer_variant *variant,
                        const fovea__optimizer_variant *reference, size_t count, int trial) {
    fovea__sgd options = {0.1, trial & 1 ? 0.9 : 0, trial & 2 ? 5e-4 : 0, trial & 4, trial & 8};
    guarded g = filled(count, false), p = filled(count, false), b = filled(count, false);
    guarded p2 = copy_of(&p), b2 = copy_of(&b);
    reference->sgd(&options, (int64_t)count, g.data, p.data, b.data);
    variant->sgd(&options, (int64_t)count, g.data, p2.data, b2.data);
    assert_true(same_bits(&p, &p2) && same_bits(&b, &b2));
    guarded *all[] = {&g, &p, &b, &p2, &b2};
    for (int i = 0; i < 5; i++) guarded_free(all[i]);
}

static void compare_adam(const fovea__optimizer_variant *variant,
                         const fovea__optimizer_variant *reference, size_t count, int trial) {
    fovea__adam options = {1e-3, 0.9, 0.999, 1e-8, trial & 1 ? 1e-2 : 0, trial & 2, 1 + trial};
    guarded g = filled(count, false), p = filled(count, false), m = filled(count, false),
            v = filled(count, true);
    guarded p2 = copy_of(&p), m2 = copy_of(&m), v2 = copy_of(&v);
    reference->adam(&options, (int64_t)count, g.data, p.data, m.data, v.data);
    variant->adam(&options, (int64_t)count, g.data, p2.data, m2.data, v2.data);
    assert_true(same_bits(&p, &p2) && same_bits(&m, &m2) && same_bits(&v, &v2));
    guarded *all[] = {&g, &p, &m, &v, &p2, &m2, &v2};
    for (int i = 0; i < 7; i++) guarded_free(all[i]);
}

static void compare_sum(const fovea__optimizer_variant *variant,
                        const fovea__optimizer_variant *reference, size_t count, int32_t slots) {
    guarded slot[FOVEA__MAX_SLOTS];
    const float *data[FOVEA__MAX_SLOTS];
    for (int32_t k = 0; k < slots; k++) {
        slot[k] = filled(count, false);
        data[k] = slot[k].data;
    }
    guarded dst = guarded_make(count), dst2 = guarded_make(count);
    double squares[4] = {0}, squares2[4] = {0};
    assert_true(reference->sum(slots, data, (int64_t)count, dst.data, squares));
    assert_true(variant->sum(slots, data, (int64_t)count, dst2.data, squares2));
    assert_true(same_bits(&dst, &dst2));
    assert_memory_equal(squares, squares2, sizeof squares);
    for (size_t i = 0; i < count; i++) {
        float value[FOVEA__MAX_SLOTS];
        for (int32_t k = 0; k < slots; k++) value[k] = data[k][i];
        assert_true(dst.data[i] == fovea__tree_f32(value, slots));
    }
    variant->sum(slots, data, (int64_t)count, slot[0].data, squares2);
    assert_true(same_bits(&dst, &slot[0]));
    for (int32_t k = 0; k < slots; k++) guarded_free(&slot[k]);
    guarded_free(&dst);
    guarded_free(&dst2);
}

static void every_variant_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("optimizer");
    size_t variants;
    const fovea__optimizer_variant *list = fovea__optimizer_variants(&variants);
    for (size_t v = 0; v < variants; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 128; trial++) {
            size_t count = (size_t)(trial < 70 ? trial : pick(3000));
            compare_sgd(&list[v], &list[variants - 1], count, trial);
            compare_adam(&list[v], &list[variants - 1], count, trial);
            compare_sum(&list[v], &list[variants - 1], count, 1 + trial % FOVEA__MAX_SLOTS);
        }
    }
}

static void a_sum_says_whether_it_is_finite(void **state) {
    (void)state;
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (int k = 0; k < 3; k++) {
        for (int at = 0; at < 1500; at += 37) {
            float x[1500] = {0};
            double wide[1500] = {0}, squares[2];
            const float *slot = x;
            const double *wide_slot = wide;
            x[3] = 3e38f;
            assert_true(
                fovea__optimizer_choose(fovea__cpu_best())->sum(1, &slot, 1500, x, squares));
            assert_true(fovea__optimizer_sum_f64(1, &wide_slot, 1500, wide, squares));
            wide[at] = x[at] = bad[k];
            assert_false(
                fovea__optimizer_choose(fovea__cpu_best())->sum(1, &slot, 1500, x, squares));
            assert_false(fovea__optimizer_sum_f64(1, &wide_slot, 1500, wide, squares));
        }
    }
}

static void squares_add_up(void **state) {
    (void)state;
    float x[2500];
    double squares[3];
    const float *slot = x;
    for (int i = 0; i < 2500; i++) x[i] = 2;
    fovea__optimizer_choose(fovea__cpu_best())->sum(1, &slot, 2500, x, squares);
    assert_true(squares[0] == 4096 && squares[1] == 4096 && squares[2] == 4 * 452);
}

// Three steps by hand in double, straight from the published formulas.
static void doubles_follow_the_published_formulas(void **state) {
    (void)state;
    double p = 1, b = 0, q = 1, velocity = 0;
    for (int t = 0; t < 3; t++) {
        double g = 0.5 - 0.1 * t;
        fovea__sgd sgd = {0.1, 0.9, 0.01, true, t == 0};
        fovea__optimizer_sgd_f64(&sgd, 1, &g, &p, &b);
        double with_decay = g + 0.01 * q;
        velocity = t == 0 ? with_decay : 0.9 * velocity + with_decay;
        q -= 0.1 * (with_decay + 0.9 * velocity);
        assert_true(fabs(p - q) < 1e-14);
    }
    double m = 0, v = 0, mean = 0, square = 0;
    p = q = 1;
    for (int t = 1; t <= 3; t++) {
        double g = 0.5 - 0.1 * t;
        fovea__adam adam = {1e-2, 0.9, 0.999, 1e-8, 0.1, true, t};
        fovea__optimizer_adam_f64(&adam, 1, &g, &p, &m, &v);
        q -= 1e-2 * 0.1 * q;
        mean = 0.9 * mean + 0.1 * g;
        square = 0.999 * square + 0.001 * g * g;
        double m_hat = mean / (1 - pow(0.9, t)), v_hat = square / (1 - pow(0.999, t));
        q -= 1e-2 * m_hat / (sqrt(v_hat) + 1e-8);
        assert_true(fabs(p - q) < 1e-14);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_gives_the_reference_bits),
        cmocka_unit_test(a_sum_says_whether_it_is_finite),
        cmocka_unit_test(squares_add_up),
        cmocka_unit_test(doubles_follow_the_published_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
