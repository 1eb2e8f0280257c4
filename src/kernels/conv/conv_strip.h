// SPDX-License-Identifier: MIT
// The register tile of the weight gradient: the chains of M output channels by A x B taps stay in
// registers while it runs over rows of output pixels.
#include "kernels/conv/conv_range.h"
#include "kernels/conv/conv_tiles.h"

// Rows of output pixels that reach the same lines of the tile: all, or all but one.
typedef enum strip_lines { STRIP_ALL, STRIP_BUT_FIRST, STRIP_BUT_LAST } strip_lines;
typedef struct strip_part {
    strip_lines lines;
    int64_t rows;
    const float *x, *d_y;  // first row, column 0, first line and tap, first channel
} strip_part;
#define STRIP_PARTS 3

// The columns a tap reaches.
typedef struct strip_column {
    int64_t begin;
    uint64_t count;
} strip_column;

// B taps side by side along kw, in each of A lines: rows of the kernel or input channels. Distances
// in floats.
typedef struct strip {
    int64_t x_row, x_pixel, x_line, x_tap;
    int64_t y_row, y_channel, chain_channel, chain_line;
    strip_column column[STRIP_COLUMNS];
    fovea__conv_range any, all;  // columns some tap reaches; columns every tap reaches
    // Columns at the left of which each lacks one tap less than the one before, and at the right
    // one more; -1 where the borders are others.
    int64_t left, right;
    bool fresh;  // the chains begin at 0
    int parts;
    strip_part part[STRIP_PARTS];
    float *chain;
} strip;

// The largest M that slides, 0: none.
static const int8_t slide_channels_of[STRIP_LINES + 1][STRIP_COLUMNS + 1] = SLIDE_CHANNELS_OF;

// One pixel, taps b = BEGIN ... BEGIN + N - 1 of each line: sum[m][t] += d_y[m] * x[t]. The operands
// of the smaller side stay in registers.
#define STRIP_PIXEL(BEGIN, N)                                                                     \
    do {                                                                                          \
        if (M <= L * (N)) {                                                                       \
            vec gradient[TILE_CHANNELS];                                                          \
            UNROLL for (int m = 0; m < M; m++) gradient[m] = vec_load(y + m * y_channel);         \
            UNROLL for (int t = 0; t < L * (N); t++) {                                            \
                vec value = vec_held(vec_load(x + t / (N)*x_line + ((BEGIN) + t % (N)) * x_tap)); \
                UNROLL for (int m = 0; m < M; m++) {                                              \
                    sum[m][(F + t / (N)) * B + (BEGIN) + t % (N)] = vec_fma(                      \
                        gradient[m], value, sum[m][(F + t / (N)) * B + (BEGIN) + t % (N)]);       \
                }                                                                                 \
            }                                                                                     \
        } else {                                                                                  \
            vec value[STRIP_TAPS];                                                                \
            UNROLL for (int t = 0; t < L * (N); t++) {                                            \
                value[t] = vec_load(x + t / (N)*x_line + ((BEGIN) + t % (N)) * x_tap);            \
            }                                                                                     \
            UNROLL for (int m = 0; m < M; m++) {                                                  \
                vec gradient = vec_held(vec_load(y + m * y_channel));                             \
                UNROLL for (int t = 0; t < L * (N); t++) {                                        \
                    sum[m][(F + t / (N)) * B + (BEGIN) + t % (N)] = vec_fma(                      \
                        gradient, value[t], sum[m][(F + t / (N)) * B + (BEGIN) + t % (N)]);       \
                }                                                                                 \
            }                                                                                     \
        }                                                                                         \
    } while (0)

// One that only some reach.
#define STRIP_BORDER()                                                                          \
    UNROLL for (int b = 0; b < B; b++) {                                                        \
        if ((uint64_t)(column - s->column[b].begin) >= s->column[b].count) continue;            \
        vec value[STRIP_LINES];                                                                 \
        UNROLL for (int a = 0; a < L; a++) value[a] = vec_load(x + a * x_line + b * x_tap);     \
        UNROLL for (int m = 0; m < M; m++) {                                                    \
            vec gradient = vec_held(vec_load(y + m * y_channel));                               \
            UNROLL for (int a = 0; a < L; a++) {                                                \
                sum[m][(F + a) * B + b] = vec_fma(gradient, value[a], sum[m][(F + a) * B + b]); \
            }                                                                                   \
        }                                                                                       \
    }

