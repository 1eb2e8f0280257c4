// SPDX-License-Identifier: MIT
#include "draw/plot_axes.h"

#include <math.h>
#include <string.h>

const fovea__text_style fovea__plot_small = {
    FOVEA__FACE_REGULAR, 11, {.role = FOVEA__ROLE_MUTED}, FOVEA__ANCHOR_START, 0};
double fovea__plot_y(const fovea__plot *plot, double y) {
    if (!isfinite(y)) return NAN;
    if (!plot->log_y) return y;
    return y > 0 ? log10(y) : NAN;
}

static void data_range(const fovea__plot *plot, fovea__axes *a) {
    bool found = false;
    for (size_t s = 0; s < plot->count; s++)
        for (int64_t i = 0; i < plot->series[s].count; i++) {
            double x = plot->series[s].x[i], y = fovea__plot_y(plot, plot->series[s].y[i]);
            if (!isfinite(x) || !isfinite(y)) continue;
            a->x_low = found ? fmin(a->x_low, x) : x;
            a->x_high = found ? fmax(a->x_high, x) : x;
            a->y_low = found ? fmin(a->y_low, y) : y;
            a->y_high = found ? fmax(a->y_high, y) : y;
            found = true;
        }
}

static int wanted_y_ticks(const fovea__axes *a) {
    int wanted = (int)(a->height / (a->display->terminal ? 48 : 37));
    return wanted < 2 ? 2 : wanted;
}

void fovea__axes_set_ranges(fovea__axes *a) {
    const fovea__plot *plot = a->plot;
    data_range(plot, a);
    if (plot->fixed_y) {
        a->y_low = plot->log_y ? log10(plot->y_low) : plot->y_low;
        a->y_high = plot->log_y ? log10(plot->y_high) : plot->y_high;
    } else if (plot->log_y) {
        a->y_low = floor(a->y_low * 5 + 1e-9) / 5;
        a->y_high = ceil(a->y_high * 5 - 1e-9) / 5;
        if (a->y_high <= a->y_low) a->y_high = a->y_low + 1;
    } else {
        fovea__ticks_widen(&a->y_low, &a->y_high, wanted_y_ticks(a));
        if (plot->percent_y) a->y_high = fmin(a->y_high, fmax(1, a->y_low + 0.01));
    }
    if (!(a->x_high > a->x_low)) {
        a->x_low -= 0.5;
        a->x_high += 0.5;
    }
}

double fovea__axes_x(const fovea__axes *a, double x) {
    return a->left + a->width * (x - a->x_low) / (a->x_high - a->x_low);
}

double fovea__axes_y(const fovea__axes *a, double y) {
    return a->top + a->height * (1 - (y - a->y_low) / (a->y_high - a->y_low));
}

static int log_ticks(const fovea__axes *a, fovea__tick_mark marks[FOVEA__MOST_TICKS]) {
    static const int within[] = {1, 2, 5};
    int count = 0, parts = a->y_high - a->y_low > 2.5 ? 1 : 3;
    int every = 1 + (int)(a->y_high - a->y_low) / 12;
    for (int decade = (int)floor(a->y_low); decade <= a->y_high; decade += every)
        for (int p = 0; p < parts && count < FOVEA__MOST_TICKS; p++) {
            double at = decade + log10(within[p]);
            if (at < a->y_low - 1e-9 || at > a->y_high + 1e-9) continue;
            marks[count].at = at;
            fovea__number_short(pow(10, decade) * within[p], marks[count++].text);
        }
    return count;
}

int fovea__axes_ticks(const fovea__axes *a, fovea__tick_mark marks[FOVEA__MOST_TICKS]) {
    if (a->plot->log_y) return log_ticks(a, marks);
    fovea__ticks ticks = fovea__ticks_make(a->y_low, a->y_high, wanted_y_ticks(a), false);
    for (int i = 0; i < ticks.count; i++) {
        double value = ticks.first + i * ticks.step;
        marks[i].at = value;
        if (a->plot->percent_y) {
            int decimals = ticks.decimals > 2 ? ticks.decimals - 2 : 0;
            fovea__number_fixed(100 * value, decimals, marks[i].text);
            strcat(marks[i].text, " %");
        } else {
            fovea__number_fixed(value, ticks.decimals, marks[i].text);
        }
        fovea__number_minus(marks[i].text);
    }
    return ticks.count;
}

