// SPDX-License-Identifier: MIT
#include "explain/gauss_legendre.h"

#include <math.h>

// P_n(x) by (k+1) P_k+1 = (2k+1) x P_k - k P_k-1, and its derivative n (x P_n - P_n-1) / (x² - 1).
static double legendre(int32_t n, double x, double *slope) {
    double before = 1, here = x;
    for (int32_t k = 1; k < n; k++) {
        double next = ((2 * k + 1) * x * here - k * before) / (k + 1);
        before = here;
        here = next;
    }
    *slope = n * (x * here - before) / (x * x - 1);
    return here;
}

void fovea__gauss_legendre(int32_t n, double *node, double *weight) {
    const double pi = 3.14159265358979323846;
    for (int32_t k = 0; k < (n + 1) / 2; k++) {
        // The k-th zero from the right, near enough for Newton's method.
        double x = cos(pi * (k + 0.75) / (n + 0.5)), slope = 1;
        for (int32_t round = 0; round < 100; round++) {
            double step = legendre(n, x, &slope) / slope;
            x -= step;
            if (fabs(step) < 1e-15) break;
        }
        if (2 * k + 1 == n) x = 0;
        legendre(n, x, &slope);
        double w = 1 / ((1 - x * x) * slope * slope);
        node[k] = (1 - x) / 2;
        node[n - 1 - k] = (1 + x) / 2;
        weight[k] = weight[n - 1 - k] = w;
    }
}
