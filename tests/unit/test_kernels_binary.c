// SPDX-License-Identifier: MIT
#include "guarded.h"
#include "kernels/binary/binary.h"

static void equal_shapes_are_added_and_multiplied(void **state) {
    (void)state;
    guarded_begin("binary");
    for (size_t count = 0; count < 70; count++) {
        guarded a = guarded_make(count), b = guarded_make(count), y = guarded_make(count);
        guarded_fill(&a);
        guarded_fill(&b);
        for (int kind = FOVEA__BINARY_ADD; kind <= FOVEA__BINARY_MUL; kind++) {
            fovea__binary_f32((fovea__binary_kind)kind, (int64_t)count, a.data, b.data, y.data);
            for (size_t i = 0; i < count; i++) {
                float want =
                    kind == FOVEA__BINARY_ADD ? a.data[i] + b.data[i] : a.data[i] * b.data[i];
                assert_memory_equal(&y.data[i], &want, sizeof want);
            }
        }
        for (size_t i = 0; i < count; i++) y.data[i] = a.data[i];
        fovea__binary_accumulate_f32((int64_t)count, b.data, y.data);
        for (size_t i = 0; i < count; i++) assert_true(y.data[i] == a.data[i] + b.data[i]);
        guarded *all[] = {&a, &b, &y};
        for (int i = 0; i < 3; i++) guarded_free(all[i]);
    }
}

static void strides_repeat_operands(void **state) {
    (void)state;
    // [2][3] + [3] and [2][1] * [1][3]
    fovea__broadcast row = {2, {2, 3}, {3, 1}, {0, 1}}, cross = {2, {2, 3}, {1, 0}, {0, 1}};
    const double a[6] = {1, 2, 3, 4, 5, 6}, b[3] = {10, 20, 30};
    double y[6];
    fovea__binary_broadcast_f64(FOVEA__BINARY_ADD, &row, a, b, y);
    const double sums[6] = {11, 22, 33, 14, 25, 36}, products[6] = {10, 20, 30, 20, 40, 60};
    assert_memory_equal(y, sums, sizeof sums);
    fovea__binary_broadcast_f64(FOVEA__BINARY_MUL, &cross, a, b, y);
    assert_memory_equal(y, products, sizeof products);
    fovea__broadcast scalar = {0, {0}, {0}, {0}};
    fovea__binary_broadcast_f64(FOVEA__BINARY_MUL, &scalar, a + 1, b, y);
    assert_true(y[0] == 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_shapes_are_added_and_multiplied),
        cmocka_unit_test(strides_repeat_operands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
