// SPDX-License-Identifier: MIT
// The gradients for one floating type, after reduction_body.h.

// What the elements of an output need to know: factor[i] and other[i] of output i.
typedef struct NAME(factors) {
    REAL factor[WIDE], other[WIDE];
} NAME(factors);

// Of ties, how many; of products, factor: that of all numbers but zeros, other: the zeros.
static inline void NAME(tell)(fovea__reduction_kind kind, REAL x, REAL y, SUM *a, SUM *b) {
    if (kind == FOVEA__REDUCE_PROD) {
        *a = x == 0 ? *a : *a * (SUM)x;
        *b += x == 0;
    } else {
        *a += x == y;
    }
}

static void NAME(scan)(const fovea__reduction *r, const REAL *x, int width, const REAL *y, SUM *a,
                       SUM *b) {
    int64_t length = fovea__walk_stretch(&r->reduced);
    fovea__walk walk = fovea__walk_over(&r->reduced, fovea__walk_rest(&r->reduced));
    for (int i = 0; i < width; i++) {
        a[i] = r->kind == FOVEA__REDUCE_PROD;
        b[i] = 0;
    }
    do {
        for (int64_t k = 0; k < length; k++) {
            for (int i = 0; i < width; i++)
                NAME(tell)(r->kind, x[walk.at + k + i], y[i], &a[i], &b[i]);
        }
    } while (fovea__walk_on(&walk));
}

static void NAME(prepare)(const fovea__reduction *r, const REAL *x, int width, const REAL *y,
                          const REAL *d_y, NAME(factors) * f) {
    SUM a[WIDE], b[WIDE];
    REAL none[WIDE] = {0};
    fovea__reduction_kind kind = r->kind;
    bool ties = kind == FOVEA__REDUCE_MAX || kind == FOVEA__REDUCE_MIN;
    if (ties || kind == FOVEA__REDUCE_PROD) NAME(scan)(r, x, width, y, a, b);
    if (kind == FOVEA__REDUCE_LOG_SUM) NAME(sums)(r, FOVEA__REDUCE_SUM, x, width, none, a);
    for (int i = 0; i < width; i++) {
        f->factor[i] = d_y[i];
        f->other[i] = y[i];
        if (kind == FOVEA__REDUCE_MEAN) f->factor[i] = d_y[i] / (REAL)r->count;
        if (ties || kind == FOVEA__REDUCE_LOG_SUM) f->factor[i] = (REAL)((SUM)d_y[i] / a[i]);
        if (kind == FOVEA__REDUCE_L2) f->factor[i] = y[i] == 0 ? 0 : d_y[i] / y[i];
        if (kind == FOVEA__REDUCE_SUM_SQUARE) f->factor[i] = 2 * d_y[i];
        if (kind == FOVEA__REDUCE_PROD) {
            f->factor[i] = (REAL)((SUM)d_y[i] * a[i]);
            f->other[i] = (REAL)b[i];
        }
    }
}

static inline REAL NAME(give)(fovea__reduction_kind kind, REAL x, REAL factor, REAL other) {
    switch (kind) {
        case FOVEA__REDUCE_MAX:
        case FOVEA__REDUCE_MIN:
            return x == other ? factor : 0;
        case FOVEA__REDUCE_L1:
            return x > 0 ? factor : x < 0 ? -factor : 0;
        case FOVEA__REDUCE_L2:
        case FOVEA__REDUCE_SUM_SQUARE:
            return factor * x;
        case FOVEA__REDUCE_PROD:
            if (other == 0) return factor / x;
            return other == 1 && x == 0 ? factor : 0;
        case FOVEA__REDUCE_LOG_SUM_EXP:
            return factor * EXP(x - other);
        default:
            return factor;
    }
}

static inline void NAME(hand_out)(const fovea__reduction *r, const fovea__reduction_kind kind,
                                  const REAL *x, int width, const NAME(factors) * f, REAL *d_x) {
    int64_t length = fovea__walk_stretch(&r->reduced);
    fovea__walk walk = fovea__walk_over(&r->reduced, fovea__walk_rest(&r->reduced));
    do {
        const REAL *from = x + walk.at;
        REAL *to = d_x + walk.at;
        for (int64_t k = 0; k < length && length > 1; k++)
            to[k] = NAME(give)(kind, from[k], f->factor[0], f->other[0]);
        for (int i = 0; i < width && length == 1; i++)
            to[i] = NAME(give)(kind, from[i], f->factor[i], f->other[i]);
    } while (fovea__walk_on(&walk));
}

#define HAND_OUT(kind)                              \
    case kind:                                      \
        NAME(hand_out)(r, kind, x, width, &f, d_x); \
        break;
static void NAME(back)(const fovea__reduction *r, const REAL *x, int width, const REAL *y,
                       const REAL *d_y, REAL *d_x) {
    NAME(factors) f;
    NAME(prepare)(r, x, width, y, d_y, &f);
    switch (r->kind) {
        case FOVEA__REDUCE_MIN:
            HAND_OUT(FOVEA__REDUCE_MAX)
            HAND_OUT(FOVEA__REDUCE_L1)
        case FOVEA__REDUCE_SUM_SQUARE:
            HAND_OUT(FOVEA__REDUCE_L2)
            HAND_OUT(FOVEA__REDUCE_PROD)
            HAND_OUT(FOVEA__REDUCE_LOG_SUM_EXP)
        default:
            NAME(hand_out)(r, FOVEA__REDUCE_SUM, x, width, &f, d_x);
    }
}
#undef HAND_OUT

void NAME(fovea__reduce_back)(const fovea__reduction *r, const REAL *src, const REAL *dst,
                              const REAL *d_dst, REAL *d_src) {
    if (fovea__walk_nowhere(&r->kept)) return;
    int64_t inner = fovea__walk_stretch(&r->kept);
    fovea__walk walk = fovea__walk_over(&r->kept, fovea__walk_rest(&r->kept));
    do {
        for (int64_t i = 0; i < inner; i += WIDE) {
            int width = inner - i < WIDE ? (int)(inner - i) : WIDE;
            int64_t at = walk.at + i;
            NAME(back)(r, src + at, width, dst, d_dst, d_src + at);
            dst += width;
            d_dst += width;
        }
    } while (fovea__walk_on(&walk));
}
