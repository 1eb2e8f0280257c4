// SPDX-License-Identifier: MIT
#include "explain/cut_out.h"

#include <string.h>

static int64_t most(int64_t a, int64_t b) {
    return a > b ? a : b;
}

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void fill_line(fovea_type type, uint8_t *line, int64_t from, int64_t to, double number) {
    for (int64_t i = from; i < to; i++) {
        if (type == FOVEA_F64)
            ((double *)(void *)line)[i] = number;
        else
            ((float *)(void *)line)[i] = (float)number;
    }
}

// Copies what of the `count` cells from column `from_at` on lies in the window's line.
static void copy_line(const fovea__cut_out *cut, const uint8_t *from, int64_t from_at,
                      int64_t count, size_t item, uint8_t *line) {
    int64_t first = most(from_at, cut->at[1]);
    int64_t last = least(from_at + count, cut->at[1] + cut->size[1]);
    if (first < last)
        memcpy(line + (size_t)(first - cut->at[1]) * item, from + (size_t)(first - from_at) * item,
               (size_t)(last - first) * item);
}

void fovea__cut_out_window(const fovea__cut_out *cut, int64_t i, void *to) {
    const fovea_shape *shape = &cut->whole->shape, *part = &cut->part->shape;
    int64_t height = shape->dim[2], width = shape->dim[3], h = part->dim[2], w = part->dim[3];
    fovea_type type = cut->whole->type;
    size_t item = fovea_type_size(type);
    const uint8_t *whole = cut->whole->data, *changed = cut->part->data;
    uint8_t *line = to;
    int64_t left = least(most(-cut->at[1], 0), cut->size[1]);
    int64_t right = most(least(width - cut->at[1], cut->size[1]), left);
    for (int64_t c = 0; c < shape->dim[1]; c++)
        for (int64_t r = 0; r < cut->size[0]; r++, line += (size_t)cut->size[1] * item) {
            int64_t y = cut->at[0] + r, row = y - cut->part_at[0];
            if (y < 0 || y >= height) {
                fill_line(type, line, 0, cut->size[1], cut->fill);
                continue;
            }
            fill_line(type, line, 0, left, cut->fill);
            fill_line(type, line, right, cut->size[1], cut->fill);
            copy_line(cut, whole + (size_t)((c * height + y) * width) * item, 0, width, item, line);
            if (row >= 0 && row < h)
                copy_line(cut, changed + (size_t)(((i * part->dim[1] + c) * h + row) * w) * item,
                          cut->part_at[1], w, item, line);
        }
}
