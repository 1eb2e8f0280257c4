// SPDX-License-Identifier: MIT
#include "explain/picture_priors.h"

#include <math.h>

// Squares of this size keep the power smooth where a picture is flat.
#define FLAT 1e-8

// beta/2 * s^(beta/2 - 1), the slope of s^(beta/2).
static double slope_of(double square, double beta) {
    if (beta == 2) return 1;
    if (beta == 1) return 0.5 / sqrt(square);
    return beta / 2 * pow(square, beta / 2 - 1);
}

static double value_of(double square, double beta) {
    if (beta == 2) return square;
    return beta == 1 ? sqrt(square) : pow(square, beta / 2);
}

static double plane_variation(const float *x, int64_t height, int64_t width, double beta,
                              double weight, float *d_x) {
    double sum = 0;
    for (int64_t h = 0; h < height; h++) {
        for (int64_t w = 0; w < width; w++) {
            int64_t i = h * width + w, right = w + 1 < width, down = h + 1 < height ? width : 0;
            double dw = (double)x[i + right] - x[i], dh = (double)x[i + down] - x[i];
            double square = dw * dw + dh * dh + FLAT;
            sum += value_of(square, beta);
            if (!d_x) continue;
            double times = 2 * weight * slope_of(square, beta);
            d_x[i + right] += (float)(times * dw);
            d_x[i + down] += (float)(times * dh);
            d_x[i] -= (float)(times * (dw + dh));
        }
    }
    return sum;
}

double fovea__total_variation(const float *x, int64_t channels, int64_t height, int64_t width,
                              double beta, double weight, float *d_x) {
    int64_t plane = height * width;
    double sum = 0, count = (double)(channels * plane);
    for (int64_t c = 0; c < channels; c++)
        sum += plane_variation(x + c * plane, height, width, beta, weight / count,
                               d_x ? d_x + c * plane : NULL);
    return sum / count;
}

double fovea__power_norm(const float *x, int64_t count, double middle, double alpha, double weight,
                         float *d_x) {
    double sum = 0, times = weight * alpha / (double)count;
    for (int64_t i = 0; i < count; i++) {
        double off = x[i] - middle, size = fabs(off), power = pow(size, alpha - 1);
        sum += power * size;
        if (d_x) d_x[i] += (float)(times * copysign(power, off));
    }
    return sum / (double)count;
}

enum { MOST_TAPS = 64 };

// Taps 0 ... radius of one side, their whole sum being 1.
static int64_t gaussian(double sigma, float *tap) {
    int64_t radius = (int64_t)ceil(3 * sigma);
    double value[MOST_TAPS + 1], sum = 0;
    if (radius > MOST_TAPS) radius = MOST_TAPS;
    for (int64_t i = 0; i <= radius; i++) {
        value[i] = exp(-0.5 * (double)(i * i) / (sigma * sigma));
        sum += i ? 2 * value[i] : value[i];
    }
    for (int64_t i = 0; i <= radius; i++) tap[i] = (float)(value[i] / sum);
    return radius;
}

static void blur_line(float *x, int64_t count, int64_t stride, const float *tap, int64_t radius,
                      float *line) {
    for (int64_t i = 0; i < count; i++) line[i] = x[i * stride];
    for (int64_t i = 0; i < count; i++) {
        float sum = tap[0] * line[i];
        for (int64_t t = 1; t <= radius; t++) {
            int64_t before = i - t < 0 ? 0 : i - t, after = i + t < count ? i + t : count - 1;
            sum += tap[t] * (line[before] + line[after]);
        }
        x[i * stride] = sum;
    }
}

void fovea__blur_planes(float *x, int64_t channels, int64_t height, int64_t width, double sigma,
                        float *line) {
    float tap[MOST_TAPS + 1];
    if (!(sigma > 0)) return;
    int64_t radius = gaussian(sigma, tap);
    for (int64_t c = 0; c < channels; c++) {
        float *plane = x + c * height * width;
        for (int64_t h = 0; h < height; h++)
            blur_line(plane + h * width, width, 1, tap, radius, line);
        for (int64_t w = 0; w < width; w++) blur_line(plane + w, height, width, tap, radius, line);
    }
}

double fovea__root_mean_square(const float *x, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += (double)x[i] * x[i];
    return sqrt(sum / (double)count);
}
