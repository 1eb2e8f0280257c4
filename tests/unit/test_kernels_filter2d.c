// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/filter2d/filter2d.h"

enum { ROWS = 5, MARGIN = 8 };

static void compare_correlate(const fovea__filter2d_variant *variant,
                              const fovea__filter2d_variant *reference) {
    int64_t width = 1 + pick(200), count = pick(24);
    guarded row[ROWS], y = guarded_make((size_t)width), y2 = guarded_make((size_t)width);
    const float *rows[ROWS];
    fovea__filter2d_tap taps[24];
    for (int i = 0; i < ROWS; i++) {
        row[i] = guarded_make((size_t)width + MARGIN);
        guarded_fill(&row[i]);
        rows[i] = row[i].data;
    }
    for (int i = 0; i < count; i++)
        taps[i] = (fovea__filter2d_tap){(int32_t)pick(ROWS), (int32_t)pick(MARGIN + 1),
                                        (float)(pick(2001) - 1000) * 0.01f};
    reference->correlate(rows, taps, (int32_t)count, width, y.data);
    variant->correlate(rows, taps, (int32_t)count, width, y2.data);
    assert_true(same_bits(&y, &y2));
    for (int i = 0; i < ROWS; i++) guarded_free(&row[i]);
    guarded_free(&y);
    guarded_free(&y2);
}

// Bytes live in the guarded floats' memory.
static void compare_sums(const fovea__filter2d_variant *variant,
                         const fovea__filter2d_variant *reference) {
    int64_t width = 1 + pick(150);
    int32_t count = 1 + (int32_t)pick(8);
    uint16_t weight[8];
    guarded src = guarded_make((size_t)width + 8), a = guarded_make((size_t)width),
            b = guarded_make((size_t)width), c = guarded_make((size_t)width),
            d = guarded_make((size_t)width);
    for (int i = 0; i < 8; i++) weight[i] = (uint16_t)pick(33);
    uint8_t *bytes = (uint8_t *)src.data;
    for (int64_t i = 0; i < width + 8; i++) bytes[i] = (uint8_t)pick(256);
    memset(a.data, 0, (size_t)width * 4);
    memset(b.data, 0, (size_t)width * 4);
    reference->across(bytes, weight, count, width, (uint16_t *)a.data);
    variant->across(bytes, weight, count, width, (uint16_t *)b.data);
    assert_true(same_bits(&a, &b));
    const uint16_t *rows[8];
    for (int i = 0; i < 8; i++) rows[i] = (uint16_t *)(i % 2 ? a.data : b.data);
    reference->down(rows, weight, count, width, (uint32_t *)c.data);
    variant->down(rows, weight, count, width, (uint32_t *)d.data);
    assert_true(same_bits(&c, &d));
    guarded *all[] = {&src, &a, &b, &c, &d};
    for (int i = 0; i < 5; i++) guarded_free(all[i]);
}

static void every_variant_gives_the_reference_bits(void **state) {
    (void)state;
    guarded_begin("filter2d");
    size_t count;
    const fovea__filter2d_variant *list = fovea__filter2d_variants(&count);
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 300; trial++) {
            compare_correlate(&list[v], &list[count - 1]);
            compare_sums(&list[v], &list[count - 1]);
        }
    }
}

static void bytes_are_rounded_to_even_and_saturated(void **state) {
    (void)state;
    size_t count;
    const fovea__filter2d_variant *list = fovea__filter2d_variants(&count);
    static const float src[] = {-1e30f, -0.5f, 0.5f,   1.5f,   2.5f,  2.4999998f,
                                254.5f, 255,   255.5f, 300.0f, 1e30f, 0.50000006f};
    static const uint8_t wanted[] = {0, 0, 0, 2, 2, 2, 254, 255, 255, 255, 255, 1};
    uint8_t dst[sizeof wanted];
    for (size_t v = 0; v < count; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        list[v].bytes(src, sizeof wanted, dst);
        assert_memory_equal(dst, wanted, sizeof wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_gives_the_reference_bits),
        cmocka_unit_test(bytes_are_rounded_to_even_and_saturated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
