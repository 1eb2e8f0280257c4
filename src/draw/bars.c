// SPDX-License-Identifier: MIT
// Horizontal bars with a label before and a value behind each.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "draw/charts.h"
#include "draw/number.h"

typedef struct bar_list {
    char *title;
    fovea__bar *bars;  // texts owned
    size_t count;
    double high;
} bar_list;

static const fovea__text_style label_style = {
    FOVEA__FACE_REGULAR, 12, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};
static const fovea__text_style head_style = {
    FOVEA__FACE_BOLD, 13, {.role = FOVEA__ROLE_INK}, FOVEA__ANCHOR_START, 0};

static void bars_release(fovea_context *context, void *data) {
    bar_list *list = data;
    if (!list) return;
    for (size_t i = 0; list->bars && i < list->count; i++) {
        fovea__free(context, (void *)list->bars[i].label);
        fovea__free(context, (void *)list->bars[i].text);
    }
    fovea__free(context, list->bars);
    fovea__free(context, list->title);
    fovea__free(context, list);
}

static void value_text(const fovea__bar *bar, fovea__number number, const char **text) {
    fovea__number_short(bar->value, number);
    fovea__number_minus(number);
    *text = bar->text ? bar->text : number;
}

static void put_bar(const bar_list *list, const fovea__bar *bar, fovea__display *display, double x,
                    double y, double zero, double scale) {
    double line = fovea__line_height(display, label_style.size);
    double thick = display->terminal ? FOVEA__CELL_HEIGHT : line;
    fovea__number number;
    const char *text;
    fovea__text_style value = label_style;
    fovea__colour fill = bar->colour < 0 ? fovea__theme_colour(FOVEA__ROLE_FRAME)
                                         : fovea__series_colour(bar->colour);
    value.colour = fovea__theme_colour(FOVEA__ROLE_MUTED);
    fovea__put_text_within(display, &label_style, x, y, zero - x - 8, bar->label);
    double length = isfinite(bar->value) ? fabs(bar->value) / list->high * scale : 0;
    if (display->terminal) length = 8 * round(length / 8);
    length = fmin(length, scale);
    double left = bar->value < 0 ? zero - length : zero;
    if (length > 0) fovea__put_rectangle(display, left, y, fmax(length, 1), thick, fill);
    value_text(bar, number, &text);
    fovea__put_text(display, &value, fovea__snap_x(display, left + length + 6), y, text);
}

static double bars_layout(const void *data, fovea__display *display, double x, double y,
                          double width) {
    const bar_list *list = data;
    double top = y, labels = 0, values = 0;
    bool negative = false;
    for (size_t i = 0; i < list->count; i++) {
        fovea__number number;
        const char *text;
        value_text(&list->bars[i], number, &text);
        labels = fmax(labels, fovea__text_width(display, &label_style, list->bars[i].label));
        values = fmax(values, fovea__text_width(display, &label_style, text));
        negative = negative || list->bars[i].value < 0;
    }
    if (list->title) {
        fovea__put_text(display, &head_style, x, y, list->title);
        y += fovea__line_height(display, head_style.size) + (display->terminal ? 0 : 6);
    }
    labels = fovea__snap_x(display, fmin(labels, 0.4 * width) + 10);
    double room = fmin(width - labels - values - 16, display->terminal ? 400 : 360);
    double scale = fmax(fovea__snap_x(display, negative ? room / 2 : room), 24);
    double zero = fovea__snap_x(display, x + labels + (negative ? scale : 0));
    double line = fovea__line_height(display, label_style.size);
    for (size_t i = 0; i < list->count; i++) {
        put_bar(list, &list->bars[i], display, x, y, zero, scale);
        y += line + (display->terminal ? 0 : 6);
    }
    return y - top;
}

static void bars_describe(const void *data, fovea__text *text) {
    const bar_list *list = data;
    if (list->title) fovea__text_format(text, "%s\n", list->title);
    for (size_t i = 0; i < list->count; i++) {
        fovea__number number;
        const char *value;
        value_text(&list->bars[i], number, &value);
        fovea__text_format(text, "%s  %s\n", list->bars[i].label, value);
    }
}

static const fovea__block_kind bars_kind = {bars_layout, bars_describe, bars_release};

static fovea_status keep_bar(fovea_context *context, const fovea__bar *source, fovea__bar *bar,
                             fovea_error *error) {
    *bar = (fovea__bar){.value = source->value, .colour = source->colour};
    bar->label = fovea__copy_text(context, source->label ? source->label : "", error);
    if (!bar->label) return FOVEA_OUT_OF_MEMORY;
    if (!source->text) return FOVEA_OK;
    bar->text = fovea__copy_text(context, source->text, error);
    return bar->text ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static double largest_magnitude(const fovea__bar *bars, size_t count) {
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(bars[i].value)) largest = fmax(largest, fabs(bars[i].value));
    return largest > 0 ? largest : 1;
}

fovea_status fovea__figure_add_bars(fovea_figure *figure, const char *title, const fovea__bar *bars,
                                    size_t count, double high, fovea_error *error) {
    fovea_context *context = fovea__figure_context(figure);
    if (!(high >= 0) || isinf(high))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "bars cannot end at %g", high);
    bar_list *list = fovea__new(context, 1, sizeof *list, error);
    if (!list) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    list->count = count;
    list->high = high > 0 ? high : largest_magnitude(bars, count);
    list->bars = fovea__new(context, count, sizeof *list->bars, error);
    if (!list->bars) goto done;
    if (title && !(list->title = fovea__copy_text(context, title, error))) goto done;
    for (size_t i = 0; i < count; i++)
        FOVEA__GO(keep_bar(context, &bars[i], &list->bars[i], error));
    return fovea__figure_add_block(figure, &bars_kind, list, error);
done:
    bars_release(context, list);
    return status;
}
