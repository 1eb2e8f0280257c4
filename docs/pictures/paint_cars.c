// SPDX-License-Identifier: MIT
// A red car from behind and from its side. Lengths in metres from the road upwards.
#include <math.h>

#include "paint.h"

enum {
    RED = 0xB3231F,
    DARK_RED = 0x6A1113,
    LIGHT_RED = 0xE2594C,
    GLASS = 0x26343F,
    RUBBER = 0x17181A
};

static void box(cairo_t *to, double x, double y, double width, double height, double radius,
                uint32_t top, uint32_t bottom) {
    cairo_new_path(to);
    rounded_box(to, x, y, width, height, radius);
    fill_shaded(to, top, y, bottom, y + height);
}

static void tail_light(cairo_t *to, double side) {
    double x = side < 0 ? -0.84 : 0.46;
    box(to, x - 0.02, -0.95, 0.42, 0.21, 0.06, 0x4A0B0D, 0x4A0B0D);
    box(to, x, -0.93, 0.38, 0.17, 0.05, 0xFF8A66, 0xD0181A);
    box(to, side < 0 ? x + 0.27 : x + 0.02, -0.90, 0.09, 0.10, 0.03, 0xFFF3DC, 0xE0C9A8);
}

void paint_car_behind(cairo_t *to, double x, double y, double metre) {
    cairo_save(to);
    cairo_translate(to, x, y);
    cairo_scale(to, metre, metre);
    soft_shadow(to, 0, -0.02, 2.5, 0.42, 0.95);
    box(to, -0.80, -0.45, 0.26, 0.45, 0.06, RUBBER, 0x08090A);
    box(to, 0.54, -0.45, 0.26, 0.45, 0.06, RUBBER, 0x08090A);
    // cabin
    const point cabin[] = {{-0.72, -0.98}, {-0.52, -1.42}, {-0.40, -1.47},
                           {0.40, -1.47},  {0.52, -1.42},  {0.72, -0.98}};
    fill_polygon(to, cabin, 6, DARK_RED, 1);
    const point roof[] = {{-0.50, -1.41}, {-0.40, -1.48}, {0.40, -1.48}, {0.50, -1.41}};
    fill_polygon(to, roof, 4, LIGHT_RED, 1);
    const point window[] = {{-0.60, -1.00}, {-0.44, -1.37}, {0.44, -1.37}, {0.60, -1.00}};
    fill_polygon(to, window, 4, GLASS, 1);
    const point sky[] = {{-0.47, -1.30}, {-0.44, -1.37}, {0.44, -1.37}, {0.30, -1.22}};
    fill_polygon(to, sky, 4, 0xB9D0E0, 0.75);
    for (int i = 0; i < 2; i++)
        box(to, i ? 0.16 : -0.36, -1.10, 0.2, 0.14, 0.05, 0x151B20, 0x10151A);
    // mirrors, body, lid, bumper
    box(to, -0.96, -1.06, 0.16, 0.12, 0.05, LIGHT_RED, DARK_RED);
    box(to, 0.80, -1.06, 0.16, 0.12, 0.05, LIGHT_RED, DARK_RED);
    box(to, -0.90, -1.02, 1.80, 0.72, 0.14, LIGHT_RED, RED);
    box(to, -0.90, -0.74, 1.80, 0.44, 0.12, RED, DARK_RED);
    box(to, -0.70, -1.00, 1.40, 0.05, 0.02, 0xF3A79C, LIGHT_RED);
    tail_light(to, -1);
    tail_light(to, 1);
    box(to, -0.92, -0.46, 1.84, 0.20, 0.07, 0x3A3D40, 0x1B1C1E);
    box(to, -0.27, -0.83, 0.54, 0.15, 0.02, 0xF4F4EC, 0xD8D8D0);
    for (int i = 0; i < 6; i++)
        if (i != 2) box(to, -0.21 + 0.074 * i, -0.80, 0.04, 0.09, 0.008, 0x20242A, 0x20242A);
    box(to, 0.44, -0.30, 0.16, 0.07, 0.03, 0x8D9296, 0x2A2C2E);
    cairo_restore(to);
}

