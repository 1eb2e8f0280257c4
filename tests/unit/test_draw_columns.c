// SPDX-License-Identifier: MIT
// Upright columns; notes and hand-made legends of plots; strokes in the terminal.
#include <math.h>

#include "unit/draw_sample.h"
#include "unit/failing_sweep.h"
#include "unit/laid_out.h"
#include "unit/unit.h"

static fovea_figure *empty(fovea_context *context) {
    fovea_figure *figure = NULL;
    if (context) fovea__figure_create(context, NULL, NULL, &figure, NULL);
    return figure;
}

static const char *const groups[] = {"ten", "six", "four"}, *const series[] = {"one", "two"};
static const double values[] = {0.8, 0.4, 0.2, NAN, 0, 0.1};
static const fovea__columns sample = {.groups = groups,
                                      .group_count = 3,
                                      .series = series,
                                      .series_count = 2,
                                      .values = values,
                                      .high = 1};

static fovea_context *new_context(void) {
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    return context;
}

static void columns_are_as_tall_as_their_values(void **state) {
    (void)state;
    fovea_context *context = new_context();
    fovea_figure *figure = empty(context);
    assert_int_equal(fovea__figure_add_columns(figure, &sample, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 800);
    double tall[8];
    int found = 0;
    for (size_t i = 0; i < display.count && found < 8; i++) {
        const fovea__item *item = &display.items[i];
        bool swatch = item->width == 16 && item->height == 12;
        if (item->kind == FOVEA__ITEM_RECTANGLE && !swatch) tall[found++] = item->height;
    }
    // Neither 0 nor what is no number has a column.
    assert_int_equal(found, 4);
    assert_true(fabs(tall[0] / tall[1] - 2) < 1e-9);
    assert_true(fabs(tall[0] / tall[2] - 4) < 1e-9);
    assert_true(fabs(tall[0] / tall[3] - 8) < 1e-9);
    assert_non_null(find_text(&display, "0.8"));
    fovea__display_release(&display);
    // Groups that do not fit go on below.
    display = lay_out(context, figure, 240);
    const fovea__item *first = find_text(&display, "ten"), *last = find_text(&display, "four");
    assert_true(last->y > first->y + 100);
    assert_true(display.width <= 260);
    fovea__display_release(&display);
    fovea_figure_free(figure);
    fovea_context_free(context);
}

static void columns_that_cannot_be_shown_are_refused(void **state) {
    (void)state;
    fovea_context *context = new_context();
    fovea_figure *figure = empty(context);
    fovea__columns wrong = sample;
    wrong.group_count = 0;
    assert_int_equal(fovea__figure_add_columns(figure, &wrong, NULL), FOVEA_INVALID_ARGUMENT);
    wrong.group_count = 3;
    wrong.series_count = 9;
    assert_int_equal(fovea__figure_add_columns(figure, &wrong, NULL), FOVEA_INVALID_ARGUMENT);
    const double below[] = {1, -0.5};
    wrong.series_count = 2;
    wrong.group_count = 1;
    wrong.values = below;
    assert_int_equal(fovea__figure_add_columns(figure, &wrong, NULL), FOVEA_INVALID_ARGUMENT);
    fovea_figure_free(figure);
    fovea_context_free(context);
}

static const double x[] = {0, 1}, y[] = {0, 10};
static const fovea__series line = {.name = "line", .x = x, .y = y, .count = 2};

static void notes_stay_inside_and_keys_replace_the_legend(void **state) {
    (void)state;
    fovea_context *context = new_context();
    fovea_figure *figure = empty(context);
    const fovea__plot_note notes[] = {
        {.x = 5, .y = 99, .anchor = FOVEA__ANCHOR_END, .text = "far outside", .colour = 0},
        {.x = -5, .y = -99, .anchor = FOVEA__ANCHOR_START, .text = "far below", .colour = -1}};
    const fovea__plot_key keys[] = {{"by hand", -1, FOVEA__DASH_DOTTED}};
    fovea__plot plot = {
        .series = &line, .count = 1, .notes = notes, .note_count = 2, .keys = keys, .key_count = 1};
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, NULL), FOVEA_OK);
    fovea__display display = lay_out(context, figure, 600);
    const fovea__item *above = find_text(&display, "far outside");
    const fovea__item *below = find_text(&display, "far below");
    assert_true(above && below && above->y < below->y);
    assert_true(above->x <= 600 && below->x > 0);
    assert_true(above->y > 0 && below->y < display.height - 20);
    assert_non_null(find_text(&display, "by hand"));
    assert_null(find_text(&display, "line"));
    fovea__display_release(&display);
    fovea_figure_free(figure);
    fovea_context_free(context);
}

static int stars_of(fovea_context *context, fovea__dash dash) {
    fovea_figure *figure = empty(context);
    const double level[] = {5, 5};
    fovea__series stroke = {.x = x, .y = level, .count = 2, .dash = dash};
    fovea__plot plot = {.series = &stroke, .count = 1};
    fovea_terminal_options options;
    char *text;
    int stars = 0;
    assert_int_equal(fovea__figure_add_plots(figure, &plot, 1, NULL), FOVEA_OK);
    fovea_terminal_options_default(&options);
    options.colours = FOVEA_TERMINAL_ASCII;
    options.columns = 80;
    assert_int_equal(fovea_figure_terminal(context, figure, &options, &text, NULL), FOVEA_OK);
    for (const char *at = text; *at; at++) stars += *at == '*';
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
    return stars;
}

static void terminals_tell_strokes_apart(void **state) {
    (void)state;
    fovea_context *context = new_context();
    int whole = stars_of(context, FOVEA__DASH_NONE), dashed = stars_of(context, FOVEA__DASH_DASHED),
        dotted = stars_of(context, FOVEA__DASH_DOTTED);
    assert_true(whole > 60);
    assert_in_range(dashed, whole * 2 / 3 - 3, whole * 2 / 3 + 3);
    assert_in_range(dotted, whole / 2 - 3, whole / 2 + 3);
    fovea_context_free(context);
}

static fovea_status draw_all(fovea_context *context, fovea_error *error) {
    const fovea__plot_note note = {.text = "note"};
    const fovea__plot_key key = {.name = "key"};
    fovea__plot plot = {.series = &line,
                        .count = 1,
                        .notes = &note,
                        .note_count = 1,
                        .keys = &key,
                        .key_count = 1,
                        .zero_lines = true};
    fovea_figure *figure = empty(context);
    if (!figure) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__figure_add_columns(figure, &sample, error);
    if (status == FOVEA_OK) status = fovea__figure_add_plots(figure, &plot, 1, error);
    fovea_figure_free(figure);
    return status;
}

static void without_memory_nothing_leaks(void **state) {
    (void)state;
    failing_sweep(draw_all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_tall_as_their_values),
        cmocka_unit_test(columns_that_cannot_be_shown_are_refused),
        cmocka_unit_test(notes_stay_inside_and_keys_replace_the_legend),
        cmocka_unit_test(terminals_tell_strokes_apart),
        cmocka_unit_test(without_memory_nothing_leaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
