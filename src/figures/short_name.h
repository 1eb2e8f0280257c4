// SPDX-License-Identifier: MIT
#ifndef FOVEA_FIGURES_SHORT_NAME_H
#define FOVEA_FIGURES_SHORT_NAME_H

#include <stddef.h>

// The `length` bytes of `name`, terminated; more than `most` as beginning and end around "…", for
// names of one experiment often differ in either. No character is cut in two. `text` holds most + 4
// bytes.
void fovea__short_name(const char *name, size_t length, size_t most, char *text);

#endif