#define STRIP_NEXT() (x += x_pixel, y += FOVEA__LANES)

// Taps FROM ... FROM + N - 1 of each line, their x in the columns of the window from AT on.
#define SLIDE_PIXEL(FROM, N, AT)                                                 \
    UNROLL for (int m = 0; m < M; m++) {                                         \
        vec gradient = vec_held(vec_load(y + m * y_channel));                    \
        UNROLL for (int t = 0; t < L * (N); t++) {                               \
            vec *to = &sum[m][(F + t / (N)) * B + (FROM) + t % (N)];             \
            *to = vec_fma(gradient, window[t / (N)][((AT) + t % (N)) % B], *to); \
        }                                                                        \
    }

// The column of the window that stands at x from here on.
#define SLIDE_LOAD(COLUMN)                                                \
    do {                                                                  \
        UNROLL for (int a = 0; a < L; a++) {                              \
            window[a][(COLUMN) % B] = vec_held(vec_load(x + a * x_line)); \
        }                                                                 \
        x += FOVEA__LANES;                                                \
    } while (0)

#define SLIDE_SHIFT()                                                           \
    UNROLL for (int a = 0; a < L; a++) {                                        \
        UNROLL for (int b = 0; b + 1 < B; b++) window[a][b] = window[a][b + 1]; \
    }

// A row of pixels that stand as close as the taps: the x of a pixel are those of the one before but
// for one column, and stay in registers. B pixels at a time none of them moves.
#define SLIDE_ROW()                                           \
    do {                                                      \
        vec window[STRIP_LINES][STRIP_COLUMNS];               \
        int64_t n = s->all.end - s->all.begin;                \
        x += s->left * FOVEA__LANES;                          \
        UNROLL for (int b = 0; b + 1 < B; b++) SLIDE_LOAD(b); \
        if (B > 3 && s->left > 1) {                           \
            SLIDE_PIXEL(2, B - 2, 0);                         \
            y += FOVEA__LANES;                                \
        }                                                     \
        if (s->left > 0) {                                    \
            SLIDE_PIXEL(1, B - 1, 0);                         \
            y += FOVEA__LANES;                                \
        }                                                     \
        for (; n >= B; n -= B) {                              \
            UNROLL for (int u = 0; u < B; u++) {              \
                SLIDE_LOAD(u + B - 1);                        \
                SLIDE_PIXEL(0, B, u);                         \
                y += FOVEA__LANES;                            \
            }                                                 \
        }                                                     \
        for (; n > 0; n--) {                                  \
            SLIDE_LOAD(B - 1);                                \
            SLIDE_PIXEL(0, B, 0);                             \
            SLIDE_SHIFT();                                    \
            y += FOVEA__LANES;                                \
        }                                                     \
        if (s->right > 0) {                                   \
            SLIDE_PIXEL(0, B - 1, 0);                         \
            y += FOVEA__LANES;                                \
        }                                                     \
        if (B > 3 && s->right > 1) SLIDE_PIXEL(0, B - 2, 1);  \
    } while (0)

#define STRIP_INSIDE()                                        \
    for (int64_t n = s->all.end - s->all.begin; n > 0; n--) { \
        STRIP_PIXEL(0, B);                                    \
        STRIP_NEXT();                                         \
    }

// A row whose borders are those of kernels narrower than the picture.
#define STRIP_EVEN_ROW()                                  \
    do {                                                  \
        if (B > 3 && s->left > 1) {                       \
            STRIP_PIXEL(2, B - 2);                        \
            STRIP_NEXT();                                 \
        }                                                 \
        if (B > 1 && s->left > 0) {                       \
            STRIP_PIXEL(1, B - 1);                        \
            STRIP_NEXT();                                 \
        }                                                 \
        STRIP_INSIDE();                                   \
        if (B > 1 && s->right > 0) {                      \
            STRIP_PIXEL(0, B - 1);                        \
            STRIP_NEXT();                                 \
        }                                                 \
        if (B > 3 && s->right > 1) STRIP_PIXEL(0, B - 2); \
    } while (0)

// Any other.
#define STRIP_UNEVEN_ROW()                                                    \
    do {                                                                      \
        int64_t column = s->any.begin;                                        \
        for (; column < s->all.begin; column++, STRIP_NEXT()) STRIP_BORDER(); \
        STRIP_INSIDE();                                                       \
        column = s->all.end;                                                  \
        for (; column < s->any.end; column++, STRIP_NEXT()) STRIP_BORDER();   \
    } while (0)

