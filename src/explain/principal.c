// SPDX-License-Identifier: MIT
#include "explain/principal.h"

#include <math.h>
#include <stdbool.h>

#include "base/memory.h"
#include "explain/cross_products.h"
#include "explain/symmetric_eigen.h"

static void centre(double *features, int64_t n, int64_t f, double *mean) {
    for (int64_t k = 0; k < f; k++) mean[k] = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < f; k++) mean[k] += features[i * f + k];
    for (int64_t k = 0; k < f; k++) mean[k] /= (double)n;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < f; k++) features[i * f + k] -= mean[k];
}

// Loadings from an eigenvector u of the Gram matrix: x' u, of length 1.
static void loadings_of(const double *features, int64_t n, int64_t f, const double *u,
                        double *loadings) {
    double most = 0, square = 0;
    for (int64_t k = 0; k < f; k++) loadings[k] = 0;
    for (int64_t i = 0; i < n; i++)
        for (int64_t k = 0; k < f; k++) loadings[k] += u[i] * features[i * f + k];
    for (int64_t k = 0; k < f; k++) most = fmax(most, fabs(loadings[k]));
    for (int64_t k = 0; k < f && most > 0; k++) square += loadings[k] / most * (loadings[k] / most);
    double length = most * sqrt(square);
    for (int64_t k = 0; k < f && length > 0; k++) loadings[k] /= length;
}

static void fix_sign(double *loadings, int64_t f) {
    int64_t largest = 0;
    for (int64_t k = 1; k < f; k++)
        if (fabs(loadings[k]) > fabs(loadings[largest])) largest = k;
    bool turn = loadings[largest] < 0;
    for (int64_t k = 0; k < f && turn; k++) loadings[k] = -loadings[k];
}

static void set_scores(const double *features, int64_t n, int64_t f, int component,
                       fovea__principal *result) {
    const double *loadings = result->loadings + component * f;
    for (int64_t i = 0; i < n; i++) {
        double score = 0;
        for (int64_t k = 0; k < f; k++) score += features[i * f + k] * loadings[k];
        result->scores[i * FOVEA__COMPONENTS + component] = score;
    }
}

// A component that rounding alone has made is none.
static void clear(int64_t n, int64_t f, int component, fovea__principal *result) {
    for (int64_t k = 0; k < f; k++) result->loadings[component * f + k] = 0;
    for (int64_t i = 0; i < n; i++) result->scores[i * FOVEA__COMPONENTS + component] = 0;
    result->variance[component] = result->share[component] = 0;
}

static void set_component(const double *features, int64_t n, int64_t f, bool gram,
                          const double *vector, double value, double total, int component,
                          fovea__principal *result) {
    double *loadings = result->loadings + component * f;
    if (!(value > 1e-13 * total)) {
        clear(n, f, component, result);
        return;
    }
    if (gram)
        loadings_of(features, n, f, vector, loadings);
    else
        for (int64_t k = 0; k < f; k++) loadings[k] = vector[k];
    fix_sign(loadings, f);
    set_scores(features, n, f, component, result);
    result->variance[component] = value / (double)(n - 1);
    result->share[component] = value / total;
}

fovea_status fovea__principal_components(fovea_context *context, double *features, int64_t n,
                                         int64_t f, fovea__principal *result, fovea_error *error) {
    bool gram = f > n;
    int64_t m = gram ? n : f, count = m < FOVEA__COMPONENTS ? m : FOVEA__COMPONENTS;
    double values[FOVEA__COMPONENTS] = {0}, total = 0;
    double *matrix = fovea__new(context, (size_t)(m * m), sizeof *matrix, error);
    double *vectors = fovea__new(context, (size_t)(m * count), sizeof *vectors, error);
    fovea_status status = matrix && vectors ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) {
        centre(features, n, f, result->mean);
        fovea__cross_products(context, features, m, gram ? f : n, f, !gram, false, matrix);
        for (int64_t i = 0; i < m; i++) total += matrix[i * m + i];
        status = fovea__symmetric_eigen(context, matrix, m, count, values, vectors, error);
    }
    for (int c = 0; c < FOVEA__COMPONENTS && status == FOVEA_OK; c++) {
        const double *vector = c < count ? vectors + c * m : NULL;
        set_component(features, n, f, gram, vector, values[c], total, c, result);
    }
    fovea__free(context, matrix);
    fovea__free(context, vectors);
    return status;
}
