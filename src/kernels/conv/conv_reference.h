// SPDX-License-Identifier: MIT
// The definition of the family, compiled for each type and layout. The including file sets
//   NAME(x)   name of a function for this type and layout
//   REAL      float or double
//   FMA(a, b, c): a*b + c rounded once; LANE_TREE(lane), SLOT_TREE(value, n): see splitting.h
//   STEP      distance of neighbouring pixels: 1 (NCHW) or 16 (N16)
// Taps are the outer loops and pixels the inner ones: each output sees the order c, kd, kh, kw.

// Distance of neighbouring samples in a buffer of `channels` planes.
static int64_t NAME(sample_step)(int64_t channels, const int64_t size[3]) {
    return STEP == 1 ? channels * fovea__conv_volume(size) : 1;
}

// N16 computes the masked lanes too: finite comes from finite, zero from zero.
static int32_t NAME(computed)(int32_t samples) {
    return STEP == 1 ? samples : FOVEA__LANES;
}

// sum[i] = a[i] * weight + sum[i]; steps of one are told apart so that compilers use vectors there.
static void NAME(row)(int64_t count, const REAL *restrict a, int64_t step_a, REAL weight,
                      REAL *restrict sum, int64_t step_sum) {
    if (step_a == 1 && step_sum == 1) {
        for (int64_t i = 0; i < count; i++) sum[i] = FMA(a[i], weight, sum[i]);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        sum[i * step_sum] = FMA(a[i * step_a], weight, sum[i * step_sum]);
    }
}

// y[q] = x[q*stride + offset] * weight + y[q] for the outputs q the tap reaches.
static void NAME(tap_forward)(const fovea__conv_geometry *g, const fovea__conv_tap *tap,
                              const REAL *x, REAL weight, REAL *y) {
    for (int64_t d = tap->outputs[0].begin; d < tap->outputs[0].end; d++) {
        for (int64_t h = tap->outputs[1].begin; h < tap->outputs[1].end; h++) {
            int64_t plane = (d * g->stride[0] + tap->offset[0]) * g->in[1];
            int64_t from = (plane + h * g->stride[1] + tap->offset[1]) * g->in[2] + tap->offset[2];
            int64_t to = (d * g->out[1] + h) * g->out[2];
            int64_t begin = tap->outputs[2].begin, count = tap->outputs[2].end - begin;
            NAME(row)
            (count, x + (from + begin * g->stride[2]) * STEP, g->stride[2] * STEP, weight,
             y + (to + begin) * STEP, STEP);
        }
    }
}

// d_x[q*stride + offset] = d_y[q] * weight + d_x[q*stride + offset] for the same outputs.
static void NAME(tap_input)(const fovea__conv_geometry *g, const fovea__conv_tap *tap,
                            const REAL *d_y, REAL weight, REAL *d_x) {
    for (int64_t d = tap->outputs[0].begin; d < tap->outputs[0].end; d++) {
        for (int64_t h = tap->outputs[1].begin; h < tap->outputs[1].end; h++) {
            int64_t plane = (d * g->stride[0] + tap->offset[0]) * g->in[1];
            int64_t to = (plane + h * g->stride[1] + tap->offset[1]) * g->in[2] + tap->offset[2];
            int64_t from = (d * g->out[1] + h) * g->out[2];
            int64_t begin = tap->outputs[2].begin, count = tap->outputs[2].end - begin;
            NAME(row)
            (count, d_y + (from + begin) * STEP, STEP, weight,
             d_x + (to + begin * g->stride[2]) * STEP, g->stride[2] * STEP);
        }
    }
}

// lane[n] = chain over those outputs of d_y[n][q] * x[n][q*stride + offset].
static void NAME(tap_weight)(const fovea__conv_geometry *g, const fovea__conv_tap *tap,
                             int32_t samples, const REAL *x, const REAL *d_y, REAL *lane) {
    int64_t sample_x = NAME(sample_step)(g->c, g->in), sample_y = NAME(sample_step)(g->o, g->out);
    for (int64_t d = tap->outputs[0].begin; d < tap->outputs[0].end; d++) {
        for (int64_t h = tap->outputs[1].begin; h < tap->outputs[1].end; h++) {
            int64_t plane = (d * g->stride[0] + tap->offset[0]) * g->in[1];
            int64_t row_x = (plane + h * g->stride[1] + tap->offset[1]) * g->in[2] + tap->offset[2];
            int64_t row_y = (d * g->out[1] + h) * g->out[2];
            for (int64_t w = tap->outputs[2].begin; w < tap->outputs[2].end; w++) {
                const REAL *pixel_x = x + (row_x + w * g->stride[2]) * STEP;
                const REAL *pixel_y = d_y + (row_y + w) * STEP;
                for (int32_t n = 0; n < samples; n++) {
                    lane[n] = FMA(pixel_y[n * sample_y], pixel_x[n * sample_x], lane[n]);
                }
            }
        }
    }
}

