// SPDX-License-Identifier: MIT
#include "explain/phase_spectrum.h"

#include <math.h>
#include <stdbool.h>

// Whether a real plane has column k mirrored in itself.
static bool is_mirrored(const fovea__spectrum *s, int64_t k) {
    return k == 0 || 2 * k == s->width;
}

void fovea__phase_magnitudes(const fovea__spectrum *s, float *magnitude) {
    double power = 0, plane = (double)(s->height * s->width);
    for (int64_t u = 0; u < s->height; u++)
        for (int64_t k = 0; k < s->half; k++) {
            double frequency = fovea__spectrum_frequency(s, u, k);
            double size = frequency > 0 ? 1 / frequency : 0;
            magnitude[u * s->half + k] = (float)size;
            power += (is_mirrored(s, k) ? 1 : 2) * size * size;
        }
    // Parseval: the squares of the plane add up to those of the whole spectrum over H*W.
    float times = power > 0 ? (float)(plane / sqrt(power)) : 0;
    for (int64_t i = 0; i < s->height * s->half; i++) magnitude[i] *= times;
}

// Which phase z[u][k] has, and its sign: 0 where it must be real.
static int phase_of(const fovea__spectrum *s, int64_t u, int64_t k, int64_t *from) {
    int64_t mirror = u ? s->height - u : 0;
    bool own = !is_mirrored(s, k) || u < mirror;
    *from = (own ? u : mirror) * s->half + k;
    return own ? 1 : u == mirror ? 0 : -1;
}

void fovea__phase_spectrum(const fovea__spectrum *s, const float *magnitude, const float *phase,
                           float *z) {
    for (int64_t u = 0; u < s->height; u++)
        for (int64_t k = 0; k < s->half; k++) {
            int64_t from;
            int sign = phase_of(s, u, k, &from);
            float size = magnitude[u * s->half + k];
            z[u * 2 * s->half + k] = size * (sign ? cosf(phase[from]) : 1);
            z[u * 2 * s->half + s->half + k] = size * (float)sign * sinf(phase[from]);
        }
}

void fovea__phase_gradient(const fovea__spectrum *s, const float *magnitude, const float *phase,
                           const float *d_z, float *d_phase) {
    for (int64_t i = 0; i < s->height * s->half; i++) d_phase[i] = 0;
    for (int64_t u = 0; u < s->height; u++)
        for (int64_t k = 0; k < s->half; k++) {
            int64_t from, at = u * 2 * s->half + k;
            int sign = phase_of(s, u, k, &from);
            if (sign == 0) continue;
            float size = magnitude[u * s->half + k];
            d_phase[from] += size * ((float)sign * cosf(phase[from]) * d_z[at + s->half] -
                                     sinf(phase[from]) * d_z[at]);
        }
}
