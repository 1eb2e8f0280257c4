// SPDX-License-Identifier: MIT
#include "figures/window_sum.h"

#include <math.h>

#include "base/format_text.h"
#include "draw/number.h"

// Terms stand in one line as long as they can be followed.
enum { MOST_TERMS = 49, SHOWN_TERMS = 6 };

// Blanks inside of a term and around '=' do not break the line.
#define NARROW "\xc2\xa0"

static void add_number(fovea__text *text, double value, int decimals, bool factor) {
    fovea__number number;
    fovea__number_fixed(value, value == 0 ? 0 : decimals, number);
    bool negative = number[0] == '-';
    fovea__number_minus(number);
    fovea__text_format(text, factor && negative ? "(%s)" : "%s", number);
}

// As many digits as a reader can check, not those of the cells.
static void add_exact(fovea__text *text, double value, bool term) {
    fovea__number number;
    fovea__format(number, sizeof number, "%.9g", value == 0 ? 0.0 : value);
    bool negative = number[0] == '-';
    fovea__number_minus(number);
    fovea__text_format(text, term && negative ? "(%s)" : "%s", number);
}

// The chain of the operator: fused multiply-adds in the order of the cells, padding left out.
static double channel_sum(const fovea_window_steps *steps, const fovea_window_step *step,
                          int64_t channel) {
    int64_t taps = step->count / steps->channels, first = channel * taps;
    double sum = 0;
    for (int64_t i = first; i < first + taps; i++)
        if (step->inside[i]) sum = fma(step->inputs[i], steps->weights[i], sum);
    return sum;
}

static void add_bias(const fovea_window_steps *steps, fovea__text *text) {
    if (steps->options.bias == 0) return;
    fovea__text_add(text, " +" NARROW);
    add_exact(text, steps->options.bias, true);
    fovea__text_add(text, NARROW "(bias)");
}

void fovea__window_add_sum(const fovea_window_steps *steps, const fovea__window_scale *scale,
                           const fovea_window_step *step, int64_t channel, fovea__text *text) {
    int64_t taps = step->count / steps->channels, first = channel * taps;
    bool all = taps <= MOST_TERMS;
    for (int64_t i = 0; i < taps; i++) {
        if (!all && i == SHOWN_TERMS) {
            fovea__text_format(text, " + … (%lld products in all)", (long long)taps);
            break;
        }
        if (i) fovea__text_add(text, " +" NARROW);
        add_number(text, step->inputs[first + i], scale->input, true);
        fovea__text_add(text, "·");
        add_number(text, steps->weights[first + i], scale->weight, true);
    }
    if (steps->channels == 1) add_bias(steps, text);
    fovea__text_add(text, " =" NARROW);
    add_exact(text, steps->channels == 1 ? step->output : channel_sum(steps, step, channel), false);
}

void fovea__window_add_total(const fovea_window_steps *steps, const fovea_window_step *step,
                             fovea__text *text) {
    for (int64_t c = 0; c < steps->channels; c++) {
        if (c) fovea__text_add(text, " +" NARROW);
        add_exact(text, channel_sum(steps, step, c), true);
    }
    add_bias(steps, text);
    fovea__text_add(text, " =" NARROW);
    add_exact(text, step->output, false);
}

// Whether a cell of the window takes part.
static bool counts(const fovea_window_steps *steps, const fovea_window_step *step, int64_t i) {
    bool padded = steps->kind == FOVEA_WINDOW_AVGPOOL && steps->options.count_include_pad;
    return step->inside[i] || padded;
}

void fovea__window_add_pool(const fovea_window_steps *steps, const fovea__window_scale *scale,
                            const fovea_window_step *step, fovea__text *text) {
    bool maximum = steps->kind == FOVEA_WINDOW_MAXPOOL;
    int64_t terms = 0;
    fovea__text_add(text, maximum ? "max(" : "(");
    for (int64_t i = 0; i < step->count; i++) {
        if (!counts(steps, step, i)) continue;
        if (terms++) fovea__text_add(text, maximum ? ", " : " +" NARROW);
        if (step->count > MOST_TERMS && terms > SHOWN_TERMS) {
            fovea__text_format(text, "… (%lld cells in all)", (long long)step->count);
            break;
        }
        add_number(text, step->inputs[i], scale->input, !maximum && terms > 1);
    }
    fovea__text_add(text, ")");
    if (!maximum) fovea__text_format(text, NARROW "/" NARROW "%lld", (long long)step->divisor);
    fovea__text_add(text, NARROW "=" NARROW);
    add_exact(text, step->output, false);
}
