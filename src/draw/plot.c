// SPDX-License-Identifier: MIT
// Curves: title and legend above, the axes with ticks at nice numbers, the lines clipped to them.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/plot_axes.h"

typedef struct plot_list {
    fovea__plot *plots;  // series and texts owned
    size_t count;
} plot_list;

static const fovea__text_style title_style = {
    FOVEA__FACE_BOLD, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};

// Keeping

static void release_plot(fovea_context *context, fovea__plot *plot) {
    fovea__series *series = (fovea__series *)plot->series;
    for (size_t i = 0; series && i < plot->count; i++) {
        fovea__free(context, (void *)series[i].name);
        fovea__free(context, (void *)series[i].x);
        fovea__free(context, (void *)series[i].y);
    }
    fovea__free(context, series);
    for (size_t i = 0; plot->notes && i < plot->note_count; i++)
        fovea__free(context, (void *)plot->notes[i].text);
    fovea__free(context, (void *)plot->notes);
    for (size_t i = 0; plot->keys && i < plot->key_count; i++)
        fovea__free(context, (void *)plot->keys[i].name);
    fovea__free(context, (void *)plot->keys);
    fovea__free(context, (void *)plot->title);
    fovea__free(context, (void *)plot->x_label);
    fovea__free(context, (void *)plot->y_label);
}

static void plots_release(fovea_context *context, void *data) {
    plot_list *list = data;
    if (!list) return;
    for (size_t i = 0; list->plots && i < list->count; i++) release_plot(context, &list->plots[i]);
    fovea__free(context, list->plots);
    fovea__free(context, list);
}

static fovea_status keep_text(fovea_context *context, const char **text, fovea_error *error) {
    if (!*text) return FOVEA_OK;
    *text = fovea__copy_text(context, *text, error);
    return *text ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status keep_values(fovea_context *context, const double **values, int64_t count,
                                fovea_error *error) {
    const double *source = *values;
    double *copy = fovea__new(context, (size_t)count, sizeof *copy, error);
    *values = copy;
    if (!copy) return FOVEA_OUT_OF_MEMORY;
    if (count) memcpy(copy, source, (size_t)count * sizeof *copy);
    return FOVEA_OK;
}

// Pointers are either owned or NULL at every moment, so a failure half way can be released.
static fovea_status keep_series(fovea_context *context, const fovea__series *source,
                                fovea__series *series, fovea_error *error) {
    *series = *source;
    series->x = series->y = NULL;
    FOVEA__TRY(keep_text(context, &series->name, error));
    const double *x = source->x, *y = source->y;
    FOVEA__TRY(keep_values(context, &x, source->count, error));
    series->x = x;
    FOVEA__TRY(keep_values(context, &y, source->count, error));
    series->y = y;
    return FOVEA_OK;
}

static fovea_status keep_notes(fovea_context *context, const fovea__plot *source, fovea__plot *plot,
                               fovea_error *error) {
    fovea__plot_note *notes = fovea__new(context, plot->note_count, sizeof *notes, error);
    plot->notes = notes;
    if (!notes) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < plot->note_count; i++) {
        const char *text = source->notes[i].text;
        FOVEA__TRY(keep_text(context, &text, error));
        notes[i] = source->notes[i];
        notes[i].text = text;
    }
    return FOVEA_OK;
}

static fovea_status keep_keys(fovea_context *context, const fovea__plot *source, fovea__plot *plot,
                              fovea_error *error) {
    fovea__plot_key *keys = fovea__new(context, plot->key_count, sizeof *keys, error);
    plot->keys = keys;
    if (!keys) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < plot->key_count; i++) {
        const char *name = source->keys[i].name;
        FOVEA__TRY(keep_text(context, &name, error));
        keys[i] = source->keys[i];
        keys[i].name = name;
    }
    return FOVEA_OK;
}

