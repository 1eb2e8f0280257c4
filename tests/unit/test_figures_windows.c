// SPDX-License-Identifier: MIT
// Figures of windows: what they say, where they put it, and how they move.
#include <math.h>

#include "draw/figure.h"
#include "unit/figure_said.h"
#include "unit/golden_tensor.h"
#include "unit/shared_context.h"
#include "unit/unit.h"

static fovea_window_options usual(fovea_window_kind kind) {
    fovea_window_options options;
    fovea_window_options_default(kind, &options);
    return options;
}

static fovea_tensor *picture_of(int64_t c, int64_t h, int64_t w) {
    int64_t dims[] = {c, h, w};
    fovea_shape shape = fovea_shape_make(3, dims);
    fovea_tensor *picture;
    assert_int_equal(fovea_tensor_create(context, FOVEA_F64, &shape, &picture, NULL), FOVEA_OK);
    golden_fill(fovea_tensor_view(picture), 3, 1);
    return picture;
}

static fovea_figure *figure_of(fovea_window_kind kind, const fovea_tensor *picture,
                               const fovea_window_options *options) {
    fovea_window_steps *steps;
    fovea_figure *figure = NULL;
    fovea_error error;
    if (fovea_window_steps_create(context, kind, picture, options, &steps, &error) ||
        fovea_figure_window_steps(steps, &figure, &error))
        fail_msg("%s", error.text);
    fovea_window_steps_free(steps);
    return figure;
}

static fovea_figure *pooling_of(int32_t count, const fovea_tensor *picture,
                                const fovea_window_options *options) {
    static const fovea_window_kind kinds[] = {FOVEA_WINDOW_MAXPOOL, FOVEA_WINDOW_AVGPOOL};
    fovea_figure *figure;
    fovea_error error;
    if (fovea_figure_pooling(context, kinds, count, picture, options, &figure, &error))
        fail_msg("%s", error.text);
    return figure;
}

// What is said

static void a_frame_says_window_kernel_products_and_sum(void **state) {
    (void)state;
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    const char *text = said(context, figure_of(FOVEA_WINDOW_CONVOLUTION, NULL, &o));
    assert_non_null(strstr(text, "input 6×6\n  0 6 6 0 0 0\n"));
    assert_non_null(strstr(text, "kernel edge\n  −1 0 1\n"));
    assert_non_null(strstr(text, "products\n  0 0 6\n  0 0 9\n  0 0 6\n"));
    assert_non_null(strstr(text, "output 4×4\n  21 · · ·\n"));
    assert_non_null(strstr(text, " + 9·1 + 0·(−1) + 0·0 + 6·1 = 21\n"));
    assert_null(strstr(text, "rounded"));
}

static void the_output_fills_frame_by_frame(void **state) {
    (void)state;
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    o.at[0] = 0;
    o.at[1] = 3;
    o.frames = 2;
    const char *text = said(context, figure_of(FOVEA_WINDOW_CONVOLUTION, NULL, &o));
    assert_non_null(strstr(text, "Step 1 of 2: output row 0, column 3\n"));
    assert_int_equal(times(text, "21 0 −21 −9\n"), 2);
    assert_int_equal(times(text, "  · · · ·\n"), 3 + 2);
    assert_non_null(strstr(text, "  18 · · ·\n"));
}

static void every_channel_has_its_sum_and_they_make_the_output(void **state) {
    (void)state;
    static const double kernel[] = {1, 2};  // 1×1 for two channels
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    fovea_tensor *picture = picture_of(2, 1, 1);
    double *data = fovea_tensor_view(picture).data;
    data[0] = 3;
    data[1] = -4;
    o.kernel = kernel;
    o.kernel_channels = 2;
    o.kernel_size[0] = o.kernel_size[1] = 1;
    o.bias = -0.5;
    const char *text = said(context, figure_of(FOVEA_WINDOW_CONVOLUTION, picture, &o));
    assert_non_null(strstr(text, "channel 1\n"));
    assert_non_null(strstr(text, "3·1 = 3\n"));
    assert_non_null(strstr(text, "(−4)·2 = −8\n"));
    assert_non_null(strstr(text, "3 + (−8) + (−0.5) (bias) = −5.5\n"));
    fovea_tensor_free(picture);
}

