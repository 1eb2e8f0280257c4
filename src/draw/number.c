// SPDX-License-Identifier: MIT
#include "draw/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static double power_of_ten(int exponent) {
    double power = 1;
    for (int i = 0; i < (exponent < 0 ? -exponent : exponent); i++) power *= 10;
    return exponent < 0 ? 1 / power : power;
}

// Largest e with 10^e <= value; `value` is finite and positive.
static int decimal_exponent(double value) {
    int exponent = (int)floor(log10(value));
    return exponent;
}

static bool not_finite(double value, fovea__number text) {
    if (isfinite(value)) return false;
    strcpy(text, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    return true;
}

// Digits are made from whole numbers, so no locale can change the point.
static void write_fixed(double magnitude, bool negative, int decimals, fovea__number text) {
    uint64_t scaled = (uint64_t)llround(magnitude * power_of_ten(decimals));
    char digits[FOVEA__NUMBER_SIZE];
    int at = FOVEA__NUMBER_SIZE - 1, written = 0;
    bool minus = negative && scaled;
    digits[at] = 0;
    do {
        if (written == decimals && decimals > 0) digits[--at] = '.';
        digits[--at] = (char)('0' + scaled % 10);
        scaled /= 10;
        written++;
    } while (scaled || written <= decimals);
    if (minus) digits[--at] = '-';
    memcpy(text, digits + at, FOVEA__NUMBER_SIZE - (size_t)at);
}

static void trim_zeros(fovea__number text) {
    if (!strchr(text, '.')) return;
    size_t length = strlen(text);
    while (text[length - 1] == '0') text[--length] = 0;
    if (text[length - 1] == '.') text[--length] = 0;
}

static void write_exponent(double value, fovea__number text) {
    double magnitude = fabs(value);
    int exponent = decimal_exponent(magnitude);
    double mantissa = magnitude / pow(10, exponent);
    if (mantissa >= 9.995) {
        mantissa = 1;
        exponent++;
    }
    write_fixed(mantissa, value < 0, 2, text);
    trim_zeros(text);
    size_t length = strlen(text);
    snprintf(text + length, FOVEA__NUMBER_SIZE - length, "e%c%02d", exponent < 0 ? '-' : '+',
             exponent < 0 ? -exponent : exponent);
}

void fovea__number_fixed(double value, int decimals, fovea__number text) {
    if (not_finite(value, text)) return;
    if (fabs(value) * power_of_ten(decimals) >= 1e15)
        write_exponent(value, text);
    else
        write_fixed(fabs(value), value < 0, decimals, text);
}

void fovea__number_short(double value, fovea__number text) {
    if (not_finite(value, text)) return;
    double magnitude = fabs(value);
    if (magnitude == 0) {
        strcpy(text, "0");
    } else if (magnitude < 0.00009995 || magnitude >= 999500) {
        write_exponent(value, text);
    } else {
        int decimals = 2 - decimal_exponent(magnitude);
        write_fixed(magnitude, value < 0, decimals < 0 ? 0 : decimals, text);
        trim_zeros(text);
    }
}

void fovea__number_count(int64_t value, fovea__number text) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)value), at = 0;
    int sign = digits[0] == '-';
    for (int i = 0; i < length; i++) {
        if (i > sign && (length - i) % 3 == 0 && length - sign > 4) {
            memcpy(text + at, "\xe2\x80\x89", 3);
            at += 3;
        }
        text[at++] = digits[i];
    }
    text[at] = 0;
}

void fovea__number_minus(fovea__number text) {
    for (size_t i = 0; text[i]; i++) {
        size_t rest = strlen(text + i);
        if (text[i] != '-' || i + rest + 3 > FOVEA__NUMBER_SIZE) continue;
        memmove(text + i + 3, text + i + 1, rest);
        memcpy(text + i, "\xe2\x88\x92", 3);
    }
}

int fovea__number_decimals(const float *values, int64_t count) {
    double largest = 0;
    bool whole = true;
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) continue;
        largest = fmax(largest, fabs(values[i]));
        whole = whole && values[i] == rintf(values[i]);
    }
    if (whole || largest >= 100) return 0;
    int decimals = 1 - decimal_exponent(largest);
    return decimals > 4 ? 4 : largest < 10 && decimals < 2 ? 2 : decimals;
}

static double nice_step(double span, int wanted, bool whole) {
    static const double nice[] = {1, 2, 2.5, 5, 10};
    double rough = span / wanted, power = pow(10, floor(log10(rough)));
    double step = 10 * power;
    for (int i = 4; i >= 0; i--)
        if (nice[i] * power >= rough * 0.8) step = nice[i] * power;
    if (whole && step < 1) return 1;
    return whole ? ceil(step) : step;
}

static int step_decimals(double step) {
    int decimals = 0;
    while (decimals < 12 &&
           fabs(step * power_of_ten(decimals) - rint(step * power_of_ten(decimals))) >
               1e-6 * step * power_of_ten(decimals))
        decimals++;
    return decimals;
}

fovea__ticks fovea__ticks_make(double low, double high, int wanted, bool whole) {
    if (!(high > low)) return (fovea__ticks){.first = low, .count = 1, .decimals = 2};
    double step = nice_step(high - low, wanted, whole);
    double first = step * ceil(low / step - 1e-9);
    int count = (int)floor((high - first) / step + 1e-9) + 1;
    return (fovea__ticks){.first = first,
                          .step = step,
                          .count = count < 0    ? 0
                                   : count > 32 ? 32
                                                : count,
                          .decimals = step_decimals(step)};
}

void fovea__ticks_widen(double *low, double *high, int wanted) {
    if (!(*high > *low)) {
        double half = *low == 0 ? 0.5 : 0.1 * fabs(*low);
        *low -= half;
        *high += half;
    }
    double step = nice_step(*high - *low, wanted, false);
    *low = step * floor(*low / step + 1e-9);
    *high = step * ceil(*high / step - 1e-9);
}
