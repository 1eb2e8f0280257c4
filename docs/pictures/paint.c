// SPDX-License-Identifier: MIT
#include "paint.h"

#include <math.h>

double chance(uint32_t seed, uint32_t index) {
    uint32_t h = seed * 0x9E3779B1u ^ (index + 1) * 0x85EBCA77u;
    h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
    h = (h ^ (h >> 12)) * 0x297A2D39u;
    return (h ^ (h >> 15)) / 4294967296.0;
}

uint32_t mix(uint32_t a, uint32_t b, double share) {
    uint32_t result = 0;
    for (int shift = 0; shift < 24; shift += 8) {
        double from = (a >> shift) & 255, to = (b >> shift) & 255;
        result |= (uint32_t)lrint(from + (to - from) * share) << shift;
    }
    return result;
}

void set_colour(cairo_t *to, uint32_t colour, double opacity) {
    cairo_set_source_rgba(to, (colour >> 16) / 255.0, ((colour >> 8) & 255) / 255.0,
                          (colour & 255) / 255.0, opacity);
}

void fill_polygon(cairo_t *to, const point *corner, int count, uint32_t colour, double opacity) {
    cairo_new_path(to);
    for (int i = 0; i < count; i++) cairo_line_to(to, corner[i].x, corner[i].y);
    cairo_close_path(to);
    set_colour(to, colour, opacity);
    cairo_fill(to);
}

static void add_stop(cairo_pattern_t *pattern, double at, uint32_t colour, double opacity) {
    cairo_pattern_add_color_stop_rgba(pattern, at, (colour >> 16) / 255.0,
                                      ((colour >> 8) & 255) / 255.0, (colour & 255) / 255.0,
                                      opacity);
}

void fill_shaded(cairo_t *to, uint32_t top, double y0, uint32_t bottom, double y1) {
    cairo_pattern_t *shade = cairo_pattern_create_linear(0, y0, 0, y1);
    add_stop(shade, 0, top, 1);
    add_stop(shade, 1, bottom, 1);
    cairo_set_source(to, shade);
    cairo_fill(to);
    cairo_pattern_destroy(shade);
}

void rounded_box(cairo_t *to, double x, double y, double width, double height, double radius) {
    cairo_new_sub_path(to);
    cairo_arc(to, x + width - radius, y + radius, radius, -M_PI / 2, 0);
    cairo_arc(to, x + width - radius, y + height - radius, radius, 0, M_PI / 2);
    cairo_arc(to, x + radius, y + height - radius, radius, M_PI / 2, M_PI);
    cairo_arc(to, x + radius, y + radius, radius, M_PI, 1.5 * M_PI);
    cairo_close_path(to);
}

void soft_shadow(cairo_t *to, double x, double y, double width, double height, double opacity) {
    cairo_save(to);
    cairo_translate(to, x, y);
    cairo_scale(to, width / 2, height / 2);
    cairo_pattern_t *spot = cairo_pattern_create_radial(0, 0, 0.3, 0, 0, 1);
    add_stop(spot, 0, 0x101418, opacity);
    add_stop(spot, 1, 0x101418, 0);
    cairo_set_source(to, spot);
    cairo_arc(to, 0, 0, 1, 0, 2 * M_PI);
    cairo_fill(to);
    cairo_pattern_destroy(spot);
    cairo_restore(to);
}

void foliage(cairo_t *to, double x, double y, double width, double height, int count,
             uint32_t colour, uint32_t seed) {
    for (int i = 0; i < count; i++) {
        double angle = 2 * M_PI * chance(seed, 4 * (uint32_t)i);
        double far = sqrt(chance(seed, 4 * (uint32_t)i + 1));
        double up = -sin(angle) * far;  // 1 at the crown's top
        double size = 0.05 + 0.07 * chance(seed, 4 * (uint32_t)i + 2);
        double light = 0.5 + 0.42 * up + 0.35 * (chance(seed, 4 * (uint32_t)i + 3) - 0.5);
        uint32_t leaf = light < 0.5 ? mix(0x14241A, colour, fmax(light, 0) * 2)
                                    : mix(colour, 0xCFDE8C, fmin(light - 0.5, 0.5) * 1.1);
        cairo_new_path(to);
        cairo_arc(to, x + cos(angle) * far * width / 2, y - up * height / 2, size * width, 0,
                  2 * M_PI);
        set_colour(to, leaf, 0.85);
        cairo_fill(to);
    }
}
