// SPDX-License-Identifier: MIT
// ROAD: pixels replaced by what their neighbours suggest, so that their absence is not itself a sign.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/trust_parts.h"

enum { MOST_ITERATIONS = 2000, NOISE_EPOCH = 2, SHARES = 4 };
static const double tolerance = 1e-5, deviation = 0.01;

// The pixels of one channel and which of them are to be found.
typedef struct {
    int64_t height, width;
    uint8_t *gone;
    double *value, *residual, *direction, *product;  // height*width each
} plane;

// sum over the neighbours of (y, x) with gone == wanted of weight * numbers; the weights of all in *total.
static double neighbours(const plane *p, const double *numbers, int64_t y, int64_t x, int wanted,
                         double *total) {
    double sum = 0;
    *total = 0;
    for (int64_t v = y - 1; v <= y + 1; v++)
        for (int64_t u = x - 1; u <= x + 1; u++) {
            if (v < 0 || v >= p->height || u < 0 || u >= p->width || (v == y && u == x)) continue;
            double weight = v == y || u == x ? 1.0 / 6 : 1.0 / 12;
            *total += weight;
            if (p->gone[v * p->width + u] == wanted) sum += weight * numbers[v * p->width + u];
        }
    return sum;
}

// product = A direction and direction · product, over what is gone: A is the weights' Laplacian.
static double multiply(const plane *p) {
    double dot = 0, total;
    for (int64_t i = 0; i < p->height * p->width; i++) {
        if (!p->gone[i]) continue;
        double others = neighbours(p, p->direction, i / p->width, i % p->width, 1, &total);
        p->product[i] = total * p->direction[i] - others;
        dot += p->direction[i] * p->product[i];
    }
    return dot;
}

// What is known on the right side; begins at the mean of it.
static double start(const plane *p) {
    int64_t count = p->height * p->width, known = 0;
    double mean = 0, square = 0, total;
    for (int64_t i = 0; i < count; i++)
        if (!p->gone[i]) mean += p->value[i], known++;
    mean /= known ? (double)known : 1;
    for (int64_t i = 0; i < count; i++)
        if (p->gone[i]) p->value[i] = mean;
    for (int64_t i = 0; i < count; i++) {
        if (!p->gone[i]) continue;
        int64_t y = i / p->width, x = i % p->width;
        double right = neighbours(p, p->value, y, x, 0, &total);
        double left = total * p->value[i] - neighbours(p, p->value, y, x, 1, &total);
        p->residual[i] = p->direction[i] = right - left;
        square += p->residual[i] * p->residual[i];
    }
    return square;
}

// Conjugate gradients; the matrix is symmetric and positive definite while one pixel is known.
static void solve(const plane *p) {
    int64_t count = p->height * p->width;
    double square = start(p), enough = square * tolerance * tolerance;
    for (int n = 0; n < MOST_ITERATIONS && square > enough; n++) {
        double step = square / multiply(p), next = 0;
        for (int64_t i = 0; i < count; i++) {
            if (!p->gone[i]) continue;
            p->value[i] += step * p->direction[i];
            p->residual[i] -= step * p->product[i];
            next += p->residual[i] * p->residual[i];
        }
        for (int64_t i = 0; i < count; i++)
            if (p->gone[i]) p->direction[i] = p->residual[i] + next / square * p->direction[i];
        square = next;
    }
}

static double normal(uint64_t seed, uint32_t sample, int64_t element) {
    const double turn = 6.283185307179586;
    double u =
        fovea__random_double(seed, FOVEA__RANDOM_NOISE, NOISE_EPOCH, sample, 2 * (uint64_t)element);
    double v = fovea__random_double(seed, FOVEA__RANDOM_NOISE, NOISE_EPOCH, sample,
                                    2 * (uint64_t)element + 1);
    return sqrt(-2 * log(1 - u)) * cos(turn * v);
}

typedef struct {
    fovea__trusting *t;
    plane plane;
} road;

// Picture `index`: shares of 20 to 80 %, the most relevant first, then the same from the other end.
static void impute(void *user, int64_t index, const fovea_view *x) {
    const road *r = user;
    const fovea__trusting *t = r->t;
    const plane *p = &r->plane;
    int64_t count = t->pixels, gone = count * (index % SHARES + 1) / (SHARES + 1);
    memset(p->gone, 0, (size_t)count);
    for (int64_t i = 0; i < gone; i++) p->gone[t->order[index < SHARES ? i : count - 1 - i]] = 1;
    for (int64_t c = 0; c < t->channels; c++) {
        for (int64_t i = 0; i < count; i++) p->value[i] = fovea__view_number(t->x, c * count + i);
        solve(p);
        for (int64_t i = 0; i < count; i++) {
            double noise = p->gone[i]
                               ? deviation * normal(t->options.seed, (uint32_t)index, c * count + i)
                               : 0;
            fovea__view_set(x, c * count + i, p->value[i] + noise);
        }
    }
}

fovea_status fovea__trust_road(fovea__trusting *t, fovea_error *error) {
    fovea_context *context = t->explainer->context;
    size_t count = (size_t)t->pixels;
    double logit[2 * SHARES], p[2 * SHARES], morf = 0, lerf = 0;
    road r = {.t = t, .plane = {.height = t->x->shape.dim[2], .width = t->x->shape.dim[3]}};
    double *numbers = fovea__new(context, 4 * count, sizeof *numbers, error);
    r.plane.gone = fovea__new(context, count, 1, error);
    fovea_status status = numbers && r.plane.gone ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        r.plane.value = numbers;
        r.plane.residual = numbers + count;
        r.plane.direction = numbers + 2 * count;
        r.plane.product = numbers + 3 * count;
        status = fovea__trust_probe(t, 2 * SHARES, impute, &r, logit, p, error);
    }
    for (int i = 0; i < SHARES && status == FOVEA_OK; i++) {
        morf += p[i] / SHARES;
        lerf += p[SHARES + i] / SHARES;
    }
    fovea__free(context, numbers);
    fovea__free(context, r.plane.gone);
    if (status != FOVEA_OK) return status;
    t->trust->road_morf = morf;
    t->trust->road_lerf = lerf;
    t->trust->road = (lerf - morf) / 2;
    return FOVEA_OK;
}
