// SPDX-License-Identifier: MIT
#include "draw/colour.h"

#include <math.h>
#include <stddef.h>

static const struct {
    const char *class_name;
    uint32_t theme[2];
} roles[FOVEA__ROLE_COUNT] = {
#define ROLE_ENTRY(name, class_name, light, dark) {class_name, {light, dark}},
    FOVEA__ROLE_MAP(ROLE_ENTRY)
#undef ROLE_ENTRY
};

static fovea__rgb role_rgb(fovea__role role, bool dark) {
    uint32_t value = roles[role].theme[dark];
    return (fovea__rgb){(uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
}

static uint8_t mix(uint8_t a, uint8_t b, int share) {
    return (uint8_t)((a * (255 - share) + b * share + 127) / 255);
}

fovea__rgb fovea__colour_resolve(fovea__colour colour, bool dark) {
    fovea__rgb rgb = colour.role == FOVEA__ROLE_RGB ? colour.rgb : role_rgb(colour.role, dark);
    fovea__rgb ground = role_rgb(FOVEA__ROLE_BACKGROUND, dark);
    rgb = (fovea__rgb){mix(rgb.r, ground.r, colour.fade), mix(rgb.g, ground.g, colour.fade),
                       mix(rgb.b, ground.b, colour.fade)};
    return colour.contrast ? fovea__contrast(rgb) : rgb;
}

const char *fovea__role_class(fovea__role role) {
    return roles[role].class_name;
}

static double linear(uint8_t component) {
    double c = component / 255.0;
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double fovea__luminance(fovea__rgb rgb) {
    return 0.2126 * linear(rgb.r) + 0.7152 * linear(rgb.g) + 0.0722 * linear(rgb.b);
}

fovea__rgb fovea__contrast(fovea__rgb ground) {
    double light = fovea__luminance(ground) + 0.05;
    bool black = light / 0.05 >= 1.05 / light;
    return black ? (fovea__rgb){0, 0, 0} : (fovea__rgb){255, 255, 255};
}

// Weighted squared distance: the eye tells greens apart best, but hues must not turn grey.
static int distance(fovea__rgb a, fovea__rgb b) {
    int dr = a.r - b.r, dg = a.g - b.g, db = a.b - b.b;
    return 2 * dr * dr + 4 * dg * dg + 3 * db * db;
}

static fovea__rgb xterm_colour(int index) {
    static const uint8_t system[16][3] = {
        {0, 0, 0},       {205, 0, 0},   {0, 205, 0},   {205, 205, 0},
        {0, 0, 238},     {205, 0, 205}, {0, 205, 205}, {229, 229, 229},
        {127, 127, 127}, {255, 0, 0},   {0, 255, 0},   {255, 255, 0},
        {92, 92, 255},   {255, 0, 255}, {0, 255, 255}, {255, 255, 255},
    };
    static const uint8_t level[6] = {0, 95, 135, 175, 215, 255};
    if (index < 16) return (fovea__rgb){system[index][0], system[index][1], system[index][2]};
    if (index >= 232) {
        uint8_t grey = (uint8_t)(8 + 10 * (index - 232));
        return (fovea__rgb){grey, grey, grey};
    }
    int cube = index - 16;
    return (fovea__rgb){level[cube / 36], level[cube / 6 % 6], level[cube % 6]};
}

static int nearest(fovea__rgb rgb, int first, int last) {
    int best = first;
    for (int i = first + 1; i <= last; i++)
        if (distance(rgb, xterm_colour(i)) < distance(rgb, xterm_colour(best))) best = i;
    return best;
}

int fovea__nearest_256(fovea__rgb rgb) {
    return nearest(rgb, 16, 255);
}
static uint8_t away_from(double grey, uint8_t component) {
    double moved = grey + 2 * (component - grey);
    return (uint8_t)(moved < 0 ? 0 : moved > 255 ? 255 : moved);
}

// Of sixteen colours most are vivid: pale ones would all turn grey, and the sign of a value with
// them.
int fovea__nearest_16(fovea__rgb rgb) {
    double grey = 0.299 * rgb.r + 0.587 * rgb.g + 0.114 * rgb.b;
    fovea__rgb vivid = {away_from(grey, rgb.r), away_from(grey, rgb.g), away_from(grey, rgb.b)};
    return nearest(vivid, 0, 15);
}
