// SPDX-License-Identifier: MIT
// Kernels by name and by text.
#ifndef FOVEA_FILTER_FILTER_NAMES_H
#define FOVEA_FILTER_FILTER_NAMES_H

#include <stdbool.h>

#include "fovea/filter.h"

// Whether `text` is the name of a kernel ("box", with or without a size behind it); fills `*index`
// (that of fovea_filter_name) and `*size`, the text of the size, NULL where there is none.
bool fovea__filter_is_name(const char *text, int32_t *index, const char **size);
// The named kernel. Errors: INVALID_ARGUMENT (a size that the kernel does not take).
fovea_status fovea__filter_named(int32_t index, const char *size, double sigma,
                                 fovea_filter_kernel *kernel, fovea_error *error);

// `length` bytes of rows of numbers. `where` stands in the errors, whose status is `bad`.
fovea_status fovea__filter_read_rows(const char *text, size_t length, const char *where,
                                     fovea_status bad, fovea_filter_kernel *kernel,
                                     fovea_error *error);

#endif
