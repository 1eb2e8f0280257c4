// SPDX-License-Identifier: MIT
#include "draw/scatter.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/plot_axes.h"

enum { SERIES = 8, LISTED = 24 };

typedef struct kept_scatter {
    fovea__scatter_point *points;  // rgb points into `pictures`
    uint8_t *pictures;
    int64_t count, rows, columns;
    char **names;
    int32_t class_count;
    char *x_label, *y_label;
} kept_scatter;

static void scatter_release(fovea_context *context, void *data) {
    kept_scatter *s = data;
    if (!s) return;
    for (int32_t i = 0; s->names && i < s->class_count; i++) fovea__free(context, s->names[i]);
    fovea__free(context, s->names);
    fovea__free(context, s->points);
    fovea__free(context, s->pictures);
    fovea__free(context, s->x_label);
    fovea__free(context, s->y_label);
    fovea__free(context, s);
}

// Where the theme's colours are too few: twelve that are told apart on light and on dark, then the
// hues in equal steps, every other one lighter.
static fovea__colour class_colour(int32_t index, int32_t count) {
    static const uint8_t twelve[12][3] = {{214, 39, 40},   {240, 138, 36}, {201, 180, 0},
                                          {44, 160, 44},   {23, 163, 152}, {76, 195, 232},
                                          {47, 111, 214},  {123, 79, 208}, {210, 63, 176},
                                          {242, 156, 192}, {140, 86, 75},  {138, 143, 152}};
    if (count <= SERIES) return fovea__series_colour(index);
    if (count <= 12)
        return fovea__fixed_colour(
            (fovea__rgb){twelve[index][0], twelve[index][1], twelve[index][2]});
    double hue = 6.0 * index / count, light = index % 2 ? 0.62 : 0.44;
    double chroma = 0.72 * (1 - fabs(2 * light - 1)),
           second = chroma * (1 - fabs(fmod(hue, 2) - 1));
    const double parts[6][3] = {{chroma, second, 0}, {second, chroma, 0}, {0, chroma, second},
                                {0, second, chroma}, {second, 0, chroma}, {chroma, 0, second}};
    const double *part = parts[(int)hue % 6];
    double base = light - chroma / 2;
    return fovea__fixed_colour((fovea__rgb){(uint8_t)lrint(255 * (part[0] + base)),
                                            (uint8_t)lrint(255 * (part[1] + base)),
                                            (uint8_t)lrint(255 * (part[2] + base))});
}

static double put_legend(const kept_scatter *s, fovea__display *display, double x, double y,
                         double width) {
    double line = fovea__line_height(display, 12) + (display->terminal ? 0 : 4), left = x, top = y;
    fovea__text_style style = {
        .face = FOVEA__FACE_REGULAR, .size = 12, .colour = fovea__theme_colour(FOVEA__ROLE_INK)};
    double box = display->terminal ? FOVEA__CELL_WIDTH : 11;
    for (int32_t i = 0; i <= s->class_count && i <= LISTED; i++) {
        char more[48];
        bool rest = i == LISTED && s->class_count > LISTED;
        if (i == s->class_count || (i == LISTED && !rest)) break;
        snprintf(more, sizeof more, "and %d more classes", s->class_count - LISTED);
        const char *name = rest ? more : s->names[i];
        double wide = box + 6 + fovea__text_width(display, &style, name);
        if (left > x && left + wide > x + width) {
            left = x;
            y += line;
        }
        fovea__colour colour = class_colour(i, s->class_count);
        if (!rest && display->terminal)
            fovea__put_rectangle(display, left, y, box, FOVEA__CELL_HEIGHT, colour);
        else if (!rest)
            fovea__put_box(display, left, y + 3, box, box, fovea__theme_colour(FOVEA__ROLE_NONE),
                           colour, 2.5, 1);
        fovea__put_text(display, &style, fovea__snap_x(display, left + box + 6), y, name);
        left = fovea__snap_x(display, left + wide + 16);
    }
    return y + line - top;
}

static void data_ranges(const kept_scatter *s, fovea__axes *a) {
    a->x_low = a->y_low = INFINITY;
    a->x_high = a->y_high = -INFINITY;
    for (int64_t i = 0; i < s->count; i++) {
        a->x_low = fmin(a->x_low, s->points[i].x);
        a->x_high = fmax(a->x_high, s->points[i].x);
        a->y_low = fmin(a->y_low, s->points[i].y);
        a->y_high = fmax(a->y_high, s->points[i].y);
    }
}

static void widen(double *low, double *high, double range) {
    double middle = (*low + *high) / 2;
    *low = middle - range / 2;
    *high = middle + range / 2;
}

// Equal units on both axes, half a picture of room at each edge.
static void set_ranges(fovea__axes *a, double side) {
    double wide = a->x_high - a->x_low, high = a->y_high - a->y_low;
    double unit = fmax(wide / (a->width - 1.5 * side), high / (a->height - 1.5 * side));
    if (!(unit > 0)) unit = 1 / a->width;
    widen(&a->x_low, &a->x_high, unit * a->width);
    widen(&a->y_low, &a->y_high, unit * a->height);
}

