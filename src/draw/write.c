// SPDX-License-Identifier: MIT
// From a figure to a file: options, the choice of the back end, HTML around the SVG.
#include "base/fail.h"
#include "base/file.h"
#include "base/memory.h"
#include "draw/figure.h"
#include "draw/paint.h"
#include "draw/svg.h"

#include <math.h>
#include <string.h>

void fovea_draw_options_default(fovea_draw_options *options) {
    *options = (fovea_draw_options){
        .size = sizeof *options, .theme = FOVEA_THEME_AUTO, .scale = 2, .width = 1000};
}

static fovea_status check_options(const fovea_draw_options *options, fovea_draw_options *checked,
                                  fovea_error *error) {
    fovea_draw_options_default(checked);
    if (!options) return FOVEA_OK;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_draw_options: size is %zu, not %zu; fill it with "
                           "fovea_draw_options_default",
                           options->size, sizeof *options);
    if (!(options->scale >= 0.25 && options->scale <= 8))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "scale is %g, must be 0.25 to 8",
                           options->scale);
    if (!(options->width >= 240 && options->width <= 8000))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "width is %g, must be 240 to 8000",
                           options->width);
    if (options->theme < FOVEA_THEME_AUTO || options->theme > FOVEA_THEME_DARK)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "theme %d does not exist",
                           (int)options->theme);
    *checked = *options;
    return FOVEA_OK;
}

fovea_status fovea_figure_format_of(const char *path, fovea_picture_format *format,
                                    fovea_error *error) {
    static const struct {
        const char *ending;
        fovea_picture_format format;
    } endings[] = {{".png", FOVEA_PICTURE_PNG},
                   {".svg", FOVEA_PICTURE_SVG},
                   {".pdf", FOVEA_PICTURE_PDF},
                   {".html", FOVEA_PICTURE_HTML},
                   {".htm", FOVEA_PICTURE_HTML}};
    char ending[16];
    fovea__path_extension(path, ending, sizeof ending);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (!strcmp(ending, endings[i].ending)) {
            *format = endings[i].format;
            return FOVEA_OK;
        }
    return fovea__fail_at(error, FOVEA_INVALID_ARGUMENT, path, -1,
                          "a picture's name must end in .png, .svg, .pdf, .html or .htm");
}

static fovea_status layout_page(fovea_context *context, const fovea_figure *figure,
                                const fovea_draw_options *options, bool animated,
                                fovea_draw_options *checked, fovea__display *display,
                                fovea_error *error) {
    *display = (fovea__display){0};
    FOVEA__TRY(check_options(options, checked, error));
    fovea__medium page = {.width = checked->width, .animated = animated};
    return fovea__figure_layout(context, figure, &page, display, error);
}

fovea_status fovea_figure_size(fovea_context *context, const fovea_figure *figure,
                               const fovea_draw_options *options, double *width, double *height,
                               fovea_error *error) {
    fovea_draw_options checked;
    fovea__display display;
    fovea_status status = layout_page(context, figure, options, false, &checked, &display, error);
    *width = display.width;
    *height = display.height;
    fovea__display_release(&display);
    return status;
}

fovea_status fovea__figure_svg(fovea_context *context, const fovea_figure *figure,
                               const fovea_draw_options *options, fovea__text *text,
                               fovea_error *error) {
    fovea_draw_options checked;
    fovea__display display;
    fovea_status status = layout_page(context, figure, options, true, &checked, &display, error);
    if (!status)
        status =
            fovea__svg_write(&display, checked.theme, fovea__figure_title(figure), text, error);
    fovea__display_release(&display);
    return status;
}

static void put_html_head(fovea__text *text, const char *title, fovea_theme theme) {
    static const char *const schemes[] = {"light dark", "light", "dark"};
    fovea__text_add(text,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    fovea__text_add(text, "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    fovea__text_markup(text, title ? title : "fovea");
    fovea__text_format(text,
                       "</title>\n<style>html{color-scheme:%s}body{margin:0}"
                       "svg{display:block;margin:0 auto;max-width:100%%;height:auto}</style>\n"
                       "</head>\n<body>\n",
                       schemes[theme]);
}

static fovea_status render_markup(fovea_context *context, const fovea_figure *figure, bool html,
                                  const fovea_draw_options *options, fovea__bytes *bytes,
                                  fovea_error *error) {
    fovea__text text = fovea__text_begin(context);
    if (html)
        put_html_head(&text, fovea__figure_title(figure),
                      options ? options->theme : FOVEA_THEME_AUTO);
    else
        fovea__text_add(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    fovea_status status = fovea__figure_svg(context, figure, options, &text, error);
    if (html) fovea__text_add(&text, "</body>\n</html>\n");
    if (status) {
        fovea__text_discard(&text);
        return status;
    }
    return fovea__text_take(&text, (char **)&bytes->data, &bytes->size, error);
}

static fovea_status render_cairo(fovea_context *context, const fovea_figure *figure, bool pdf,
                                 const fovea_draw_options *options, fovea__bytes *bytes,
                                 fovea_error *error) {
    fovea_draw_options checked;
    fovea__display display;
    fovea_status status = layout_page(context, figure, options, false, &checked, &display, error);
    bool dark = checked.theme == FOVEA_THEME_DARK;
    if (!status && pdf)
        status =
            fovea__render_pdf(context, &display, dark, fovea__figure_title(figure), bytes, error);
    else if (!status)
        status = fovea__render_png(context, &display, dark, checked.scale, bytes, error);
    fovea__display_release(&display);
    return status;
}

fovea_status fovea_figure_render(fovea_context *context, const fovea_figure *figure,
                                 fovea_picture_format format, const fovea_draw_options *options,
                                 void **result, size_t *size, fovea_error *error) {
    fovea_draw_options checked;
    FOVEA__TRY(check_options(options, &checked, error));
    fovea__bytes bytes = {0};
    if (format == FOVEA_PICTURE_SVG || format == FOVEA_PICTURE_HTML)
        FOVEA__TRY(
            render_markup(context, figure, format == FOVEA_PICTURE_HTML, &checked, &bytes, error));
    else if (format == FOVEA_PICTURE_PNG || format == FOVEA_PICTURE_PDF)
        FOVEA__TRY(
            render_cairo(context, figure, format == FOVEA_PICTURE_PDF, &checked, &bytes, error));
    else
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "picture format %d does not exist",
                           (int)format);
    *result = bytes.data;
    *size = bytes.size;
    return FOVEA_OK;
}

fovea_status fovea_figure_write(fovea_context *context, const fovea_figure *figure,
                                const char *path, const fovea_draw_options *options,
                                fovea_error *error) {
    fovea_picture_format format;
    void *bytes;
    size_t size;
    FOVEA__TRY(fovea_figure_format_of(path, &format, error));
    FOVEA__TRY(fovea_figure_render(context, figure, format, options, &bytes, &size, error));
    fovea_status status = fovea__file_save(context, path, bytes, size, error);
    fovea__free(context, bytes);
    return status;
}