double fovea__axes_mark_width(const fovea__axes *a, const fovea__tick_mark *marks, int count) {
    double widest = 0;
    for (int i = 0; i < count; i++)
        widest = fmax(widest, fovea__text_width(a->display, &fovea__plot_small, marks[i].text));
    return widest;
}

void fovea__put_y_axis(const fovea__axes *a, const fovea__tick_mark *marks, int count) {
    fovea__text_style style = fovea__plot_small;
    style.anchor = FOVEA__ANCHOR_END;
    double line = fovea__line_height(a->display, style.size);
    for (int i = 0; i < count; i++) {
        double y = fovea__axes_y(a, marks[i].at);
        if (!a->display->terminal) y = floor(y) + 0.5;
        fovea__put_line(a->display, a->left, y, a->left + a->width, y,
                        fovea__theme_colour(FOVEA__ROLE_GRID), 1);
        double top = a->display->terminal ? fmin(FOVEA__CELL_HEIGHT * floor(y / FOVEA__CELL_HEIGHT),
                                                 a->top + a->height - FOVEA__CELL_HEIGHT)
                                          : y - line / 2;
        fovea__put_text(a->display, &style, a->left - (a->display->terminal ? 8 : 7), top,
                        marks[i].text);
    }
}

static void put_x_tick(const fovea__axes *a, const fovea__text_style *style, double value,
                       int decimals, double text_top) {
    fovea__number text;
    double x = fovea__axes_x(a, value), bottom = a->top + a->height;
    fovea__number_fixed(value, decimals, text);
    fovea__number_minus(text);
    if (!a->display->terminal)
        fovea__put_line(a->display, floor(x) + 0.5, bottom, floor(x) + 0.5, bottom + 4,
                        fovea__theme_colour(FOVEA__ROLE_FRAME), 1);
    fovea__put_text(a->display, style, x, text_top, text);
}

void fovea__put_x_axis(const fovea__axes *a) {
    double bottom = a->top + a->height;
    int wanted = (int)(a->width / 64);
    fovea__ticks ticks =
        fovea__ticks_make(a->x_low, a->x_high, wanted < 2 ? 2 : wanted, a->plot->whole_x);
    fovea__text_style style = fovea__plot_small;
    style.anchor = FOVEA__ANCHOR_MIDDLE;
    double base = a->display->terminal ? bottom + 8 : bottom + 0.5;
    fovea__put_line(a->display, a->left, base, a->left + a->width, base,
                    fovea__theme_colour(FOVEA__ROLE_FRAME), 1);
    double text_top = bottom + (a->display->terminal ? 16 : 5);
    // Epochs begin at 1, which is no multiple of any step but 1.
    bool first = a->plot->whole_x && ticks.first - a->x_low > 0.45 * ticks.step;
    if (first) put_x_tick(a, &style, a->x_low, 0, text_top);
    for (int i = 0; i < ticks.count; i++)
        put_x_tick(a, &style, ticks.first + i * ticks.step, ticks.decimals, text_top);
    if (!a->plot->x_label) return;
    fovea__put_text(a->display, &style, a->left + a->width / 2,
                    text_top + fovea__line_height(a->display, style.size) + 1, a->plot->x_label);
}

void fovea__put_zero_lines(const fovea__axes *a) {
    fovea__colour colour = fovea__theme_colour(FOVEA__ROLE_FRAME);
    bool terminal = a->display->terminal;
    if (a->x_low < 0 && a->x_high > 0) {
        double x = floor(fovea__axes_x(a, 0)) + (terminal ? 0 : 0.5);
        fovea__put_line(a->display, x, a->top, x, a->top + a->height, colour, 1);
    }
    if (!a->plot->log_y && a->y_low < 0 && a->y_high > 0) {
        double y = floor(fovea__axes_y(a, 0)) + (terminal ? 0 : 0.5);
        fovea__put_line(a->display, a->left, y, a->left + a->width, y, colour, 1);
    }
}