// The rows of one part, which reach lines FIRST ... FIRST + LINES - 1.
#define STRIP_ROWS(FIRST, LINES)                                              \
    do {                                                                      \
        const int F = (FIRST), L = (LINES);                                   \
        const float *x_begin = part->x + F * x_line + s->any.begin * x_pixel; \
        const float *y_begin = part->d_y + s->any.begin * FOVEA__LANES;       \
        for (int64_t row = part->rows; row > 0; row--) {                      \
            const float *x = x_begin, *y = y_begin;                           \
            if (SLIDES) {                                                     \
                SLIDE_ROW();                                                  \
            } else if (EVEN) {                                                \
                STRIP_EVEN_ROW();                                             \
            } else {                                                          \
                STRIP_UNEVEN_ROW();                                           \
            }                                                                 \
            x_begin += s->x_row;                                              \
            y_begin += s->y_row;                                              \
        }                                                                     \
    } while (0)

// DENSE: taps stand one pixel apart. EVEN: the borders are even. SLIDES: both, and so do the pixels.
static TILE_BODY void strip_run(const strip *s, const int M, const int A, const int B,
                                const bool DENSE, const bool EVEN, const bool SLIDES) {
    const int64_t x_pixel = s->x_pixel, x_line = s->x_line, y_channel = s->y_channel;
    const int64_t x_tap = DENSE ? FOVEA__LANES : s->x_tap;
    vec sum[TILE_CHANNELS][STRIP_TAPS];
    if (s->fresh) {
        UNROLL for (int m = 0; m < M; m++) {
            UNROLL for (int t = 0; t < A * B; t++) sum[m][t] = vec_splat(0.0f);
        }
    } else {
        UNROLL for (int m = 0; m < M; m++) {
            UNROLL for (int t = 0; t < A * B; t++) {
                sum[m][t] = vec_load(s->chain + m * s->chain_channel + t / B * s->chain_line +
                                     t % B * FOVEA__LANES);
            }
        }
    }
    for (const strip_part *part = s->part; part < s->part + s->parts; part++) {
        if (A > 1 && B > 1 && part->lines == STRIP_BUT_FIRST) {
            STRIP_ROWS(1, A - 1);
        } else if (A > 1 && B > 1 && part->lines == STRIP_BUT_LAST) {
            STRIP_ROWS(0, A - 1);
        } else {
            STRIP_ROWS(0, A);
        }
    }
    UNROLL for (int m = 0; m < M; m++) {
        UNROLL for (int t = 0; t < A * B; t++) {
            vec_store(
                s->chain + m * s->chain_channel + t / B * s->chain_line + t % B * FOVEA__LANES,
                sum[m][t]);
        }
    }
}
#undef STRIP_PIXEL
#undef STRIP_BORDER
#undef STRIP_ROWS
#undef STRIP_EVEN_ROW
#undef STRIP_UNEVEN_ROW
#undef STRIP_INSIDE
#undef STRIP_NEXT
#undef SLIDE_PIXEL
#undef SLIDE_LOAD
#undef SLIDE_SHIFT
#undef SLIDE_ROW

// Taps further apart come in single lines only.
static TILE_BODY void strip_choose(const strip *s, const int M, const int A, const int B) {
    bool dense = A > 1 || B == 1 || s->x_tap == FOVEA__LANES;
    bool even = dense && s->left >= 0;
    if (M <= slide_channels_of[A][B] && even && s->x_pixel == FOVEA__LANES)
        return strip_run(s, M, A, B, true, true, true);
    if (even) return strip_run(s, M, A, B, true, true, false);
    if (dense) return strip_run(s, M, A, B, true, false, false);
    if (A == 1 && B > 1) strip_run(s, M, A, B, false, false, false);
}

#define STRIP(m, a, b)                                                            \
    static __attribute__((noinline)) void strip_##m##x##a##x##b(const strip *s) { \
        strip_choose(s, m, a, b);                                                 \
    }
STRIPS(STRIP)
#undef STRIP

static void (*const strip_table[TILE_CHANNELS + 1][STRIP_LINES + 1][STRIP_COLUMNS + 1])(
    const strip *) = {
#define STRIP(m, a, b) [m][a][b] = strip_##m##x##a##x##b,
    STRIPS(STRIP)
#undef STRIP
};
