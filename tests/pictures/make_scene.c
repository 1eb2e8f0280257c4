// SPDX-License-Identifier: MIT
// make_scene HEIGHT WIDTH FILE.ppm [TOP LEFT SIDE]: a drawn picture with edges in all directions, smooth shades and
// colours: mountains, a lake, a house and a tree at sunset. The same bytes everywhere: no function of
// the mathematics library is used, and each pixel is the mean of 3×3 points. TOP, LEFT and SIDE (percent)
// cut a square out of it.
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    double r, g, b;
} colour;

static colour mix(colour a, colour b, double share) {
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (colour){a.r + (b.r - a.r) * share, a.g + (b.g - a.g) * share,
                    a.b + (b.b - a.b) * share};
}

static double square(double x) {
    return x * x;
}

static bool in_disc(double x, double y, double cx, double cy, double r) {
    return square(x - cx) + square(y - cy) < r * r;
}

// Height of a range of mountains given by its corners (x, y), y downwards.
static double ridge(const double (*corner)[2], int count, double x) {
    for (int i = 1; i < count; i++)
        if (x < corner[i][0]) {
            double share = (x - corner[i - 1][0]) / (corner[i][0] - corner[i - 1][0]);
            return corner[i - 1][1] + share * (corner[i][1] - corner[i - 1][1]);
        }
    return corner[count - 1][1];
}

static const double far_range[][2] = {{0, 0.50},    {0.10, 0.42}, {0.22, 0.30},
                                      {0.33, 0.41}, {0.42, 0.36}, {0.58, 0.22},
                                      {0.74, 0.40}, {0.86, 0.33}, {1, 0.47}};
static const double near_range[][2] = {{0, 0.46},    {0.14, 0.52}, {0.30, 0.47}, {0.52, 0.58},
                                       {0.72, 0.52}, {0.88, 0.46}, {1, 0.50}};
enum { SHORE = 62 };  // percent from the top

static colour sky(double x, double y) {
    colour c = mix((colour){0.16, 0.22, 0.46}, (colour){0.98, 0.66, 0.38}, y / 0.55);
    double glow = square(x - 0.30) + square(y - 0.27);
    if (in_disc(x, y, 0.30, 0.27, 0.07)) return (colour){1, 0.95, 0.72};
    return mix((colour){1, 0.86, 0.55}, c, 0.35 + glow / 0.06);
}

static colour land(double x, double y) {
    double far = ridge(far_range, 9, x), near = ridge(near_range, 7, x);
    colour c = sky(x, y);
    if (y > far) {
        c = mix((colour){0.36, 0.32, 0.50}, (colour){0.62, 0.46, 0.52}, (y - far) / 0.25);
        double snow = y - far - 0.045 - 0.02 * (((int)(x * 40)) % 2);
        if (snow < 0 && far < 0.36) c = (colour){0.93, 0.90, 0.95};
    }
    if (y > near)
        c = mix((colour){0.16, 0.26, 0.24}, (colour){0.10, 0.17, 0.18}, (y - near) / 0.12);
    return c;
}

// The lake mirrors the land, darker, with bright lines.
static colour lake(double x, double y) {
    double shore = SHORE / 100.0, depth = y - shore;
    colour c = mix(land(x, shore - depth * 1.35), (colour){0.05, 0.10, 0.22}, 0.35 + depth * 0.9);
    int wave = (int)(depth * 110 + x * 4);
    if (wave % 4 == 0 && x > 0.12 + depth * 0.2 && x < 0.48 + depth * 0.3)
        c = mix(c, (colour){1, 0.85, 0.6}, 0.35);
    return c;
}

static bool house(double x, double y, colour *c) {
    if (y > 0.44 && y < 0.54 && x > 0.765 - (y - 0.44) * 0.95 && x < 0.765 + (y - 0.44) * 0.95) {
        *c = (colour){0.55, 0.16, 0.14};
        return true;
    }
    if (x < 0.69 || x > 0.84 || y < 0.53 || y > 0.66) return false;
    *c = (colour){0.88, 0.82, 0.72};
    bool window = y > 0.56 && y < 0.605 && ((x > 0.71 && x < 0.745) || (x > 0.785 && x < 0.82));
    if (window) *c = (colour){1, 0.87, 0.40};
    if (x > 0.748 && x < 0.78 && y > 0.59) *c = (colour){0.30, 0.19, 0.14};
    return true;
}

static bool tree(double x, double y, colour *c) {
    if (x > 0.205 && x < 0.225 && y > 0.725 && y < 0.80) {
        *c = (colour){0.22, 0.14, 0.10};
        return true;
    }
    for (int layer = 0; layer < 3; layer++) {
        double top = 0.42 + 0.09 * layer, half = (y - top) * 0.62;
        if (y > top && y < top + 0.13 && x > 0.215 - half && x < 0.215 + half) {
            *c = mix((colour){0.07, 0.23, 0.17}, (colour){0.17, 0.38, 0.22}, (y - top) / 0.13);
            return true;
        }
    }
    return false;
}

static colour meadow(double x, double y) {
    int blade = (int)(x * 70 + y * 31);
    colour c = mix((colour){0.27, 0.40, 0.20}, (colour){0.10, 0.20, 0.11}, (y - 0.76) / 0.24);
    return blade % 5 == 0 ? mix(c, (colour){0.62, 0.64, 0.28}, 0.4) : c;
}

static colour scene(double x, double y) {
    colour c;
    if (tree(x, y, &c) || house(x, y, &c)) return c;
    double meadow_top = 0.76 + 0.35 * square(x - 0.25);
    double spit = 0.64 + 0.10 * square((x - 0.78) / 0.2);
    if (y > meadow_top) return meadow(x, y);
    if (y > spit && y < 0.70 - 0.05 * square((x - 0.78) / 0.2)) return meadow(x, y + 0.1);
    return y > SHORE / 100.0 ? lake(x, y) : land(x, y);
}

static int byte_of(double value) {
    return (int)(255 * value + 0.5);
}

// The mean of 3×3 points of the pixel whose corner is (x, y).
static colour pixel(double x, double y, double width, double height) {
    colour sum = {0, 0, 0};
    for (int k = 0; k < 9; k++) {
        double right = (k % 3 + 0.5) / 3 * width, down = (k / 3 + 0.5) / 3 * height;
        colour c = scene(x + right, y + down);
        sum = (colour){sum.r + c.r / 9, sum.g + c.g / 9, sum.b + c.b / 9};
    }
    return sum;
}

int main(int count, char **words) {
    bool cut = count == 7;
    int height = count == 4 || cut ? atoi(words[1]) : 0, width = height ? atoi(words[2]) : 0;
    FILE *file = height > 0 && width > 0 ? fopen(words[3], "wb") : NULL;
    if (!file) {
        fprintf(stderr, "usage: make_scene HEIGHT WIDTH FILE.ppm [TOP LEFT SIDE]\n");
        return 1;
    }
    double top = cut ? atoi(words[4]) / 100.0 : 0, left = cut ? atoi(words[5]) / 100.0 : 0;
    double side = cut ? atoi(words[6]) / 100.0 : 1;
    fprintf(file, "P6\n%d %d\n255\n", width, height);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            colour c = pixel(left + side * x / width, top + side * y / height, side / width,
                             side / height);
            fputc(byte_of(c.r), file);
            fputc(byte_of(c.g), file);
            fputc(byte_of(c.b), file);
        }
    return fclose(file) == 0 ? 0 : 1;
}
