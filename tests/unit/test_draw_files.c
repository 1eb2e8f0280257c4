// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "formats/png.h"
#include "unit/draw_sample.h"
#include "unit/failing.h"
#include "unit/scratch.h"
#include "unit/unit.h"

static fovea_context *context;
static fovea_figure *figure;

static int set_up(void **state) {
    (void)state;
    return fovea_context_create(NULL, &context, NULL) || sample_full_figure(context, &figure, NULL);
}

static int tear_down(void **state) {
    (void)state;
    fovea_figure_free(figure);
    fovea_context_free(context);
    return 0;
}

static char *render(fovea_picture_format format, fovea_theme theme, double scale, size_t *size) {
    fovea_draw_options options;
    void *bytes;
    fovea_draw_options_default(&options);
    options.theme = theme;
    options.scale = scale;
    assert_int_equal(fovea_figure_render(context, figure, format, &options, &bytes, size, NULL),
                     FOVEA_OK);
    return bytes;
}

static void the_same_figure_gives_the_same_bytes(void **state) {
    (void)state;
    for (int format = FOVEA_PICTURE_PNG; format <= FOVEA_PICTURE_HTML; format++)
        for (int theme = FOVEA_THEME_AUTO; theme <= FOVEA_THEME_DARK; theme++) {
            size_t a_size, b_size;
            fovea_figure *first = figure;
            char *a = render((fovea_picture_format)format, (fovea_theme)theme, 1, &a_size);
            assert_int_equal(sample_full_figure(context, &figure, NULL), FOVEA_OK);
            char *b = render((fovea_picture_format)format, (fovea_theme)theme, 1, &b_size);
            assert_int_equal(a_size, b_size);
            assert_memory_equal(a, b, a_size);
            fovea_figure_bytes_free(context, a);
            fovea_figure_bytes_free(context, b);
            fovea_figure_free(figure);
            figure = first;
        }
}

static void a_png_has_the_size_and_background_it_should(void **state) {
    (void)state;
    double width, height;
    assert_int_equal(fovea_figure_size(context, figure, NULL, &width, &height, NULL), FOVEA_OK);
    for (int scale = 1; scale <= 3; scale++)
        for (int dark = 0; dark < 2; dark++) {
            size_t size;
            fovea__picture picture;
            char *png =
                render(FOVEA_PICTURE_PNG, dark ? FOVEA_THEME_DARK : FOVEA_THEME_AUTO, scale, &size);
            assert_int_equal(fovea__png_read(context, png, size, "figure", &picture, NULL),
                             FOVEA_OK);
            assert_int_equal(picture.width, (int)(width * scale));
            assert_int_equal(picture.height, (int)(height * scale));
            assert_int_equal(picture.pixels[0], dark ? 0x14 : 0xff);
            fovea__picture_clear(context, &picture);
            fovea_figure_bytes_free(context, png);
        }
}

static void a_png_shows_the_panel_in_the_colours_of_the_map(void **state) {
    (void)state;
    size_t size;
    fovea__picture picture;
    char *png = render(FOVEA_PICTURE_PNG, FOVEA_THEME_LIGHT, 1, &size);
    assert_int_equal(fovea__png_read(context, png, size, "figure", &picture, NULL), FOVEA_OK);
    int low = 0, high = 0;  // pixels of the cells -1 and 1: the ends of RdBu
    for (int64_t i = 0; i < (int64_t)picture.width * picture.height; i++) {
        low += !memcmp(picture.pixels + 3 * i, "\x05\x30\x61", 3);
        high += !memcmp(picture.pixels + 3 * i, "\x67\x00\x1f", 3);
    }
    assert_true(low >= 20 * 20 && high >= 20 * 20);
    fovea__picture_clear(context, &picture);
    fovea_figure_bytes_free(context, png);
}

// A small check that text is well-formed XML: tags nest, attributes are quoted, entities are known.
static const char *name_end(const char *at) {
    while (isalnum((unsigned char)*at) || strchr("-:_", *at)) at += *at ? 1 : 0;
    return at;
}