static fovea_status keep_plot(fovea_context *context, const fovea__plot *source, fovea__plot *plot,
                              fovea_error *error) {
    *plot = *source;
    plot->series = NULL;
    plot->notes = NULL;
    plot->keys = NULL;
    const char **texts[] = {&plot->title, &plot->x_label, &plot->y_label};
    const char *sources[] = {source->title, source->x_label, source->y_label};
    for (int i = 0; i < 3; i++) *texts[i] = NULL;
    for (int i = 0; i < 3; i++) {
        const char *copy = sources[i];
        FOVEA__TRY(keep_text(context, &copy, error));
        *texts[i] = copy;
    }
    if (source->key_count) FOVEA__TRY(keep_keys(context, source, plot, error));
    if (source->note_count) FOVEA__TRY(keep_notes(context, source, plot, error));
    fovea__series *series = fovea__new(context, plot->count, sizeof *series, error);
    plot->series = series;
    if (!series) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < plot->count; i++)
        FOVEA__TRY(keep_series(context, &source->series[i], &series[i], error));
    return FOVEA_OK;
}

// Lines

static void put_run(const fovea__axes *a, const fovea__series *series, const double *points,
                    size_t count) {
    fovea__colour colour = fovea__series_colour(series->colour);
    if (count > 1) fovea__put_polyline(a->display, points, count, colour, 1.75, series->dash);
    for (size_t i = 0; i < count && (count == 1 || series->points); i++)
        fovea__put_dot(a->display, points[2 * i], points[2 * i + 1], 3, colour);
}

static void put_series(const fovea__axes *a, const fovea__series *series) {
    fovea__display *display = a->display;
    if (display->status) return;
    double *points =
        fovea__new(display->context, (size_t)series->count, 2 * sizeof *points, display->error);
    if (!points) {
        display->status = FOVEA_OUT_OF_MEMORY;
        return;
    }
    size_t run = 0;
    for (int64_t i = 0; i < series->count; i++) {
        double x = series->x[i], y = fovea__plot_y(a->plot, series->y[i]);
        if (isfinite(x) && isfinite(y)) {
            points[2 * run] = fovea__axes_x(a, x);
            points[2 * run + 1] = fovea__axes_y(a, y);
            run++;
            continue;
        }
        put_run(a, series, points, run);
        run = 0;
    }
    put_run(a, series, points, run);
    fovea__free(display->context, points);
}

static double plot_layout(const fovea__plot *plot, fovea__display *display, double x, double y,
                          double width) {
    bool terminal = display->terminal;
    fovea__axes a = {.plot = plot, .display = display};
    double top = y;
    if (plot->title) {
        fovea__put_text(display, &title_style, x, y, plot->title);
        if (plot->y_label)
            fovea__put_text(
                display, &fovea__plot_small,
                fovea__snap_x(display,
                              x + 10 + fovea__text_width(display, &title_style, plot->title)),
                y + (terminal ? 0 : 2), plot->y_label);
        y += fovea__line_height(display, title_style.size) + (terminal ? 0 : 2);
    }
    y += fovea__put_legend(&a, x, y, width);
    a.top = y + (terminal ? 0 : 8);
    a.height = terminal ? 14 * FOVEA__CELL_HEIGHT : floor(fmin(fmax(0.52 * width, 150), 300));
    fovea__axes_set_ranges(&a);
    fovea__tick_mark marks[FOVEA__MOST_TICKS];
    int count = fovea__axes_ticks(&a, marks);
    a.left = fovea__snap_x(display, x + fovea__axes_mark_width(&a, marks, count) + 8);
    // The last tick of x is centred under the right end: half of it needs room.
    a.width = x + width - (terminal ? 24 : 14) - a.left;
    fovea__put_y_axis(&a, marks, count);
    fovea__put_x_axis(&a);
    if (plot->zero_lines) fovea__put_zero_lines(&a);
    fovea__put_clip(display, a.left - 4, a.top - 4, a.width + 8, a.height + 8);
    for (size_t i = 0; i < plot->count; i++) put_series(&a, &plot->series[i]);
    fovea__put_unclip(display);
    fovea__put_notes(&a);
    double below = fovea__line_height(display, fovea__plot_small.size);
    return a.top + a.height - top + (terminal ? 16 : 6) + below + (plot->x_label ? below : 0);
}

