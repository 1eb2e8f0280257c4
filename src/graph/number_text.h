// SPDX-License-Identifier: MIT
// Numbers as people read them.
#ifndef FOVEA_GRAPH_NUMBER_TEXT_H
#define FOVEA_GRAPH_NUMBER_TEXT_H

#include <stdint.h>

// 1234567 as "1,234,567"; returns `out`.
const char *fovea__thousands(int64_t value, char out[32]);
// Columns that UTF-8 text takes, one a code point.
int fovea__text_columns(const char *text);

#endif
