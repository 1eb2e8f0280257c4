// SPDX-License-Identifier: MIT
// PDF: cairo's surface with the embedded fonts as fonts, so that text can be searched and copied.
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "draw/paint.h"

static const cairo_user_data_key_t library_key;

static void library_done(void *library) {
    FT_Done_FreeType(library);
}

// Cairo keeps fonts in a cache of its own that may outlive the context, so each has a FreeType
// library of its own, on the C library's heap, that goes when cairo lets the font go.
static cairo_font_face_t *open_font(fovea__face face, fovea_error *error) {
    FT_Library library;
    FT_Face opened;
    size_t size;
    const unsigned char *bytes = fovea__font_bytes(face, &size);
    if (FT_Init_FreeType(&library)) {
        fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the embedded fonts");
        return NULL;
    }
    if (FT_New_Memory_Face(library, bytes, (FT_Long)size, 0, &opened)) {
        FT_Done_FreeType(library);
        fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the embedded fonts");
        return NULL;
    }
    cairo_font_face_t *font = cairo_ft_font_face_create_for_ft_face(opened, FT_LOAD_NO_HINTING);
    if (cairo_font_face_set_user_data(font, &library_key, library, library_done)) {
        cairo_font_face_destroy(font);
        FT_Done_FreeType(library);
        fovea__fail(error, FOVEA_OUT_OF_MEMORY, "no memory for the embedded fonts");
        return NULL;
    }
    return font;
}

typedef struct pdf_fonts {
    cairo_font_face_t *face[FOVEA__FACE_COUNT];
} pdf_fonts;

static fovea_status show_text(cairo_t *cairo, const fovea__item *item, void *user,
                              fovea_error *error) {
    pdf_fonts *fonts = user;
    fovea__face face = item->style.face;
    if (!fonts->face[face]) fonts->face[face] = open_font(face, error);
    if (!fonts->face[face]) return FOVEA_OUT_OF_MEMORY;
    cairo_set_font_face(cairo, fonts->face[face]);
    cairo_set_font_size(cairo, item->style.size);
    cairo_move_to(cairo, 0, 0);
    cairo_show_text(cairo, item->string);
    return FOVEA_OK;
}

static cairo_status_t append(void *user, const unsigned char *data, unsigned int length) {
    fovea__text_add_n(user, (const char *)data, length);
    return ((fovea__text *)user)->status ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static fovea_status paint_page(cairo_surface_t *surface, const fovea__display *display, bool dark,
                               fovea_error *error) {
    pdf_fonts fonts = {{0}};
    cairo_t *cairo = cairo_create(surface);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
    fovea__rgb ground = fovea__colour_resolve(fovea__theme_colour(FOVEA__ROLE_BACKGROUND), dark);
    cairo_set_source_rgb(cairo, ground.r / 255.0, ground.g / 255.0, ground.b / 255.0);
    cairo_paint(cairo);
    cairo_scale(cairo, 0.75, 0.75);
    fovea__painter painter = {.dark = dark, .text = show_text, .user = &fonts};
    fovea_status status = fovea__paint(cairo, display, &painter, error);
    cairo_destroy(cairo);
    for (int i = 0; i < FOVEA__FACE_COUNT; i++)
        if (fonts.face[i]) cairo_font_face_destroy(fonts.face[i]);
    return status;
}

fovea_status fovea__render_pdf(fovea_context *context, const fovea__display *display, bool dark,
                               const char *title, fovea__bytes *bytes, fovea_error *error) {
    fovea__text text = fovea__text_begin(context);
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        append, &text, 0.75 * display->width, 0.75 * display->height);
    // The same figure must give the same bytes, so the time of day stays out of them.
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
    if (title) cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    fovea_status status = paint_page(surface, display, dark, error);
    cairo_surface_finish(surface);
    if (!status && !text.status) status = fovea__cairo_status(cairo_surface_status(surface), error);
    cairo_surface_destroy(surface);
    if (status) {
        fovea__text_discard(&text);
        return status;
    }
    return fovea__text_take(&text, (char **)&bytes->data, &bytes->size, error);
}
