// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "draw/colormap.h"
#include "fovea/draw.h"
#include "unit/unit.h"

static void check_rgb(fovea__rgb rgb, int r, int g, int b) {
    assert_int_equal(rgb.r, r);
    assert_int_equal(rgb.g, g);
    assert_int_equal(rgb.b, b);
}

static void check_ends(const char *name, const int low[3], const int high[3]) {
    const fovea__colormap *map = fovea__colormap_find(name);
    assert_non_null(map);
    check_rgb(fovea__colormap_at(map, 0, 0, 1), low[0], low[1], low[2]);
    check_rgb(fovea__colormap_at(map, 1, 0, 1), high[0], high[1], high[2]);
}

static void maps_have_their_published_end_colours(void **state) {
    (void)state;
    check_ends("viridis", (int[3]){68, 1, 84}, (int[3]){253, 231, 37});
    check_ends("magma", (int[3]){0, 0, 4}, (int[3]){252, 253, 191});
    check_ends("inferno", (int[3]){0, 0, 4}, (int[3]){252, 255, 164});
    check_ends("plasma", (int[3]){13, 8, 135}, (int[3]){240, 249, 33});
    check_ends("cividis", (int[3]){0, 34, 78}, (int[3]){254, 232, 56});
    check_ends("turbo", (int[3]){48, 18, 59}, (int[3]){122, 4, 3});
    check_ends("greys", (int[3]){0, 0, 0}, (int[3]){255, 255, 255});
    check_ends("RdBu", (int[3]){5, 48, 97}, (int[3]){103, 0, 31});
    check_ends("coolwarm", (int[3]){59, 76, 192}, (int[3]){180, 4, 38});
    assert_int_equal(fovea__colormap_count, 9);
    assert_null(fovea__colormap_find("jet"));
}

static void values_outside_the_range_take_the_ends(void **state) {
    (void)state;
    const fovea__colormap *greys = fovea__colormap_find("greys");
    check_rgb(fovea__colormap_at(greys, -5, 0, 1), 0, 0, 0);
    check_rgb(fovea__colormap_at(greys, 5, 0, 1), 255, 255, 255);
    check_rgb(fovea__colormap_at(greys, 0.5, 0, 1), 128, 128, 128);
    check_rgb(fovea__colormap_at(greys, 7, 7, 7), 128, 128, 128);
}

static void no_map_comes_near_the_colour_of_what_is_not_finite(void **state) {
    (void)state;
    fovea__rgb mark = FOVEA__NOT_FINITE_RGB;
    for (size_t m = 0; m < fovea__colormap_count; m++)
        for (int i = 0; i < 256; i++) {
            const uint8_t *rgb = fovea__colormaps[m].rgb[i];
            int far = abs(rgb[0] - mark.r) + abs(rgb[1] - mark.g) + abs(rgb[2] - mark.b);
            assert_true(far > 150);
        }
}

static void text_on_a_colour_is_black_or_white_by_contrast(void **state) {
    (void)state;
    check_rgb(fovea__contrast((fovea__rgb){255, 255, 255}), 0, 0, 0);
    check_rgb(fovea__contrast((fovea__rgb){0, 0, 0}), 255, 255, 255);
    check_rgb(fovea__contrast((fovea__rgb){255, 255, 0}), 0, 0, 0);
    check_rgb(fovea__contrast((fovea__rgb){0, 0, 255}), 255, 255, 255);
    for (int grey = 0; grey < 256; grey++) {
        fovea__rgb ground = {(uint8_t)grey, (uint8_t)grey, (uint8_t)grey};
        double l = fovea__luminance(ground), w = 1.05 / (l + 0.05), k = (l + 0.05) / 0.05;
        assert_true((w > k ? w : k) >= 4.5);
        assert_int_equal(fovea__contrast(ground).r, w > k ? 255 : 0);
    }
}

static double ratio(fovea__role a, fovea__role b, bool dark) {
    double x = fovea__luminance(fovea__colour_resolve(fovea__theme_colour(a), dark)) + 0.05;
    double y = fovea__luminance(fovea__colour_resolve(fovea__theme_colour(b), dark)) + 0.05;
    return x > y ? x / y : y / x;
}

