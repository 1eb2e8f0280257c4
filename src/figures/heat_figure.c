// SPDX-License-Identifier: MIT
// The figure of heat maps: the picture, then a row for each method and layer.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/colormap.h"
#include "draw/number.h"
#include "figures/figure_text.h"
#include "figures/heat_rows.h"
#include "figures/heat_words.h"
#include "figures/picture_values.h"

enum { MOST_COLUMNS = 6, SIDE = 208, LEAST_SIDE = 96 };

void fovea_heat_options_default(fovea_heat_options *options) {
    *options = (fovea_heat_options){
        .size = sizeof *options, .scale = {.mode = FOVEA_SCALE_ROW}, .overlay = 1};
}

// Numbers of different units have no scale in common.
static fovea_status check_units(const fovea_heat *heats, int32_t count,
                                const fovea_heat_options *options, fovea_error *error) {
    bool all =
        options->scale.mode == FOVEA_SCALE_FIGURE || options->scale.mode == FOVEA_SCALE_FIXED;
    for (int32_t i = 1; i < count && options->scale.mode != FOVEA_SCALE_PANEL; i++) {
        const fovea_explain_method *a = heats[i - 1].attribution->method,
                                   *b = heats[i].attribution->method;
        if ((all || heats[i - 1].row == heats[i].row) && strcmp(a->unit, b->unit) != 0)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "one scale for %s (%s) and %s (%s) would mean nothing; give each "
                               "row or map its own",
                               a->name, a->unit, b->name, b->unit);
    }
    return FOVEA_OK;
}

static fovea_status check(const fovea_tensor *picture, const fovea_heat *heats, int32_t count,
                          const fovea_heat_options *given, fovea_heat_options *options,
                          fovea_error *error) {
    fovea_heat_options_default(options);
    if (given && given->size != sizeof *given)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_heat_options: size is %zu, not %zu; fill it with "
                           "fovea_heat_options_default",
                           given->size, sizeof *given);
    if (given) *options = *given;
    fovea_view view = fovea_tensor_view(picture);
    if (view.type != FOVEA_U8 || view.shape.rank != 3)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a picture is U8 of channels×height×width");
    if (count < 1 || !(options->clip == 0 || (options->clip >= 50 && options->clip <= 100)))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "heat maps: at least one is needed, and clip is 50 to 100");
    const fovea__colormap *map;
    FOVEA__TRY(fovea__colormap_choose(options->map, &map, error));
    return check_units(heats, count, options, error);
}

static fovea_status make_maps(fovea__heat_rows *rows, fovea_error *error) {
    rows->maps = fovea__new(rows->context, (size_t)rows->count, sizeof *rows->maps, error);
    if (!rows->maps) return FOVEA_OUT_OF_MEMORY;
    for (int32_t i = 0; i < rows->count; i++)
        FOVEA__TRY(fovea__heat_map_make(rows->context, &rows->heats[i], &rows->picture.shape,
                                        &rows->maps[i], error));
    return FOVEA_OK;
}

static void release_maps(fovea__heat_rows *rows) {
    for (int32_t i = 0; rows->maps && i < rows->count; i++) fovea__heat_map_release(&rows->maps[i]);
    fovea__free(rows->context, rows->maps);
}

static fovea_status add_picture(const fovea__heat_rows *rows, fovea_error *error) {
    char shape[128];
    fovea_shape_format(&rows->picture.shape, shape, sizeof shape);
    FOVEA__TRY(fovea__panels_row(rows->panels, "picture", shape, error));
    return fovea__add_picture_panel(rows->panels, rows->context, rows->picture.data,
                                    &rows->picture.shape, NULL, NULL, FOVEA__MARK_NONE, error);
}

// "Grad-CAM of conv2, pear: WORDS"; what is above the map may be the method or the layer.
static void tell(const fovea_heat *heat, const char *words, fovea__text *text) {
    fovea__heat_text heading;
    const fovea_attribution *a = heat->attribution;
    fovea__heat_column(heat, heading);
    bool known = strcmp(a->method->title, heading) == 0 || strcmp(a->layer_name, heading) == 0;
    fovea__text_format(text, "%s%s%s%s%s: %s\n", a->method->title, *a->layer_name ? " of " : "",
                       a->layer_name, known ? "" : ", ", known ? "" : heading, words);
}

// Whatever is wrong with a map, in full, and what else is to be said of it.
static void tell_causes(const fovea__heat_rows *rows, fovea__text *text) {
    for (int32_t i = 0; i < rows->count; i++) {
        const char *cause = fovea__heat_cause(&rows->heats[i]);
        if (cause) tell(&rows->heats[i], cause, text);
        if (rows->heats[i].remark) tell(&rows->heats[i], rows->heats[i].remark, text);
    }
}

