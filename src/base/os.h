// SPDX-License-Identifier: MIT
// Clock, environment, and who we are.
#ifndef FOVEA_BASE_OS_H
#define FOVEA_BASE_OS_H

#include <stddef.h>

double fovea__seconds(void);                       // monotonic
double fovea__wall_seconds(void);                  // since 1970
void fovea__time_stamp(char *text, size_t size);   // "2026-01-31T12:00:00", local time
const char *fovea__environment(const char *name);  // NULL when unset or empty
// The machine's name, of letters, digits, '.', '-' and '_' alone so that it can be part of a file's
// name; "localhost" when it has none.
void fovea__host_name(char *text, size_t size);
long fovea__process_id(void);

#endif
