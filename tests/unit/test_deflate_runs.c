// SPDX-License-Identifier: MIT
// Our deflate against zlib's inflate: every kind of data comes back, within the bound that is told.
#include <stdlib.h>
#include <zlib.h>

#include "formats/deflate_codes.h"
#include "formats/deflate_runs.h"
#include "unit.h"

static uint32_t seed = 1;

static uint32_t next_number(void) {
    seed = seed * 1664525 + 1013904223;
    return seed >> 8;
}

static size_t require_round_trip(const uint8_t *src, size_t size, bool last) {
    size_t bound = fovea__deflate_runs_bound(size);
    uint8_t *deflated = malloc(bound), *back = malloc(size + 1);
    assert_true(deflated && back);
    size_t made = fovea__deflate_runs(src, size, last, deflated);
    assert_true(made + 8 <= bound);
    z_stream z = {.next_in = deflated, .avail_in = (uInt)made, .next_out = back};
    z.avail_out = (uInt)size + 1;
    assert_int_equal(inflateInit2(&z, -15), Z_OK);
    int code = inflate(&z, Z_SYNC_FLUSH);
    if (code != (last ? Z_STREAM_END : Z_OK)) fail_msg("%s", z.msg ? z.msg : "stopped early");
    assert_int_equal(z.total_out, size);
    assert_int_equal(z.avail_in, 0);
    assert_memory_equal(back, src, size);
    inflateEnd(&z);
    free(deflated);
    free(back);
    return made;
}

static void data_of_every_kind_come_back(void **state) {
    (void)state;
    enum { MOST = 300000 };
    uint8_t *src = malloc(MOST);
    assert_non_null(src);
    for (int kind = 0; kind < 400; kind++) {
        size_t size = kind < 40 ? (size_t)kind + 1 : 1 + next_number() % (kind < 300 ? 3000 : MOST);
        uint32_t symbols = 1 + next_number() % (kind % 3 == 0 ? 4 : 256),
                 longest = 1 + next_number() % 600;
        for (size_t i = 0; i < size;) {
            // Rare symbols far more rarely than others: long codes, which must be cut.
            uint32_t bits = next_number() % 24, run = kind % 2 ? 1 : 1 + next_number() % longest;
            uint8_t byte =
                (uint8_t)(kind % 5 == 0 ? (uint32_t)__builtin_ctz(next_number() | 1u << bits)
                                        : next_number() % symbols);
            while (run-- > 0 && i < size) src[i++] = byte;
        }
        require_round_trip(src, size, kind % 2 == 0);
        require_round_trip(src, size, kind % 2 != 0);
    }
    free(src);
}

static void even_data_become_small_and_noise_hardly_larger(void **state) {
    (void)state;
    uint8_t *src = calloc(1, 200000);
    assert_non_null(src);
    assert_true(require_round_trip(src, 200000, true) < 1200);
    for (size_t i = 0; i < 200000; i++) src[i] = (uint8_t)next_number();
    assert_true(require_round_trip(src, 200000, true) < 202000);
    free(src);
}

// Counts as Fibonacci's numbers give the deepest tree.
static void codes_are_cut_and_fill_their_space(void **state) {
    (void)state;
    for (int32_t limit = 7; limit <= 15; limit++)
        for (int32_t count = 2; count <= 40 && count <= 1 << limit; count++) {
            uint32_t often[40] = {1, 1};
            uint8_t length[40];
            for (int i = 2; i < count; i++) often[i] = often[i - 1] + often[i - 2];
            fovea__code_lengths(often, count, limit, length);
            uint32_t space = 0;
            for (int i = 0; i < count; i++) {
                assert_in_range(length[i], 1, limit);
                space += 1u << (limit - length[i]);
            }
            assert_int_equal(space, 1u << limit);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_of_every_kind_come_back),
        cmocka_unit_test(even_data_become_small_and_noise_hardly_larger),
        cmocka_unit_test(codes_are_cut_and_fill_their_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
