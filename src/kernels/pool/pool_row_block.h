// SPDX-License-Identifier: MIT
// Windows of one row side by side in a vector of WIDE floats, every tap of all of them inside the
// input. Needs WIDE (4, 8 or 16) and BLOCK(x), the names to define.
typedef float BLOCK(values) __attribute__((vector_size(WIDE * 4)));
typedef int32_t BLOCK(masks) __attribute__((vector_size(WIDE * 4)));

// x[0], x[stride], ...: reads nothing after the last of them.
static inline BLOCK(values) BLOCK(taps)(const float *x, int64_t stride) {
    BLOCK(values) low, high;
    memcpy(&low, x, sizeof low);
    if (stride == 1) return low;
    memcpy(&high, x + WIDE - 1, sizeof high);
#if WIDE == 16
    return __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29,
                                   31);
#elif WIDE == 8
    return __builtin_shufflevector(low, high, 0, 2, 4, 6, 9, 11, 13, 15);
#else
    return __builtin_shufflevector(low, high, 0, 2, 5, 7);
#endif
}

// x: the first window's first tap; box: the windows along depth and height.
static inline BLOCK(values) BLOCK(of)(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                      bool max, int64_t stride, const float *x) {
    BLOCK(values) all = {0};
    if (max) all -= __builtin_inff();
    for (int64_t d = 0; d < box->dim[0].taps; d++)
        for (int64_t h = 0; h < box->dim[1].taps; h++) {
            int64_t row = d * box->dim[0].step * g->in[1] + h * box->dim[1].step;
            for (int64_t k = 0; k < g->kernel[2]; k++) {
                BLOCK(values) v = BLOCK(taps)(x + row * g->in[2] + k * g->dilation[2], stride);
                BLOCK(masks) wins = (v > all) | (v != v);
                if (max)
                    all = (BLOCK(values))(((BLOCK(masks))v & wins) | ((BLOCK(masks))all & ~wins));
                else
                    all += v;
            }
        }
    return max ? all : all / (float)fovea__pool_counted(box);
}

// `count` windows, at least WIDE of them: the last vector may overlap the one before.
static inline void BLOCK(row)(const fovea__pool_geometry *g, const fovea__pool_box *box, bool max,
                              int64_t stride, int64_t count, const float *x, float *dst) {
    for (int64_t w = 0; w < count; w += WIDE) {
        int64_t at = w + WIDE <= count ? w : count - WIDE;
        BLOCK(values) all = BLOCK(of)(g, box, max, stride, x + at * stride);
        memcpy(dst + at, &all, sizeof all);
    }
}

// Where each window's winner stands, counted from the window's first tap.
static inline BLOCK(masks) BLOCK(winners)(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                          int64_t stride, const float *x) {
    BLOCK(values) best = {0};
    BLOCK(masks) owner = (BLOCK(masks)){0} - 1;
    for (int64_t d = 0; d < box->dim[0].taps; d++)
        for (int64_t h = 0; h < box->dim[1].taps; h++) {
            int64_t row = (d * box->dim[0].step * g->in[1] + h * box->dim[1].step) * g->in[2];
            for (int64_t k = 0; k < g->kernel[2]; k++) {
                int64_t at = row + k * g->dilation[2];
                BLOCK(values) v = BLOCK(taps)(x + at, stride);
                BLOCK(masks) wins = (owner < 0) | (v > best) | (v != v);
                best = (BLOCK(values))(((BLOCK(masks))v & wins) | ((BLOCK(masks))best & ~wins));
                owner = (((BLOCK(masks)){0} + (int32_t)at) & wins) | (owner & ~wins);
            }
        }
    return owner;
}

// The gradients of the first windows of `count`, window by window, as far as whole vectors go; how
// many that were. d_src stands where x does.
static inline int64_t BLOCK(hand_out)(const fovea__pool_geometry *g, const fovea__pool_box *box,
                                      int64_t stride, int64_t count, const float *x,
                                      const float *d_dst, float *d_src) {
    int64_t w = 0;
    for (; w + WIDE <= count; w += WIDE) {
        BLOCK(masks) owner = BLOCK(winners)(g, box, stride, x + w * stride);
        for (int lane = 0; lane < WIDE; lane++)
            d_src[(w + lane) * stride + owner[lane]] += d_dst[w + lane];
    }
    return w;
}
#undef WIDE
#undef BLOCK
