// SPDX-License-Identifier: MIT
#include "graph/torch_numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fovea__torch_real(fovea__text *text, double value) {
    char digits[40], exact[40];
    int precision = 0;
    snprintf(exact, sizeof exact, "%.14e", value);
    do snprintf(digits, sizeof digits, "%.*e", precision, value);
    while (strtod(digits, NULL) != strtod(exact, NULL) && precision++ < 14);
    const char *mark = strchr(digits, 'e');
    if (!mark) {  // inf, nan
        fovea__text_add(text, digits);
        return;
    }
    int exponent = atoi(mark + 1), count = 0;
    char mantissa[40];
    for (const char *d = digits; d < mark; d++)  // the point may be a comma
        if (*d >= '0' && *d <= '9') mantissa[count++] = *d;
    if (value < 0) fovea__text_add(text, "-");
    if (exponent < -4 || exponent >= 16) {
        fovea__text_add_n(text, mantissa, 1);
        if (count > 1) fovea__text_add(text, ".");
        fovea__text_add_n(text, mantissa + 1, (size_t)(count - 1));
        fovea__text_format(text, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
        return;
    }
    for (int i = exponent < 0 ? exponent : 0; i < count || i <= exponent + 1; i++) {
        fovea__text_add_n(text, i >= 0 && i < count ? &mantissa[i] : "0", 1);
        if (i == exponent) fovea__text_add(text, ".");
    }
}

bool fovea__torch_all_are(const fovea__attribute *a, int64_t value) {
    for (int32_t i = 0; a && i < a->count; i++)
        if (a->i[i] != value) return false;
    return true;
}

void fovea__torch_tuple(fovea__text *text, const int64_t *numbers, int32_t count) {
    for (int32_t i = 0; i < count; i++)
        fovea__text_format(text, i ? ", %lld" : "(%lld", (long long)numbers[i]);
    fovea__text_add(text, count == 1 ? ",)" : ")");
}

void fovea__torch_sizes(fovea__text *text, const fovea__attribute *a, int32_t count) {
    if (fovea__torch_all_are(a, a->i[0]))
        fovea__text_format(text, "%lld", (long long)a->i[0]);
    else
        fovea__torch_tuple(text, a->i, count);
}

int32_t fovea__torch_padding_count(const fovea__attribute *pads) {
    int32_t half = pads->count / 2;
    bool same = memcmp(pads->i, pads->i + half, (size_t)half * sizeof pads->i[0]) == 0;
    return same ? half : pads->count;
}
