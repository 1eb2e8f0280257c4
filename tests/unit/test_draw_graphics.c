// SPDX-License-Identifier: MIT
// Sixel and kitty pictures: with libchafa what they are, without it the sentence that says so.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/draw_sample.h"
#include "unit/unit.h"

static fovea_status show(fovea_terminal_graphics graphics, fovea_theme theme, int32_t columns,
                         char **text, fovea_error *error) {
    fovea_context *context;
    fovea_figure *figure;
    fovea_terminal_options options;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    assert_int_equal(sample_full_figure(context, &figure, NULL), FOVEA_OK);
    fovea_terminal_options_default(&options);
    options.graphics = graphics;
    options.theme = theme;
    options.columns = columns;
    char *made = NULL;
    fovea_status status = fovea_figure_terminal(context, figure, &options, &made, error);
    *text = made ? strdup(made) : NULL;
    fovea_figure_bytes_free(context, made);
    fovea_figure_free(figure);
    fovea_context_free(context);
    return status;
}

static void without_chafa_one_sentence_names_the_package(void **state) {
    (void)state;
    fovea_error error;
    char *text;
    if (fovea_terminal_has_graphics()) skip();
    assert_int_equal(show(FOVEA_TERMINAL_SIXEL, FOVEA_THEME_AUTO, 80, &text, &error),
                     FOVEA_UNSUPPORTED);
    assert_non_null(strstr(error.text, "install libchafa-dev and build again"));
    assert_null(text);
}

static void sixel_is_one_sequence_as_large_as_whole_cells(void **state) {
    (void)state;
    char *text;
    int width, height;
    if (!fovea_terminal_has_graphics()) skip();
    assert_int_equal(show(FOVEA_TERMINAL_SIXEL, FOVEA_THEME_AUTO, 80, &text, NULL), FOVEA_OK);
    assert_int_equal(strncmp(text, "\033P", 2), 0);
    assert_int_equal(sscanf(strchr(text, 'q'), "q\"1;1;%d;%d", &width, &height), 2);
    assert_int_equal(width % 10, 0);
    assert_int_equal(height % 20, 0);
    assert_true(width <= 800 && width > 300 && height > 300);
    assert_string_equal(text + strlen(text) - 3, "\033\\\n");
    free(text);
}

static void kitty_takes_true_colours_in_chunks(void **state) {
    (void)state;
    char *text;
    if (!fovea_terminal_has_graphics()) skip();
    assert_int_equal(show(FOVEA_TERMINAL_KITTY, FOVEA_THEME_AUTO, 60, &text, NULL), FOVEA_OK);
    assert_int_equal(strncmp(text, "\033_G", 3), 0);
    assert_non_null(strstr(text, "f=32"));
    assert_non_null(strstr(text, "m=1"));  // more chunks follow
    assert_null(strstr(text, "\033P"));
    free(text);
}

static void the_theme_and_nothing_else_decides_the_ground(void **state) {
    (void)state;
    char *dark, *standard, *light;
    if (!fovea_terminal_has_graphics()) skip();
    show(FOVEA_TERMINAL_KITTY, FOVEA_THEME_DARK, 60, &dark, NULL);
    show(FOVEA_TERMINAL_KITTY, FOVEA_THEME_AUTO, 60, &standard, NULL);
    show(FOVEA_TERMINAL_KITTY, FOVEA_THEME_LIGHT, 60, &light, NULL);
    assert_string_equal(dark, standard);
    assert_string_not_equal(dark, light);
    free(dark);
    free(standard);
    free(light);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_chafa_one_sentence_names_the_package),
        cmocka_unit_test(sixel_is_one_sequence_as_large_as_whole_cells),
        cmocka_unit_test(kitty_takes_true_colours_in_chunks),
        cmocka_unit_test(the_theme_and_nothing_else_decides_the_ground),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
