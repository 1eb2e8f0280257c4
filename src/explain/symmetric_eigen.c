// SPDX-License-Identifier: MIT
#include "explain/symmetric_eigen.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "base/memory.h"
#include "base/threads.h"

enum { CHAINS = 8, ROWS = 16, BISECTIONS = 200, ITERATIONS = 4 };

// Sums of several chains: the compiler may keep them side by side.
static double dot(const double *a, const double *b, int64_t count) {
    double sum[CHAINS] = {0};
    int64_t i = 0;
    for (; i + CHAINS <= count; i += CHAINS)
        for (int c = 0; c < CHAINS; c++) sum[c] += a[i + c] * b[i + c];
    for (; i < count; i++) sum[0] += a[i] * b[i];
    return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

// The matrix with three diagonals: T[i][i] = main[i], T[i][i+1] = T[i+1][i] = side[i].
typedef struct tridiagonal {
    double *main, *side;
    int64_t n;
} tridiagonal;

typedef struct reflection {
    double *matrix;
    const double *v, *w;  // v: what is reflected along, w: what is subtracted
    double *p;
    double beta;
    int64_t n, first;  // rows and columns first … n-1
} reflection;

static void multiply_rows(void *user, int64_t item, int32_t worker) {
    const reflection *r = user;
    (void)worker;
    for (int64_t i = r->first + item * ROWS; i < r->n && i < r->first + (item + 1) * ROWS; i++)
        r->p[i] = r->beta * dot(r->matrix + i * r->n + r->first, r->v + r->first, r->n - r->first);
}

static void update_rows(void *user, int64_t item, int32_t worker) {
    const reflection *r = user;
    (void)worker;
    for (int64_t i = r->first + item * ROWS; i < r->n && i < r->first + (item + 1) * ROWS; i++) {
        double *row = r->matrix + i * r->n, v = r->v[i], w = r->w[i];
        for (int64_t k = r->first; k < r->n; k++) row[k] -= v * r->w[k] + w * r->v[k];
    }
}

// One step: what stands right of and below the diagonal's neighbour in row and column j becomes
// 0. v stays in row j of the matrix, which is not needed any more; returns beta of H = 1 - beta v
// v'.
static double reflect(fovea_context *context, double *matrix, int64_t n, int64_t j, double *p,
                      tridiagonal *t) {
    double *v = matrix + j * n;
    int64_t first = j + 1, items = (n - first + ROWS - 1) / ROWS;
    double most = 0;
    for (int64_t i = first; i < n; i++) most = fmax(most, fabs(v[i]));
    t->main[j] = v[j];
    t->side[j] = v[first];
    if (most == 0 || first == n - 1) return 0;
    double length = 0;
    for (int64_t i = first; i < n; i++) length += v[i] / most * (v[i] / most);
    length = sqrt(length) * most;
    t->side[j] = v[first] > 0 ? -length : length;
    v[first] -= t->side[j];
    // v'v = 2 length (length + |x_first|)
    double square = dot(v + first, v + first, n - first);
    if (!(square > 0)) return 0;
    reflection r = {.matrix = matrix, .v = v, .p = p, .beta = 2 / square, .n = n, .first = first};
    fovea__parallel(context, items, multiply_rows, &r);
    double share = r.beta / 2 * dot(p + first, v + first, n - first);
    for (int64_t i = first; i < n; i++) p[i] -= share * v[i];
    r.w = p;
    fovea__parallel(context, items, update_rows, &r);
    return r.beta;
}

// How many eigenvalues are below x: the negative pivots of T - x.
static int64_t count_below(const tridiagonal *t, double x) {
    int64_t below = 0;
    double pivot = 1;
    for (int64_t i = 0; i < t->n; i++) {
        double side = i ? t->side[i - 1] : 0;
        pivot = t->main[i] - x - (i ? side * side / pivot : 0);
        if (pivot == 0) pivot = -DBL_EPSILON * (fabs(side) + DBL_MIN);
        below += pivot < 0;
    }
    return below;
}

// All eigenvalues lie in Gershgorin's discs.
static void bounds(const tridiagonal *t, double *low, double *high) {
    *low = INFINITY;
    *high = -INFINITY;
    for (int64_t i = 0; i < t->n; i++) {
        double radius = (i ? fabs(t->side[i - 1]) : 0) + (i + 1 < t->n ? fabs(t->side[i]) : 0);
        *low = fmin(*low, t->main[i] - radius);
        *high = fmax(*high, t->main[i] + radius);
    }
}

// Eigenvalue number k from the largest, 0.
static double bisect(const tridiagonal *t, int64_t k) {
    double low, high;
    bounds(t, &low, &high);
    for (int step = 0; step < BISECTIONS; step++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) break;
        if (count_below(t, middle) <= t->n - 1 - k)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

// (T - x) y = b by elimination with pivoting; y overwrites b. `work` holds 3 n numbers.
static void solve(const tridiagonal *t, double x, double tiny, double *work, double *b) {
    double *diagonal = work, *upper = work + t->n, *second = work + 2 * t->n;
    int64_t n = t->n;
    for (int64_t i = 0; i < n; i++) {
        diagonal[i] = t->main[i] - x;
        upper[i] = i + 1 < n ? t->side[i] : 0;
        second[i] = 0;
    }
    for (int64_t i = 0; i + 1 < n; i++) {
        double below = t->side[i], next = diagonal[i + 1], after = upper[i + 1];
        if (fabs(below) > fabs(diagonal[i])) {  // rows i and i+1 change places
            double factor = diagonal[i] / below, kept = b[i];
            diagonal[i + 1] = upper[i] - factor * next;
            upper[i + 1] = -factor * after;
            diagonal[i] = below;
            upper[i] = next;
            second[i] = after;
            b[i] = b[i + 1];
            b[i + 1] = kept - factor * b[i];
        } else {
            if (diagonal[i] == 0) diagonal[i] = tiny;
            double factor = below / diagonal[i];
            diagonal[i + 1] = next - factor * upper[i];
            b[i + 1] -= factor * b[i];
        }
    }
    for (int64_t i = n - 1; i >= 0; i--) {
        double sum = b[i];
        if (i + 1 < n) sum -= upper[i] * b[i + 1];
        if (i + 2 < n) sum -= second[i] * b[i + 2];
        if (fabs(diagonal[i]) < tiny) diagonal[i] = tiny;
        b[i] = sum / diagonal[i];
    }
}

static void normalise(double *v, int64_t n) {
    double most = 0;
    for (int64_t i = 0; i < n; i++) most = fmax(most, fabs(v[i]));
    for (int64_t i = 0; i < n && most > 0; i++) v[i] /= most;
    double length = sqrt(dot(v, v, n));
    for (int64_t i = 0; i < n && length > 0; i++) v[i] /= length;
}

// Twice, so that rounding leaves nothing of them.
static void remove_others(const double *vectors, int64_t count, double *v, int64_t n) {
    for (int pass = 0; pass < 2; pass++)
        for (int64_t k = 0; k < count; k++) {
            double part = dot(vectors + k * n, v, n);
            for (int64_t i = 0; i < n; i++) v[i] -= part * vectors[k * n + i];
        }
}

static void find_vector(const tridiagonal *t, double value, double scale, int64_t k,
                        double *vectors, double *work) {
    double *v = vectors + k * t->n;
    for (int64_t i = 0; i < t->n; i++) v[i] = 1 + (double)((i * 7919 + k * 104729) % 1009) / 1009;
    for (int step = 0; step < ITERATIONS; step++) {
        remove_others(vectors, k, v, t->n);
        normalise(v, t->n);
        solve(t, value, DBL_EPSILON * scale + DBL_MIN, work, v);
        normalise(v, t->n);
    }
    remove_others(vectors, k, v, t->n);
    normalise(v, t->n);
}

// Back through the reflections.
static void turn_back(const double *matrix, const double *beta, int64_t n, double *vector) {
    for (int64_t j = n - 2; j >= 0; j--) {
        if (beta[j] == 0) continue;
        const double *v = matrix + j * n;
        double part = beta[j] * dot(v + j + 1, vector + j + 1, n - j - 1);
        for (int64_t i = j + 1; i < n; i++) vector[i] -= part * v[i];
    }
}

static void solve_all(fovea_context *context, double *matrix, int64_t n, int64_t count,
                      double *memory, double *values, double *vectors) {
    tridiagonal t = {.main = memory, .side = memory + n, .n = n};
    double *beta = memory + 2 * n, *work = memory + 3 * n, low, high;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < i; k++) matrix[i * n + k] = matrix[k * n + i];
    for (int64_t j = 0; j + 1 < n; j++) beta[j] = reflect(context, matrix, n, j, work, &t);
    t.main[n - 1] = matrix[n * n - 1];
    bounds(&t, &low, &high);
    for (int64_t k = 0; k < count; k++) {
        values[k] = bisect(&t, k);
        find_vector(&t, values[k], fmax(fabs(low), fabs(high)), k, vectors, work);
    }
    for (int64_t k = 0; k < count; k++) turn_back(matrix, beta, n, vectors + k * n);
}

fovea_status fovea__symmetric_eigen(fovea_context *context, double *matrix, int64_t n,
                                    int64_t count, double *values, double *vectors,
                                    fovea_error *error) {
    double *memory = fovea__new(context, (size_t)n, 6 * sizeof *memory, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    solve_all(context, matrix, n, count, memory, values, vectors);
    fovea__free(context, memory);
    return FOVEA_OK;
}
