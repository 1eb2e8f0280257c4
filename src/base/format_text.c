// SPDX-License-Identifier: MIT
#include "base/format_text.h"

#include <locale.h>
#include <stdio.h>

int fovea__format_list(char *text, size_t size, const char *format, va_list list) {
    // The C libraries keep "C" as a constant: this makes no memory and cannot fail there.
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    locale_t before = plain ? uselocale(plain) : (locale_t)0;
    int length = vsnprintf(text, size, format, list);
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    return length;
}

int fovea__format(char *text, size_t size, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int length = fovea__format_list(text, size, format, list);
    va_end(list);
    return length;
}
