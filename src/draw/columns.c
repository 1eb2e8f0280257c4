// SPDX-License-Identifier: MIT
// Upright bars in groups, with the value above each and the group's name below.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"

enum { MOST_SERIES = 8 };

typedef struct column_chart {
    fovea__columns columns;  // arrays and texts owned
} column_chart;

static const fovea__text_style title_style = {
    FOVEA__FACE_BOLD, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style legend_style = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style group_style = {
    FOVEA__FACE_BOLD, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_MIDDLE, 0};
static const fovea__text_style value_style = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_MIDDLE, 0};

static const char *value_text(const fovea__columns *c, size_t i, fovea__number number) {
    if (c->texts && c->texts[i]) return c->texts[i];
    fovea__number_short(c->values[i], number);
    return number;
}

// Without colours every second series is paler.
static fovea__colour series_colour(const fovea__display *display, size_t series) {
    fovea__colour colour = fovea__series_colour((int64_t)series);
    if (display->mono && series % 2) colour.fade = 150;
    return colour;
}

static double put_legend(const fovea__columns *c, fovea__display *display, double x, double y,
                         double width) {
    double line = fovea__line_height(display, legend_style.size), left = x, top = y;
    for (size_t s = 0; s < c->series_count; s++) {
        double entry =
            fovea__snap_x(display, 24 + fovea__text_width(display, &legend_style, c->series[s]));
        if (s && left + entry > x + width) {
            left = x;
            y += line;
        }
        fovea__put_rectangle(display, left, y + (display->terminal ? 0 : (line - 12) / 2), 16,
                             display->terminal ? 16 : 12, series_colour(display, s));
        fovea__put_text(display, &legend_style, left + (display->terminal ? 24 : 22), y,
                        c->series[s]);
        left += entry + 16;
    }
    return y + line - top + (display->terminal ? 16 : 8);
}

// Of one column: the widest value that stands above one.
static double column_width(const fovea__columns *c, fovea__display *display) {
    double widest = 0;
    for (size_t i = 0; i < c->group_count * c->series_count; i++) {
        fovea__number number;
        widest = fmax(widest, fovea__text_width(display, &value_style, value_text(c, i, number)));
    }
    return fovea__snap_x(display, fmax(widest + 8, 32));
}

static void put_group(const fovea__columns *c, size_t group, fovea__display *display, double x,
                      double bottom, double each, double height) {
    double line = fovea__line_height(display, value_style.size), lead = display->terminal ? 0 : 2;
    for (size_t s = 0; s < c->series_count; s++) {
        size_t i = group * c->series_count + s;
        fovea__number number;
        double left = x + (double)s * each;
        double tall = isfinite(c->values[i]) ? height * fmin(c->values[i] / c->high, 1) : 0;
        if (display->terminal) tall = 8 * round(tall / 8);
        double inset = display->terminal ? 0 : 4;
        if (tall > 0)
            fovea__put_rectangle(display, left + inset, bottom - tall,
                                 each - 2 * inset - (display->terminal ? 8 : 0), tall,
                                 series_colour(display, s));
        double above = bottom - tall - line - lead;
        if (display->terminal) above = 16 * floor(above / 16);
        fovea__put_text(display, &value_style, left + (each - (display->terminal ? 8 : 0)) / 2,
                        above, value_text(c, i, number));
    }
    double wide = each * (double)c->series_count;
    fovea__put_text_within(display, &group_style, x + wide / 2,
                           bottom + (display->terminal ? 16 : 5), wide, c->groups[group]);
}

static double columns_layout(const void *data, fovea__display *display, double x, double y,
                             double width) {
    const fovea__columns *c = &((const column_chart *)data)->columns;
    bool terminal = display->terminal;
    double top = y, line = fovea__line_height(display, value_style.size);
    if (c->title) {
        fovea__put_text(display, &title_style, x, y, c->title);
        y += fovea__line_height(display, title_style.size) + (terminal ? 0 : 4);
    }
    y += put_legend(c, display, x, y, width);
    double each = column_width(c, display), gap = terminal ? 16 : 28;
    double group = each * (double)c->series_count + gap, height = terminal ? 128 : 180;
    size_t fit = width > group ? (size_t)((width + gap) / group) : 1;
    if (fit > c->group_count) fit = c->group_count;
    for (size_t first = 0; first < c->group_count; first += fit) {
        double bottom = y + line + height;
        size_t shown = c->group_count - first < fit ? c->group_count - first : fit;
        for (size_t g = 0; g < shown; g++)
            put_group(c, first + g, display, x + (double)g * group, bottom, each, height);
        fovea__put_line(display, x, bottom + (terminal ? 8 : 0.5), x + (double)shown * group - gap,
                        bottom + (terminal ? 8 : 0.5), fovea__theme_colour(FOVEA__ROLE_FRAME), 1);
        y = bottom + (terminal ? 32 : 5 + line);
        if (first + fit < c->group_count) y += terminal ? 16 : 18;
    }
    return y - top;
}

