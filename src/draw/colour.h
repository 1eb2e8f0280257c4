// SPDX-License-Identifier: MIT
// Colours of a display list: a role that the theme fills in, or fixed red, green and blue.
#ifndef FOVEA_DRAW_COLOUR_H
#define FOVEA_DRAW_COLOUR_H

#include <stdbool.h>
#include <stdint.h>

// name, class in SVG, light theme, dark theme
#define FOVEA__ROLE_MAP(XX)                  \
    XX(NONE, "none", 0x000000, 0x000000)     \
    XX(RGB, "rgb", 0x000000, 0x000000)       \
    XX(BACKGROUND, "bg", 0xffffff, 0x14171c) \
    XX(SURFACE, "sf", 0xf4f5f7, 0x1f242c)    \
    XX(INK, "ink", 0x1b1f24, 0xe8eaed)       \
    XX(MUTED, "mut", 0x5b6470, 0xa0a8b4)     \
    XX(GRID, "grd", 0xdfe3e8, 0x343b45)      \
    XX(FRAME, "frm", 0xb4bcc6, 0x4d5662)     \
    XX(GOOD, "ok", 0x1a7f4b, 0x4fc38a)       \
    XX(BAD, "bad", 0xc2303a, 0xff7b7f)       \
    XX(SERIES_1, "s1", 0x1f6fb4, 0x5aa9e6)   \
    XX(SERIES_2, "s2", 0xd1661a, 0xf0984d)   \
    XX(SERIES_3, "s3", 0x2b8a5f, 0x58c595)   \
    XX(SERIES_4, "s4", 0xb0307a, 0xe57bb5)   \
    XX(SERIES_5, "s5", 0x7552b8, 0xab8fe8)   \
    XX(SERIES_6, "s6", 0x8a6d0b, 0xd6b63f)   \
    XX(SERIES_7, "s7", 0x0f8a94, 0x4fc9d3)   \
    XX(SERIES_8, "s8", 0x6b5647, 0xb9a08e)

typedef enum fovea__role {
#define FOVEA__ROLE_ENUM(name, class_name, light, dark) FOVEA__ROLE_##name,
    FOVEA__ROLE_MAP(FOVEA__ROLE_ENUM)
#undef FOVEA__ROLE_ENUM
        FOVEA__ROLE_COUNT
} fovea__role;

typedef struct fovea__rgb {
    uint8_t r, g, b;
} fovea__rgb;

// `rgb` counts only for FOVEA__ROLE_RGB; FOVEA__ROLE_NONE draws nothing. `fade` mixes the colour
// with the background: (255-fade)/255 of it. `contrast` stands for the black or white that reads
// best on it.
typedef struct fovea__colour {
    fovea__role role;
    fovea__rgb rgb;
    uint8_t fade;
    bool contrast;
} fovea__colour;

static inline fovea__colour fovea__theme_colour(fovea__role role) {
    return (fovea__colour){.role = role};
}
static inline fovea__colour fovea__fixed_colour(fovea__rgb rgb) {
    return (fovea__colour){.role = FOVEA__ROLE_RGB, .rgb = rgb};
}
// Series 0, 1, 2 … take the eight series colours in turn.
static inline fovea__colour fovea__series_colour(int64_t index) {
    return fovea__theme_colour((fovea__role)(FOVEA__ROLE_SERIES_1 + (int)(index % 8)));
}

fovea__rgb fovea__colour_resolve(fovea__colour colour, bool dark);
const char *fovea__role_class(fovea__role role);  // short name of the role in SVG classes

// Relative luminance of sRGB, 0 (black) to 1 (white): 0.2126 R + 0.7152 G + 0.0722 B of the linear
// components.
double fovea__luminance(fovea__rgb rgb);
// Black or white, whichever has the larger contrast ratio (L1+0.05)/(L2+0.05) on `ground`.
fovea__rgb fovea__contrast(fovea__rgb ground);

// Index of the nearest colour in the xterm palette: 16 to 255 (cube and greys), or 0 to 15, where
// the colour is made twice as vivid first.
int fovea__nearest_256(fovea__rgb rgb);
int fovea__nearest_16(fovea__rgb rgb);

#endif
