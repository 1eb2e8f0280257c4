// SPDX-License-Identifier: MIT
#include "explain/spectrum.h"

#include <math.h>

#include "base/memory.h"

// cos and sin of 2 pi a b / n; the turn is reduced in whole numbers.
static double turned(int64_t a, int64_t b, int64_t n, double (*function)(double)) {
    static const double pi = 3.14159265358979323846;
    return function(2 * pi * (double)(a * b % n) / (double)n);
}

static void fill(fovea__spectrum *s) {
    int64_t height = s->height, width = s->width, half = s->half;
    for (int64_t w = 0; w < width; w++) {
        for (int64_t k = 0; k < half; k++) {
            double c = turned(w, k, width, cos), i = turned(w, k, width, sin);
            double times = (k == 0 || 2 * k == width ? 1.0 : 2.0) / (double)(height * width);
            s->row[w * 2 * half + k] = (float)c;
            s->row[w * 2 * half + half + k] = (float)-i;
            s->back[k * width + w] = (float)(times * c);
            s->back[(half + k) * width + w] = (float)(-times * i);
        }
    }
    for (int64_t u = 0; u < height; u++) {
        for (int64_t h = 0; h < height; h++) {
            s->cosine[u * height + h] = (float)turned(u, h, height, cos);
            s->sine[u * height + h] = (float)turned(u, h, height, sin);
        }
    }
}

fovea_status fovea__spectrum_create(fovea_context *context, int64_t height, int64_t width,
                                    fovea__spectrum *s, fovea_error *error) {
    int64_t half = width / 2 + 1, line = 2 * half;
    *s = (fovea__spectrum){.height = height, .width = width, .half = half};
    s->product = fovea__matmul_choose(fovea__context_cpu(context))->run;
    size_t count = (size_t)(2 * width * line + 2 * height * height + 3 * height * line);
    s->memory = fovea__new(context, count, sizeof *s->memory, error);
    if (!s->memory) return FOVEA_OUT_OF_MEMORY;
    s->row = s->memory;
    s->back = s->row + width * line;
    s->cosine = s->back + width * line;
    s->sine = s->cosine + height * height;
    s->rows = s->sine + height * height;
    s->products = s->rows + height * line;
    fill(s);
    return FOVEA_OK;
}

void fovea__spectrum_free(fovea_context *context, fovea__spectrum *s) {
    fovea__free(context, s->memory);
    s->memory = NULL;
}

// Columns of z = exp(-+ 2 pi i u h / H) times those of s->rows; sign -1 is forward.
static void turn_columns(fovea__spectrum *s, const float *src, float sign, float *dst) {
    int64_t height = s->height, half = s->half, line = 2 * half;
    fovea__matmul m = {.rows = height,
                       .columns = line,
                       .depth = height,
                       .a_line = height,
                       .b_line = line,
                       .c_line = line};
    float *c = s->products, *i = s->products + height * line;
    s->product(&m, s->cosine, src, c);
    s->product(&m, s->sine, src, i);
    for (int64_t u = 0; u < height; u++) {
        const float *cu = c + u * line, *iu = i + u * line;
        float *to = dst + u * line;
        for (int64_t k = 0; k < half; k++) {
            to[k] = cu[k] - sign * iu[half + k];
            to[half + k] = cu[half + k] + sign * iu[k];
        }
    }
}

void fovea__spectrum_forward(fovea__spectrum *s, const float *x, float *z) {
    int64_t line = 2 * s->half;
    fovea__matmul m = {.rows = s->height,
                       .columns = line,
                       .depth = s->width,
                       .a_line = s->width,
                       .b_line = line,
                       .c_line = line};
    s->product(&m, x, s->row, s->rows);
    turn_columns(s, s->rows, -1, z);
}

void fovea__spectrum_back(fovea__spectrum *s, const float *z, float *x) {
    int64_t line = 2 * s->half;
    fovea__matmul m = {.rows = s->height,
                       .columns = s->width,
                       .depth = line,
                       .a_line = line,
                       .b_line = s->width,
                       .c_line = s->width};
    turn_columns(s, z, 1, s->rows);
    s->product(&m, s->rows, s->back, x);
}

void fovea__spectrum_back_gradient(fovea__spectrum *s, const float *d_x, float *d_z) {
    int64_t line = 2 * s->half;
    fovea__matmul m = {.rows = s->height,
                       .columns = line,
                       .depth = s->width,
                       .a_line = s->width,
                       .b_line = s->width,
                       .c_line = line,
                       .b_turned = true};
    s->product(&m, d_x, s->back, s->rows);
    turn_columns(s, s->rows, -1, d_z);
}

double fovea__spectrum_frequency(const fovea__spectrum *s, int64_t u, int64_t k) {
    int64_t turn = 2 * u > s->height ? s->height - u : u;
    return hypot((double)turn / (double)s->height, (double)k / (double)s->width);
}
