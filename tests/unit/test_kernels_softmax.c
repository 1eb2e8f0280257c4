// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/softmax/softmax.h"

static void compare(const fovea__softmax_variant *variant, const fovea__softmax_variant *reference,
                    fovea__softmax_kind kind) {
    int64_t outer = 1 + pick(3), axis = 1 + pick(12), inner = 1 + pick(40);
    size_t count = (size_t)(outer * axis * inner);
    guarded x = guarded_make(count), y = guarded_make(count), d_y = guarded_make(count),
            d_x = guarded_make(count), y2 = guarded_make(count), d_x2 = guarded_make(count);
    guarded_fill(&d_y);
    for (size_t i = 0; i < count; i++) x.data[i] = (float)(pick(4001) - 2000) * 0.05f;
    reference->forward(kind, outer, axis, inner, x.data, y.data);
    reference->backward(kind, outer, axis, inner, y.data, d_y.data, d_x.data);
    variant->forward(kind, outer, axis, inner, x.data, y2.data);
    variant->backward(kind, outer, axis, inner, y.data, d_y.data, d_x2.data);
    assert_true(same_bits(&y, &y2));
    assert_true(same_bits(&d_x, &d_x2));
    variant->forward(kind, outer, axis, inner, x.data, x.data);
    assert_true(same_bits(&x, &y));
    double sum = 0;
    for (int64_t a = 0; a < axis; a++) {
        double value = y.data[a * inner];
        sum += kind == FOVEA__SOFTMAX ? value : exp(value);
    }
    assert_true(fabs(sum - 1) < 1e-5);
    guarded *all[] = {&x, &y, &d_y, &d_x, &y2, &d_x2};
    for (int i = 0; i < 6; i++) guarded_free(all[i]);
}

static void every_variant_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("softmax");
    size_t count;
    const fovea__softmax_variant *list = fovea__softmax_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 200; trial++) {
            compare(&list[v], &list[count - 1], trial % 2 ? FOVEA__SOFTMAX : FOVEA__LOG_SOFTMAX);
        }
    }
}

static void logits_of_any_size_give_probabilities(void **state) {
    (void)state;
    const float x[3] = {10000, -10000, 9999};
    float y[3];
    const fovea__softmax_variant *kernel = fovea__softmax_choose(fovea__cpu_best());
    kernel->forward(FOVEA__SOFTMAX, 1, 3, 1, x, y);
    assert_true(fabsf(y[0] - 0.7310586f) < 1e-6f && y[1] == 0);
    kernel->forward(FOVEA__LOG_SOFTMAX, 1, 3, 1, x, y);
    assert_true(fabsf(y[0] + 0.3132617f) < 1e-6f && fabsf(y[1] + 20000.313f) < 1e-2f);
}

static void doubles_know_the_worked_example(void **state) {
    (void)state;
    const double x[3] = {10, 6, 4};
    double y[3];
    fovea__softmax_forward_f64(FOVEA__SOFTMAX, 1, 3, 1, x, y);
    assert_true(fabs(y[0] - 0.9796) < 1e-4 && fabs(y[1] - 0.0179) < 1e-4);
    assert_true(fabs(y[2] - 0.0024) < 1e-4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_gives_the_reference_bits),
        cmocka_unit_test(logits_of_any_size_give_probabilities),
        cmocka_unit_test(doubles_know_the_worked_example),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
