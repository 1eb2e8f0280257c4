// SPDX-License-Identifier: MIT
// Pictures with a planted object: one shape of random place, size and colour on a crowded ground of
// strokes and dots, which are in every class. What a net that tells the shapes apart looks at must be the
// shape, and where that is is known.
#ifndef FOVEA_EXAMPLES_PLANTED_SHAPES_H
#define FOVEA_EXAMPLES_PLANTED_SHAPES_H

#include <math.h>
#include <stdint.h>
#include <string.h>

enum { PLANTED_SIDE = 48, PLANTED_CLASSES = 4, PLANTED_BYTES = 3 * PLANTED_SIDE * PLANTED_SIDE };

static const char *const planted_class[PLANTED_CLASSES] = {"cross", "disc", "ring", "triangle"};

// The object's box: rows top ... bottom-1, columns left ... right-1.
typedef struct planted_box {
    int top, left, bottom, right;
} planted_box;

typedef struct planted_random {
    uint64_t state;
} planted_random;

// In [0, 1): Vigna's splitmix64.
static inline double planted_chance(planted_random *random) {
    uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static inline double planted_between(planted_random *random, double low, double high) {
    return low + (high - low) * planted_chance(random);
}

// How much of the pixel around (y, x) a shape covers, from its signed distance to the edge.
static inline double planted_cover(double distance) {
    return distance < -0.5 ? 1 : distance > 0.5 ? 0 : 0.5 - distance;
}

// Signed distance of (y, x) from the edge of the shape of radius r about 0, 0: below 0 inside.
static inline double planted_distance(int shape, double r, double y, double x) {
    double far = sqrt(y * y + x * x), arm = 0.3 * r, ay = fabs(y), ax = fabs(x);
    switch (shape) {
        case 0: {
            double upright = fmax(ay - r, ax - arm), flat = fmax(ax - r, ay - arm);
            return fmin(upright, flat);
        }
        case 1:
            return far - r;
        case 2:
            return fmax(far - r, 0.55 * r - far);
        default:
            return fmax(y - 0.8 * r, 0.894 * ax - 0.447 * (y + r));
    }
}

static inline void planted_blend(double *pixel, const double *colour, double cover) {
    for (int c = 0; c < 3; c++) pixel[c] += (colour[c] - pixel[c]) * cover;
}

static inline void planted_colour(planted_random *random, double *colour) {
    for (int c = 0; c < 3; c++) colour[c] = planted_chance(random);
}

// A slow gradient between two colours, then strokes and dots.
static inline void planted_ground(planted_random *random, double (*pixel)[3]) {
    double from[3], to[3], colour[3];
    planted_colour(random, from);
    planted_colour(random, to);
    double turn = planted_between(random, 0, 6.2831853);
    for (int i = 0; i < PLANTED_SIDE * PLANTED_SIDE; i++) {
        double y = (double)(i / PLANTED_SIDE) / PLANTED_SIDE - 0.5;
        double x = (double)(i % PLANTED_SIDE) / PLANTED_SIDE - 0.5;
        double share = 0.5 + 0.7 * (y * sin(turn) + x * cos(turn));
        for (int c = 0; c < 3; c++) pixel[i][c] = from[c] + (to[c] - from[c]) * share;
    }
    for (int mark = 0; mark < 14; mark++) {
        double y0 = planted_between(random, 0, PLANTED_SIDE);
        double x0 = planted_between(random, 0, PLANTED_SIDE);
        double way = planted_between(random, 0, 3.1415927);
        double half = mark % 2 ? planted_between(random, 3, 9) : 0;
        planted_colour(random, colour);
        for (int i = 0; i < PLANTED_SIDE * PLANTED_SIDE; i++) {
            double y = i / PLANTED_SIDE + 0.5 - y0, x = i % PLANTED_SIDE + 0.5 - x0;
            double along = y * sin(way) + x * cos(way);
            along = along < -half ? along + half : along > half ? along - half : 0;
            double across = x * sin(way) - y * cos(way);
            double far = sqrt(along * along + across * across);
            planted_blend(pixel[i], colour, 0.8 * planted_cover(far - (half > 0 ? 0.7 : 1.4)));
        }
    }
}

static inline double planted_brightness(const double *colour) {
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
}

// Sample `number` of the set `seed`: bytes 3×48×48; its class is number % PLANTED_CLASSES.
static inline planted_box planted_draw(uint64_t seed, uint32_t number, uint8_t *bytes) {
    static double pixel[PLANTED_SIDE * PLANTED_SIDE][3];
    planted_random random = {seed * 1000003 + number};
    int shape = (int)(number % PLANTED_CLASSES);
    double colour[3], r = planted_between(&random, 6, 9.5);
    double y0 = planted_between(&random, r + 1, PLANTED_SIDE - r - 1);
    double x0 = planted_between(&random, r + 1, PLANTED_SIDE - r - 1);
    planted_ground(&random, pixel);
    const double *below = pixel[(int)y0 * PLANTED_SIDE + (int)x0];
    do planted_colour(&random, colour);
    while (fabs(planted_brightness(colour) - planted_brightness(below)) < 0.35);
    for (int i = 0; i < PLANTED_SIDE * PLANTED_SIDE; i++)
        planted_blend(pixel[i], colour,
                      planted_cover(planted_distance(shape, r, i / PLANTED_SIDE + 0.5 - y0,
                                                     i % PLANTED_SIDE + 0.5 - x0)));
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < PLANTED_SIDE * PLANTED_SIDE; i++) {
            double value = 255 * pixel[i][c] + planted_between(&random, -6, 6);
            bytes[c * PLANTED_SIDE * PLANTED_SIDE + i] = (uint8_t)(value < 0     ? 0
                                                                   : value > 255 ? 255
                                                                                 : value + 0.5);
        }
    return (planted_box){(int)(y0 - r), (int)(x0 - r), (int)ceil(y0 + r), (int)ceil(x0 + r)};
}

#endif
