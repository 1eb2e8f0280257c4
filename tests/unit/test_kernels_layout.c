// SPDX-License-Identifier: MIT
#include <math.h>

#include "guarded.h"
#include "kernels/layout/layout.h"

static void packing_and_unpacking_move_every_value(void **state) {
    (void)state;
    guarded_begin("layout");
    size_t variants;
    const fovea__layout_variant *list = fovea__layout_variants(&variants);
    for (size_t v = 0; v < variants; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 160; trial++) {
            int32_t samples = 1 + trial % 16;
            int64_t elements = 1 + pick(60);
            guarded x = guarded_make((size_t)(samples * elements)), back = guarded_make(x.count);
            guarded want = guarded_make((size_t)elements * 16), got = guarded_make(want.count);
            guarded_fill(&x);
            to_lanes(&x, samples, 0, &want);
            list[v].pack(samples, elements, x.data, got.data);
            assert_true(same_bits(&want, &got));
            list[v].unpack(samples, elements, got.data, back.data);
            assert_true(same_bits(&x, &back));
            guarded *all[] = {&x, &back, &want, &got};
            for (int i = 0; i < 4; i++) guarded_free(all[i]);
        }
    }
}

static void bytes_go_through_their_channels_table(void **state) {
    (void)state;
    guarded_begin("layout");
    size_t variants;
    const fovea__layout_variant *list = fovea__layout_variants(&variants);
    static float table[3][256];
    const float mean[3] = {0.4914f, 0.4822f, 0.4465f}, deviation[3] = {0.247f, 0.2435f, 0.2616f};
    fovea__layout_table(3, mean, deviation, table);
    for (size_t v = 0; v < variants; v++) {
        if (!fovea__cpu_allows(fovea__cpu_best(), list[v].needs)) continue;
        for (int trial = 0; trial < 96; trial++) {
            int32_t samples = 1 + trial % 16;
            int64_t pixels = 1 + pick(50);
            size_t size = (size_t)(3 * pixels);
            uint8_t *picture[16] = {0};
            guarded want = guarded_make((size_t)samples * size), got = guarded_make(want.count),
                    lanes = guarded_make(size * 16);
            for (int32_t n = 0; n < samples; n++) {
                picture[n] = malloc(size);  // exact size: the sanitizer sees a byte read too many
                for (size_t i = 0; i < size; i++) {
                    picture[n][i] = (uint8_t)pick(256);
                    size_t c = i / (size_t)pixels;
                    want.data[(size_t)n * size + i] =
                        ((float)picture[n][i] / 255.0f - mean[c]) / deviation[c];
                }
            }
            const uint8_t *const *sources = (const uint8_t *const *)picture;
            fovea__layout_u8_f32(samples, 3, pixels, sources, table, got.data);
            assert_true(same_bits(&want, &got));
            list[v].pack_u8(samples, 3, pixels, sources, table, lanes.data);
            from_lanes(&lanes, samples, &got);
            assert_true(same_bits(&want, &got));
            for (size_t i = 0; i < lanes.count; i++) {
                if ((int32_t)(i % 16) >= samples) assert_true(lanes.data[i] == 0);
            }
            for (int32_t n = 0; n < samples; n++) free(picture[n]);
            guarded *all[] = {&want, &got, &lanes};
            for (int i = 0; i < 3; i++) guarded_free(all[i]);
        }
    }
}

static void no_normalisation_means_zero_to_one(void **state) {
    (void)state;
    static float table[1][256];
    fovea__layout_table(1, NULL, NULL, table);
    for (int b = 0; b < 256; b++) assert_true(table[0][b] == (float)b / 255.0f);
    const uint8_t bytes[2] = {0, 255};
    const uint8_t *picture[1] = {bytes};
    double wide[2];
    fovea__layout_u8_f64(1, 1, 2, picture, table, wide);
    assert_true(wide[0] == 0 && wide[1] == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packing_and_unpacking_move_every_value),
        cmocka_unit_test(bytes_go_through_their_channels_table),
        cmocka_unit_test(no_normalisation_means_zero_to_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
