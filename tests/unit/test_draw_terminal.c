// SPDX-License-Identifier: MIT
#include "unit/draw_sample.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static char *show(const fovea_figure *figure, fovea_terminal_colours colours, int32_t columns) {
    fovea_terminal_options options;
    char *text;
    fovea_terminal_options_default(&options);
    options.colours = colours;
    options.columns = columns;
    assert_int_equal(fovea_figure_terminal(context, figure, &options, &text, NULL), FOVEA_OK);
    return text;
}

static void check_panel(const float data[4], fovea_terminal_colours colours, bool values,
                        const char *expected) {
    fovea_figure *figure;
    fovea__panels_options options;
    fovea__panels_options_default(&options);
    options.values = values;
    assert_int_equal(sample_panel_figure(context, &options, data, &figure, NULL), FOVEA_OK);
    char *text = show(figure, colours, 40);
    assert_string_equal(text, expected);
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
}

static void ascii_shows_shades_from_low_to_high(void **state) {
    (void)state;
    check_panel(sample_filter, FOVEA_TERMINAL_ASCII, false,
                "One & <two>\n"
                "\n"
                "conv1  Filter 1\n"
                "1x2x2      ++++\n"
                "           ++++\n"
                "       ####@@@@\n"
                "       ####@@@@\n"
                "\n"
                "       signed    ..::--==++**##%%@@\n"
                "               -1        0        1\n");
}

static void ascii_values_are_numbers_alone(void **state) {
    (void)state;
    check_panel(sample_filter, FOVEA_TERMINAL_ASCII, true,
                "One & <two>\n"
                "\n"
                "conv1  Filter 1\n"
                "1x2x2\n"
                "        -1.00 0.00\n"
                "\n"
                "\n"
                "        0.50  1.00\n"
                "\n");
}

static void what_is_not_finite_is_a_question_mark_in_ascii(void **state) {
    (void)state;
    const float data[4] = {0.0f / 0.0f, 0, 1, -1};
    check_panel(data, FOVEA_TERMINAL_ASCII, false,
                "One & <two>\n"
                "\n"
                "conv1  Filter 1\n"
                "1x2x2  ????++++\n"
                "       ????++++\n"
                "       @@@@\n"
                "       @@@@\n"
                "       1 not finite\n"
                "\n"
                "       signed    ..::--==++**##%%@@\n"
                "               -1        0        1\n");
}

static void blocks_take_the_256_colours(void **state) {
    (void)state;
    check_panel(
        sample_filter, FOVEA_TERMINAL_256, false,
        "\033[0;1mOne & <two>\033[0m\n"
        "\n"
        "\033[0;1mconv1\033[0m  Filter 1\n"
        "\033[0;2m1\303\2272\303\2272\033[0m  \033[0;48;5;23m    \033[0;48;5;255m    \033[0m\n"
        "       \033[0;48;5;23m    \033[0;48;5;255m    \033[0m\n"
        "       \033[0;48;5;173m    \033[0;48;5;52m    \033[0m\n"
        "       \033[0;48;5;173m    \033[0;48;5;52m    \033[0m\n"
        "\n"
        "       \033[0;2msigned\033[0m  \033[0;48;5;23m \033[0;48;5;24m \033[0;48;5;25m "
        "\033[0;48;5;67m \033[0;48;5;74m \033[0;48;5;110m \033[0;48;5;152m \033[0;48;5;152m "
        "\033[0;48;5;254m \033[0;48;5;255m \033[0;48;5;255m \033[0;48;5;224m \033[0;48;5;223m "
        "\033[0;48;5;216m \033[0;48;5;210m \033[0;48;5;167m \033[0;48;5;167m \033[0;48;5;125m "
        "\033[0;48;5;124m \033[0;48;5;88m \033[0m\n"
        "               \033[0;2m\342\210\2221\033[0m        \033[0;2m0\033[0m        "
        "\033[0;2m1\033[0m\n");
}

static void blocks_take_the_sixteen_colours(void **state) {
    (void)state;
    check_panel(sample_filter, FOVEA_TERMINAL_16, false,
                "\033[0;1mOne & <two>\033[0m\n"
                "\n"
                "\033[0;1mconv1\033[0m  Filter 1\n"
                "\033[0;2m1\303\2272\303\2272\033[0m  \033[0;44m    \033[0;107m    \033[0m\n"
                "       \033[0;44m    \033[0;107m    \033[0m\n"
                "       \033[0;101m    \033[0;41m    \033[0m\n"
                "       \033[0;101m    \033[0;41m    \033[0m\n"
                "\n"
                "       \033[0;2msigned\033[0m  \033[0;44m \033[0;104m \033[0;104m \033[0;46m "
                "\033[0;46m \033[0;46m \033[0;47m \033[0;47m \033[0;47m \033[0;107m \033[0;47m "
                "\033[0;47m \033[0;47m \033[0;100m \033[0;43m \033[0;101m \033[0;101m \033[0;101m "
                "\033[0;101m \033[0;41m \033[0m\n"
                "               \033[0;2m\342\210\2221\033[0m        \033[0;2m0\033[0m        "
                "\033[0;2m1\033[0m\n");
}

