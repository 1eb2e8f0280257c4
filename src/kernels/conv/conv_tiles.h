// SPDX-License-Identifier: MIT
// The register tiles of N16: which sizes are compiled.
#ifndef FOVEA_KERNELS_CONV_TILES_H
#define FOVEA_KERNELS_CONV_TILES_H

#include "kernels/fused.h"

// The same value, in a register: gcc would rather read it from memory again for every use.
static inline vec vec_held(vec a) {
#if WIDTH == 4
    __asm__("" : "+w"(a));
#else
    __asm__("" : "+v"(a));
#endif
    return a;
}

#define UP_TO_1(T, ...) T(1, __VA_ARGS__)
#define UP_TO_2(T, ...) UP_TO_1(T, __VA_ARGS__) T(2, __VA_ARGS__)
#define UP_TO_3(T, ...) UP_TO_2(T, __VA_ARGS__) T(3, __VA_ARGS__)
#define UP_TO_4(T, ...) UP_TO_3(T, __VA_ARGS__) T(4, __VA_ARGS__)
#define UP_TO_5(T, ...) UP_TO_4(T, __VA_ARGS__) T(5, __VA_ARGS__)
#define UP_TO_6(T, ...) UP_TO_5(T, __VA_ARGS__) T(6, __VA_ARGS__)
#define UP_TO_8(T, ...) UP_TO_6(T, __VA_ARGS__) T(7, __VA_ARGS__) T(8, __VA_ARGS__)

// clang-format off
// TILES: forward and input gradient keep the sums of M channels by P pixels in registers, beside
// them the operands of the smaller side and one of the other. TILE_PIXELS_OF: the largest P of
// each M.
// STRIPS: the weight gradient keeps those of M channels by A x B taps. STRIP_CHANNELS_OF: the
// largest M of each A and B; STRIP_LINES_OF: the A that reads least for each B. SLIDE_CHANNELS_OF,
// SLIDE_LINES_OF: the same where the x of all taps fit beside them, so that the next pixel reads
// one new column; 0: nowhere.
#if WIDTH == 8
#define TILE_CHANNELS 6
#define TILE_PIXELS 8
#define TILE_PIXELS_OF {0, 8, 6, 4, 3, 2, 2}
#define TILES(T)                                                                              \
    UP_TO_6(T, 1) UP_TO_6(T, 2) UP_TO_4(T, 3) UP_TO_3(T, 4) UP_TO_2(T, 5) UP_TO_2(T, 6)       \
    UP_TO_1(T, 7) UP_TO_1(T, 8)
#define STRIP_LINES 3
#define STRIP_COLUMNS 5
#define STRIP_TAPS 9
#define STRIP_LINES_OF {0, 3, 2, 1, 1, 1}
#define STRIP_CHANNELS_OF {{0}, {0, 6, 6, 4, 3, 2}, {0, 6, 3, 2}, {0, 4, 2, 1}}
#define STRIPS(T)                                                                             \
    UP_TO_6(T, 1, 1) UP_TO_6(T, 1, 2) UP_TO_4(T, 1, 3) UP_TO_3(T, 1, 4) UP_TO_2(T, 1, 5)      \
    UP_TO_6(T, 2, 1) UP_TO_3(T, 2, 2) UP_TO_2(T, 2, 3)                                        \
    UP_TO_4(T, 3, 1) UP_TO_2(T, 3, 2) UP_TO_1(T, 3, 3)
#define SLIDE_LINES_OF {0, 0, 0, 1}
#define SLIDE_CHANNELS_OF {{0}, {0, 0, 0, 4}}
#else
#define TILE_CHANNELS 8
#define TILE_PIXELS 12
#define TILE_PIXELS_OF {0, 12, 8, 8, 6, 5, 4, 3, 3}
#define TILES(T)                                                                              \
    UP_TO_8(T, 1) UP_TO_8(T, 2) UP_TO_8(T, 3) UP_TO_6(T, 4) UP_TO_5(T, 5) UP_TO_4(T, 6)       \
    UP_TO_3(T, 7) UP_TO_3(T, 8) UP_TO_1(T, 9) UP_TO_1(T, 10) UP_TO_1(T, 11) UP_TO_1(T, 12)
#define STRIP_LINES 4
#define STRIP_COLUMNS 5
#define STRIP_TAPS 10
#define STRIP_LINES_OF {0, 4, 2, 3, 2, 1}
#define STRIP_CHANNELS_OF                                                                     \
    {{0}, {0, 8, 8, 8, 6, 5}, {0, 8, 6, 4, 3, 2}, {0, 8, 4, 3}, {0, 6}}
#define STRIPS(T)                                                                             \
    UP_TO_8(T, 1, 1) UP_TO_8(T, 1, 2) UP_TO_8(T, 1, 3) UP_TO_6(T, 1, 4) UP_TO_5(T, 1, 5)      \
    UP_TO_8(T, 2, 1) UP_TO_6(T, 2, 2) UP_TO_4(T, 2, 3) UP_TO_3(T, 2, 4) UP_TO_2(T, 2, 5)      \
    UP_TO_8(T, 3, 1) UP_TO_4(T, 3, 2) UP_TO_3(T, 3, 3) UP_TO_6(T, 4, 1)
#define SLIDE_LINES_OF {0, 0, 0, 3, 2, 2}
#define SLIDE_CHANNELS_OF {{0}, {0, 0, 0, 4, 4, 4}, {0, 0, 0, 3, 2, 2}, {0, 0, 0, 2}}
#endif
// clang-format on

#endif