static void rounding_padding_and_what_counts_are_said(void **state) {
    (void)state;
    fovea_tensor *picture = picture_of(1, 5, 5);
    fovea_window_options o = usual(FOVEA_WINDOW_AVGPOOL);
    o.kernel_size[0] = o.kernel_size[1] = 3;
    o.padding[0] = o.padding[1] = 1;
    const char *text = said(context, figure_of(FOVEA_WINDOW_AVGPOOL, picture, &o));
    assert_non_null(strstr(text, "rounded in print only"));
    assert_non_null(strstr(text, "count_include_pad 1"));
    assert_non_null(strstr(text, ") / 9 = "));
    o.count_include_pad = 0;
    text = said(context, figure_of(FOVEA_WINDOW_AVGPOOL, picture, &o));
    assert_non_null(strstr(text, "count_include_pad 0"));
    assert_non_null(strstr(text, ") / 4 = "));
    text = said(context, figure_of(FOVEA_WINDOW_MAXPOOL, picture, &o));
    assert_non_null(strstr(text, "never wins"));
    assert_non_null(strstr(text, "(−inf)"));
    fovea_tensor_free(picture);
}

static void pooling_says_both_kinds_of_the_same_patch(void **state) {
    (void)state;
    const char *text = said(context, pooling_of(2, NULL, NULL));
    assert_non_null(strstr(text, "maximum pooling\n  9 6\n  8 7\n"));
    assert_non_null(strstr(text, "average pooling\n  5.25 4.00\n  3.75 4.25\n"));
    assert_non_null(strstr(text, "max(0, 4, 7, 6) = 7\n"));
    assert_non_null(strstr(text, "(0 + 4 + 7 + 6) / 4 = 4.25\n"));
    assert_null(strstr(said(context, pooling_of(1, NULL, NULL)), "average"));
}

// Cells of the patch that are filled with a series colour instead of that of their value.
static int coloured_cells(fovea_figure *figure, int *outlines) {
    fovea__display display;
    fovea__medium page = {.width = 1000};
    fovea_error error;
    int cells = 0;
    if (fovea__figure_layout(context, figure, &page, &display, &error)) fail_msg("%s", error.text);
    *outlines = 0;
    for (size_t i = 0; i < display.count; i++) {
        const fovea__item *item = &display.items[i];
        if (item->kind != FOVEA__ITEM_RECTANGLE) continue;
        cells += item->fill.role >= FOVEA__ROLE_SERIES_1;
        *outlines += item->stroke.role >= FOVEA__ROLE_SERIES_1;
    }
    fovea__display_release(&display);
    fovea_figure_free(figure);
    return cells;
}

static void windows_that_share_cells_are_outlined_others_coloured(void **state) {
    (void)state;
    int outlines;
    fovea_window_options o = usual(FOVEA_WINDOW_MAXPOOL);
    assert_int_equal(coloured_cells(pooling_of(2, NULL, &o), &outlines), 16 + 4 + 4);
    assert_int_equal(outlines, 4);
    o.stride[0] = o.stride[1] = 1;
    o.dilation[0] = o.dilation[1] = 2;  // interleaved: still apart
    assert_int_equal(coloured_cells(pooling_of(2, NULL, &o), &outlines), 16 + 4 + 4);
    assert_int_equal(outlines, 0);
    o.dilation[0] = o.dilation[1] = 1;
    o.kernel_size[0] = o.kernel_size[1] = 3;
    assert_int_equal(coloured_cells(pooling_of(2, NULL, &o), &outlines), 4 + 4);
    assert_int_equal(outlines, 4);
}

static void large_pictures_are_cut_out_with_the_whole_beside(void **state) {
    (void)state;
    fovea_tensor *picture = picture_of(1, 400, 30);
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    o.at[0] = 200;
    o.at[1] = 27;
    const char *text = said(context, figure_of(FOVEA_WINDOW_CONVOLUTION, picture, &o));
    assert_non_null(strstr(text, "input 400×30\n"));
    assert_non_null(strstr(text, "whole input\nwhole output\n"));
    assert_true(strlen(text) < 2500);
    fovea_tensor_free(picture);
}

// Where it stands

static void lay_out(const fovea_figure *figure, const fovea__medium *medium,
                    fovea__display *display) {
    fovea_error error;
    if (fovea__figure_layout(context, figure, medium, display, &error)) fail_msg("%s", error.text);
}

// The smallest filled rectangle below item `at` that the middle of the text lies in.
static const fovea__item *cell_around(const fovea__display *display, size_t at) {
    const fovea__item *text = &display->items[at], *found = NULL;
    double x = text->x, y = text->y - 4;
    for (size_t i = 0; i < at; i++) {
        const fovea__item *box = &display->items[i];
        if (box->kind != FOVEA__ITEM_RECTANGLE || box->fill.role == FOVEA__ROLE_NONE) continue;
        if (x < box->x || x > box->x + box->width || y < box->y || y > box->y + box->height)
            continue;
        if (!found || box->width <= found->width) found = box;
    }
    return found;
}