static void NAME(fill)(REAL *plane, int64_t pixels, REAL value) {
    for (int64_t i = 0; i < pixels; i++) plane[i * STEP] = value;
}

static void NAME(forward)(const fovea__conv_geometry *g, int32_t samples, const REAL *x,
                          const REAL *weight, const REAL *bias, REAL *y) {
    int64_t channels = g->c / g->groups, volume_x = fovea__conv_volume(g->in) * STEP;
    int64_t pixels_y = fovea__conv_volume(g->out);
    for (int32_t n = 0; n < NAME(computed)(samples); n++) {
        for (int64_t o = 0; o < g->o; o++) {
            REAL *plane_y = y + n * NAME(sample_step)(g->o, g->out) + o * pixels_y * STEP;
            int64_t first_c = o / (g->o / g->groups) * channels;
            const REAL *plane_x = x + n * NAME(sample_step)(g->c, g->in) + first_c * volume_x;
            const REAL *w = weight + o * channels * fovea__conv_volume(g->kernel);
            NAME(fill)(plane_y, pixels_y, bias ? bias[o] : 0);
            for (int64_t c = 0; c < channels; c++, plane_x += volume_x) {
                for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
                    for (int64_t kh = 0; kh < g->kernel[1]; kh++) {
                        for (int64_t kw = 0; kw < g->kernel[2]; kw++) {
                            fovea__conv_tap tap = fovea__conv_tap_at(g, kd, kh, kw);
                            NAME(tap_forward)(g, &tap, plane_x, *w++, plane_y);
                        }
                    }
                }
            }
        }
    }
}

static void NAME(input_gradient)(const fovea__conv_geometry *g, int32_t samples, const REAL *d_y,
                                 const REAL *weight, REAL *d_x) {
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups;
    int64_t taps = fovea__conv_volume(g->kernel), volume_y = fovea__conv_volume(g->out) * STEP;
    int64_t pixels_x = fovea__conv_volume(g->in);
    for (int32_t n = 0; n < NAME(computed)(samples); n++) {
        for (int64_t c = 0; c < g->c; c++) {
            REAL *plane_x = d_x + n * NAME(sample_step)(g->c, g->in) + c * pixels_x * STEP;
            int64_t first_o = c / channels * outputs;
            const REAL *plane_y = d_y + n * NAME(sample_step)(g->o, g->out) + first_o * volume_y;
            NAME(fill)(plane_x, pixels_x, 0);
            for (int64_t o = first_o; o < first_o + outputs; o++, plane_y += volume_y) {
                const REAL *w = weight + (o * channels + c % channels) * taps;
                for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
                    for (int64_t kh = 0; kh < g->kernel[1]; kh++) {
                        for (int64_t kw = 0; kw < g->kernel[2]; kw++) {
                            fovea__conv_tap tap = fovea__conv_tap_at(g, kd, kh, kw);
                            NAME(tap_input)(g, &tap, plane_y, *w++, plane_x);
                        }
                    }
                }
            }
        }
    }
}

static REAL NAME(one_bias)(int64_t pixels, int64_t sample_y, int32_t samples, const REAL *d_y) {
    REAL lane[FOVEA__LANES] = {0};
    for (int64_t i = 0; i < pixels; i++) {
        for (int32_t n = 0; n < samples; n++) lane[n] += d_y[i * STEP + n * sample_y];
    }
    return LANE_TREE(lane);
}

static void NAME(bias_gradient)(const fovea__conv_geometry *g, int32_t samples, const REAL *d_y,
                                REAL *d_bias) {
    int64_t pixels = fovea__conv_volume(g->out), sample_y = NAME(sample_step)(g->o, g->out);
    for (int64_t o = 0; o < g->o; o++) {
        d_bias[o] += NAME(one_bias)(pixels, sample_y, samples, d_y + o * pixels * STEP);
    }
}

