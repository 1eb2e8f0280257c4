// SPDX-License-Identifier: MIT
// Needs REAL, FORWARD and BACKWARD (the functions to define). The last dimension that changes is cut
// into blocks of columns whose taps are looked up once; a column is `run` numbers, all of the
// dimensions behind, of which `part` are done at a time. For each row of the output the rows of the
// input that it is made of are added up first, over the places that the block's columns need.
#include <string.h>

#include "kernels/resize/interpolate.h"

#define MOST FOVEA__RESIZE_MOST

typedef struct job {
    const fovea__resize *resize;
    int32_t last, taps, rows;
    int64_t run, part;
    int64_t first, columns;                                    // of this block
    int64_t low, high;                                         // the places it needs
    int64_t from[FOVEA__RESIZE_RANK], to[FOVEA__RESIZE_RANK];  // strides
    int32_t place[MOST];  // [columns][taps], counted from `low`
    REAL weight[MOST];
    bool outside[MOST], any_outside;
    int64_t row_at[MOST];
    REAL row_weight[MOST];
    REAL row[MOST];  // [high - low][part]
    const REAL *in;  // read: the input, or d_out
    REAL *out;       // written: the output, or d_in
    void (*do_row)(struct job *job, int64_t to);
} job;

// Adds column `first + columns` to the block where there is room.
static bool add_column(job *j) {
    double weight[MOST];
    int32_t *place = j->place + j->columns * j->taps;
    if ((j->columns + 1) * j->taps > MOST) return false;
    int32_t count = fovea__resize_taps(j->resize, j->last, j->first + j->columns, place, weight);
    int64_t low = j->columns ? j->low : INT64_MAX, high = j->columns ? j->high : 0;
    for (int32_t t = 0; t < count; t++) {
        low = place[t] < low ? place[t] : low;
        high = place[t] >= high ? place[t] + 1 : high;
    }
    if (count && (high - low) * j->part > MOST) return false;
    j->outside[j->columns] = count == 0;
    j->any_outside |= count == 0;
    if (count || j->columns) {
        j->low = low;
        j->high = high;
    }
    for (int32_t t = 0; t < j->taps; t++) {
        if (t >= count) place[t] = 0;
        j->weight[j->columns * j->taps + t] = t < count ? (REAL)weight[t] : 0;
    }
    j->columns++;
    return true;
}

static void next_block(job *j) {
    int64_t out = j->resize->axis[j->last].out;
    j->first += j->columns;
    j->columns = 0;
    j->any_outside = false;
    j->low = j->high = 0;
    while (j->first + j->columns < out && add_column(j)) {
        // Outside columns in front have no place yet.
        if (j->high == 0) break;
    }
    for (int64_t c = 0; c < j->columns; c++)
        for (int32_t t = 0; t < j->taps; t++)
            if (!j->outside[c]) j->place[c * j->taps + t] -= (int32_t)j->low;
}

// Goes over the rows of the output; `rows` of the input with their weights are known for the
// dimensions before d. Rows outside of the region have none.
static void each_row(job *j, int32_t d, int64_t to);

static void with_taps(job *j, int32_t d, int64_t o, int64_t to) {
    const fovea__resize_axis *a = &j->resize->axis[d];
    int32_t before = j->rows;
    if (a->same) {
        for (int32_t k = 0; k < before; k++) j->row_at[k] += o * j->from[d];
        each_row(j, d + 1, to);
        for (int32_t k = 0; k < before; k++) j->row_at[k] -= o * j->from[d];
        return;
    }
    int32_t place[MOST];
    double weight[MOST];
    int64_t at[MOST];
    REAL kept[MOST];
    int32_t count = fovea__resize_taps(j->resize, d, o, place, weight);
    memcpy(at, j->row_at, (size_t)before * sizeof *at);
    memcpy(kept, j->row_weight, (size_t)before * sizeof *kept);
    j->rows = before * count;
    for (int32_t k = 0; k < before; k++)
        for (int32_t t = 0; t < count; t++) {
            j->row_at[k * count + t] = at[k] + place[t] * j->from[d];
            j->row_weight[k * count + t] = kept[k] * (REAL)weight[t];
        }
    each_row(j, d + 1, to);
    j->rows = before;
    memcpy(j->row_at, at, (size_t)before * sizeof *at);
    memcpy(j->row_weight, kept, (size_t)before * sizeof *kept);
}

static void each_row(job *j, int32_t d, int64_t to) {
    if (d == j->last) {
        j->do_row(j, to + j->first * j->run);
        return;
    }
    for (int64_t o = 0; o < j->resize->axis[d].out; o++) with_taps(j, d, o, to + o * j->to[d]);
}

static void each_block(job *j) {
    const fovea__resize *r = j->resize;
    j->run = 1;
    for (int32_t d = r->rank - 1; d >= 0; d--) {
        j->from[d] = d == r->rank - 1 ? 1 : j->from[d + 1] * r->axis[d + 1].in;
        j->to[d] = d == r->rank - 1 ? 1 : j->to[d + 1] * r->axis[d + 1].out;
    }
    j->last = r->rank - 1;
    while (j->last > 0 && r->axis[j->last].same) j->last--;
    j->run = j->to[j->last];
    j->taps = (int32_t)fovea__resize_reach(r, j->last);
    j->part = MOST / (4 * j->taps) < 1 ? 1 : MOST / (4 * j->taps);
    if (j->part > j->run) j->part = j->run;
    j->first = j->columns = 0;
    for (next_block(j); j->columns > 0; next_block(j)) {
        j->rows = 1;
        j->row_at[0] = 0;
        j->row_weight[0] = 1;
        each_row(j, 0, 0);
    }
}

