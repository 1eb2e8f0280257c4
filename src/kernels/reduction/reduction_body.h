// SPDX-License-Identifier: MIT
// The definition for one type. Needs REAL and SUM, the types of elements and of sums; ADD, MUL and
// ABS of two or one SUM; IS_NAN of a SUM; LOWEST and HIGHEST, below and above which no element lies; NAME(x). Where
// FLOATING is defined: SQRT of a SUM, EXP of a REAL, LOG of a SUM giving a REAL.
#include "kernels/reduction/reduction_walk.h"

#define LANES 16  // chains of a stretch
#define WIDE 64   // outputs side by side that are made at once

static inline SUM NAME(neutral)(fovea__reduction_kind kind) {
    switch (kind) {
        case FOVEA__REDUCE_MAX:
            return LOWEST;
        case FOVEA__REDUCE_MIN:
            return HIGHEST;
        case FOVEA__REDUCE_PROD:
            return 1;
        default:
            return 0;
    }
}

static inline SUM NAME(join)(fovea__reduction_kind kind, SUM a, SUM b) {
    switch (kind) {
        case FOVEA__REDUCE_MAX:
            return b > a || IS_NAN(b) ? b : a;
        case FOVEA__REDUCE_MIN:
            return b < a || IS_NAN(b) ? b : a;
        case FOVEA__REDUCE_PROD:
            return MUL(a, b);
        default:
            return ADD(a, b);
    }
}

// What an element adds.
static inline SUM NAME(part)(fovea__reduction_kind kind, REAL x, REAL most) {
    SUM value = (SUM)x;
    switch (kind) {
        case FOVEA__REDUCE_L1:
            return ABS(value);
        case FOVEA__REDUCE_L2:
        case FOVEA__REDUCE_SUM_SQUARE:
            return MUL(value, value);
#ifdef FLOATING
        case FOVEA__REDUCE_LOG_SUM_EXP:
            return (SUM)EXP(x - most);
#endif
        default:
            (void)most;
            return value;
    }
}

// `length` neighbours: 16 chains and their tree.
static inline SUM NAME(stretch)(fovea__reduction_kind kind, const REAL *x, int64_t length,
                                REAL most) {
    SUM chain[LANES];
    for (int i = 0; i < LANES; i++) chain[i] = NAME(neutral)(kind);
    int64_t k = 0;
    for (; k + LANES <= length; k += LANES) {
        for (int i = 0; i < LANES; i++)
            chain[i] = NAME(join)(kind, chain[i], NAME(part)(kind, x[k + i], most));
    }
    for (int i = 0; k < length; k++, i++)
        chain[i] = NAME(join)(kind, chain[i], NAME(part)(kind, x[k], most));
    for (int half = LANES / 2; half > 0; half /= 2) {
        for (int i = 0; i < half; i++) chain[i] = NAME(join)(kind, chain[i], chain[i + half]);
    }
    return chain[0];
}

// `width` outputs side by side; their first element stands at x. sum[i] is overwritten.
static inline void NAME(collect)(const fovea__reduction *r, const fovea__reduction_kind kind,
                                 const REAL *x, int width, const REAL *most, SUM *sum) {
    int64_t length = fovea__walk_stretch(&r->reduced);
    fovea__walk walk = fovea__walk_over(&r->reduced, fovea__walk_rest(&r->reduced));
    for (int i = 0; i < width; i++) sum[i] = NAME(neutral)(kind);
    do {
        const REAL *from = x + walk.at;
        if (length > 1) {
            sum[0] = NAME(join)(kind, sum[0], NAME(stretch)(kind, from, length, most[0]));
        } else if (width == WIDE) {
            for (int i = 0; i < WIDE; i++)
                sum[i] = NAME(join)(kind, sum[i], NAME(part)(kind, from[i], most[i]));
        } else {
            for (int i = 0; i < width; i++)
                sum[i] = NAME(join)(kind, sum[i], NAME(part)(kind, from[i], most[i]));
        }
    } while (fovea__walk_on(&walk));
}

#define COLLECT(kind)                                \
    case kind:                                       \
        NAME(collect)(r, kind, x, width, most, sum); \
        break;
// The sums of the kind; kinds that differ in the last step only share one.
static void NAME(sums)(const fovea__reduction *r, fovea__reduction_kind kind, const REAL *x,
                       int width, const REAL *most, SUM *sum) {
    switch (kind) {
        COLLECT(FOVEA__REDUCE_MAX)
        COLLECT(FOVEA__REDUCE_MIN)
        COLLECT(FOVEA__REDUCE_L1)
        COLLECT(FOVEA__REDUCE_PROD)
#ifdef FLOATING
        COLLECT(FOVEA__REDUCE_LOG_SUM_EXP)
        case FOVEA__REDUCE_L2:
#endif
            COLLECT(FOVEA__REDUCE_SUM_SQUARE)
        default:
            NAME(collect)(r, FOVEA__REDUCE_SUM, x, width, most, sum);
    }
}
#undef COLLECT

static void NAME(outputs)(const fovea__reduction *r, const REAL *x, int width, REAL *y) {
    SUM sum[WIDE];
    REAL most[WIDE] = {0};
#ifdef FLOATING
    if (r->kind == FOVEA__REDUCE_LOG_SUM_EXP) {
        NAME(sums)(r, FOVEA__REDUCE_MAX, x, width, most, sum);
        for (int i = 0; i < width; i++)
            most[i] = sum[i] > LOWEST && sum[i] < HIGHEST ? (REAL)sum[i] : 0;
    }
#endif
    NAME(sums)(r, r->kind, x, width, most, sum);
    for (int i = 0; i < width; i++) {
        switch (r->kind) {
            case FOVEA__REDUCE_MEAN:
                y[i] = (REAL)(sum[i] / (SUM)r->count);
                break;
#ifdef FLOATING
            case FOVEA__REDUCE_L2:
                y[i] = (REAL)SQRT(sum[i]);
                break;
            case FOVEA__REDUCE_LOG_SUM:
            case FOVEA__REDUCE_LOG_SUM_EXP:
                y[i] = most[i] + LOG(sum[i]);
                break;
#endif
            default:
                y[i] = (REAL)sum[i];
        }
    }
}

void NAME(fovea__reduce)(const fovea__reduction *r, const REAL *src, REAL *dst) {
    if (fovea__walk_nowhere(&r->kept)) return;
    int64_t inner = fovea__walk_stretch(&r->kept);
    fovea__walk walk = fovea__walk_over(&r->kept, fovea__walk_rest(&r->kept));
    do {
        for (int64_t i = 0; i < inner; i += WIDE) {
            int width = inner - i < WIDE ? (int)(inner - i) : WIDE;
            NAME(outputs)(r, src + walk.at + i, width, dst);
            dst += width;
        }
    } while (fovea__walk_on(&walk));
}
