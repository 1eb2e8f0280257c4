// SPDX-License-Identifier: MIT
// Buffers of any element type with random numbers, those at the ends of its range among them.
#ifndef FOVEA_TESTS_TYPED_VALUES_H
#define FOVEA_TESTS_TYPED_VALUES_H

#include <stdbool.h>

#include "fovea/tensor.h"
#include "unit/guarded.h"

// Holds every number of every integer type.
__extension__ typedef __int128 wide_whole;
__extension__ typedef unsigned __int128 wide_bits;

typedef struct typed {
    fovea_type type;
    size_t item;  // bytes of one
    guarded memory;
} typed;

// A type with numbers of its own kind: all integers; with `all` floats and BOOL, too.
fovea_type typed_any(bool all);
bool typed_signed(fovea_type type);
typed typed_make(fovea_type type, int64_t count);
typed typed_copy(const typed *from);
uint8_t *typed_at(const typed *t, size_t i);

// An integer or BOOL (0 or 1), and the value wrapped around to the type of the buffer.
wide_whole typed_whole(const typed *t, size_t i);
void typed_set(typed *t, size_t i, wide_whole value);
// Of floats, too.
double typed_double(const typed *t, size_t i);
bool typed_float(const typed *t);
bool typed_true(const typed *t, size_t i);
// -1, 0 or 1 as x < y, x == y, x > y; 2 where one is NaN. Both are of one type.
int typed_order(const typed *x, size_t i, const typed *y, size_t k);
// The low 128 bits of x * y.
wide_whole wrapping_product(wide_whole x, wide_whole y);

// Calls the functions of one integer argument; returns how many calls that were.
int64_t typed_unary(void);

#endif