static void blocks_take_true_colours(void **state) {
    (void)state;
    check_panel(sample_filter, FOVEA_TERMINAL_TRUE, false,
                "\033[0;1mOne & <two>\033[0m\n"
                "\n"
                "\033[0;1mconv1\033[0m  Filter 1\n"
                "\033[0;2m1\303\2272\303\2272\033[0m  \033[0;48;2;5;48;97m    "
                "\033[0;48;2;247;246;246m    \033[0m\n"
                "       \033[0;48;2;5;48;97m    \033[0;48;2;247;246;246m    \033[0m\n"
                "       \033[0;48;2;228;128;102m    \033[0;48;2;103;0;31m    \033[0m\n"
                "       \033[0;48;2;228;128;102m    \033[0;48;2;103;0;31m    \033[0m\n"
                "\n"
                "       \033[0;2msigned\033[0m  \033[0;48;2;10;59;112m \033[0;48;2;25;86;150m "
                "\033[0;48;2;40;112;177m \033[0;48;2;58;135;189m \033[0;48;2;82;157;200m "
                "\033[0;48;2;123;182;214m \033[0;48;2;160;204;226m \033[0;48;2;192;220;235m "
                "\033[0;48;2;218;233;242m \033[0;48;2;236;242;245m \033[0;48;2;248;241;237m "
                "\033[0;48;2;251;227;212m \033[0;48;2;251;206;183m \033[0;48;2;246;179;148m "
                "\033[0;48;2;238;150;119m \033[0;48;2;222;115;92m \033[0;48;2;206;79;69m "
                "\033[0;48;2;187;42;52m \033[0;48;2;159;18;40m \033[0;48;2;124;7;34m \033[0m\n"
                "               \033[0;2m\342\210\2221\033[0m        \033[0;2m0\033[0m        "
                "\033[0;2m1\033[0m\n");
}

static size_t widest_line(const char *text, bool *pure) {
    size_t widest = 0, width = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        *pure = *pure && (*at == '\n' || (*at >= 32 && *at < 127));
        if (*at == 0x1b) {  // an escape sequence takes no room
            at = (const unsigned char *)strchr((const char *)at, 'm');
        } else if (*at == '\n') {
            widest = width > widest ? width : widest;
            width = 0;
        } else {
            width += (*at & 0xc0) != 0x80;
        }
    }
    return widest;
}

static void no_line_is_wider_than_the_terminal(void **state) {
    (void)state;
    fovea_figure *figure;
    assert_int_equal(sample_full_figure(context, &figure, NULL), FOVEA_OK);
    int32_t columns[] = {20, 40, 80, 200};
    for (int c = 0; c < 4; c++)
        for (int colours = FOVEA_TERMINAL_ASCII; colours <= FOVEA_TERMINAL_TRUE; colours++) {
            bool pure = true;
            char *text = show(figure, (fovea_terminal_colours)colours, columns[c]);
            assert_true(widest_line(text, &pure) <= (size_t)columns[c]);
            assert_true(pure == (colours == FOVEA_TERMINAL_ASCII));
            assert_true(!strchr(text, 0x1b) == (colours <= FOVEA_TERMINAL_PLAIN));
            assert_int_equal(text[strlen(text) - 1], '\n');
            fovea_figure_bytes_free(context, text);
        }
    fovea_figure_free(figure);
}

static void control_characters_in_names_cannot_reach_the_terminal(void **state) {
    (void)state;
    fovea_figure *figure;
    assert_int_equal(fovea__figure_create(context,
                                          "a\x1b[2Jb\xc2\x9b"
                                          "c\a",
                                          NULL, &figure, NULL),
                     FOVEA_OK);
    char *text = show(figure, FOVEA_TERMINAL_PLAIN, 40);
    assert_string_equal(text, "a?[2Jb?c?\n");
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    fovea_figure *figure;
    fovea_terminal_options options;
    fovea_error error;
    char *text;
    assert_int_equal(fovea__figure_create(context, "t", NULL, &figure, NULL), FOVEA_OK);
    int32_t wrong[] = {0, 19, 1001, -5};
    for (int i = 0; i < 4; i++) {
        fovea_terminal_options_default(&options);
        options.columns = wrong[i];
        assert_int_equal(fovea_figure_terminal(context, figure, &options, &text, &error),
                         FOVEA_INVALID_ARGUMENT);
        assert_non_null(strstr(error.text, "20 to 1000"));
    }
    fovea_figure_free(figure);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ascii_shows_shades_from_low_to_high),
        cmocka_unit_test(ascii_values_are_numbers_alone),
        cmocka_unit_test(what_is_not_finite_is_a_question_mark_in_ascii),
        cmocka_unit_test(blocks_take_the_256_colours),
        cmocka_unit_test(blocks_take_the_sixteen_colours),
        cmocka_unit_test(blocks_take_true_colours),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(control_characters_in_names_cannot_reach_the_terminal),
        cmocka_unit_test(bad_options_are_refused),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