// Every number stands inside its cell, every text inside the picture and is large enough to read.
static int check_texts(const fovea__display *display) {
    static const double share[] = {0, 0.5, 1};
    int cells = 0;
    for (size_t i = 0; i < display->count; i++) {
        const fovea__item *text = &display->items[i];
        if (text->kind != FOVEA__ITEM_TEXT) continue;
        double left = text->x - share[text->style.anchor] * text->width;
        assert_true(text->style.size >= 11);
        assert_true(left >= 0 && left + text->width <= display->width);
        if (text->style.face != FOVEA__FACE_MONO) continue;
        const fovea__item *cell = cell_around(display, i);
        assert_non_null(cell);
        assert_true(text->width <= cell->width - 4);
        assert_true(text->style.size < cell->height);
        cells++;
    }
    return cells;
}

static void check_layout(fovea_figure *figure, int cells) {
    for (double width = 620; width <= 1400; width += 260) {
        fovea__display display;
        fovea__medium page = {.width = width};
        lay_out(figure, &page, &display);
        int found = check_texts(&display);
        if (found < cells) fail_msg("%d cells, wanted %d, at width %g", found, cells, width);
        fovea__display_release(&display);
    }
    fovea_figure_free(figure);
}

static void numbers_stand_inside_their_cells(void **state) {
    (void)state;
    fovea_tensor *small = picture_of(1, 7, 7), *large = picture_of(3, 60, 90);
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    check_layout(figure_of(FOVEA_WINDOW_CONVOLUTION, NULL, &o), 36 + 9 + 9);
    o.stride[0] = o.padding[1] = o.dilation[0] = o.dilation[1] = 2;
    o.frames = 3;
    check_layout(figure_of(FOVEA_WINDOW_CONVOLUTION, small, &o), 3 * (49 + 9 + 9));
    check_layout(figure_of(FOVEA_WINDOW_CONVOLUTION, large, &o), 3 * 3 * (49 + 9 + 9));
    check_layout(figure_of(FOVEA_WINDOW_CONVOLUTION, small, NULL), 49 + 9 + 9);
    check_layout(pooling_of(2, NULL, NULL), 12 + 4);
    check_layout(pooling_of(2, large, NULL), 12 + 4);
    fovea_tensor_free(small);
    fovea_tensor_free(large);
}

static void a_kernel_too_large_for_numbers_says_that_it_leaves_them_out(void **state) {
    (void)state;
    static double kernel[31 * 31];
    fovea_tensor *picture = picture_of(1, 40, 40);
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    fovea__display display;
    fovea__medium page = {.width = 700};
    for (int i = 0; i < 31 * 31; i++) kernel[i] = golden_number(5, i);
    o.kernel = kernel;
    o.kernel_size[0] = o.kernel_size[1] = 31;
    fovea_figure *figure = figure_of(FOVEA_WINDOW_CONVOLUTION, picture, &o);
    lay_out(figure, &page, &display);
    bool told = false;
    for (size_t i = 0; i < display.count; i++)
        if (display.items[i].kind == FOVEA__ITEM_TEXT)
            told = told || strstr(display.items[i].string, "values not written");
    assert_true(told);
    assert_int_equal(check_texts(&display), 0);
    assert_true(display.width <= 700);
    fovea__display_release(&display);
    assert_non_null(strstr(said(context, figure), "… (961 products in all) = "));
    fovea_tensor_free(picture);
}

