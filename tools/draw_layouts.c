// SPDX-License-Identifier: MIT
// draw_layouts OUT.svg: how a batch of pictures lies in memory and in vector registers, for docs/performance.md. Run
// by make_docs.sh.
#include <stdio.h>
#include <string.h>

#include "draw/cell_grid.h"

enum { LANES = 8, LINES = 4, FADE = 120 };

typedef struct {
    fovea__cell cells[LINES * LANES];
    char texts[LINES * LANES][24];
} board;

static void set(board *b, int at, int colour, const char *text) {
    snprintf(b->texts[at], sizeof b->texts[at], "%s", text);
    fovea__colour fill =
        colour < 0 ? fovea__theme_colour(FOVEA__ROLE_SURFACE) : fovea__series_colour(colour);
    fill.fade = colour < 0 ? 0 : FADE;
    b->cells[at] = (fovea__cell){.text = b->texts[at], .fill = fill};
}

static fovea__cell_grid grid(const board *b, int rows, int columns, fovea__cell_sign sign) {
    return (fovea__cell_grid){.sign = sign, .rows = rows, .columns = columns, .cells = b->cells};
}

// Four lines of memory: NCHW has the pixels of one picture beside each other, N16 one pixel of all.
static void set_memory(board *b, int lanes_are_samples) {
    char text[24];
    for (int line = 0; line < LINES; line++)
        for (int lane = 0; lane < LANES; lane++) {
            int sample = lanes_are_samples ? lane : line / 2;
            int pixel = lanes_are_samples ? line : line % 2 * LANES + lane;
            snprintf(text, sizeof text, "n%d p%d", sample, pixel);
            set(b, line * LANES + lane, sample, text);
        }
}

static fovea_status add_memory(fovea_figure *figure, fovea_error *error) {
    board boards[2];
    fovea__cell_grid grids[2];
    for (int i = 0; i < 2; i++) {
        set_memory(&boards[i], i);
        grids[i] = grid(&boards[i], LINES, LANES, FOVEA__SIGN_NONE);
        grids[i].more = FOVEA__SIDE_BOTTOM;
    }
    grids[0].title = "NCHW, what goes in and comes out";
    grids[1].title = "N16, what training computes in";
    fovea__cell_row row = {
        .label = "Memory, a vector register a line (8 of its 16 lanes are drawn)",
        .text =
            "NCHW: neighbouring pixels of one picture. N16: one pixel of 16 pictures, so that any "
            "number of "
            "channels, kernel, stride and width fills registers whole.",
        .grids = grids,
        .count = 2};
    return fovea__figure_add_cell_grids(figure, &row, error);
}

// y += x × w on one register, lane by lane; a single cell stands for all lanes.
static fovea_status add_step(fovea_figure *figure, const char *label, const char *words,
                             const char *y, const char *x, const char *w, fovea_error *error) {
    board sum, value, factor;
    const char *pattern[3] = {y, x, w};
    board *boards[3] = {&sum, &value, &factor};
    fovea__cell_grid grids[3];
    fovea__cell_sign signs[3] = {FOVEA__SIGN_NONE, FOVEA__SIGN_ARROW_LEFT, FOVEA__SIGN_TIMES};
    for (int i = 0; i < 3; i++) {
        int lanes = strchr(pattern[i], '*') ? LANES : 1;
        for (int lane = 0; lane < lanes; lane++) {
            char text[24];
            const char *star = strchr(pattern[i], '*');
            if (star)
                snprintf(text, sizeof text, "%.*s%d", (int)(star - pattern[i]), pattern[i], lane);
            else
                snprintf(text, sizeof text, "%s", pattern[i]);
            set(boards[i], lane, star ? lane : -1, text);
        }
        grids[i] = grid(boards[i], 1, lanes, signs[i]);
    }
    grids[1].sign_label = "+=";
    fovea__cell_row row = {.label = label, .text = words, .grids = grids, .count = 3};
    return fovea__figure_add_cell_grids(figure, &row, error);
}

static fovea_status fill(fovea_figure *figure, fovea_error *error) {
    fovea_status status = add_memory(figure, error);
    if (status == FOVEA_OK)
        status = add_step(
            figure, "Training: a lane is a picture (kernels/conv, N16)",
            "One weight for all lanes; 24 such sums (4 channels × 6 pixels) stay in registers.",
            "y n*", "x n*", "w", error);
    if (status == FOVEA_OK)
        status = add_step(
            figure, "One picture, many channels: a lane is an output channel (wide)",
            "One input number for all lanes, weights packed so that 16 channels are neighbours.",
            "y o*", "x", "w o*", error);
    if (status == FOVEA_OK)
        status =
            add_step(figure, "One picture, few channels: a lane is a pixel of a row (narrow)",
                     "One weight for all lanes; at the borders masks leave out what lies outside.",
                     "y p*", "x p*", "w", error);
    return status;
}

int main(int count, char **words) {
    fovea_context *context = NULL;
    fovea_figure *figure = NULL;
    fovea_error error = {0};
    if (count != 2) return 2;
    fovea_status status = fovea_context_create(NULL, &context, &error);
    if (status == FOVEA_OK)
        status = fovea__figure_create(
            context, "Where a batch lies, and what a vector register holds",
            "n picture · p pixel · o output channel · y sum · x input · w weight", &figure, &error);
    if (status == FOVEA_OK) status = fill(figure, &error);
    if (status == FOVEA_OK) status = fovea_figure_write(context, figure, words[1], NULL, &error);
    if (status != FOVEA_OK) fprintf(stderr, "draw_layouts: %s\n", error.text);
    fovea_figure_free(figure);
    fovea_context_free(context);
    return status == FOVEA_OK ? 0 : 1;
}
