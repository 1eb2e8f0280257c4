// SPDX-License-Identifier: MIT
#include <math.h>

#include "base/memory.h"
#include "draw/panels_struct.h"
#include "unit/draw_sample.h"
#include "unit/failing.h"
#include "unit/laid_out.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

// Two panels of one kind, 1×3 each, in two rows.
static fovea_figure *two_rows(fovea__panel_kind kind, const fovea__panels_options *options,
                              const float a[3], const float b[3], fovea__panels **panels) {
    fovea_figure *figure;
    fovea__panel panel = {.kind = kind, .data = a, .height = 1, .width = 3};
    assert_int_equal(fovea__figure_create(context, NULL, NULL, &figure, NULL), FOVEA_OK);
    assert_int_equal(fovea__figure_add_panels(figure, options, panels, NULL), FOVEA_OK);
    assert_int_equal(fovea__panels_row(*panels, "a", NULL, NULL), FOVEA_OK);
    assert_int_equal(fovea__panels_add(*panels, &panel, NULL), FOVEA_OK);
    assert_int_equal(fovea__panels_row(*panels, "b", NULL, NULL), FOVEA_OK);
    panel.data = b;
    assert_int_equal(fovea__panels_add(*panels, &panel, NULL), FOVEA_OK);
    return figure;
}

static void check_range(const fovea__panels *panels, fovea__panel_kind kind, size_t first,
                        size_t count, double low, double high) {
    double found_low, found_high;
    assert_true(fovea__panels_range(panels, kind, first, count, &found_low, &found_high));
    assert_true(fabs(found_low - low) < 1e-6 && fabs(found_high - high) < 1e-6);
}

static void a_signed_range_is_symmetric_about_zero(void **state) {
    (void)state;
    fovea__panels *panels;
    fovea_figure *figure = two_rows(FOVEA__PANEL_SIGNED, NULL, (float[]){-0.5f, 0, 0.25f},
                                    (float[]){0, 0.1f, 2}, &panels);
    check_range(panels, FOVEA__PANEL_SIGNED, 0, 2, -2, 2);
    check_range(panels, FOVEA__PANEL_SIGNED, 0, 1, -0.5, 0.5);
    fovea_figure_free(figure);
}

static void an_activation_range_begins_at_zero_or_below(void **state) {
    (void)state;
    fovea__panels *panels;
    fovea_figure *figure = two_rows(FOVEA__PANEL_ACTIVATION, NULL, (float[]){1, 2, 3},
                                    (float[]){-1, 0, 0.5f}, &panels);
    check_range(panels, FOVEA__PANEL_ACTIVATION, 0, 1, 0, 3);
    check_range(panels, FOVEA__PANEL_ACTIVATION, 1, 1, -1, 0.5);
    check_range(panels, FOVEA__PANEL_ACTIVATION, 0, 2, -1, 3);
    double low, high;
    assert_false(fovea__panels_range(panels, FOVEA__PANEL_SIGNED, 0, 2, &low, &high));
    fovea_figure_free(figure);
}

static void a_picture_range_is_zero_to_one_or_wider(void **state) {
    (void)state;
    fovea__panels *panels;
    fovea_figure *figure = two_rows(FOVEA__PANEL_PICTURE, NULL, (float[]){0.2f, 0.3f, 0.4f},
                                    (float[]){-2, 0, 3}, &panels);
    check_range(panels, FOVEA__PANEL_PICTURE, 0, 1, 0, 1);
    check_range(panels, FOVEA__PANEL_PICTURE, 0, 2, -2, 3);
    fovea_figure_free(figure);
}

