// SPDX-License-Identifier: MIT
// How the weight gradient of N16 cuts a convolution: taps and channels of a tile, channels whose
// chains are kept at a time.
#include "kernels/conv/conv_strip.h"

#ifndef BLOCK_BYTES
#define BLOCK_BYTES (256 << 10)  // of d_y in a block of pixels: it stays near for every tap
#endif
// Chains in scratch, unless one tile needs more: few where one block holds all pixels, so that they
// too stay near.
#define CHAIN_BYTES (256 << 10)
#define CHAIN_BYTES_NEAR (16 << 10)
#define NEAR_BYTES (32 << 10)  // stay in the first level cache beside the pixels of a channel

// How the taps of a geometry are tiled. Lines are rows of the kernel, or input channels where the
// kernel is one column wide.
typedef struct tiling {
    bool along_c;
    int64_t lines, columns, outputs;  // A, B, M at most
    int64_t tiles;                    // of columns, nearly equal
} tiling;

static tiling tiling_of(const fovea__conv_geometry *g) {
    static const int8_t channels_of[STRIP_LINES + 1][STRIP_COLUMNS + 1] = STRIP_CHANNELS_OF;
    static const int8_t lines_of[STRIP_COLUMNS + 1] = STRIP_LINES_OF;
    static const int8_t slide_lines_of[STRIP_COLUMNS + 1] = SLIDE_LINES_OF;
    tiling t = {.along_c = g->kernel[2] == 1};
    t.tiles = (g->kernel[2] + STRIP_COLUMNS - 1) / STRIP_COLUMNS;
    t.columns = (g->kernel[2] + t.tiles - 1) / t.tiles;
    int64_t lines = t.along_c ? g->c / g->groups : g->kernel[1], outputs = g->o / g->groups;
    t.lines = lines_of[t.columns];
    // Few outputs leave registers for more lines.
    while (t.lines < STRIP_LINES && channels_of[t.lines + 1][t.columns] >= outputs) t.lines++;
    if (t.columns > 1 && g->dilation[2] > 1) t.lines = 1;
    if (t.lines > lines) t.lines = lines;
    t.outputs = channels_of[t.lines][t.columns];
    if (g->stride[2] == 1 && g->dilation[2] == 1 && slide_lines_of[t.columns] > 0) {
        t.lines = slide_lines_of[t.columns] < lines ? slide_lines_of[t.columns] : lines;
        t.outputs = slide_channels_of[t.lines][t.columns];
        // One line of as many chains leaves no lines over for a smaller tile, and pays where the d_y
        // of more channels stays near.
        int64_t alone = slide_channels_of[1][t.columns];
        if (lines % t.lines > 0 && outputs % alone == 0 && alone >= t.lines * t.outputs &&
            alone * fovea__conv_volume(g->out) * FOVEA__LANES * 4 <= NEAR_BYTES) {
            t.lines = 1;
            t.outputs = alone;
        }
    }
    return t;
}

// Input channels whose chains are kept at a time.
static int64_t chain_channels(const fovea__conv_geometry *g, const tiling *t) {
    int64_t pixel = t->outputs * FOVEA__LANES * 4, channels = g->c / g->groups;
    bool near = fovea__conv_volume(g->out) * pixel <= BLOCK_BYTES;
    int64_t bytes = near ? CHAIN_BYTES_NEAR : CHAIN_BYTES;
    int64_t fit = bytes / (fovea__conv_volume(g->kernel) * pixel), step = t->along_c ? t->lines : 1;
    fit = fit < step ? step : fit - fit % step;
    return fit < channels ? fit : channels;
}

// For a call may be for some of the outputs only, whose tiles are others.
static size_t weight_scratch(const fovea__conv_geometry *g) {
    fovea__conv_geometry part = *g;
    int64_t most = 0;
    for (part.o = g->groups; part.o <= g->o; part.o += g->groups) {
        tiling t = tiling_of(&part);
        int64_t chains = t.outputs * chain_channels(&part, &t);
        if (chains > most) most = chains;
    }
    return (size_t)(most * fovea__conv_volume(g->kernel) * FOVEA__LANES) * sizeof(float);
}
