// SPDX-License-Identifier: MIT
#include "formats/deflate_codes.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct leaf {
    uint32_t often;
    int32_t symbol;
} leaf;

static int by_frequency(const void *a, const void *b) {
    const leaf *x = a, *y = b;
    if (x->often != y->often) return x->often < y->often ? -1 : 1;
    return x->symbol - y->symbol;
}

// Depths of a Huffman tree over sorted leaves: two queues, leaves and inner nodes, each in order.
static void tree_depths(const leaf *leaves, int32_t count, uint8_t *depth) {
    uint64_t weight[2 * FOVEA__CODES_MOST];
    int32_t parent[2 * FOVEA__CODES_MOST], next_leaf = 0, next_inner = count, end = count;
    uint8_t level[2 * FOVEA__CODES_MOST];
    for (int32_t i = 0; i < count; i++) weight[i] = leaves[i].often;
    for (; end < 2 * count - 1; end++) {
        weight[end] = 0;
        for (int k = 0; k < 2; k++) {
            bool take_leaf =
                next_leaf < count && (next_inner >= end || weight[next_leaf] <= weight[next_inner]);
            int32_t child = take_leaf ? next_leaf++ : next_inner++;
            weight[end] += weight[child];
            parent[child] = end;
        }
    }
    level[end - 1] = 0;
    for (int32_t i = end - 2; i >= 0; i--) level[i] = (uint8_t)(level[parent[i]] + 1);
    memcpy(depth, level, (size_t)count);
}

// Codes longer than `limit` are cut; the space they then take too much is taken from the rarest of
// those that can grow, and what is left over goes to the most frequent.
static void limit_depths(int32_t count, int32_t limit, uint8_t *depth) {
    int64_t space = 0, whole = INT64_C(1) << limit;
    for (int32_t i = 0; i < count; i++) {
        if (depth[i] > limit) depth[i] = (uint8_t)limit;
        space += whole >> depth[i];
    }
    for (int32_t i = 0; space > whole; i = (i + 1) % count) {
        if (depth[i] >= limit) continue;
        depth[i]++;
        space -= whole >> depth[i];
    }
    for (int32_t i = count - 1; i >= 0 && space < whole; i--)
        while (depth[i] > 1 && space + (whole >> depth[i]) <= whole) {
            space += whole >> depth[i];
            depth[i]--;
        }
}

void fovea__code_lengths(const uint32_t *often, int32_t count, int32_t limit, uint8_t *length) {
    leaf leaves[FOVEA__CODES_MOST];
    uint8_t depth[FOVEA__CODES_MOST];
    int32_t used = 0;
    memset(length, 0, (size_t)count);
    for (int32_t i = 0; i < count; i++)
        if (often[i] > 0) leaves[used++] = (leaf){often[i], i};
    if (used == 0) return;
    if (used == 1) {
        length[leaves[0].symbol] = 1;
        return;
    }
    qsort(leaves, (size_t)used, sizeof *leaves, by_frequency);
    tree_depths(leaves, used, depth);
    limit_depths(used, limit, depth);
    for (int32_t i = 0; i < used; i++) length[leaves[i].symbol] = depth[i];
}

void fovea__codes_of_lengths(const uint8_t *length, int32_t count, uint16_t *code) {
    uint32_t next[17] = {0}, of_length[17] = {0}, first = 0;
    for (int32_t i = 0; i < count; i++) of_length[length[i]]++;
    of_length[0] = 0;
    for (int32_t bits = 1; bits <= 16; bits++) {
        first = (first + of_length[bits - 1]) << 1;
        next[bits] = first;
    }
    for (int32_t i = 0; i < count; i++) {
        uint32_t value = length[i] ? next[length[i]]++ : 0, turned = 0;
        for (int32_t bit = 0; bit < length[i]; bit++) turned = turned << 1 | (value >> bit & 1);
        code[i] = (uint16_t)turned;
    }
}
