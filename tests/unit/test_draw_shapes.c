// SPDX-License-Identifier: MIT
// Polygons, curves, boxes, circles and arrow heads in every form a figure has.
#include "base/memory.h"
#include "draw/figure.h"
#include "formats/png.h"
#include "unit/unit.h"

static fovea_context *context;
static fovea_figure *figure;

// At 1 pixel for a CSS pixel, margin 24: a triangle with corners (24,24), (84,24), (24,84); below
// it a curve from (24,100) to (124,100) that hangs down to 115; at (144,24) a box, at (244,54) a
// circle; an arrow head that ends at (144,100).
static double draw_shapes(const void *data, fovea__display *display, double x, double y,
                          double width) {
    (void)data;
    (void)width;
    const double triangle[] = {x, y, x + 60, y, x, y + 60};
    const double curve[] = {x, y + 76, x, y + 96, x + 100, y + 96, x + 100, y + 76};
    fovea__colour red = fovea__fixed_colour((fovea__rgb){200, 30, 40});
    fovea__colour ink = fovea__theme_colour(FOVEA__ROLE_INK);
    fovea__colour faint = fovea__series_colour(0);
    faint.fade = 200;
    fovea__put_polygon(display, triangle, 3, red, fovea__theme_colour(FOVEA__ROLE_NONE), 0);
    fovea__put_curve(display, curve, 4, ink, 2, FOVEA__DASH_NONE);
    fovea__put_box(display, x + 120, y, 60, 30, faint, ink, 2, 6);
    fovea__put_circle(display, x + 220, y + 30, 20, fovea__series_colour(1), ink, 2);
    fovea__put_arrow_head(display, x + 120, y + 76, 1, 0, 8, ink);
    return 100;
}

static void describe_nothing(const void *data, fovea__text *text) {
    (void)data;
    (void)text;
}

static void release_nothing(fovea_context *owner, void *data) {
    fovea__free(owner, data);
}

static const fovea__block_kind shapes = {draw_shapes, describe_nothing, release_nothing};

static int set_up(void **state) {
    (void)state;
    return fovea_context_create(NULL, &context, NULL) ||
           fovea__figure_create(context, NULL, NULL, &figure, NULL) ||
           fovea__figure_add_block(figure, &shapes, NULL, NULL);
}

static int tear_down(void **state) {
    (void)state;
    fovea_figure_free(figure);
    fovea_context_free(context);
    return 0;
}

static char *render(fovea_picture_format format, fovea_theme theme, size_t *size) {
    fovea_draw_options options;
    void *bytes;
    fovea_draw_options_default(&options);
    options.theme = theme;
    options.scale = 1;
    assert_int_equal(fovea_figure_render(context, figure, format, &options, &bytes, size, NULL),
                     FOVEA_OK);
    return bytes;
}

static void expect_pixel(const fovea__picture *picture, int x, int y, int r, int g, int b) {
    const uint8_t *at = picture->pixels + 3 * (y * picture->width + x);
    if (at[0] != r || at[1] != g || at[2] != b)
        fail_msg("(%d, %d) is %d %d %d, not %d %d %d", x, y, at[0], at[1], at[2], r, g, b);
}

static void a_png_has_every_shape_where_it_belongs(void **state) {
    (void)state;
    size_t size;
    fovea__picture picture;
    char *png = render(FOVEA_PICTURE_PNG, FOVEA_THEME_LIGHT, &size);
    assert_int_equal(fovea__png_read(context, png, size, "figure", &picture, NULL), FOVEA_OK);
    expect_pixel(&picture, 30, 30, 200, 30, 40);         // inside the triangle
    expect_pixel(&picture, 80, 80, 255, 255, 255);       // beyond its long side
    expect_pixel(&picture, 74, 114, 0x1b, 0x1f, 0x24);   // lowest point of the curve
    expect_pixel(&picture, 74, 102, 255, 255, 255);      // the curve is not filled
    expect_pixel(&picture, 143, 23, 255, 255, 255);      // rounded corner of the box
    expect_pixel(&picture, 174, 39, 0xcf, 0xe0, 0xef);   // the box, mostly background
    expect_pixel(&picture, 174, 24, 0x1b, 0x1f, 0x24);   // its outline
    expect_pixel(&picture, 244, 54, 0xd1, 0x66, 0x1a);   // the circle
    expect_pixel(&picture, 139, 100, 0x1b, 0x1f, 0x24);  // the arrow head
    fovea__picture_clear(context, &picture);
    fovea_figure_bytes_free(context, png);
}

static void an_svg_has_one_class_attribute_an_element(void **state) {
    (void)state;
    size_t size;
    char *svg = render(FOVEA_PICTURE_SVG, FOVEA_THEME_AUTO, &size);
    assert_non_null(strstr(svg, "<polygon points=\"24,24 84,24 24,84\" fill=\"#c81e28\""));
    assert_non_null(strstr(svg, "<path d=\"M24,100C24,120 124,120 124,100\" class=\"l-ink\""));
    assert_non_null(strstr(svg, "rx=\"6\" class=\"f-s1 l-ink\" fill-opacity=\"0.22\""));
    assert_non_null(strstr(svg, "rx=\"20\" class=\"f-s2 l-ink\""));
    for (char *line = svg; line; line = strchr(line + 1, '\n')) {
        char *end = strchr(line + 1, '>'), *first = strstr(line, " class=");
        char *second = first ? strstr(first + 1, " class=") : NULL;
        assert_true(!end || !second || second > end);
    }
    fovea_figure_bytes_free(context, svg);
}

static void a_terminal_shows_what_has_an_area(void **state) {
    (void)state;
    char *text;
    assert_int_equal(fovea_figure_terminal(context, figure, NULL, &text, NULL), FOVEA_OK);
    assert_int_equal(text[0], '@');  // the triangle's first cell
    assert_null(strstr(text, "?"));
    fovea_figure_bytes_free(context, text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_has_every_shape_where_it_belongs),
        cmocka_unit_test(an_svg_has_one_class_attribute_an_element),
        cmocka_unit_test(a_terminal_shows_what_has_an_area),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