static void columns_describe(const void *data, fovea__text *text) {
    const fovea__columns *c = &((const column_chart *)data)->columns;
    if (c->title) fovea__text_format(text, "%s\n", c->title);
    for (size_t g = 0; g < c->group_count; g++) {
        fovea__text_add(text, c->groups[g]);
        for (size_t s = 0; s < c->series_count; s++) {
            fovea__number number;
            fovea__text_format(text, "  %s %s", c->series[s],
                               value_text(c, g * c->series_count + s, number));
        }
        fovea__text_add(text, "\n");
    }
}

static void release_texts(fovea_context *context, const char *const *texts, size_t count) {
    for (size_t i = 0; texts && i < count; i++) fovea__free(context, (void *)texts[i]);
    fovea__free(context, (void *)texts);
}

static void columns_release(fovea_context *context, void *data) {
    column_chart *chart = data;
    if (!chart) return;
    fovea__columns *c = &chart->columns;
    release_texts(context, c->groups, c->group_count);
    release_texts(context, c->series, c->series_count);
    release_texts(context, c->texts, c->group_count * c->series_count);
    fovea__free(context, (void *)c->values);
    fovea__free(context, (void *)c->title);
    fovea__free(context, chart);
}

static const fovea__block_kind columns_kind = {columns_layout, columns_describe, columns_release};

static fovea_status keep_texts(fovea_context *context, const char *const *source, size_t count,
                               const char *const **texts, fovea_error *error) {
    char **copies = fovea__new(context, count, sizeof *copies, error);
    *texts = (const char *const *)copies;
    if (!copies) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (!source[i]) continue;
        copies[i] = fovea__copy_text(context, source[i], error);
        if (!copies[i]) return FOVEA_OUT_OF_MEMORY;
    }
    return FOVEA_OK;
}

static fovea_status keep_columns(fovea_context *context, const fovea__columns *from,
                                 fovea__columns *c, fovea_error *error) {
    size_t cells = from->group_count * from->series_count;
    *c = (fovea__columns){
        .group_count = from->group_count, .series_count = from->series_count, .high = from->high};
    if (from->title) {
        c->title = fovea__copy_text(context, from->title, error);
        if (!c->title) return FOVEA_OUT_OF_MEMORY;
    }
    FOVEA__TRY(keep_texts(context, from->groups, from->group_count, &c->groups, error));
    FOVEA__TRY(keep_texts(context, from->series, from->series_count, &c->series, error));
    if (from->texts) FOVEA__TRY(keep_texts(context, from->texts, cells, &c->texts, error));
    double *values = fovea__new(context, cells, sizeof *values, error);
    c->values = values;
    if (!values) return FOVEA_OUT_OF_MEMORY;
    memcpy(values, from->values, cells * sizeof *values);
    double largest = 0;
    for (size_t i = 0; i < cells; i++)
        if (isfinite(values[i])) largest = fmax(largest, values[i]);
    if (!(c->high > 0)) c->high = largest > 0 ? largest : 1;
    return FOVEA_OK;
}

static fovea_status check(const fovea__columns *c, fovea_error *error) {
    if (!c->group_count || !c->series_count || c->series_count > MOST_SERIES)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "no chart of %zu groups of %zu columns",
                           c->group_count, c->series_count);
    for (size_t i = 0; i < c->group_count * c->series_count; i++)
        if (c->values[i] < 0)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "upright columns cannot show %g, it is below 0", c->values[i]);
    return FOVEA_OK;
}

fovea_status fovea__figure_add_columns(fovea_figure *figure, const fovea__columns *columns,
                                       fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    FOVEA__TRY(check(columns, error));
    column_chart *chart = fovea__new(context, 1, sizeof *chart, error);
    if (!chart) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = keep_columns(context, columns, &chart->columns, error);
    if (status == FOVEA_OK) return fovea__figure_add_block(figure, &columns_kind, chart, error);
    columns_release(context, chart);
    return status;
}