static void a_fixed_range_is_kept_and_mirrored_for_signed_values(void **state) {
    (void)state;
    fovea__panels *panels;
    fovea__panels_options options;
    fovea__panels_options_default(&options);
    options.scale = (fovea_scale){FOVEA_SCALE_FIXED, -1, 4};
    const float data[] = {0, 10, 20};
    fovea_figure *figure = two_rows(FOVEA__PANEL_ACTIVATION, &options, data, data, &panels);
    check_range(panels, FOVEA__PANEL_ACTIVATION, 0, 2, -1, 4);
    fovea_figure_free(figure);
    figure = two_rows(FOVEA__PANEL_SIGNED, &options, data, data, &panels);
    check_range(panels, FOVEA__PANEL_SIGNED, 0, 2, -4, 4);
    fovea_figure_free(figure);
}

static void constant_panels_have_a_range_with_width(void **state) {
    (void)state;
    fovea__panels *panels;
    const float zeros[3] = {0};
    for (int kind = FOVEA__PANEL_SIGNED; kind <= FOVEA__PANEL_PICTURE; kind++) {
        fovea_figure *figure = two_rows((fovea__panel_kind)kind, NULL, zeros, zeros, &panels);
        double low, high;
        assert_true(fovea__panels_range(panels, (fovea__panel_kind)kind, 0, 2, &low, &high) &&
                    low < high);
        fovea_figure_free(figure);
    }
}

static const fovea__item *find(const fovea__display *display, fovea__item_kind kind, size_t nth) {
    for (size_t i = 0; i < display->count; i++)
        if (display->items[i].kind == kind && nth-- == 0) return &display->items[i];
    return NULL;
}

static const fovea__item *find_part(const fovea__display *display, const char *part) {
    for (size_t i = 0; i < display->count; i++)
        if (display->items[i].kind == FOVEA__ITEM_TEXT && strstr(display->items[i].string, part))
            return &display->items[i];
    return NULL;
}

