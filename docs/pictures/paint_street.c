// SPDX-License-Identifier: MIT
// A street with houses, trees and a car, in true perspective: the eye is 1.5 m above the road, X
// points right, Y down, Z ahead, in metres.
#include <math.h>

#include "paint.h"

enum { HAZE = 0xC9D6DE };

typedef struct {
    cairo_t *to;
    double width, height;
} scene;

static point project(const scene *s, double x, double y, double z) {
    double focus = 0.95 * s->width;
    return (point){0.47 * s->width + focus * (x - 1.5) / z, 0.46 * s->height + focus * y / z};
}

static uint32_t hazy(uint32_t colour, double z) {
    return mix(colour, HAZE, 0.75 * (1 - exp(-z / 55)));
}

// A rectangle on the ground between x0 and x1.
static void flat(const scene *s, double x0, double x1, double z0, double z1, double y,
                 uint32_t colour, double opacity) {
    const point corner[] = {project(s, x0, y, z0), project(s, x0, y, z1), project(s, x1, y, z1),
                            project(s, x1, y, z0)};
    fill_polygon(s->to, corner, 4, hazy(colour, (z0 + z1) / 2), opacity);
}

// A rectangle on a wall along the street.
static void on_wall(const scene *s, double x, double z0, double z1, double top, double bottom,
                    uint32_t colour, double opacity) {
    const point corner[] = {project(s, x, top, z0), project(s, x, top, z1),
                            project(s, x, bottom, z1), project(s, x, bottom, z0)};
    fill_polygon(s->to, corner, 4, hazy(colour, (z0 + z1) / 2), opacity);
}

// A rectangle that faces the eye.
static void facing(const scene *s, double x0, double x1, double top, double bottom, double z,
                   uint32_t colour) {
    point a = project(s, x0, top, z), b = project(s, x1, bottom, z);
    const point corner[] = {a, {b.x, a.y}, b, {a.x, b.y}};
    fill_polygon(s->to, corner, 4, hazy(colour, z), 1);
}

typedef struct {
    double z0, z1, storeys;
    uint32_t wall;
} house;

static void window(const scene *s, double x, double z, double top, double height, uint32_t wall,
                   uint32_t seed) {
    on_wall(s, x, z - 0.12, z + 1.12, top - 0.14, top + height + 0.12, mix(wall, 0xFFFFFF, 0.55),
            1);
    on_wall(s, x, z, z + 1, top, top + height, 0x2B3945, 1);
    double light = 0.25 + 0.6 * chance(seed, 1);
    on_wall(s, x, z, z + 1, top, top + height * 0.45, 0xAFC6D6, light);
    on_wall(s, x, z + 0.47, z + 0.53, top, top + height, mix(wall, 0xFFFFFF, 0.7), 1);
    on_wall(s, x, z - 0.2, z + 1.2, top + height + 0.10, top + height + 0.24,
            mix(wall, 0x302820, 0.35), 1);
}

static void ground_floor(const scene *s, double x, const house *h, uint32_t seed) {
    on_wall(s, x, h->z0, h->z1, -1.9, 1.5, mix(h->wall, 0x3A332E, 0.35), 1);
    on_wall(s, x, h->z0 + 0.5, h->z1 - 2.2, -1.2, 0.9, 0x222C33, 1);
    on_wall(s, x, h->z0 + 0.5, h->z1 - 2.2, -1.2, -0.3, 0x9DB4C2, 0.45);
    uint32_t awning = chance(seed, 7) < 0.5 ? 0xB24A3A : 0x3E6A57;
    on_wall(s, x, h->z0 + 0.3, h->z1 - 2.0, -1.75, -1.15, awning, 1);
    on_wall(s, x, h->z1 - 1.7, h->z1 - 0.6, -0.9, 1.5, 0x4A2E22, 1);
}

static void paint_house(const scene *s, double x, const house *h, uint32_t seed) {
    double top = 1.5 - 3.4 - 3.0 * h->storeys;
    on_wall(s, x, h->z0, h->z1, top, 1.5, h->wall, 1);
    // the end wall of a house that is higher than the next one
    facing(s, x, x < 0 ? x - 12 : x + 12, top, 1.5, h->z0, mix(h->wall, 0x28241F, 0.45));
    for (int row = 0; row < (int)h->storeys; row++) {
        double sill = -1.9 - 3.0 * row - 2.3;
        on_wall(s, x, h->z0, h->z1, sill + 2.3, sill + 2.42, mix(h->wall, 0x302820, 0.25), 1);
        int column = 0;
        for (double z = h->z1 - 1.9; z > h->z0 + 0.4; z -= 2.1, column++)
            window(s, x, z, sill, 1.5, h->wall, seed * 97 + (uint32_t)(row * 16 + column));
    }
    ground_floor(s, x, h, seed);
    on_wall(s, x, h->z0 - 0.15, h->z1, top - 0.35, top + 0.1, mix(h->wall, 0xFFFFFF, 0.4), 1);
    on_wall(s, x, h->z0, h->z1, top + 0.1, top + 0.3, mix(h->wall, 0x201A16, 0.5), 1);
}

