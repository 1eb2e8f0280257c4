// SPDX-License-Identifier: MIT
#include "guarded.h"
#include "kernels/linear/linear_matmul.h"

typedef struct operands {
    fovea__matmul g;
    guarded a, b, c, c2;
} operands;

// Lines may be longer than what is used of them.
static operands make(int64_t rows, int64_t columns, int64_t depth, int turns) {
    operands o = {.g = {.rows = rows,
                        .columns = columns,
                        .depth = depth,
                        .a_turned = turns & 1,
                        .b_turned = turns >> 1 & 1,
                        .resume = turns >> 2 & 1}};
    o.g.a_line = (o.g.a_turned ? rows : depth) + pick(3);
    o.g.b_line = (o.g.b_turned ? depth : columns) + pick(3);
    o.g.c_line = columns + pick(3);
    o.a = guarded_make((size_t)((o.g.a_turned ? depth : rows) * o.g.a_line));
    o.b = guarded_make((size_t)((o.g.b_turned ? columns : depth) * o.g.b_line));
    o.c = guarded_make((size_t)(rows * o.g.c_line));
    o.c2 = guarded_make((size_t)(rows * o.g.c_line));
    guarded_fill(&o.a);
    guarded_fill(&o.b);
    guarded_fill(&o.c);
    memcpy(o.c2.data, o.c.data, o.c.count * sizeof(float));
    return o;
}

static void compare(const fovea__matmul_variant *variant, const fovea__matmul_variant *reference,
                    operands o) {
    reference->run(&o.g, o.a.data, o.b.data, o.c.data);
    variant->run(&o.g, o.a.data, o.b.data, o.c2.data);
    if (!same_bits(&o.c, &o.c2)) {
        fail_msg("%s: %lldx%lldx%lld, turned %d %d, resumed %d", variant->name, (long long)o.g.rows,
                 (long long)o.g.depth, (long long)o.g.columns, o.g.a_turned, o.g.b_turned,
                 o.g.resume);
    }
    guarded *all[] = {&o.a, &o.b, &o.c, &o.c2};
    for (int i = 0; i < 4; i++) guarded_free(all[i]);
}

static void every_variant_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("matmul");
    size_t count;
    const fovea__matmul_variant *list = fovea__matmul_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < guarded_trials(160); trial++) {
            int64_t rows = 1 + pick(60), columns = 1 + pick(150), depth = 1 + pick(300);
            compare(&list[v], &list[count - 1], make(rows, columns, depth, trial % 8));
        }
    }
}

static void a_product_known_by_hand(void **state) {
    (void)state;
    const float a[6] = {1, 2, 3, 4, 5, 6}, b[6] = {1, 0, 2, 1, 0, 3};
    float c[4];
    fovea__matmul g = {.rows = 2, .columns = 2, .depth = 3, .a_line = 3, .b_line = 2, .c_line = 2};
    const fovea__matmul_variant *kernel = fovea__matmul_choose(fovea__cpu_best());
    kernel->run(&g, a, b, c);  // (1 2 3; 4 5 6) (1 0; 2 1; 0 3)
    assert_true(c[0] == 5 && c[1] == 11 && c[2] == 14 && c[3] == 23);
    g.b_turned = true;
    g.b_line = 3;
    kernel->run(&g, a, b, c);  // (1 2 3; 4 5 6) (1 1; 0 0; 2 3)
    assert_true(c[0] == 7 && c[1] == 10 && c[2] == 16 && c[3] == 22);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_gives_the_reference_bits),
        cmocka_unit_test(a_product_known_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