static void put_points(const kept_scatter *s, const fovea__axes *a, double side) {
    double most = (double)(s->rows > s->columns ? s->rows : s->columns);
    double wide = side * (double)s->columns / most, high = side * (double)s->rows / most;
    for (int64_t i = 0; i < s->count; i++) {
        const fovea__scatter_point *p = &s->points[i];
        fovea__colour colour = class_colour(p->class_index, s->class_count);
        double x = fovea__axes_x(a, p->x), y = fovea__axes_y(a, p->y);
        if (a->display->terminal) {
            fovea__put_dot(a->display, x, y, 3, colour);
            continue;
        }
        double left = floor(x - wide / 2), top = floor(y - high / 2);
        fovea__put_picture(a->display, left, top, wide, high, p->rgb, s->rows, s->columns);
        fovea__put_frame(a->display, left - 0.75, top - 0.75, wide + 1.5, high + 1.5, colour, 1.75,
                         1.5);
    }
}

static double scatter_layout(const void *data, fovea__display *display, double x, double y,
                             double width) {
    const kept_scatter *s = data;
    bool terminal = display->terminal;
    fovea__plot plot = {.x_label = s->x_label, .y_label = s->y_label};
    fovea__axes a = {.plot = &plot, .display = display};
    fovea__tick_mark marks[FOVEA__MOST_TICKS];
    double top = y, small = fovea__line_height(display, fovea__plot_small.size);
    y += put_legend(s, display, x, y, width) + (terminal ? 0 : 8);
    fovea__put_text(display, &fovea__plot_small, x, y, s->y_label);
    a.top = y + small + (terminal ? 0 : 4);
    a.left = x + (terminal ? 64 : 48);
    a.width = x + width - (terminal ? 24 : 14) - a.left;
    data_ranges(s, &a);
    double wide = a.x_high - a.x_low, share = wide > 0 ? (a.y_high - a.y_low) / wide : 1;
    a.height = floor(a.width * fmin(fmax(share, 0.5), 0.8));
    if (terminal) a.height = FOVEA__CELL_HEIGHT * floor(a.height / FOVEA__CELL_HEIGHT);
    double side = sqrt(0.4 * a.width * a.height / (double)s->count);
    side = terminal ? FOVEA__CELL_WIDTH : floor(fmin(fmax(side, 16), 64));
    set_ranges(&a, side);
    int count = fovea__axes_ticks(&a, marks);
    fovea__put_y_axis(&a, marks, count);
    fovea__put_x_axis(&a);
    fovea__put_zero_lines(&a);
    put_points(s, &a, side);
    return a.top + a.height - top + (terminal ? 16 : 6) + 2 * small;
}

static void scatter_describe(const void *data, fovea__text *text) {
    const kept_scatter *s = data;
    fovea__text_format(text, "%s\n%s\n", s->x_label, s->y_label);
    for (int32_t c = 0; c < s->class_count; c++) {
        double x = 0, y = 0;
        int64_t count = 0;
        fovea__number means[2];
        for (int64_t i = 0; i < s->count; i++) {
            if (s->points[i].class_index != c) continue;
            x += s->points[i].x;
            y += s->points[i].y;
            count++;
        }
        if (!count) continue;
        fovea__number_short(x / (double)count, means[0]);
        fovea__number_short(y / (double)count, means[1]);
        fovea__text_format(text, "%s  %lld pictures  mean %s, %s\n", s->names[c], (long long)count,
                           means[0], means[1]);
    }
}

static const fovea__block_kind scatter_kind = {scatter_layout, scatter_describe, scatter_release};

static fovea_status keep(fovea_context *context, const fovea__scatter *source, kept_scatter *s,
                         fovea_error *error) {
    size_t count = (size_t)source->count, size = (size_t)(source->rows * source->columns * 3);
    s->count = source->count;
    s->rows = source->rows;
    s->columns = source->columns;
    s->points = fovea__new(context, count, sizeof *s->points, error);
    s->pictures = fovea__new(context, count, size, error);
    s->names = fovea__new(context, (size_t)source->class_count, sizeof *s->names, error);
    s->x_label = fovea__copy_text(context, source->x_label, error);
    s->y_label = fovea__copy_text(context, source->y_label, error);
    if (!s->points || !s->pictures || !s->names || !s->x_label || !s->y_label)
        return FOVEA_OUT_OF_MEMORY;
    s->class_count = source->class_count;
    for (size_t i = 0; i < count; i++) {
        s->points[i] = source->points[i];
        s->points[i].rgb = memcpy(s->pictures + i * size, source->points[i].rgb, size);
    }
    for (int32_t i = 0; i < source->class_count; i++) {
        s->names[i] = fovea__copy_text(context, source->names[i], error);
        if (!s->names[i]) return FOVEA_OUT_OF_MEMORY;
    }
    return FOVEA_OK;
}

fovea_status fovea__figure_add_scatter(fovea_figure *figure, const fovea__scatter *scatter,
                                       fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    if (scatter->count < 1 || scatter->class_count < 1)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%lld pictures of %d classes cannot be scattered",
                           (long long)scatter->count, scatter->class_count);
    kept_scatter *s = fovea__new(context, 1, sizeof *s, error);
    if (!s) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = keep(context, scatter, s, error);
    if (status == FOVEA_OK) return fovea__figure_add_block(figure, &scatter_kind, s, error);
    scatter_release(context, s);
    return status;
}
