// SPDX-License-Identifier: MIT
#include "graph/names.h"

#include <string.h>

#include "base/memory.h"

static uint64_t name_hash(const char *name) {
    uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a, 64 bit
    for (; *name; name++) hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    return hash ^ (hash >> 29);
}

static struct fovea__name_entry *find_place(const fovea__name_table *table, const char *name) {
    size_t mask = table->capacity - 1, at = (size_t)name_hash(name) & mask;
    while (table->entry[at].name && strcmp(table->entry[at].name, name) != 0) at = (at + 1) & mask;
    return &table->entry[at];
}

int32_t fovea__name_find(const fovea__name_table *table, const char *name) {
    if (!table->capacity) return -1;
    const struct fovea__name_entry *place = find_place(table, name);
    return place->name ? place->number : -1;
}

void fovea__name_add(fovea__name_table *table, const char *name, int32_t number) {
    struct fovea__name_entry *place = find_place(table, name);
    if (!place->name) table->count++;
    place->name = name;
    place->number = number;
}

fovea_status fovea__name_reserve(fovea_context *context, fovea__name_table *table,
                                 fovea_error *error) {
    if (2 * (table->count + 1) <= table->capacity) return FOVEA_OK;
    fovea__name_table bigger = {NULL, 0, table->capacity ? table->capacity * 2 : 32};
    bigger.entry = fovea__new(context, bigger.capacity, sizeof *bigger.entry, error);
    if (!bigger.entry) return FOVEA_OUT_OF_MEMORY;
    for (size_t i = 0; i < table->capacity; i++)
        if (table->entry[i].name)
            fovea__name_add(&bigger, table->entry[i].name, table->entry[i].number);
    fovea__free(context, table->entry);
    *table = bigger;
    return FOVEA_OK;
}

void fovea__name_table_free(fovea_context *context, fovea__name_table *table) {
    fovea__free(context, table->entry);
    *table = (fovea__name_table){0};
}
