// SPDX-License-Identifier: MIT
// Clock and environment.
#ifndef FOVEA_BASE_OS_H
#define FOVEA_BASE_OS_H

#include <stddef.h>

double fovea__seconds(void);                       // monotonic
void fovea__time_stamp(char *text, size_t size);   // "2026-01-31T12:00:00", local time
const char *fovea__environment(const char *name);  // NULL when unset or empty

#endif