static void wheel(cairo_t *to, double x) {
    const double radius[] = {0.40, 0.34, 0.22, 0.19, 0.06};
    const uint32_t colour[] = {0x1A0A0B, RUBBER, 0xC7CBCE, 0x7C8286, 0x303336};
    for (int i = 0; i < 5; i++) {
        cairo_new_path(to);
        cairo_arc(to, x, -0.33, radius[i], 0, 2 * M_PI);
        set_colour(to, colour[i], 1);
        cairo_fill(to);
    }
}

static void side_body(cairo_t *to) {
    cairo_new_path(to);
    cairo_move_to(to, 0.06, -0.26);
    cairo_curve_to(to, -0.02, -0.50, 0.02, -0.74, 0.16, -0.78);
    cairo_curve_to(to, 0.60, -0.90, 0.95, -0.93, 1.22, -0.96);
    cairo_curve_to(to, 1.55, -1.26, 1.75, -1.42, 2.05, -1.44);
    cairo_curve_to(to, 2.60, -1.48, 2.95, -1.42, 3.20, -1.30);
    cairo_curve_to(to, 3.45, -1.18, 3.60, -1.04, 3.74, -0.98);
    cairo_curve_to(to, 4.20, -0.94, 4.30, -0.90, 4.32, -0.76);
    cairo_curve_to(to, 4.36, -0.55, 4.34, -0.40, 4.28, -0.26);
    cairo_close_path(to);
    fill_shaded(to, 0xE8685A, -1.46, 0x8A1718, -0.26);
}

void paint_car_side(cairo_t *to, double x, double y, double metre) {
    cairo_save(to);
    cairo_translate(to, x, y);
    cairo_scale(to, metre, metre);
    soft_shadow(to, 2.15, -0.03, 4.9, 0.40, 0.95);
    side_body(to);
    const point front[] = {
        {1.42, -0.97}, {1.78, -1.28}, {2.02, -1.35}, {2.22, -1.36}, {2.22, -0.97}};
    const point back[] = {
        {2.30, -0.97}, {2.30, -1.36}, {2.80, -1.35}, {3.18, -1.22}, {3.50, -0.99}};
    fill_polygon(to, front, 5, GLASS, 1);
    fill_polygon(to, back, 5, GLASS, 1);
    const point gleam[] = {
        {1.62, -1.14}, {1.78, -1.28}, {2.02, -1.35}, {2.20, -1.36}, {1.90, -1.10}};
    fill_polygon(to, gleam, 5, 0xC4D8E6, 0.8);
    const point gleam_back[] = {{2.34, -1.20}, {2.34, -1.35}, {2.80, -1.34}, {3.10, -1.24}};
    fill_polygon(to, gleam_back, 4, 0xC4D8E6, 0.7);
    box(to, 0.10, -0.80, 4.18, 0.05, 0.02, 0xF2958A, 0xE2594C);  // light along the side
    box(to, 0.03, -0.74, 0.34, 0.15, 0.06, 0xFFFDF0, 0xD9CFA8);  // headlight
    box(to, 4.10, -0.86, 0.22, 0.18, 0.05, 0xFF5A3C, 0x7A0A0C);  // tail light
    box(to, 0.04, -0.40, 4.28, 0.16, 0.05, 0x4A1012, 0x1C0A0B);  // sill
    box(to, 2.40, -0.88, 0.22, 0.05, 0.02, 0x5A1012, 0x5A1012);  // handle
    box(to, 1.44, -1.06, 0.20, 0.12, 0.04, 0xE2594C, 0x8A1718);  // mirror
    wheel(to, 0.86);
    wheel(to, 3.46);
    cairo_restore(to);
}
