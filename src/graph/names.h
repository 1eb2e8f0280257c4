// SPDX-License-Identifier: MIT
// A hash table from names to small numbers.
#ifndef FOVEA_GRAPH_NAMES_H
#define FOVEA_GRAPH_NAMES_H

#include "fovea/context.h"

typedef struct fovea__name_table {
    struct fovea__name_entry {
        const char *name;  // borrowed: must outlive the table
        int32_t number;
    } * entry;
    size_t count, capacity;  // capacity is a power of two, at most half full
} fovea__name_table;

// The number stored under `name`, -1 when there is none.
int32_t fovea__name_find(const fovea__name_table *table, const char *name);
// Makes room for one more entry, so that the next fovea__name_add cannot fail.
fovea_status fovea__name_reserve(fovea_context *context, fovea__name_table *table,
                                 fovea_error *error);
void fovea__name_add(fovea__name_table *table, const char *name, int32_t number);
void fovea__name_table_free(fovea_context *context, fovea__name_table *table);

#endif