static void paint_sky(const scene *s) {
    cairo_rectangle(s->to, 0, 0, s->width, 0.55 * s->height);
    fill_shaded(s->to, 0x5F94C6, 0, 0xDCE8EE, 0.48 * s->height);
    for (uint32_t i = 0; i < 46; i++) {
        double x = (0.28 + 0.42 * chance(11, i)) * s->width;
        double y = (0.10 + 0.16 * chance(12, i) + 0.05 * sin(i)) * s->height;
        double size = (0.03 + 0.05 * chance(13, i)) * s->width;
        cairo_save(s->to);
        cairo_translate(s->to, x, y);
        cairo_scale(s->to, size, 0.38 * size);
        cairo_pattern_t *puff = cairo_pattern_create_radial(0, 0, 0, 0, 0, 1);
        cairo_pattern_add_color_stop_rgba(puff, 0, 1, 1, 1, 0.38);
        cairo_pattern_add_color_stop_rgba(puff, 1, 1, 1, 1, 0);
        cairo_set_source(s->to, puff);
        cairo_arc(s->to, 0, 0, 1, 0, 2 * M_PI);
        cairo_fill(s->to);
        cairo_pattern_destroy(puff);
        cairo_restore(s->to);
    }
}

static void paint_ground(const scene *s) {
    point horizon = project(s, 0, 1.5, 400);
    cairo_rectangle(s->to, 0, horizon.y, s->width, s->height - horizon.y);
    fill_shaded(s->to, 0xA9AFB3, horizon.y, 0x63666A, s->height);
    for (int side = -1; side <= 1; side += 2) {
        flat(s, side * 4.2, side * 8.0, 1.6, 400, 1.36, 0xB8B0A4, 1);
        for (double z = 2; z < 60; z += 1.5)
            flat(s, side * 4.5, side * 8.0, z, z + 0.06, 1.36, 0x7D766C, 0.8);
        flat(s, side * 4.2, side * 4.5, 1.6, 400, 1.36, 0xDAD5CB, 1);
        on_wall(s, side * 4.2, 1.6, 120, 1.36, 1.5, 0x77726A, 1);
        flat(s, side * 3.75, side * 3.9, 1.6, 300, 1.5, 0xE8E6DE, 0.9);
    }
    for (double z = 3.2; z < 150; z += 6) flat(s, -0.08, 0.08, z, z + 3, 1.5, 0xF2F0E6, 0.95);
    // sunlight stops at the houses on the left
    for (int i = 0; i < 6; i++) flat(s, -4.2, -1.3 + 0.12 * i, 1.6, 34, 1.5, 0x20242A, 0.11);
}

static void paint_tree(const scene *s, double x, double z, double height, uint32_t seed) {
    point foot = project(s, x, 1.4, z), top = project(s, x, 1.4 - height, z);
    double metre = 0.95 * s->width / z, crown = 0.62 * height * metre;
    soft_shadow(s->to, foot.x + 0.3 * metre, foot.y, 3.4 * metre, 0.5 * metre, 0.5);
    facing(s, x - 0.13, x + 0.13, 1.4 - 0.6 * height, 1.4, z, 0x4B3A2C);
    facing(s, x - 0.13, x - 0.03, 1.4 - 0.6 * height, 1.4, z, 0x836A50);
    foliage(s->to, foot.x, top.y + crown / 2, crown * 0.85, crown, 900, hazy(0x4F7A3A, z), seed);
}

static void paint_lamp(const scene *s, double x, double z) {
    double arm = x < 0 ? 1.1 : -1.1;
    facing(s, x - 0.06, x + 0.06, -3.6, 1.4, z, 0x2C3338);
    facing(s, fmin(x, x + arm), fmax(x, x + arm), -3.68, -3.58, z, 0x2C3338);
    facing(s, x + arm - 0.22, x + arm + 0.22, -3.58, -3.42, z, 0xF3EBCB);
}

void paint_street(cairo_t *to, double width, double height) {
    scene s = {to, width, height};
    static const house left[] = {{62, 90, 3, 0xA89884}, {44, 62, 5, 0xB9896A},
                                 {31, 44, 3, 0xD2C3A4}, {21, 31, 4, 0xA2604C},
                                 {12, 21, 3, 0xC7B694}, {3, 12, 4, 0x8E5546}};
    static const house right[] = {{58, 90, 4, 0xB5A58E}, {42, 58, 3, 0xD9CBB0},
                                  {29, 42, 5, 0xB0735A}, {20, 29, 3, 0xE0D2B2},
                                  {11, 20, 4, 0xC08A68}, {3, 11, 3, 0xD6C6A6}};
    paint_sky(&s);
    paint_ground(&s);
    point end = project(&s, 0, 1.5, 95);
    for (uint32_t i = 0; i < 7; i++)
        foliage(to, end.x + (i - 3.0) * 0.022 * width, end.y - 0.028 * height, 0.05 * width,
                0.09 * height, 60, hazy(0x55783F, 70), 40 + i);
    for (uint32_t i = 0; i < 6; i++) {
        paint_house(&s, -8, &left[i], 1 + i);
        paint_house(&s, 8, &right[i], 11 + i);
        // what stands in front of these houses, from far to near
        if (i == 1) paint_lamp(&s, -5.2, 50);
        if (i == 2) paint_tree(&s, 6.2, 34, 7.0, 3);
        if (i == 3) paint_lamp(&s, -5.0, 24);
        if (i == 4) paint_tree(&s, 6.1, 16, 5.6, 5);
    }
    paint_lamp(&s, 5.0, 9.5);
    point road = project(&s, 1.9, 1.5, 5.6);
    paint_car_behind(to, road.x, road.y, 0.95 * width / 5.6);
}
