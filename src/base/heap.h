// SPDX-License-Identifier: MIT
// The C library's heap as an allocator: what a context uses when it is given none.
#ifndef FOVEA_BASE_HEAP_H
#define FOVEA_BASE_HEAP_H

#include "fovea/context.h"

fovea_allocator fovea__system_allocator(void);

#endif