static void NAME(weight_gradient)(const fovea__conv_geometry *g, int32_t samples, const REAL *x,
                                  const REAL *d_y, REAL *d_weight, REAL *d_bias) {
    int64_t channels = g->c / g->groups, volume_x = fovea__conv_volume(g->in) * STEP;
    int64_t volume_y = fovea__conv_volume(g->out) * STEP;
    for (int64_t o = 0; d_weight && o < g->o; o++) {
        const REAL *plane_x = x + o / (g->o / g->groups) * channels * volume_x;
        for (int64_t c = 0; c < channels; c++, plane_x += volume_x) {
            for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
                for (int64_t kh = 0; kh < g->kernel[1]; kh++) {
                    for (int64_t kw = 0; kw < g->kernel[2]; kw++) {
                        fovea__conv_tap tap = fovea__conv_tap_at(g, kd, kh, kw);
                        REAL lane[FOVEA__LANES] = {0};
                        NAME(tap_weight)(g, &tap, samples, plane_x, d_y + o * volume_y, lane);
                        *d_weight++ += LANE_TREE(lane);
                    }
                }
            }
        }
    }
    if (d_bias) NAME(bias_gradient)(g, samples, d_y, d_bias);
}

#if STEP == 1
// One weight over the batch; x and d_y are the planes of its channels in sample 0.
static REAL NAME(batch_weight)(const fovea__conv_geometry *g, const fovea__splitting *split,
                               int32_t slots, const fovea__conv_tap *tap, const REAL *x,
                               const REAL *d_y) {
    int64_t group_x = FOVEA__LANES * NAME(sample_step)(g->c, g->in);
    int64_t group_y = FOVEA__LANES * NAME(sample_step)(g->o, g->out);
    REAL sum[FOVEA__MAX_SLOTS] = {0};
    for (int32_t s = 0; s < slots; s++) {
        int64_t end = fovea__slot_begin(split->groups, slots, s + 1);
        for (int64_t i = fovea__slot_begin(split->groups, slots, s); i < end; i++) {
            REAL lane[FOVEA__LANES] = {0};
            NAME(tap_weight)
            (g, tap, fovea__group_samples(split, i), x + i * group_x, d_y + i * group_y, lane);
            sum[s] += LANE_TREE(lane);
        }
    }
    return SLOT_TREE(sum, slots);
}

static REAL NAME(batch_bias)(const fovea__conv_geometry *g, const fovea__splitting *split,
                             int32_t slots, const REAL *d_y) {
    int64_t pixels = fovea__conv_volume(g->out), sample_y = NAME(sample_step)(g->o, g->out);
    REAL sum[FOVEA__MAX_SLOTS] = {0};
    for (int32_t s = 0; s < slots; s++) {
        int64_t end = fovea__slot_begin(split->groups, slots, s + 1);
        for (int64_t i = fovea__slot_begin(split->groups, slots, s); i < end; i++) {
            sum[s] += NAME(one_bias)(pixels, sample_y, fovea__group_samples(split, i),
                                     d_y + i * FOVEA__LANES * sample_y);
        }
    }
    return SLOT_TREE(sum, slots);
}

static void NAME(batch_gradient)(const fovea__conv_geometry *g, int64_t samples, const REAL *x,
                                 const REAL *d_y, REAL *d_weight, REAL *d_bias) {
    fovea__splitting split = fovea__split(samples);
    int64_t channels = g->c / g->groups, taps = fovea__conv_volume(g->kernel);
    int64_t bytes = (int64_t)sizeof(float);  // of float32, in double too: the same slots
    int32_t slots = fovea__weight_slots(&split, g->o * channels * taps * bytes);
    for (int64_t o = 0; o < g->o; o++, d_y += fovea__conv_volume(g->out)) {
        int64_t first = o / (g->o / g->groups) * channels;
        for (int64_t i = 0; d_weight && i < channels * taps; i++) {
            int64_t k = i % taps;
            fovea__conv_tap tap =
                fovea__conv_tap_at(g, k / (g->kernel[1] * g->kernel[2]),
                                   k / g->kernel[2] % g->kernel[1], k % g->kernel[2]);
            const REAL *plane = x + (first + i / taps) * fovea__conv_volume(g->in);
            *d_weight++ = NAME(batch_weight)(g, &split, slots, &tap, plane, d_y);
        }
        if (!d_bias) continue;
        d_bias[o] = NAME(batch_bias)(g, &split, fovea__weight_slots(&split, g->o * bytes), d_y);
    }
}
#endif
