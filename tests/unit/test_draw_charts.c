// SPDX-License-Identifier: MIT
#include <math.h>

#include "unit/draw_sample.h"
#include "unit/laid_out.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea_figure *empty(void) {
    fovea_figure *figure;
    assert_int_equal(fovea__figure_create(context, NULL, NULL, &figure, NULL), FOVEA_OK);
    return figure;
}

// The nth polyline inside the clip, that is, a curve and not its piece in the legend.
static const fovea__item *find_curve(const fovea__display *display, size_t nth) {
    bool inside = false;
    for (size_t i = 0; i < display->count; i++) {
        fovea__item_kind kind = display->items[i].kind;
        if (kind == FOVEA__ITEM_CLIP) inside = true;
        if (kind == FOVEA__ITEM_UNCLIP) inside = false;
        if (kind == FOVEA__ITEM_POLYLINE && inside && nth-- == 0) return &display->items[i];
    }
    return NULL;
}

static size_t count_kind(const fovea__display *display, fovea__item_kind kind) {
    size_t count = 0;
    for (size_t i = 0; i < display->count; i++) count += display->items[i].kind == kind;
    return count;
}

static void a_curve_stands_where_its_axis_says(void **state) {
    (void)state;
    const double x[] = {0, 1, 2}, y[] = {0, 2, 1};
    fovea__series series = {.name = "s", .x = x, .y = y, .count = 3};
    fovea__plot plot = {.series = &series, .count = 1};
    fovea_figure *figure = empty();
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 800);
    const double *p = find_curve(&display, 0)->points;
    assert_true(p[0] < p[2] && p[2] < p[4]);
    assert_true(fabs((p[2] - p[0]) - (p[4] - p[2])) < 1e-9);
    assert_true(p[1] > p[5] && p[5] > p[3]);
    assert_true(fabs((p[1] - p[5]) - (p[5] - p[3])) < 1e-9);
    // The tick of 1 stands at the height of the value 1.
    const fovea__item *tick = find_text(&display, "1.0");
    assert_non_null(tick);
    assert_true(fabs(tick->y - 0.365 * tick->style.size - p[5]) < 1);
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void equal_factors_are_equal_steps_on_a_logarithmic_axis(void **state) {
    (void)state;
    const double x[] = {0, 1, 2}, y[] = {0.01, 0.1, 1};
    fovea__series series = {.x = x, .y = y, .count = 3};
    fovea__plot plot = {.series = &series, .count = 1, .log_y = true};
    fovea_figure *figure = empty();
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 800);
    const double *p = find_curve(&display, 0)->points;
    assert_true(fabs((p[1] - p[3]) - (p[3] - p[5])) < 1e-6 && p[1] > p[5]);
    assert_non_null(find_text(&display, "0.1"));
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void values_that_are_not_finite_leave_gaps(void **state) {
    (void)state;
    const double x[] = {0, 1, 2, 3, 4}, y[] = {1, 2, NAN, 3, 4};
    fovea__series series = {.x = x, .y = y, .count = 5};
    fovea__plot plot = {.series = &series, .count = 1};
    fovea_figure *figure = empty();
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 800);
    assert_int_equal(find_curve(&display, 0)->point_count, 2);
    assert_int_equal(find_curve(&display, 1)->point_count, 2);
    assert_null(find_curve(&display, 2));
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void empty_and_constant_curves_can_be_drawn(void **state) {
    (void)state;
    const double x[] = {1, 2}, same[] = {3, 3}, bad[] = {NAN, INFINITY};
    fovea__series series[] = {{.name = "none"},
                              {.name = "constant", .x = x, .y = same, .count = 2},
                              {.name = "bad", .x = x, .y = bad, .count = 2},
                              {.name = "one", .x = x, .y = same, .count = 1}};
    for (int log_y = 0; log_y < 2; log_y++)
        for (int i = 0; i < 4; i++) {
            fovea__plot plot = {.series = &series[i], .count = 1, .log_y = log_y};
            fovea_figure *figure = empty();
            assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, NULL), FOVEA_OK);
            fovea__display display = lay_out(context, figure, 400);
            for (size_t k = 0; k < display.count; k++) {
                assert_true(isfinite(display.items[k].x) && isfinite(display.items[k].y));
                for (size_t p = 0; p < 2 * display.items[k].point_count; p++)
                    assert_true(isfinite(display.items[k].points[p]));
            }
            fovea__display_release(&display);
            fovea_figure_free(figure);
        }
}

static void plots_stand_beside_each_other_only_where_there_is_room(void **state) {
    (void)state;
    const double x[] = {1, 2}, y[] = {1, 2};
    fovea__series series = {.x = x, .y = y, .count = 2};
    fovea__plot plots[] = {{.title = "Loss", .series = &series, .count = 1},
                           {.title = "Accuracy", .series = &series, .count = 1}};
    fovea_figure *figure = empty();
    assert_int_equal(fovea__figure_add_plots(figure, plots, 2, NULL), FOVEA_OK);
    for (int wide = 0; wide < 2; wide++) {
        fovea__display display = lay_out(context, figure, wide ? 1000 : 400);
        const fovea__item *a = find_text(&display, "Loss"), *b = find_text(&display, "Accuracy");
        assert_true(display.width <= (wide ? 1000 : 400));
        assert_true(wide ? a->y == b->y && a->x < b->x : a->x == b->x && a->y < b->y);
        fovea__display_release(&display);
    }
    fovea_figure_free(figure);
}