static bool told_before(const fovea__heat_rows *rows, int32_t i) {
    for (int32_t k = 0; k < i; k++)
        if (rows->heats[k].attribution->method == rows->heats[i].attribution->method) return true;
    return false;
}

static void tell_warnings(const fovea__heat_rows *rows, fovea__text *text) {
    for (int32_t i = 0; i < rows->count; i++) {
        const fovea_explain_method *method = rows->heats[i].attribution->method;
        if (method->warning && !told_before(rows, i))
            fovea__text_format(text, "Known of %s: %s.\n", method->title, method->warning);
    }
}

static fovea_status add_words(const fovea__heat_rows *rows, fovea_figure *figure,
                              fovea_error *error) {
    fovea__text text = fovea__text_begin(rows->context);
    tell_causes(rows, &text);
    tell_warnings(rows, &text);
    return fovea__add_built_text(figure, &text, false, error);
}

// Panels of the longest row, which are made smaller to fit; many layers wrap.
static int64_t longest_line(const fovea__heat_rows *rows) {
    int64_t longest = 1;
    for (int32_t first = 0, end; first < rows->count; first = end) {
        end = fovea__heat_row_end(rows, first);
        int64_t panels = fovea__heat_line(rows, first, end);
        longest = panels > longest ? panels : longest;
    }
    return longest > MOST_COLUMNS ? MOST_COLUMNS : longest;
}

static fovea_status add_blocks(fovea__heat_rows *rows, fovea_figure *figure, fovea_error *error) {
    fovea__panels_options options;
    fovea__panels_options_default(&options);
    options.scale = rows->options.scale;
    options.map = rows->options.map;
    options.scale_name = rows->heats[0].attribution->method->unit;
    options.columns = longest_line(rows);
    options.side = SIDE;
    options.least = LEAST_SIDE;
    FOVEA__TRY(fovea__figure_add_panels(figure, &options, &rows->panels, error));
    FOVEA__TRY(add_picture(rows, error));
    for (int32_t first = 0, end; first < rows->count; first = end) {
        end = fovea__heat_row_end(rows, first);
        FOVEA__TRY(fovea__heat_add_row(rows, first, end, error));
    }
    return add_words(rows, figure, error);
}

// The percentile where colours end in some row; 100: in none.
static double cut_at(const fovea__heat_rows *rows) {
    for (int32_t i = 0; i < rows->count; i++)
        if (fovea__heat_clip(rows, i) < 100) return fovea__heat_clip(rows, i);
    return 100;
}

static void write_note(const fovea__heat_rows *rows, char *note, size_t size) {
    const fovea_heat_options *options = &rows->options;
    char clip[160] = "";
    bool sign = false;
    fovea__number text;
    for (int32_t i = 0; i < rows->count; i++) sign |= rows->maps[i].has_sign;
    fovea__number_short(cut_at(rows), text);
    if (cut_at(rows) < 100)
        snprintf(clip, sizeof clip,
                 " Where a bar has ≤ or ≥ colours end at percentile %s of the magnitudes.", text);
    snprintf(note, size, "%s%s%s%s", options->note ? options->note : "", options->note ? " " : "",
             options->map || !sign ? "" : "Red speaks for the class, blue against it.", clip);
}

// Title and note, with the maps made.
static fovea_status make_figure(fovea__heat_rows *rows, fovea_figure **figure, fovea_error *error) {
    char note[1024];
    const char *title = rows->options.title ? rows->options.title : "Heat maps";
    FOVEA__TRY(make_maps(rows, error));
    write_note(rows, note, sizeof note);
    FOVEA__TRY(fovea__figure_create(rows->context, title, *note ? note : NULL, figure, error));
    return add_blocks(rows, *figure, error);
}

fovea_status fovea_figure_heat(fovea_context *context, const fovea_tensor *picture,
                               const fovea_heat *heats, int32_t count,
                               const fovea_heat_options *given, fovea_figure **result,
                               fovea_error *error) {
    fovea__heat_rows rows = {.context = context, .heats = heats, .count = count};
    fovea_figure *figure = NULL;
    FOVEA__TRY(check(picture, heats, count, given, &rows.options, error));
    rows.picture = fovea_tensor_view(picture);
    fovea_status status = make_figure(&rows, &figure, error);
    release_maps(&rows);
    if (status == FOVEA_OK)
        *result = figure;
    else
        fovea_figure_free(figure);
    return status;
}
