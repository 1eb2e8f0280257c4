// SPDX-License-Identifier: MIT
#include "kernels/copy/place_map.h"

#include <string.h>

#define COLUMNS 1024

// The last dimension that is not the same is cut into blocks of columns, whose places are looked up
// once; a column is `run` elements, all of the dimensions behind.
typedef struct job {
    const fovea__place_map *map;
    int32_t last;
    int64_t run, first, columns, column[COLUMNS];
    int64_t from[FOVEA__PLACE_RANK], to[FOVEA__PLACE_RANK];  // strides in elements
    // One row of the block: `from` is -1 where a dimension before has no place.
    void (*row)(const struct job *job, int64_t from, int64_t to);
    size_t item;
    const char *value, *src;
    char *dst;
} job;

static void walk(const job *j, int32_t d, int64_t from, int64_t to) {
    if (d == j->last) {
        j->row(j, from, to + j->first * j->run);
        return;
    }
    for (int64_t o = 0; o < j->map->out[d]; o++) {
        int64_t place = j->map->same[d] ? o : j->map->place(j->map->how, d, o);
        int64_t at = from < 0 || place < 0 ? -1 : from + place * j->from[d];
        walk(j, d + 1, at, to + o * j->to[d]);
    }
}

static void each_block(job *j) {
    const fovea__place_map *map = j->map;
    int64_t from = 1, to = 1;
    for (int32_t d = map->rank - 1; d >= 0; d--) {
        j->from[d] = from;
        j->to[d] = to;
        from *= map->in[d];
        to *= map->out[d];
    }
    if (to == 0) return;
    int32_t last = map->rank - 1;
    while (last > 0 && map->same[last]) last--;
    j->last = last < 0 ? 0 : last;
    j->run = map->rank ? j->to[j->last] : 1;
    int64_t width = map->rank ? map->out[j->last] : 1;
    for (j->first = 0; j->first < width; j->first += COLUMNS) {
        j->columns = width - j->first < COLUMNS ? width - j->first : COLUMNS;
        for (int64_t c = 0; c < j->columns; c++) {
            bool same = map->rank == 0 || map->same[j->last];
            int64_t o = j->first + c;
            j->column[c] = same ? o : map->place(map->how, j->last, o);
        }
        walk(j, 0, 0, 0);
    }
}

static void fill(char *dst, int64_t count, size_t item, const char *value) {
    for (int64_t i = 0; i < count; i++) memcpy(dst + (size_t)i * item, value, item);
}

static void copy_row(const job *j, int64_t from, int64_t to) {
    size_t bytes = (size_t)j->run * j->item;
    char *dst = j->dst + (size_t)to * j->item;
    if (from < 0) {
        fill(dst, j->columns * j->run, j->item, j->value);
        return;
    }
    const char *src = j->src + (size_t)from * j->item;
    for (int64_t c = 0; c < j->columns; c++, dst += bytes) {
        if (j->column[c] < 0)
            fill(dst, j->run, j->item, j->value);
        else
            memcpy(dst, src + (size_t)j->column[c] * bytes, bytes);
    }
}

// The same for columns of one element of 4 bytes, what nearly every picture is.
static void copy_row_4(const job *j, int64_t from, int64_t to) {
    uint32_t value, *dst = (uint32_t *)j->dst + to;
    memcpy(&value, j->value, sizeof value);
    if (from < 0) {
        for (int64_t c = 0; c < j->columns; c++) dst[c] = value;
        return;
    }
    const uint32_t *src = (const uint32_t *)j->src + from;
    for (int64_t c = 0; c < j->columns; c++) dst[c] = j->column[c] < 0 ? value : src[j->column[c]];
}

void fovea__place_map_forward(const fovea__place_map *map, size_t item, const void *value,
                              const void *src, void *dst) {
    job j = {.map = map, .row = copy_row, .item = item, .value = value, .src = src, .dst = dst};
    bool single = map->rank > 0 && !map->same[map->rank - 1];
    if (single && item == 4) j.row = copy_row_4;
    each_block(&j);
}

#define BACKWARD(name, REAL)                                                              \
    static void add_row_##name(const job *j, int64_t from, int64_t to) {                  \
        if (from < 0) return;                                                             \
        const REAL *d_dst = (const REAL *)j->src + to;                                    \
        REAL *d_src = (REAL *)j->dst + from;                                              \
        for (int64_t c = 0; c < j->columns; c++, d_dst += j->run) {                       \
            if (j->column[c] < 0) continue;                                               \
            REAL *sum = d_src + j->column[c] * j->run;                                    \
            for (int64_t k = 0; k < j->run; k++) sum[k] += d_dst[k];                      \
        }                                                                                 \
    }                                                                                     \
    void fovea__place_map_backward_##name(const fovea__place_map *map, const REAL *d_dst, \
                                          REAL *d_src) {                                  \
        size_t count = 1;                                                                 \
        for (int32_t d = 0; d < map->rank; d++) count *= (size_t)map->in[d];              \
        memset(d_src, 0, count * sizeof *d_src);                                          \
        job j = {.map = map,                                                              \
                 .row = add_row_##name,                                                   \
                 .item = sizeof *d_src,                                                   \
                 .src = (const char *)d_dst,                                              \
                 .dst = (char *)d_src};                                                   \
        each_block(&j);                                                                   \
    }
BACKWARD(f32, float)
BACKWARD(f64, double)