static void a_matrix_has_recall_precision_and_accuracy(void **state) {
    (void)state;
    static const int64_t counts[] = {8, 2, 4, 16};
    static const char *const names[] = {"cat", "dog"};
    fovea__matrix matrix = {.counts = counts, .classes = 2, .names = names};
    fovea_figure *figure = empty();
    assert_int_equal(fovea__figure_add_matrix(figure, &matrix, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 800);
    const char *const expected[] = {"8",      "2",   "4",      "16",       "80.0 %", "66.7 %",
                                    "88.9 %", "10",  "20",     "12",       "18",     "30",
                                    "cat",    "dog", "recall", "precision"};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_non_null(find_text(&display, expected[i]));
    fovea__display_release(&display);
    char *text;
    assert_int_equal(fovea_figure_text(context, figure, &text, NULL), FOVEA_OK);
    assert_string_equal(text,
                        "rows: true class, columns: predicted class\n"
                        "     8     2  cat  recall 80.0 %\n"
                        "     4    16  dog  recall 80.0 %\n"
                        "accuracy 80.0 % of 30\n");
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
}

static void matrices_of_all_sizes_can_be_drawn(void **state) {
    (void)state;
    static int64_t counts[200 * 200];
    for (int64_t classes = 1; classes <= 200; classes = classes * 3 + 1) {
        for (int64_t i = 0; i < classes * classes; i++) counts[i] = i % 7 ? 0 : i;
        fovea__matrix matrix = {.counts = counts, .classes = classes};
        fovea_figure *figure = empty();
        assert_int_equal(fovea__figure_add_matrix(figure, &matrix, NULL), FOVEA_OK);
        fovea__display display = lay_out(context, figure, 1000);
        assert_true(display.width > 100 && display.width < 2200);
        assert_true(count_kind(&display, FOVEA__ITEM_RECTANGLE) >= (size_t)classes);
        fovea__display_release(&display);
        fovea_figure_free(figure);
    }
}

static void bars_are_as_long_as_their_values(void **state) {
    (void)state;
    fovea__bar bars[] = {
        {"a", 1, NULL, 0}, {"b", 0.25, NULL, 1}, {"c", NAN, "?", 2}, {"d", -0.5, NULL, 3}};
    fovea_figure *figure = empty();
    assert_int_equal(fovea__figure_add_bars(figure, "t", bars, 4, 0, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 800);
    const fovea__item *bar[3];
    size_t found = 0;
    for (size_t i = 0; i < display.count; i++)
        if (display.items[i].kind == FOVEA__ITEM_RECTANGLE && found < 3)
            bar[found++] = &display.items[i];
    assert_int_equal(found, 3);
    assert_true(fabs(bar[1]->width / bar[0]->width - 0.25) < 1e-9);
    assert_true(fabs(bar[2]->width / bar[0]->width - 0.5) < 1e-9);
    assert_true(fabs(bar[2]->x + bar[2]->width - bar[0]->x) < 1e-9);
    fovea__display_release(&display);
    fovea_figure_free(figure);
}

static void bad_charts_are_refused(void **state) {
    (void)state;
    fovea_figure *figure = empty();
    fovea_error error;
    const double x[] = {1};
    fovea__series series = {.x = x, .y = x, .count = 1};
    fovea__plot plot = {.series = &series, .count = 1, .fixed_y = true, .y_low = 1, .y_high = 1};
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 0, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, &error), FOVEA_INVALID_ARGUMENT);
    plot =
        (fovea__plot){.series = &series, .count = 1, .fixed_y = true, .log_y = true, .y_high = 1};
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, &error), FOVEA_INVALID_ARGUMENT);
    int64_t counts[] = {1, -2, 3, 4};
    fovea__matrix matrix = {.counts = counts, .classes = 2};
    assert_int_equal(fovea__figure_add_matrix(figure, &matrix, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "row 0, column 1"));
    matrix.classes = 0;
    assert_int_equal(fovea__figure_add_matrix(figure, &matrix, &error), FOVEA_INVALID_ARGUMENT);
    counts[1] = counts[0] = INT64_MAX;
    matrix.classes = 2;
    assert_int_equal(fovea__figure_add_matrix(figure, &matrix, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea__figure_add_bars(figure, NULL, NULL, 0, NAN, &error),
                     FOVEA_INVALID_ARGUMENT);
    const char *cells[] = {"a"};
    assert_int_equal(fovea__figure_add_table(figure, cells, 1, 1, "lr", false, &error),
                     FOVEA_INVALID_ARGUMENT);
    fovea_figure_free(figure);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_curve_stands_where_its_axis_says),
        cmocka_unit_test(equal_factors_are_equal_steps_on_a_logarithmic_axis),
        cmocka_unit_test(values_that_are_not_finite_leave_gaps),
        cmocka_unit_test(empty_and_constant_curves_can_be_drawn),
        cmocka_unit_test(plots_stand_beside_each_other_only_where_there_is_room),
        cmocka_unit_test(a_matrix_has_recall_precision_and_accuracy),
        cmocka_unit_test(matrices_of_all_sizes_can_be_drawn),
        cmocka_unit_test(bars_are_as_long_as_their_values),
        cmocka_unit_test(bad_charts_are_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
