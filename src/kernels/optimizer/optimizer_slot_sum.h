// SPDX-License-Identifier: MIT
// Adding slots, one block of FOVEA__SUM_BLOCK at a time. Needs REAL and FINITE(square, block,
// count).
#include "kernels/optimizer/optimizer.h"
#include "kernels/splitting.h"

// T over 1 to 8 slots, written out so that the loop over elements has no call in it.
static inline void add_slots(int32_t slots, const REAL *const *slot, int64_t from, int64_t count,
                             REAL *dst) {
    const REAL *s[FOVEA__MAX_SLOTS];
    for (int32_t k = 0; k < FOVEA__MAX_SLOTS; k++) s[k] = slot[k < slots ? k : 0] + from;
#define EACH(sum) \
    for (int64_t i = 0; i < count; i++) dst[i] = sum
    switch (slots) {
        case 1:
            EACH(s[0][i]);
            break;
        case 2:
            EACH(s[0][i] + s[1][i]);
            break;
        case 3:
            EACH((s[0][i] + s[1][i]) + s[2][i]);
            break;
        case 4:
            EACH((s[0][i] + s[1][i]) + (s[2][i] + s[3][i]));
            break;
        case 5:
            EACH(((s[0][i] + s[1][i]) + s[2][i]) + (s[3][i] + s[4][i]));
            break;
        case 6:
            EACH(((s[0][i] + s[1][i]) + s[2][i]) + ((s[3][i] + s[4][i]) + s[5][i]));
            break;
        case 7:
            EACH(((s[0][i] + s[1][i]) + (s[2][i] + s[3][i])) + ((s[4][i] + s[5][i]) + s[6][i]));
            break;
        default:
            EACH(((s[0][i] + s[1][i]) + (s[2][i] + s[3][i])) +
                 ((s[4][i] + s[5][i]) + (s[6][i] + s[7][i])));
            break;
    }
#undef EACH
}

static inline double square_sum(int64_t count, const REAL *value) {
    double lane[FOVEA__LANES] = {0};
    int64_t i = 0;
    for (; i + FOVEA__LANES <= count; i += FOVEA__LANES) {
        for (int k = 0; k < FOVEA__LANES; k++) {
            lane[k] += (double)value[i + k] * (double)value[i + k];
        }
    }
    for (; i < count; i++) lane[i % FOVEA__LANES] += (double)value[i] * (double)value[i];
    return fovea__lane_tree_f64(lane);
}

static inline bool sum_slots(int32_t slots, const REAL *const *slot, int64_t count, REAL *dst,
                             double *squares) {
    bool finite = true;
    for (int64_t from = 0; from < count; from += FOVEA__SUM_BLOCK) {
        int64_t size = count - from < FOVEA__SUM_BLOCK ? count - from : FOVEA__SUM_BLOCK;
        if (slots > 1 || dst != slot[0]) add_slots(slots, slot, from, size, dst + from);
        double square = square_sum(size, dst + from);
        finite &= FINITE(square, dst + from, size);
        squares[from / FOVEA__SUM_BLOCK] = square;
    }
    return finite;
}
