// SPDX-License-Identifier: MIT
#include "draw/terminal_graphics.h"

#include <math.h>

#include "base/fail.h"

#ifdef FOVEA_HAVE_CHAFA

#include <chafa.h>

#include "base/memory.h"
#include "base/text.h"
#include "draw/figure.h"
#include "draw/paint.h"

int fovea_terminal_has_graphics(void) {
    return 1;
}

static ChafaCanvas *new_canvas(const fovea_terminal_options *o, const fovea__raster *raster) {
    ChafaCanvasConfig *config = chafa_canvas_config_new();
    chafa_canvas_config_set_canvas_mode(config, CHAFA_CANVAS_MODE_TRUECOLOR);
    chafa_canvas_config_set_pixel_mode(config, o->graphics == FOVEA_TERMINAL_KITTY
                                                   ? CHAFA_PIXEL_MODE_KITTY
                                                   : CHAFA_PIXEL_MODE_SIXELS);
    chafa_canvas_config_set_cell_geometry(config, o->cell_width, o->cell_height);
    // The picture is whole cells large, so its pixels are shown as they are.
    chafa_canvas_config_set_geometry(config, raster->width / o->cell_width,
                                     raster->height / o->cell_height);
    ChafaCanvas *canvas = chafa_canvas_new(config);
    chafa_canvas_config_unref(config);
    return canvas;
}

// The sequences of all terminals that know the protocol are the same.
static ChafaTermInfo *new_terminal(fovea_terminal_graphics graphics) {
    char *kitty[] = {"TERM=xterm-kitty", "KITTY_WINDOW_ID=1", NULL};
    char *sixel[] = {"TERM=mlterm", "MLTERM=3.9.0", NULL};
    return chafa_term_db_detect(chafa_term_db_get_default(),
                                graphics == FOVEA_TERMINAL_KITTY ? kitty : sixel);
}

static fovea_status encode(fovea_context *context, const fovea_terminal_options *o,
                           const fovea__raster *raster, char **result, fovea_error *error) {
    ChafaCanvas *canvas = new_canvas(o, raster);
    ChafaTermInfo *terminal = new_terminal(o->graphics);
    chafa_canvas_draw_all_pixels(canvas, CHAFA_PIXEL_RGB8, raster->rgb, raster->width,
                                 raster->height, raster->width * 3);
    GString *sequence = chafa_canvas_print(canvas, terminal);
    fovea__text text = fovea__text_begin(context);
    fovea__text_add_n(&text, sequence->str, sequence->len);
    fovea__text_add(&text, "\n");
    g_string_free(sequence, TRUE);
    chafa_term_info_unref(terminal);
    chafa_canvas_unref(canvas);
    return fovea__text_take(&text, result, NULL, error);
}

fovea_status fovea__terminal_graphics(fovea_context *context, const fovea_figure *figure,
                                      const fovea_terminal_options *options, char **text,
                                      fovea_error *error) {
    // Terminals with more pixels than usual in a cell get larger text with them.
    double scale = fmax(1, rint(options->cell_height / 10.0) / 2);
    fovea__medium page = {.width = fmax(240, options->columns * options->cell_width / scale)};
    fovea__display display = {0};
    fovea__raster raster = {0};
    fovea_status status = fovea__figure_layout(context, figure, &page, &display, error);
    if (!status)
        status = fovea__render_raster(context, &display, options->theme != FOVEA_THEME_LIGHT, scale,
                                      options->cell_width, options->cell_height, &raster, error);
    fovea__display_release(&display);
    if (!status) status = encode(context, options, &raster, text, error);
    fovea__free(context, raster.rgb);
    return status;
}

#else

int fovea_terminal_has_graphics(void) {
    return 0;
}

fovea_status fovea__terminal_graphics(fovea_context *context, const fovea_figure *figure,
                                      const fovea_terminal_options *options, char **text,
                                      fovea_error *error) {
    (void)context, (void)figure, (void)options, (void)text;
    return fovea__fail(
        error, FOVEA_UNSUPPORTED,
        "sixel and kitty pictures need libchafa, which this fovea was built without: "
        "install libchafa-dev and build again");
}

#endif
