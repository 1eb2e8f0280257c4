// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/random.h"
#include "unit/unit.h"

// The three vectors published with the paper's code (Random123, kat_vectors, philox4x32 10 rounds).
static void philox_gives_the_known_answers(void **state) {
    (void)state;
    static const uint32_t vectors[3][10] = {
        {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
         0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
         0x94fdcceb, 0x5001e420, 0x24126ea1},
    };
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        fovea__philox4x32_10(vectors[i], vectors[i] + 4, out);
        assert_memory_equal(out, vectors[i] + 6, sizeof(out));
    }
}

static void a_word_is_its_lane_of_the_block(void **state) {
    (void)state;
    uint64_t seed = UINT64_C(0x299f31d0a4093822);
    uint32_t counter[4] = {5, 9, 3, 0x107}, key[2] = {0xa4093822, 0x299f31d0}, out[4];
    fovea__philox4x32_10(counter, key, out);
    for (uint64_t lane = 0; lane < 4; lane++)
        assert_int_equal(fovea__random_u32(seed, 0x107, 3, 9, 20 + lane), out[lane]);
}

static void floats_are_in_the_unit_interval_and_spread(void **state) {
    (void)state;
    double sum = 0, squares = 0, sum_double = 0;
    enum { COUNT = 100000 };
    for (uint64_t i = 0; i < COUNT; i++) {
        float x = fovea__random_float(1, FOVEA__RANDOM_TEST, 0, 0, i);
        double y = fovea__random_double(1, FOVEA__RANDOM_TEST, 0, 1, i);
        assert_true(x >= 0 && x < 1 && y >= 0 && y < 1);
        sum += x;
        squares += (double)x * x;
        sum_double += y;
    }
    // Five standard errors of the mean: 0.2887 / sqrt(100000) = 0.00091.
    assert_true(fabs(sum / COUNT - 0.5) < 0.0046);
    assert_true(fabs(sum_double / COUNT - 0.5) < 0.0046);
    assert_true(fabs(squares / COUNT - 1.0 / 3) < 0.0048);
}

static void a_double_uses_53_bits_of_two_words(void **state) {
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        uint64_t high = fovea__random_u32(7, 6, 1, 2, 2 * i);
        uint64_t low = fovea__random_u32(7, 6, 1, 2, 2 * i + 1);
        double wanted = (double)((high << 32 | low) >> 11) / 9007199254740992.0;
        assert_true(fovea__random_double(7, 6, 1, 2, i) == wanted);
    }
}

static void a_permutation_holds_each_number_once(void **state) {
    (void)state;
    for (int64_t count = 0; count < 200; count++) {
        int64_t order[200];
        uint8_t seen[200] = {0};
        fovea__random_permutation(3, FOVEA__RANDOM_SHUFFLE, 1, count, order);
        for (int64_t i = 0; i < count; i++) {
            assert_in_range(order[i], 0, count - 1);
            assert_int_equal(seen[order[i]]++, 0);
        }
    }
}

static void permutations_depend_on_seed_and_epoch_only(void **state) {
    (void)state;
    int64_t a[50], b[50];
    fovea__random_permutation(3, FOVEA__RANDOM_SHUFFLE, 1, 50, a);
    fovea__random_permutation(3, FOVEA__RANDOM_SHUFFLE, 1, 50, b);
    assert_memory_equal(a, b, sizeof(a));
    fovea__random_permutation(3, FOVEA__RANDOM_SHUFFLE, 2, 50, b);
    assert_memory_not_equal(a, b, sizeof(a));
    fovea__random_permutation(4, FOVEA__RANDOM_SHUFFLE, 1, 50, b);
    assert_memory_not_equal(a, b, sizeof(a));
    fovea__random_permutation(UINT64_C(3) + (UINT64_C(1) << 32), FOVEA__RANDOM_SHUFFLE, 1, 50, b);
    assert_memory_not_equal(a, b, sizeof(a));
}

// All 24 orders of four things, 24,000 draws: chi-square with 23 degrees of freedom is below 49.7
// with probability 0.999; the draws are fixed, so this passes always or never.
static void all_orders_are_equally_likely(void **state) {
    (void)state;
    int count[256] = {0};
    for (uint32_t epoch = 0; epoch < 24000; epoch++) {
        int64_t order[4];
        fovea__random_permutation(11, FOVEA__RANDOM_SHUFFLE, epoch, 4, order);
        count[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    double chi = 0;
    int orders = 0;
    for (int i = 0; i < 256; i++) {
        if (count[i] == 0) continue;
        orders++;
        chi += (count[i] - 1000.0) * (count[i] - 1000.0) / 1000.0;
    }
    assert_int_equal(orders, 24);
    assert_true(chi < 49.7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_known_answers),
        cmocka_unit_test(a_word_is_its_lane_of_the_block),
        cmocka_unit_test(floats_are_in_the_unit_interval_and_spread),
        cmocka_unit_test(a_double_uses_53_bits_of_two_words),
        cmocka_unit_test(a_permutation_holds_each_number_once),
        cmocka_unit_test(permutations_depend_on_seed_and_epoch_only),
        cmocka_unit_test(all_orders_are_equally_likely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
