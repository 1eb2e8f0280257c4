// SPDX-License-Identifier: MIT
#include "explain/rise_mask.h"

#include "base/random.h"

static double draw(const fovea__rise_masks *m, int64_t n, int64_t element) {
    return fovea__random_double(m->seed, FOVEA__RANDOM_MASK, 0, (uint32_t)n, (uint64_t)element);
}

static double cell(const fovea__rise_masks *m, int64_t n, int64_t row, int64_t column) {
    return draw(m, n, 2 + row * m->cells + column) < m->keep ? 1 : 0;
}

static int64_t cell_pixels(const fovea__rise_masks *m, int64_t side) {
    return (side + m->cells - 1) / m->cells;
}

// Columns or rows cut off: numbers 0 and 1 of a mask's are the draws of its shifts.
static int64_t shift_of(const fovea__rise_masks *m, int64_t n, int64_t side, int64_t element) {
    if (m->cells >= side) return 0;
    return (int64_t)(draw(m, n, element) * (double)cell_pixels(m, side));
}

// Where pixel i of the enlarged grid is read: between two cells, and how far from the first.
static void place(const fovea__rise_masks *m, int64_t side, int64_t i, int64_t pair[2],
                  double *share) {
    if (m->cells >= side) {
        pair[0] = pair[1] = i;
        *share = 0;
        return;
    }
    double enlarged = (double)((m->cells + 1) * cell_pixels(m, side));
    double at = ((double)i + 0.5) * (double)m->cells / enlarged - 0.5;
    if (at < 0) at = 0;
    pair[0] = (int64_t)at;
    pair[1] = pair[0] + 1 < m->cells ? pair[0] + 1 : pair[0];
    *share = at - (double)pair[0];
}

static double blend(const fovea__rise_row *row, int64_t column) {
    double above = cell(row->masks, row->n, row->row[0], column);
    if (row->down == 0) return above;
    return above + row->down * (cell(row->masks, row->n, row->row[1], column) - above);
}

fovea__rise_row fovea__rise_row_begin(const fovea__rise_masks *masks, int64_t n, int64_t y) {
    fovea__rise_row row = {.masks = masks, .n = n, .column = -1};
    int64_t shift = shift_of(masks, n, masks->height, 0);
    row.shift = shift_of(masks, n, masks->width, 1);
    place(masks, masks->height, y + shift, row.row, &row.down);
    return row;
}

double fovea__rise_row_next(fovea__rise_row *row) {
    int64_t pair[2];
    double share;
    place(row->masks, row->masks->width, row->x++ + row->shift, pair, &share);
    if (pair[0] != row->column) {
        row->left = row->column >= 0 && pair[0] == row->column + 1 && pair[0] < row->masks->cells &&
                            row->masks->cells < row->masks->width
                        ? row->right
                        : blend(row, pair[0]);
        row->right = pair[1] == pair[0] ? row->left : blend(row, pair[1]);
        row->column = pair[0];
    }
    return row->left + share * (row->right - row->left);
}
