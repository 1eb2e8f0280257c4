// SPDX-License-Identifier: MIT
#include "graph/number_text.h"

#include <stdio.h>

const char *fovea__thousands(int64_t value, char out[32]) {
    char digits[24];
    int n = snprintf(digits, sizeof digits, "%lld", (long long)value), at = 0, sign = value < 0;
    for (int i = 0; i < n; i++) {
        if (i > sign && (n - i) % 3 == 0) out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = 0;
    return out;
}

int fovea__text_columns(const char *text) {
    int count = 0;
    for (; *text; text++) count += ((uint8_t)*text & 0xc0) != 0x80;
    return count;
}
