// SPDX-License-Identifier: MIT
// Numbers as people read them in figures, whatever the locale, and the ticks of an axis.
#ifndef FOVEA_DRAW_NUMBER_H
#define FOVEA_DRAW_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FOVEA__NUMBER_SIZE = 48 };  // bytes that hold any formatted number

typedef char fovea__number[FOVEA__NUMBER_SIZE];

// `value` rounded to `decimals` (0 to 12) digits after the point: "-0.42"; magnitudes from 1e15 on
// as mantissa and exponent; "nan", "inf", "-inf". Never "-0.00".
void fovea__number_fixed(double value, int decimals, fovea__number text);
// Three significant digits without trailing zeros: "0.0312", "12.3", "1.5e-07", "1.2e+06".
void fovea__number_short(double value, fovea__number text);
// Whole numbers with thin groups: "215 370" (U+2009 between groups of three from 10000 on).
void fovea__number_count(int64_t value, fovea__number text);
// Replaces '-' by the minus sign U+2212 in place.
void fovea__number_minus(fovea__number text);

// Digits after the point that tell `count` values apart in cells: 0 when all are whole, else as
// many as give the largest magnitude two significant digits (at most 4). Values not finite do not
// count.
int fovea__number_decimals(const float *values, int64_t count);

typedef struct fovea__ticks {
    double first, step;  // tick i stands at first + i*step
    int count;           // at most 32
    int decimals;        // digits after the point that the ticks need
} fovea__ticks;

// Ticks at 1, 2, 2.5 or 5 times a power of ten inside [low, high], about `wanted` of them. `whole`:
// at whole numbers only. For low == high one tick there.
fovea__ticks fovea__ticks_make(double low, double high, int wanted, bool whole);
// Moves low and high outwards to the ticks next to them. Equal ends are pulled apart first.
void fovea__ticks_widen(double *low, double *high, int wanted);

#endif
