// SPDX-License-Identifier: MIT
#include "explain/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

static double dot(const double *a, const double *b, int64_t n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

// Column `j` below the diagonal becomes one number by the reflection 1 - u u' / h, which is applied on
// both sides of the rest; u stays in column j's row, h is returned (0: none was needed).
static double reflect(double *a, int64_t n, int64_t j, double *off, double *p) {
    int64_t first = j + 1, m = n - first;
    double *u = a + j * n + first;  // row j, by symmetry
    double largest = 0;
    for (int64_t i = 1; i < m; i++) largest = fmax(largest, fabs(u[i]));
    *off = u[0];
    if (largest == 0) return 0;
    double length = sqrt(dot(u, u, m)), end = u[0] > 0 ? -length : length;
    double h = length * length - u[0] * end;
    u[0] -= end;
    *off = end;
    for (int64_t i = 0; i < m; i++) p[i] = dot(a + (first + i) * n + first, u, m) / h;
    double k = dot(u, p, m) / (2 * h);
    for (int64_t i = 0; i < m; i++) p[i] -= k * u[i];
    for (int64_t r = 0; r < m; r++) {
        double *row = a + (first + r) * n + first;
        for (int64_t c = 0; c < m; c++) row[c] -= u[r] * p[c] + p[r] * u[c];
    }
    return h;
}

// How many eigenvalues of the tridiagonal matrix are above x (Sturm's sequence).
static int64_t above(const double *diagonal, const double *off, int64_t n, double x) {
    int64_t count = 0;
    double q = 1;
    for (int64_t i = 0; i < n; i++) {
        double square = i > 0 ? off[i - 1] * off[i - 1] : 0;
        q = diagonal[i] - x - (i > 0 ? square / (q != 0 ? q : DBL_MIN) : 0);
        count += q > 0;
    }
    return count;
}

static double largest_eigenvalue(const double *diagonal, const double *off, int64_t n) {
    double low = diagonal[0], high = diagonal[0];
    for (int64_t i = 0; i < n; i++) {
        double beside = (i > 0 ? fabs(off[i - 1]) : 0) + (i < n - 1 ? fabs(off[i]) : 0);
        low = fmin(low, diagonal[i] - beside);
        high = fmax(high, diagonal[i] + beside);
    }
    for (int step = 0; step < 200; step++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) break;
        if (above(diagonal, off, n, middle) > 0)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

// Solves (T - x) v = v in place by elimination with row exchanges; `work` of 4n. Pivots are kept away
// from 0 by `tiny`, which is what makes inverse iteration converge at an eigenvalue.
static void solve(const double *diagonal, const double *off, int64_t n, double x, double tiny,
                  double *work, double *v) {
    double *d = work, *up = work + n, *far = work + 2 * n;
    for (int64_t i = 0; i < n; i++) {
        d[i] = diagonal[i] - x;
        up[i] = i < n - 1 ? off[i] : 0;
        far[i] = 0;
    }
    for (int64_t i = 0; i < n - 1; i++) {
        double below = off[i];
        if (fabs(below) > fabs(d[i])) {
            double row[3] = {d[i], up[i], v[i]};
            d[i] = below, up[i] = d[i + 1], far[i] = up[i + 1], v[i] = v[i + 1];
            double factor = row[0] / d[i];
            d[i + 1] = row[1] - factor * up[i];
            up[i + 1] = -factor * far[i];
            v[i + 1] = row[2] - factor * v[i];
        } else {
            if (fabs(d[i]) < tiny) d[i] = tiny;
            double factor = below / d[i];
            d[i + 1] -= factor * up[i];
            v[i + 1] -= factor * v[i];
        }
    }
    for (int64_t i = n; i-- > 0;) {
        double pivot = fabs(d[i]) < tiny ? tiny : d[i];
        if (i < n - 1) v[i] -= up[i] * v[i + 1];
        if (i < n - 2) v[i] -= far[i] * v[i + 2];
        v[i] /= pivot;
    }
}

static void normalise(double *v, int64_t n) {
    double largest = 0;
    for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs(v[i]));
    if (!(largest > 0)) return;
    for (int64_t i = 0; i < n; i++) v[i] /= largest;
    double length = sqrt(dot(v, v, n));
    for (int64_t i = 0; i < n; i++) v[i] /= length;
}

static void find_vector(double *a, int64_t n, double *memory, double *vector, double *value) {
    double *diagonal = memory, *off = memory + n, *h = memory + 2 * n, *work = memory + 3 * n;
    memset(off, 0, (size_t)n * sizeof *off);
    for (int64_t j = 0; j < n - 1; j++) h[j] = reflect(a, n, j, &off[j], work);
    for (int64_t j = 0; j < n; j++) diagonal[j] = a[j * n + j];
    *value = largest_eigenvalue(diagonal, off, n);
    double size = 0;
    for (int64_t i = 0; i < n; i++) size = fmax(size, fmax(fabs(diagonal[i]), fabs(off[i])));
    memset(vector, 0, (size_t)n * sizeof *vector);
    vector[0] = 1;
    if (size == 0) return;
    // A start without symmetry, so that it is at right angles to no eigenvector but by bad luck.
    for (int64_t i = 0; i < n; i++) vector[i] = 1 + (double)(i * 7919 % 1009) / 1009;
    for (int round = 0; round < 5; round++) {
        solve(diagonal, off, n, *value, size * DBL_EPSILON, work, vector);
        normalise(vector, n);
    }
    for (int64_t j = n - 1; j-- > 0;) {
        const double *u = a + j * n + j + 1;
        if (h[j] == 0) continue;
        double k = dot(u, vector + j + 1, n - j - 1) / h[j];
        for (int64_t i = 0; i < n - j - 1; i++) vector[j + 1 + i] -= k * u[i];
    }
}

fovea_status fovea__first_eigenvector(fovea_context *context, double *a, int64_t n, double *vector,
                                      double *value, fovea_error *error) {
    double *memory = fovea__new(context, 7 * (size_t)n, sizeof *memory, error);
    if (!memory) return FOVEA_OUT_OF_MEMORY;
    find_vector(a, n, memory, vector, value);
    fovea__free(context, memory);
    return FOVEA_OK;
}
