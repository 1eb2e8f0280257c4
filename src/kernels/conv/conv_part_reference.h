// SPDX-License-Identifier: MIT
// The definition of conv.h for a part of one sample. The including file sets
//   FORWARD, INPUT      names of the two entries
//   PART_CPU, PART_TEXT their level and label
// Taps are the outer loops and the pixels of a row the inner one.
#include "kernels/conv/conv_part_kernels.h"
#include "kernels/conv/conv_range.h"

static void fill(int64_t count, float value, float *row) {
    for (int64_t i = 0; i < count; i++) row[i] = value;
}

// to[i*step_to] = from[i*step_from] * weight + to[i*step_to]; steps of one are told apart so that
// compilers use vectors there.
static void add_row(int64_t count, const float *restrict from, int64_t step_from, float weight,
                    float *restrict to, int64_t step_to) {
    if (step_from == 1 && step_to == 1) {
        for (int64_t i = 0; i < count; i++) to[i] = __builtin_fmaf(from[i], weight, to[i]);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        to[i * step_to] = __builtin_fmaf(from[i * step_from], weight, to[i * step_to]);
    }
}

// One row of taps, kw ascending: x and weight at its first element, y at the row.
static void forward_taps(const fovea__conv_geometry *g, const float *x, const float *weight,
                         float *y) {
    for (int64_t kw = 0; kw < g->kernel[2]; kw++) {
        int64_t offset = kw * g->dilation[2] - g->pad[2], stride = g->stride[2];
        fovea__conv_range at = fovea__conv_inside(g->out[2], stride, offset, g->in[2]);
        add_row(at.end - at.begin, x + at.begin * stride + offset, stride, weight[kw], y + at.begin,
                1);
    }
}

static void forward_row(const fovea__conv_geometry *g, int64_t row, const float *x,
                        const float *weight, float *y) {
    int64_t first_d = row / g->out[1] * g->stride[0] - g->pad[0];
    int64_t first_h = row % g->out[1] * g->stride[1] - g->pad[1];
    for (int64_t c = 0; c < g->c / g->groups; c++, x += fovea__conv_volume(g->in)) {
        for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
            for (int64_t kh = 0; kh < g->kernel[1]; kh++, weight += g->kernel[2]) {
                int64_t d = first_d + kd * g->dilation[0], h = first_h + kh * g->dilation[1];
                if (d < 0 || h < 0 || d >= g->in[0] || h >= g->in[1]) continue;
                forward_taps(g, x + (d * g->in[1] + h) * g->in[2], weight, y);
            }
        }
    }
}

static void forward(const fovea__conv_geometry *g, const fovea__conv_part *part, const float *src,
                    const float *weight, const float *bias, float *dst, void *scratch) {
    (void)scratch;
    int64_t channels = g->c / g->groups, rows = g->out[0] * g->out[1];
    for (int64_t o = part->channel; o < part->channel_end; o++) {
        const float *x = src + o / (g->o / g->groups) * channels * fovea__conv_volume(g->in);
        for (int64_t row = part->row; row < part->row_end; row++) {
            float *y = dst + (o * rows + row) * g->out[2];
            fill(g->out[2], bias ? bias[o] : 0.0f, y);
            forward_row(g, row, x, weight + o * channels * fovea__conv_volume(g->kernel), y);
        }
    }
}

// The output along dimension i that reads element p through tap k, -1 where there is none.
static int64_t reader(const fovea__conv_geometry *g, int i, int64_t p, int64_t k) {
    int64_t position = p + g->pad[i] - k * g->dilation[i];
    if (position < 0 || position % g->stride[i] != 0) return -1;
    int64_t q = position / g->stride[i];
    return q < g->out[i] ? q : -1;
}

static void input_taps(const fovea__conv_geometry *g, const float *d_y, const float *weight,
                       float *d_x) {
    for (int64_t kw = 0; kw < g->kernel[2]; kw++) {
        int64_t offset = kw * g->dilation[2] - g->pad[2], stride = g->stride[2];
        fovea__conv_range at = fovea__conv_inside(g->out[2], stride, offset, g->in[2]);
        add_row(at.end - at.begin, d_y + at.begin, 1, weight[kw], d_x + at.begin * stride + offset,
                stride);
    }
}

static void input_row(const fovea__conv_geometry *g, int64_t row, const float *d_y,
                      const float *weight, float *d_x) {
    int64_t d = row / g->in[1], h = row % g->in[1];
    for (int64_t kd = 0; kd < g->kernel[0]; kd++) {
        int64_t from_d = reader(g, 0, d, kd);
        for (int64_t kh = 0; kh < g->kernel[1]; kh++, weight += g->kernel[2]) {
            int64_t from_h = reader(g, 1, h, kh);
            if (from_d < 0 || from_h < 0) continue;
            input_taps(g, d_y + (from_d * g->out[1] + from_h) * g->out[2], weight, d_x);
        }
    }
}

static void input_gradient(const fovea__conv_geometry *g, const fovea__conv_part *part,
                           const float *src, const float *weight, const float *bias, float *dst,
                           void *scratch) {
    (void)bias, (void)scratch;
    int64_t channels = g->c / g->groups, outputs = g->o / g->groups;
    int64_t rows = g->in[0] * g->in[1], taps = fovea__conv_volume(g->kernel);
    for (int64_t c = part->channel; c < part->channel_end; c++) {
        int64_t first = c / channels * outputs;
        for (int64_t row = part->row; row < part->row_end; row++) {
            float *d_x = dst + (c * rows + row) * g->in[2];
            fill(g->in[2], 0.0f, d_x);
            for (int64_t o = first; o < first + outputs; o++) {
                input_row(g, row, src + o * fovea__conv_volume(g->out),
                          weight + (o * channels + c % channels) * taps, d_x);
            }
        }
    }
}

static bool accepts(const fovea__conv_geometry *g) {
    (void)g;
    return true;
}

const fovea__conv_part_kernel FORWARD = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_FORWARD,
    .accepts = accepts,
    .run = forward,
};
const fovea__conv_part_kernel INPUT = {
    .name = PART_TEXT,
    .cpu = PART_CPU,
    .direction = FOVEA__CONV_INPUT_GRADIENT,
    .accepts = accepts,
    .run = input_gradient,
};
