// SPDX-License-Identifier: MIT
// printf and strtod that write and read '.' whatever locale the program has set.
#ifndef FOVEA_BASE_FORMAT_TEXT_H
#define FOVEA_BASE_FORMAT_TEXT_H

#include <stdarg.h>
#include <stddef.h>

// vsnprintf in the "C" locale.
int fovea__format_list(char *text, size_t size, const char *format, va_list list)
    __attribute__((format(printf, 3, 0)));
// snprintf in the "C" locale.
int fovea__format(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