static void text_and_series_are_legible_in_both_themes(void **state) {
    (void)state;
    for (int dark = 0; dark < 2; dark++) {
        assert_true(ratio(FOVEA__ROLE_INK, FOVEA__ROLE_BACKGROUND, dark) >= 12);
        assert_true(ratio(FOVEA__ROLE_MUTED, FOVEA__ROLE_BACKGROUND, dark) >= 4.5);
        assert_true(ratio(FOVEA__ROLE_GOOD, FOVEA__ROLE_BACKGROUND, dark) >= 4.5);
        assert_true(ratio(FOVEA__ROLE_BAD, FOVEA__ROLE_BACKGROUND, dark) >= 4.5);
        for (int s = FOVEA__ROLE_SERIES_1; s <= FOVEA__ROLE_SERIES_8; s++)
            assert_true(ratio((fovea__role)s, FOVEA__ROLE_BACKGROUND, dark) >= 3);
    }
}

static void a_faded_colour_lies_between_itself_and_the_background(void **state) {
    (void)state;
    fovea__colour colour = fovea__fixed_colour((fovea__rgb){0, 100, 200});
    check_rgb(fovea__colour_resolve(colour, false), 0, 100, 200);
    colour.fade = 255;
    check_rgb(fovea__colour_resolve(colour, false), 255, 255, 255);
    colour.fade = 51;
    check_rgb(fovea__colour_resolve(colour, false), 51, 131, 211);
    colour.contrast = true;
    check_rgb(fovea__colour_resolve(colour, false), 0, 0, 0);
}

static void colours_of_terminals_are_the_nearest(void **state) {
    (void)state;
    assert_int_equal(fovea__nearest_256((fovea__rgb){255, 0, 0}), 196);
    assert_int_equal(fovea__nearest_256((fovea__rgb){0, 0, 0}), 16);
    assert_int_equal(fovea__nearest_256((fovea__rgb){118, 118, 118}), 243);
    assert_int_equal(fovea__nearest_16((fovea__rgb){255, 255, 255}), 15);
    assert_int_equal(fovea__nearest_16((fovea__rgb){90, 0, 0}), 1);
    // The two ends of the diverging map keep their hues, also half way to white.
    assert_int_equal(fovea__nearest_16((fovea__rgb){5, 48, 97}), 4);
    assert_int_equal(fovea__nearest_16((fovea__rgb){146, 197, 222}), 6);
    assert_int_equal(fovea__nearest_16((fovea__rgb){244, 165, 130}), 3);
}

static void scales_are_read_as_written(void **state) {
    (void)state;
    fovea_scale scale;
    fovea_error error;
    assert_int_equal(fovea_scale_parse("figure", &scale, &error), FOVEA_OK);
    assert_int_equal(scale.mode, FOVEA_SCALE_FIGURE);
    assert_int_equal(fovea_scale_parse("row", &scale, &error), FOVEA_OK);
    assert_int_equal(scale.mode, FOVEA_SCALE_ROW);
    assert_int_equal(fovea_scale_parse("panel", &scale, &error), FOVEA_OK);
    assert_int_equal(scale.mode, FOVEA_SCALE_PANEL);
    assert_int_equal(fovea_scale_parse("-1:2.5", &scale, &error), FOVEA_OK);
    assert_int_equal(scale.mode, FOVEA_SCALE_FIXED);
    assert_true(scale.low == -1 && scale.high == 2.5);
    const char *const wrong[] = {"",    "Figure", "1",     "1:",    ":1",
                                 "2:1", "1:1",    "nan:1", "0:inf", "a:b"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(fovea_scale_parse(wrong[i], &scale, &error), FOVEA_INVALID_ARGUMENT);
        assert_non_null(strstr(error.text, "LOW:HIGH"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_have_their_published_end_colours),
        cmocka_unit_test(values_outside_the_range_take_the_ends),
        cmocka_unit_test(no_map_comes_near_the_colour_of_what_is_not_finite),
        cmocka_unit_test(text_on_a_colour_is_black_or_white_by_contrast),
        cmocka_unit_test(text_and_series_are_legible_in_both_themes),
        cmocka_unit_test(a_faded_colour_lies_between_itself_and_the_background),
        cmocka_unit_test(colours_of_terminals_are_the_nearest),
        cmocka_unit_test(scales_are_read_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
