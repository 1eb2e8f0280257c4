// SPDX-License-Identifier: MIT
// The table behind known.h.
#ifndef FOVEA_DATA_KNOWN_TABLE_H
#define FOVEA_DATA_KNOWN_TABLE_H

#include "data/known.h"

extern const fovea__known_set fovea__known_table[];
extern const size_t fovea__known_table_count;

#endif