static void a_terminal_of_80_columns_holds_every_line(void **state) {
    (void)state;
    fovea_tensor *picture = picture_of(1, 50, 50);
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    fovea_terminal_options terminal;
    char *text;
    o.padding[0] = 1;
    fovea_figure *figure = figure_of(FOVEA_WINDOW_CONVOLUTION, picture, &o);
    fovea_terminal_options_default(&terminal);
    assert_int_equal(fovea_figure_terminal(context, figure, &terminal, &text, NULL), FOVEA_OK);
    assert_non_null(strstr(text, "["));
    assert_non_null(strstr(text, "output 50x48"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        assert_true(strcspn(line, "\n") <= 80);
        assert_null(memchr(line, '?', strcspn(line, "\n")));
    }
    fovea_figure_bytes_free(context, text);
    fovea_figure_free(figure);
    fovea_tensor_free(picture);
}

static void numbers_that_are_none_are_marked(void **state) {
    (void)state;
    fovea_tensor *picture = picture_of(1, 5, 5);
    ((double *)fovea_tensor_view(picture).data)[6] = NAN;
    fovea_figure *figure = figure_of(FOVEA_WINDOW_CONVOLUTION, picture, NULL);
    fovea__display display;
    fovea__medium page = {.width = 1000};
    lay_out(figure, &page, &display);
    int marked = 0;
    for (size_t i = 0; i < display.count; i++) {
        const fovea__colour *fill = &display.items[i].fill;
        marked += fill->role == FOVEA__ROLE_RGB && fill->rgb.r == 255 && fill->rgb.g == 0 &&
                  fill->rgb.b == 255;
    }
    assert_int_equal(marked, 3);  // the element, its product, the sum
    fovea__display_release(&display);
    assert_non_null(strstr(said(context, figure), " = nan"));
    fovea_tensor_free(picture);
}

// How it moves

static void frames_stand_in_one_place_where_they_can_move_and_below_each_other_elsewhere(
    void **state) {
    (void)state;
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    fovea__display moving, still;
    fovea__medium page = {.width = 1000}, live = {.width = 1000, .animated = true};
    o.frames = 5;
    fovea_figure *figure = figure_of(FOVEA_WINDOW_CONVOLUTION, NULL, &o);
    lay_out(figure, &live, &moving);
    lay_out(figure, &page, &still);
    int frames = 0;
    size_t ends = 0;
    double title = 0;
    for (size_t i = 0; i < moving.count; i++) {
        const fovea__item *item = &moving.items[i];
        if (item->kind == FOVEA__ITEM_STILL) ends = i;
        if (item->kind != FOVEA__ITEM_FRAME) continue;
        assert_int_equal(item->frame, frames++);
        assert_int_equal(item->frames, 5);
        assert_true(item->seconds == 1.5);
        // The heading of each frame follows at once, all at one height.
        assert_int_equal(item[1].kind, FOVEA__ITEM_TEXT);
        if (title > 0) assert_true(item[1].y == title);
        title = item[1].y;
    }
    assert_int_equal(frames, 5);
    assert_true(ends > 0);
    for (size_t i = 0; i < still.count; i++)
        assert_true(still.items[i].kind != FOVEA__ITEM_FRAME &&
                    still.items[i].kind != FOVEA__ITEM_STILL);
    assert_true(still.height > 4 * moving.height);
    assert_true(moving.width == still.width);
    fovea__display_release(&moving);
    fovea__display_release(&still);
    fovea_figure_free(figure);
}

static char *svg_of(fovea_figure *figure, size_t *size) {
    void *bytes;
    assert_int_equal(
        fovea_figure_render(context, figure, FOVEA_PICTURE_SVG, NULL, &bytes, size, NULL),
        FOVEA_OK);
    fovea_figure_free(figure);
    return bytes;
}

static void an_animated_svg_shows_its_first_frame_without_any_animation(void **state) {
    (void)state;
    fovea_window_options o = usual(FOVEA_WINDOW_CONVOLUTION);
    size_t size;
    o.frames = 4;
    o.seconds = 0.25;
    char *svg = svg_of(figure_of(FOVEA_WINDOW_CONVOLUTION, NULL, &o), &size);
    svg[size - 1] = 0;
    assert_int_equal(times(svg, "visibility=\"hidden\""), 3);
    assert_int_equal(times(svg, "animation-delay:-1s\""), 1);
    assert_int_equal(times(svg, "animation-delay:-0.25s\""), 1);
    assert_int_equal(times(svg, "25.0000%{visibility:hidden}"), 1);
    assert_int_equal(times(svg, "1s step-end infinite"), 1);
    assert_int_equal(times(svg, "prefers-reduced-motion:reduce"), 1);
    assert_int_equal(times(svg, "<g"), times(svg, "</g>"));
    assert_int_equal(times(svg, "Step 4 of 4"), 1);
    fovea_figure_bytes_free(context, svg);
    o.seconds = 0;
    svg = svg_of(figure_of(FOVEA_WINDOW_CONVOLUTION, NULL, &o), &size);
    svg[size - 1] = 0;
    assert_null(strstr(svg, "visibility"));
    assert_non_null(strstr(svg, "Step 4 of 4"));
    fovea_figure_bytes_free(context, svg);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_says_window_kernel_products_and_sum),
        cmocka_unit_test(the_output_fills_frame_by_frame),
        cmocka_unit_test(every_channel_has_its_sum_and_they_make_the_output),
        cmocka_unit_test(rounding_padding_and_what_counts_are_said),
        cmocka_unit_test(pooling_says_both_kinds_of_the_same_patch),
        cmocka_unit_test(windows_that_share_cells_are_outlined_others_coloured),
        cmocka_unit_test(large_pictures_are_cut_out_with_the_whole_beside),
        cmocka_unit_test(numbers_stand_inside_their_cells),
        cmocka_unit_test(a_kernel_too_large_for_numbers_says_that_it_leaves_them_out),
        cmocka_unit_test(a_terminal_of_80_columns_holds_every_line),
        cmocka_unit_test(numbers_that_are_none_are_marked),
        cmocka_unit_test(
            frames_stand_in_one_place_where_they_can_move_and_below_each_other_elsewhere),
        cmocka_unit_test(an_animated_svg_shows_its_first_frame_without_any_animation),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
