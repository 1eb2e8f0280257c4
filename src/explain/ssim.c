// SPDX-License-Identifier: MIT
// Structural similarity of two pictures.
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "fovea/trust.h"

enum { MOST = 11, FIELDS = 5 };

typedef struct {
    int64_t size;
    double weight[MOST];
} window;

// The Gaussian of odd size that fits into `length`, at most 11.
static window window_of(int64_t length) {
    window w = {.size = length < MOST ? length - 1 + length % 2 : MOST};
    double sum = 0;
    for (int64_t i = 0; i < w.size; i++) {
        double d = (double)(i - w.size / 2) / 1.5;
        sum += w.weight[i] = exp(-d * d / 2);
    }
    for (int64_t i = 0; i < w.size; i++) w.weight[i] /= sum;
    return w;
}

// a, b, a², b², ab of one place.
static void fields_of(double a, double b, double field[FIELDS]) {
    field[0] = a;
    field[1] = b;
    field[2] = a * a;
    field[3] = b * b;
    field[4] = a * b;
}

// Rows of windows: for each place of a row the means over the window's width.
static void blur_row(const window *w, const double *a, const double *b, int64_t wide,
                     double (*row)[FIELDS]) {
    for (int64_t x = 0; x < wide; x++) {
        double field[FIELDS];
        for (int f = 0; f < FIELDS; f++) row[x][f] = 0;
        for (int64_t i = 0; i < w->size; i++) {
            fields_of(a[x + i], b[x + i], field);
            for (int f = 0; f < FIELDS; f++) row[x][f] += w->weight[i] * field[f];
        }
    }
}

static double ssim_of(const double m[FIELDS]) {
    const double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
    double aa = m[2] - m[0] * m[0], bb = m[3] - m[1] * m[1], ab = m[4] - m[0] * m[1];
    return (2 * m[0] * m[1] + c1) * (2 * ab + c2) /
           ((m[0] * m[0] + m[1] * m[1] + c1) * (aa + bb + c2));
}

fovea_status fovea_ssim(fovea_context *context, const double *a, const double *b, int64_t height,
                        int64_t width, double *ssim, fovea_error *error) {
    window v = window_of(height), h = window_of(width);
    int64_t tall = height - v.size + 1, wide = width - h.size + 1;
    double(*row)[FIELDS] = fovea__new(context, (size_t)(height * wide), sizeof *row, error);
    if (!row) return FOVEA_OUT_OF_MEMORY;
    for (int64_t y = 0; y < height; y++)
        blur_row(&h, a + y * width, b + y * width, wide, row + y * wide);
    double sum = 0;
    for (int64_t i = 0; i < tall * wide; i++) {
        double m[FIELDS] = {0};
        for (int64_t k = 0; k < v.size; k++)
            for (int f = 0; f < FIELDS; f++) m[f] += v.weight[k] * row[i + k * wide][f];
        sum += ssim_of(m);
    }
    *ssim = sum / (double)(tall * wide);
    fovea__free(context, row);
    return FOVEA_OK;
}