static void zero_is_the_middle_and_the_ends_are_the_ends_of_the_map(void **state) {
    (void)state;
    fovea_figure *figure;
    const float data[4] = {-2, 0, 2, 1};
    assert_int_equal(sample_panel_figure(context, NULL, data, &figure, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 1000);
    const fovea__item *picture = find(&display, FOVEA__ITEM_PICTURE, 0);
    const fovea__colormap *map = fovea__colormap_find("RdBu");
    assert_int_equal(picture->rows, 2);
    assert_int_equal(picture->columns, 2);
    assert_memory_equal(picture->rgb, map->rgb[0], 3);
    assert_memory_equal(picture->rgb + 3, map->rgb[128], 3);
    assert_memory_equal(picture->rgb + 6, map->rgb[255], 3);
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void values_that_are_not_finite_are_marked_and_counted(void **state) {
    (void)state;
    fovea_figure *figure;
    char *text;
    const float data[4] = {NAN, 1, -INFINITY, 2};
    assert_int_equal(sample_panel_figure(context, NULL, data, &figure, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 1000);
    const fovea__item *picture = find(&display, FOVEA__ITEM_PICTURE, 0);
    assert_memory_equal(picture->rgb, "\xff\x00\xff", 3);
    assert_memory_equal(picture->rgb + 6, "\xff\x00\xff", 3);
    assert_non_null(find(&display, FOVEA__ITEM_LINE, 3));  // two crosses of two lines
    assert_non_null(find_part(&display, "2 not finite"));
    fovea__display_release(&display);
    assert_int_equal(fovea_figure_text(context, figure, &text, NULL), FOVEA_OK);
    assert_non_null(strstr(text, "min 1  max 2  mean 1.5  not finite 2"));
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
}

static void written_values_stand_in_their_cells_in_black_or_white(void **state) {
    (void)state;
    fovea_figure *figure;
    fovea__panels_options options;
    fovea__panels_options_default(&options);
    options.values = true;
    const float data[4] = {-1, 0, 0.25f, 1};
    assert_int_equal(sample_panel_figure(context, &options, data, &figure, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 1000);
    const fovea__item *picture = find(&display, FOVEA__ITEM_PICTURE, 0);
    const fovea__item *dark = find_part(&display, "−1.00"), *light = find_part(&display, "0.00");
    assert_non_null(dark);
    assert_int_equal(dark->style.colour.rgb.r, 255);
    assert_int_equal(light->style.colour.rgb.r, 0);
    double cell = picture->width / 2;
    assert_true(dark->width <= cell);
    assert_true(fabs(dark->x - (picture->x + cell / 2)) < 1e-9);
    assert_true(fabs(light->x - (picture->x + 1.5 * cell)) < 1e-9);
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void long_rows_wrap_into_even_lines_that_fit_the_page(void **state) {
    (void)state;
    fovea_figure *figure;
    fovea__panels *panels;
    float data[9] = {1};
    assert_int_equal(fovea__figure_create(context, NULL, NULL, &figure, NULL), FOVEA_OK);
    assert_int_equal(fovea__figure_add_panels(figure, NULL, &panels, NULL), FOVEA_OK);
    fovea__panel panel = {.data = data, .height = 3, .width = 3, .title = "Filter 10"};
    for (int i = 0; i < 16; i++)
        assert_int_equal(fovea__panels_add(panels, &panel, NULL), FOVEA_OK);
    double widths[] = {240, 500, 1000, 4000};
    for (int w = 0; w < 4; w++) {
        fovea__display display = lay_out(context, figure, widths[w]);
        assert_true(display.width <= widths[w]);
        size_t first_line = 0;
        double y = find(&display, FOVEA__ITEM_PICTURE, 0)->y;
        for (size_t i = 0; i < 16; i++)
            first_line += find(&display, FOVEA__ITEM_PICTURE, i)->y == y;
        if (widths[w] == 4000) assert_int_equal(first_line, 16);
        if (widths[w] == 1000) assert_int_equal(first_line, 8);
        fovea__display_release(&display);
    }
    fovea_figure_free(figure);
}

static void rows_without_titles_wrap_together_with_the_titled_row_above(void **state) {
    (void)state;
    enum { ROWS = 3, COLUMNS = 16 };
    static const char *const labels[ROWS] = {"red", "green", "blue"};
    fovea_figure *figure;
    fovea__panels *panels;
    float data[9] = {1};
    assert_int_equal(fovea__figure_create(context, NULL, NULL, &figure, NULL), FOVEA_OK);
    assert_int_equal(fovea__figure_add_panels(figure, NULL, &panels, NULL), FOVEA_OK);
    fovea__panel panel = {.data = data, .height = 3, .width = 3, .title = "Filter 10"};
    for (int r = 0; r < ROWS; r++) {
        assert_int_equal(fovea__panels_row(panels, labels[r], NULL, NULL), FOVEA_OK);
        for (int i = 0; i < COLUMNS; i++)
            assert_int_equal(fovea__panels_add(panels, &panel, NULL), FOVEA_OK);
        panel.title = NULL;
    }
    fovea__display display = lay_out(context, figure, 500);
    size_t seen = 0, pictures = 0;
    for (size_t i = 0; i < display.count; i++) {
        const fovea__item *item = &display.items[i];
        pictures += item->kind == FOVEA__ITEM_PICTURE && item->columns == 3;  // no colour bar
        if (item->kind != FOVEA__ITEM_TEXT) continue;
        // Titles stand only in the lines of the first row, and each line has all three labels.
        if (strncmp(item->string, "Filter", 6) == 0)
            assert_int_equal(seen % ROWS, 1);
        else if (strchr("rgb", item->string[0]))  // not the numbers of the scale
            assert_string_equal(item->string, labels[seen++ % ROWS]);
    }
    assert_true(seen > ROWS);
    assert_int_equal(seen % ROWS, 0);
    assert_int_equal(pictures, ROWS * COLUMNS);
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void panels_never_overlap_and_stay_inside_the_figure(void **state) {
    (void)state;
    fovea_figure *figure;
    fovea__panels *panels;
    static float data[64 * 48];
    assert_int_equal(fovea__figure_create(context, "t", NULL, &figure, NULL), FOVEA_OK);
    assert_int_equal(fovea__figure_add_panels(figure, NULL, &panels, NULL), FOVEA_OK);
    int64_t sides[][2] = {{1, 1}, {3, 3}, {28, 28}, {64, 48}, {1, 48}, {7, 1}};
    for (int i = 0; i < 6; i++) {
        fovea__panel panel = {.kind = FOVEA__PANEL_ACTIVATION,
                              .data = data,
                              .height = sides[i][0],
                              .width = sides[i][1],
                              .title = "Output",
                              .caption = "a\nlong caption"};
        assert_int_equal(fovea__panels_add(panels, &panel, NULL), FOVEA_OK);
    }
    fovea__display display = lay_out(context, figure, 700);
    for (size_t i = 0; i < 6; i++) {
        const fovea__item *a = find(&display, FOVEA__ITEM_PICTURE, i);
        assert_true(a->x >= 24 && a->x + a->width <= display.width - 24 + 1e-9);
        assert_true(a->y + a->height <= display.height);
        assert_true(fabs(a->width / (double)a->columns - a->height / (double)a->rows) < 1e-9);
        for (size_t j = 0; j < i; j++) {
            const fovea__item *b = find(&display, FOVEA__ITEM_PICTURE, j);
            assert_true(a->x >= b->x + b->width || b->x >= a->x + a->width ||
                        a->y >= b->y + b->height || b->y >= a->y + a->height);
        }
    }
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void bad_panels_and_options_are_refused(void **state) {
    (void)state;
    fovea_figure *figure;
    fovea__panels *panels;
    fovea_error error;
    fovea__panels_options options;
    assert_int_equal(fovea__figure_create(context, NULL, NULL, &figure, NULL), FOVEA_OK);
    fovea__panels_options_default(&options);
    options.map = "jet";
    assert_int_equal(fovea__figure_add_panels(figure, &options, &panels, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "viridis"));
    options.map = NULL;
    options.scale = (fovea_scale){FOVEA_SCALE_FIXED, 1, NAN};
    assert_int_equal(fovea__figure_add_panels(figure, &options, &panels, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea__figure_add_panels(figure, NULL, &panels, NULL), FOVEA_OK);
    float data[1] = {0};
    fovea__panel panel = {.data = data, .height = 0, .width = 1};
    assert_int_equal(fovea__panels_add(panels, &panel, &error), FOVEA_INVALID_ARGUMENT);
    panel.height = INT64_MAX;
    assert_int_equal(fovea__panels_add(panels, &panel, &error), FOVEA_INVALID_ARGUMENT);
    panel.height = 1;
    panel.data = NULL;
    assert_int_equal(fovea__panels_add(panels, &panel, &error), FOVEA_INVALID_ARGUMENT);
    fovea_figure_free(figure);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_range_is_symmetric_about_zero),
        cmocka_unit_test(an_activation_range_begins_at_zero_or_below),
        cmocka_unit_test(a_picture_range_is_zero_to_one_or_wider),
        cmocka_unit_test(a_fixed_range_is_kept_and_mirrored_for_signed_values),
        cmocka_unit_test(constant_panels_have_a_range_with_width),
        cmocka_unit_test(zero_is_the_middle_and_the_ends_are_the_ends_of_the_map),
        cmocka_unit_test(values_that_are_not_finite_are_marked_and_counted),
        cmocka_unit_test(written_values_stand_in_their_cells_in_black_or_white),
        cmocka_unit_test(long_rows_wrap_into_even_lines_that_fit_the_page),
        cmocka_unit_test(rows_without_titles_wrap_together_with_the_titled_row_above),
        cmocka_unit_test(panels_never_overlap_and_stay_inside_the_figure),
        cmocka_unit_test(bad_panels_and_options_are_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