static double plots_layout(const void *data, fovea__display *display, double x, double y,
                           double width) {
    const plot_list *list = data;
    double gap = display->terminal ? 24 : 36, least = display->terminal ? 360 : 330;
    size_t columns = (size_t)((width + gap) / (least + gap));
    if (columns < 1) columns = 1;
    if (columns > 2) columns = 2;
    if (columns > list->count) columns = list->count;
    double each = (width - (double)(columns - 1) * gap) / (double)columns;
    if (!display->terminal) each = fmin(each, columns == 1 ? 640 : 460);
    each = display->terminal ? 8 * floor(each / 8) : floor(each);
    double height = 0, row = 0;
    for (size_t i = 0; i < list->count; i++) {
        size_t column = i % columns;
        if (i && column == 0) {
            height += row + (display->terminal ? 16 : 20);
            row = 0;
        }
        double left = x + (double)column * (each + gap);
        row = fmax(row, plot_layout(&list->plots[i], display, left, y + height, each));
    }
    return height + row;
}

static void describe_series(const fovea__plot *plot, const fovea__series *series,
                            fovea__text *text) {
    double low = NAN, high = NAN, last = NAN;
    for (int64_t i = 0; i < series->count; i++) {
        if (!isfinite(series->y[i])) continue;
        low = fmin(low, series->y[i]);
        high = fmax(high, series->y[i]);
        last = series->y[i];
    }
    fovea__number numbers[3];
    fovea__number_short(low, numbers[0]);
    fovea__number_short(high, numbers[1]);
    fovea__number_fixed(last, 4, numbers[2]);
    if (plot->title) fovea__text_format(text, "%s  ", plot->title);
    fovea__text_format(text, "%s  %lld points  min %s  max %s  last %s\n",
                       series->name ? series->name : "curve", (long long)series->count, numbers[0],
                       numbers[1], numbers[2]);
}

static void plots_describe(const void *data, fovea__text *text) {
    const plot_list *list = data;
    for (size_t p = 0; p < list->count; p++)
        for (size_t s = 0; s < list->plots[p].count; s++)
            if (list->plots[p].series[s].name || list->plots[p].count == 1)
                describe_series(&list->plots[p], &list->plots[p].series[s], text);
}

static const fovea__block_kind plots_kind = {plots_layout, plots_describe, plots_release};

static fovea_status check_plot(const fovea__plot *plot, fovea_error *error) {
    if (plot->fixed_y && !(plot->y_low < plot->y_high && isfinite(plot->y_high - plot->y_low)))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a plot's y must run from a lower to a higher number, not %g to %g",
                           plot->y_low, plot->y_high);
    if (plot->fixed_y && plot->log_y && plot->y_low <= 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a logarithmic y cannot begin at %g, it must be above 0", plot->y_low);
    return FOVEA_OK;
}

fovea_status fovea__figure_add_plots(fovea_figure *figure, const fovea__plot *plots, size_t count,
                                     fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    if (!count) return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "there is no plot to draw");
    for (size_t i = 0; i < count; i++) FOVEA__TRY(check_plot(&plots[i], error));
    plot_list *list = fovea__new(context, 1, sizeof *list, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    list->count = count;
    list->plots = fovea__new(context, count, sizeof *list->plots, error);
    if (!list->plots) goto done;
    for (size_t i = 0; i < count; i++)
        FOVEA__GO(keep_plot(context, &plots[i], &list->plots[i], error));
    return fovea__figure_add_block(figure, &plots_kind, list, error);
done:
    plots_release(context, list);
    return status;
}
