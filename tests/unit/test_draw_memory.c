// SPDX-License-Identifier: MIT
#include "unit/draw_sample.h"
#include "unit/failing.h"
#include "unit/unit.h"

typedef fovea_status way(fovea_context *context, const fovea_figure *figure, fovea_error *error);

static fovea_status as_format(fovea_context *context, const fovea_figure *figure,
                              fovea_picture_format format, fovea_error *error) {
    void *bytes;
    size_t size;
    fovea_draw_options options;
    fovea_draw_options_default(&options);
    options.scale = 0.5;
    fovea_status status =
        fovea_figure_render(context, figure, format, &options, &bytes, &size, error);
    if (!status) fovea_figure_bytes_free(context, bytes);
    return status;
}

static fovea_status as_png(fovea_context *context, const fovea_figure *figure, fovea_error *error) {
    return as_format(context, figure, FOVEA_PICTURE_PNG, error);
}

static fovea_status as_html(fovea_context *context, const fovea_figure *figure,
                            fovea_error *error) {
    return as_format(context, figure, FOVEA_PICTURE_HTML, error);
}

static fovea_status as_pdf(fovea_context *context, const fovea_figure *figure, fovea_error *error) {
    return as_format(context, figure, FOVEA_PICTURE_PDF, error);
}

static fovea_status as_terminal(fovea_context *context, const fovea_figure *figure,
                                fovea_error *error) {
    char *text;
    fovea_status status = fovea_figure_terminal(context, figure, NULL, &text, error);
    if (!status) fovea_figure_bytes_free(context, text);
    return status;
}

static fovea_status as_text(fovea_context *context, const fovea_figure *figure,
                            fovea_error *error) {
    char *text;
    fovea_status status = fovea_figure_text(context, figure, &text, error);
    if (!status) fovea_figure_bytes_free(context, text);
    return status;
}

// Every allocation fails once, in making the figure and in showing it. Late ones, whose places
// repeat (glyph after glyph), are sampled.
static void sweep(way *show) {
    int64_t last = 0;
    for (int64_t k = 1;; k += k < 400 ? 1 : 37) {
        failing memory = {.fail_at = k};
        fovea_context *context = failing_context(&memory, 1);
        fovea_error error = {0};
        if (context) {
            fovea_figure *figure;
            fovea_status status = sample_full_figure(context, &figure, &error);
            if (!status) {
                status = show(context, figure, &error);
                fovea_figure_free(figure);
            }
            assert_int_equal(status, memory.calls < k ? FOVEA_OK : FOVEA_OUT_OF_MEMORY);
            if (status) assert_true(strlen(error.text) > 0);
            fovea_context_free(context);
        }
        assert_int_equal(memory.live, 0);
        last = memory.calls;
        if (memory.calls < k) break;
    }
    assert_true(last > 50);
}

static void a_png_survives_every_failed_allocation(void **state) {
    (void)state;
    sweep(as_png);
}

static void a_page_survives_every_failed_allocation(void **state) {
    (void)state;
    sweep(as_html);
}

static void a_pdf_survives_every_failed_allocation(void **state) {
    (void)state;
    sweep(as_pdf);
}

static void a_terminal_picture_survives_every_failed_allocation(void **state) {
    (void)state;
    sweep(as_terminal);
}

static void a_summary_survives_every_failed_allocation(void **state) {
    (void)state;
    sweep(as_text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_survives_every_failed_allocation),
        cmocka_unit_test(a_page_survives_every_failed_allocation),
        cmocka_unit_test(a_pdf_survives_every_failed_allocation),
        cmocka_unit_test(a_terminal_picture_survives_every_failed_allocation),
        cmocka_unit_test(a_summary_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
