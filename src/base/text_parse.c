// SPDX-License-Identifier: MIT
// Numbers out of text, and the nearest of some names.
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *skip_digits(const char *at) {
    while (*at >= '0' && *at <= '9') at++;
    return at;
}

// [sign] digits [. digits] [e [sign] digits] with a digit before or after the point, and nothing
// else.
static int is_decimal(const char *at) {
    if (*at == '+' || *at == '-') at++;
    const char *whole = skip_digits(at);
    int digits = whole > at;
    at = whole;
    if (*at == '.') {
        const char *fraction = skip_digits(at + 1);
        digits |= fraction > at + 1;
        at = fraction;
    }
    if (!digits) return 0;
    if (*at == 'e' || *at == 'E') {
        at++;
        if (*at == '+' || *at == '-') at++;
        const char *exponent = skip_digits(at);
        if (exponent == at) return 0;
        at = exponent;
    }
    return *at == '\0';
}

int fovea__parse_double(const char *string, double *value) {
    if (!is_decimal(string)) return 0;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!plain) return 0;
    double parsed = strtod_l(string, NULL, plain);
    freelocale(plain);
    if (!isfinite(parsed)) return 0;
    *value = parsed;
    return 1;
}

int fovea__parse_i64(const char *string, int64_t *value) {
    const char *digits = string + (*string == '-' || *string == '+');
    const char *end = skip_digits(digits);
    if (end == digits || *end != '\0') return 0;
    errno = 0;
    long long parsed = strtoll(string, NULL, 10);
    if (errno == ERANGE) return 0;
    *value = parsed;
    return 1;
}

enum { LONGEST_WORD = 63 };

// Number of single-character changes (insert, delete, replace, swap of neighbours) between two
// words.
static size_t edit_distance(const char *a, const char *b) {
    size_t rows[3][LONGEST_WORD + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    size_t n = strlen(a), m = strlen(b);
    for (size_t j = 0; j <= m; j++) last[j] = j;
    for (size_t i = 1; i <= n; i++) {
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[m];
}

const char *fovea__nearest(const char *word, const char *const *names, size_t count) {
    size_t length = strlen(word);
    if (length == 0 || length > LONGEST_WORD) return NULL;
    const char *best = NULL;
    size_t nearest = length / 3 + 2;  // further away than this is another word
    for (size_t i = 0; i < count; i++) {
        if (strlen(names[i]) > LONGEST_WORD) continue;
        size_t distance = edit_distance(word, names[i]);
        if (distance < nearest && distance < length) {
            nearest = distance;
            best = names[i];
        }
    }
    return best;
}