static const char *skip_attributes(const char *at) {
    for (;;) {
        while (isspace((unsigned char)*at)) at++;
        if (*at == '>' || *at == '/' || *at == '?') return at;
        const char *end = name_end(at);
        assert_true(end > at && end[0] == '=' && end[1] == '"');
        at = strchr(end + 2, '"');
        assert_non_null(at);
        assert_null(memchr(end + 2, '<', (size_t)(at - end - 2)));
        at++;
    }
}

static void check_well_formed(const char *at) {
    static char names[64][32];
    int depth = 0, elements = 0;
    while (*at) {
        if (*at == '&') {
            assert_true(!strncmp(at, "&amp;", 5) || !strncmp(at, "&lt;", 4) ||
                        !strncmp(at, "&gt;", 4) || !strncmp(at, "&quot;", 6) ||
                        !strncmp(at, "&#39;", 5) || !strncmp(at, "&apos;", 6));
        }
        if (*at++ != '<') continue;
        bool closing = *at == '/', prolog = *at == '?';
        at += closing || prolog;
        const char *end = name_end(at);
        size_t length = (size_t)(end - at);
        assert_true(length > 0 && length < sizeof names[0] && depth < 64);
        if (closing) {
            assert_true(depth > 0);
            depth--;
            assert_int_equal(strlen(names[depth]), length);
            assert_memory_equal(names[depth], at, length);
        } else if (!prolog) {
            memcpy(names[depth], at, length);
            names[depth++][length] = 0;
        }
        at = skip_attributes(end);
        if (*at == '/') depth--;
        at = strchr(at, '>') + 1;
        elements++;
    }
    assert_int_equal(depth, 0);
    assert_true(elements > 20);
}

static void an_svg_is_well_formed_and_keeps_its_text(void **state) {
    (void)state;
    for (int theme = FOVEA_THEME_AUTO; theme <= FOVEA_THEME_DARK; theme++) {
        size_t size;
        char *svg = render(FOVEA_PICTURE_SVG, (fovea_theme)theme, 1, &size);
        check_well_formed(svg);
        assert_non_null(strstr(svg, ">One &amp; &lt;two&gt;</text>"));
        assert_non_null(strstr(svg, ">Filter 1</text>"));
        assert_non_null(strstr(svg, "image-rendering:pixelated"));
        assert_non_null(strstr(svg, "data:image/png;base64,iVBOR"));
        assert_true(!strstr(svg, "prefers-color-scheme") == (theme != FOVEA_THEME_AUTO));
        fovea_figure_bytes_free(context, svg);
    }
}

static void an_html_page_needs_nothing_from_outside(void **state) {
    (void)state;
    size_t size;
    char *html = render(FOVEA_PICTURE_HTML, FOVEA_THEME_AUTO, 1, &size);
    assert_memory_equal(html, "<!DOCTYPE html>", 15);
    assert_non_null(strstr(html, "<title>One &amp; &lt;two&gt;</title>"));
    for (char *at = html; (at = strstr(at, "http")); at++)
        assert_memory_equal(at, "http://www.w3.org/2000/svg\"", 27);
    fovea_figure_bytes_free(context, html);
}

static void a_pdf_has_a_fixed_date_and_fonts(void **state) {
    (void)state;
    size_t size;
    char *pdf = render(FOVEA_PICTURE_PDF, FOVEA_THEME_AUTO, 1, &size);
    assert_memory_equal(pdf, "%PDF-", 5);
    assert_non_null(memmem(pdf, size, "%%EOF", 5));
    assert_non_null(memmem(pdf, size, "20000101000000", 14));
    assert_non_null(memmem(pdf, size, "DejaVuSans", 10));
    fovea_figure_bytes_free(context, pdf);
}