// row[i] = sum over rows of weight * x[i], rows in order.
static void add_rows(job *j, const REAL *x, int64_t to, int64_t count) {
    REAL *row = j->row + to, w0 = j->row_weight[0];
    const REAL *a = x + j->row_at[0];
    int32_t k = 1;
    if (j->rows > 1) {
        const REAL *b = x + j->row_at[1];
        REAL w1 = j->row_weight[1];
        for (int64_t i = 0; i < count; i++) row[i] = w0 * a[i] + w1 * b[i];
        k = 2;
    } else {
        for (int64_t i = 0; i < count; i++) row[i] = w0 * a[i];
    }
    for (; k < j->rows; k++) {
        const REAL *b = x + j->row_at[k];
        REAL w = j->row_weight[k];
        for (int64_t i = 0; i < count; i++) row[i] += w * b[i];
    }
}

// y[c] = sum over taps of weight * row[place], for columns of one number.
static void across(const job *j, const REAL *row, REAL *y) {
    const int32_t *p = j->place;
    const REAL *w = j->weight;
    if (j->taps == 2) {
        for (int64_t c = 0; c < j->columns; c++)
            y[c] = w[2 * c] * row[p[2 * c]] + w[2 * c + 1] * row[p[2 * c + 1]];
        return;
    }
    for (int64_t c = 0; c < j->columns; c++, p += j->taps, w += j->taps) {
        REAL sum = w[0] * row[p[0]];
        for (int32_t t = 1; t < j->taps; t++) sum += w[t] * row[p[t]];
        y[c] = sum;
    }
}

static void across_runs(const job *j, const REAL *row, int64_t count, REAL *y) {
    for (int64_t c = 0; c < j->columns; c++) {
        const int32_t *p = j->place + c * j->taps;
        const REAL *w = j->weight + c * j->taps;
        for (int64_t r = 0; r < count; r++) y[c * j->run + r] = w[0] * row[p[0] * count + r];
        for (int32_t t = 1; t < j->taps; t++)
            for (int64_t r = 0; r < count; r++) y[c * j->run + r] += w[t] * row[p[t] * count + r];
    }
}

static void fill_outside(const job *j, bool all, REAL *y) {
    for (int64_t c = 0; c < j->columns; c++)
        for (int64_t r = 0; (all || j->outside[c]) && r < j->run; r++)
            y[c * j->run + r] = (REAL)j->resize->outside;
}

static void forward_row(job *j, int64_t to) {
    REAL *y = j->out + to;
    int64_t places = j->high - j->low;
    bool nothing = j->rows == 0 || places == 0;
    for (int64_t r = 0; !nothing && r < j->run; r += j->part) {
        int64_t count = j->run - r < j->part ? j->run - r : j->part;
        if (count == j->run) {
            add_rows(j, j->in + j->low * j->run, 0, places * j->run);
        } else {
            for (int64_t p = 0; p < places; p++)
                add_rows(j, j->in + (j->low + p) * j->run + r, p * count, count);
        }
        if (j->run == 1)
            across(j, j->row, y);
        else
            across_runs(j, j->row, count, y + r);
    }
    if (nothing || j->any_outside) fill_outside(j, nothing, y);
}

// row[place] += weight * d_y[c], columns and taps in order.
static void back_across(job *j, const REAL *d_y, int64_t count) {
    const int32_t *p = j->place;
    const REAL *w = j->weight;
    for (int64_t c = 0; c < j->columns; c++, d_y += j->run, p += j->taps, w += j->taps) {
        if (j->run == 1) {
            for (int32_t t = 0; t < j->taps; t++) j->row[p[t]] += w[t] * d_y[0];
            continue;
        }
        for (int32_t t = 0; t < j->taps; t++) {
            REAL *sum = j->row + p[t] * count, weight = w[t];
            for (int64_t i = 0; i < count; i++) sum[i] += weight * d_y[i];
        }
    }
}

static void add_scaled(int64_t count, REAL weight, const REAL *x, REAL *sum) {
    for (int64_t i = 0; i < count; i++) sum[i] += weight * x[i];
}

static void backward_row(job *j, int64_t to) {
    int64_t places = j->high - j->low;
    for (int64_t r = 0; j->rows > 0 && places > 0 && r < j->run; r += j->part) {
        int64_t count = j->run - r < j->part ? j->run - r : j->part;
        memset(j->row, 0, (size_t)(places * count) * sizeof *j->row);
        back_across(j, j->in + to + r, count);
        for (int32_t k = 0; k < j->rows; k++) {
            REAL *d_x = j->out + j->row_at[k] + j->low * j->run + r;
            if (count == j->run) {
                add_scaled(places * count, j->row_weight[k], j->row, d_x);
                continue;
            }
            for (int64_t p = 0; p < places; p++)
                add_scaled(count, j->row_weight[k], j->row + p * count, d_x + p * j->run);
        }
    }
}

void FORWARD(const fovea__resize *resize, const REAL *src, REAL *dst) {
    job j;
    j.resize = resize;
    j.in = src;
    j.out = dst;
    j.do_row = forward_row;
    each_block(&j);
}

void BACKWARD(const fovea__resize *resize, const REAL *d_dst, REAL *d_src) {
    size_t count = 1;
    for (int32_t d = 0; d < resize->rank; d++) count *= (size_t)resize->axis[d].in;
    memset(d_src, 0, count * sizeof *d_src);
    job j;
    j.resize = resize;
    j.in = d_dst;
    j.out = d_src;
    j.do_row = backward_row;
    each_block(&j);
}
