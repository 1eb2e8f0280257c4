// SPDX-License-Identifier: MIT
// What the painters of the tutorials' pictures share: colours, polygons, repeatable chance.
#ifndef PAINT_H
#define PAINT_H

#include <cairo.h>
#include <stdint.h>

typedef struct {
    double x, y;
} point;

// A number in 0..1 that depends on `seed` and `index` alone.
double chance(uint32_t seed, uint32_t index);

// 0xRRGGBB between `a` (share 0) and `b` (share 1).
uint32_t mix(uint32_t a, uint32_t b, double share);

void set_colour(cairo_t *to, uint32_t colour, double opacity);
void fill_polygon(cairo_t *to, const point *corner, int count, uint32_t colour, double opacity);
// Filled from `top` at y0 to `bottom` at y1.
void fill_shaded(cairo_t *to, uint32_t top, double y0, uint32_t bottom, double y1);
void rounded_box(cairo_t *to, double x, double y, double width, double height, double radius);
// A dark spot that fades to its edge, for what lies in shadow.
void soft_shadow(cairo_t *to, double x, double y, double width, double height, double opacity);
// Leaves: `count` blots in an ellipse, dark below, bright above.
void foliage(cairo_t *to, double x, double y, double width, double height, int count,
             uint32_t colour, uint32_t seed);

// The car from behind: x is its middle, y the road, `metre` the length of a metre.
void paint_car_behind(cairo_t *to, double x, double y, double metre);
// The car from its side, x being the front of its nose.
void paint_car_side(cairo_t *to, double x, double y, double metre);
// The street, `width`×`height`.
void paint_street(cairo_t *to, double width, double height);

#endif