static void the_ending_of_the_name_chooses_the_format(void **state) {
    (void)state;
    static const struct {
        const char *name, *begin;
    } files[] = {{"a.png", "\x89PNG"},
                 {"b.SVG", "<?xml"},
                 {"c.pdf", "%PDF"},
                 {"d.html", "<!DOC"},
                 {"e.Htm", "<!DOC"}};
    scratch folder;
    assert_true(scratch_open(&folder));
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = scratch_name(&folder, files[i].name);
        fovea__bytes bytes;
        assert_int_equal(fovea_figure_write(context, figure, path, NULL, NULL), FOVEA_OK);
        assert_int_equal(fovea__file_read(context, path, 1 << 24, &bytes, NULL), FOVEA_OK);
        assert_memory_equal(bytes.data, files[i].begin, strlen(files[i].begin));
        fovea__free(context, bytes.data);
    }
    scratch_close(&folder);
}

static void an_unknown_ending_is_refused_with_those_allowed(void **state) {
    (void)state;
    const char *const wrong[] = {"x", "x.", "x.gif", "x.png.txt", "png", "dir.png/x"};
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *path = scratch_name(&folder, wrong[i]);
        assert_int_equal(fovea_figure_write(context, figure, path, NULL, &error),
                         FOVEA_INVALID_ARGUMENT);
        assert_non_null(strstr(error.text, ".png, .svg, .pdf, .html"));
        assert_false(fovea__file_exists(path));
    }
    assert_true(folder_is_empty(folder.path));
    assert_int_equal(
        fovea_figure_write(context, figure, scratch_name(&folder, "no/x.png"), NULL, &error),
        FOVEA_IO);
    scratch_close(&folder);
}

static void bad_options_are_refused(void **state) {
    (void)state;
    fovea_draw_options options;
    double width, height;
    double scales[] = {0, -1, 9, 0.0 / 0.0}, widths[] = {0, 100, 1e9, 0.0 / 0.0};
    for (int i = 0; i < 4; i++) {
        fovea_draw_options_default(&options);
        options.scale = scales[i];
        assert_int_equal(fovea_figure_size(context, figure, &options, &width, &height, NULL),
                         FOVEA_INVALID_ARGUMENT);
        fovea_draw_options_default(&options);
        options.width = widths[i];
        assert_int_equal(fovea_figure_size(context, figure, &options, &width, &height, NULL),
                         FOVEA_INVALID_ARGUMENT);
    }
    fovea_draw_options_default(&options);
    options.size = 4;
    assert_int_equal(fovea_figure_size(context, figure, &options, &width, &height, NULL),
                     FOVEA_INVALID_ARGUMENT);
}

static void a_png_too_large_to_hold_is_refused(void **state) {
    (void)state;
    fovea_figure *large;
    fovea_error error;
    void *bytes;
    size_t size;
    assert_int_equal(fovea__figure_create(context, NULL, NULL, &large, NULL), FOVEA_OK);
    const char *cells[20000] = {NULL};
    cells[0] = "x";
    assert_int_equal(fovea__figure_add_table(large, cells, 20000, 1, "l", false, NULL), FOVEA_OK);
    assert_int_equal(
        fovea_figure_render(context, large, FOVEA_PICTURE_PNG, NULL, &bytes, &size, &error),
        FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "SVG"));
    fovea_figure_free(large);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_figure_gives_the_same_bytes),
        cmocka_unit_test(a_png_has_the_size_and_background_it_should),
        cmocka_unit_test(a_png_shows_the_panel_in_the_colours_of_the_map),
        cmocka_unit_test(an_svg_is_well_formed_and_keeps_its_text),
        cmocka_unit_test(an_html_page_needs_nothing_from_outside),
        cmocka_unit_test(a_pdf_has_a_fixed_date_and_fonts),
        cmocka_unit_test(the_ending_of_the_name_chooses_the_format),
        cmocka_unit_test(an_unknown_ending_is_refused_with_those_allowed),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(a_png_too_large_to_hold_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
