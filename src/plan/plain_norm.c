// SPDX-License-Identifier: MIT
// Batch normalisation in training: its statistics are those of the whole batch, each channel's its
// own. A part is some channels of all samples. Mean and deviation are kept for the way back.
#include "kernels/binary/binary.h"
#include "layers/geometry.h"
#include "plan/plain.h"

// Parts, and the numbers below which starting another worker costs more than it brings.
#define PARTS 16
#define WORTH_A_PART 8192

enum { X, SCALE, SHIFT };

// One sample of one pixel has no statistics: the operator says so.
static bool accepts(const fovea_graph *graph, const fovea__node *node) {
    const fovea__value *x = &graph->value[node->in[X]];
    return fovea__plain_has_samples(x) && fovea__sample_size(x) >= 2 * x->signature.shape.dim[1];
}

static int64_t channels_of(const fovea__lowered *lowered) {
    return lowered->graph->value[lowered->node->in[X]].signature.shape.dim[1];
}

static int64_t parts(const fovea__lowered *lowered, bool backward) {
    (void)backward;
    const fovea__value *x = &lowered->graph->value[lowered->node->in[X]];
    int64_t worth = fovea__sample_size(x) / WORTH_A_PART;
    int64_t most = channels_of(lowered) < PARTS ? channels_of(lowered) : PARTS;
    return worth < 1 ? 1 : worth < most ? worth : most;
}

// The workspace: what channels are scaled by, then the gradient that is to be added, if it is.
static size_t sum_at(const fovea__lowered *lowered) {
    return (size_t)channels_of(lowered) * sizeof(fovea__batchnorm_scale);
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    (void)scratch, (void)error;
    if (fovea__accumulates(lowered, SCALE) || fovea__accumulates(lowered, SHIFT)) {
        lowered->parts = NULL;
        return FOVEA_OK;
    }
    const fovea__value *x = &lowered->graph->value[lowered->node->in[X]];
    lowered->workspace = sum_at(lowered);
    if (fovea__accumulates(lowered, X))
        lowered->workspace +=
            (size_t)(fovea__sample_size(x) * fovea__value_samples(x, plan->samples)) *
            sizeof(float);
    return FOVEA_OK;
}

static uint8_t *workspace_of(const fovea__lowered *lowered, const fovea__bound *bound) {
    return bound->workspace + lowered->workspace_at;
}

// Channels [begin, end).
typedef struct {
    int64_t begin, end;
} section;

static section section_of(const fovea__lowered *lowered, int64_t part) {
    int64_t count = parts(lowered, false), channels = channels_of(lowered);
    return (section){part * channels / count, (part + 1) * channels / count};
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                    int64_t part, uint8_t *scratch) {
    (void)sample, (void)scratch;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    fovea__call call = fovea__plain_call(lowered, bound, in, out);
    section at = section_of(lowered, part);
    fovea__batchnorm_forward(&call, at.begin, at.end, (void *)workspace_of(lowered, bound));
}

static void add_channels(const fovea_view *x, section at, const float *from, float *to) {
    int64_t size = fovea_shape_count(&x->shape) / x->shape.dim[0], pixels = size / x->shape.dim[1];
    for (int64_t n = 0; n < x->shape.dim[0]; n++) {
        int64_t first = n * size + at.begin * pixels;
        fovea__binary_accumulate_f32((at.end - at.begin) * pixels, from + first, to + first);
    }
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t sample,
                     int64_t part, uint8_t *scratch) {
    (void)sample, (void)scratch;
    fovea_view in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS], d_in[FOVEA__MAX_INPUTS];
    fovea__call call = fovea__plain_call(lowered, bound, in, out);
    fovea_view d_y = fovea__plain_view(bound, lowered->node->out[0], bound->gradient);
    section at = section_of(lowered, part);
    uint8_t *workspace = workspace_of(lowered, bound);
    for (int32_t i = 0; i < call.in_count; i++) {
        d_in[i] = in[i];
        bool wanted = i <= SHIFT && fovea__wants(lowered, i);
        d_in[i].data = wanted ? bound->gradient[lowered->node->in[i]] : NULL;
    }
    bool add = fovea__accumulates(lowered, X);
    if (add) d_in[X].data = workspace + sum_at(lowered);
    fovea__batchnorm_backward(&call, &d_y, at.begin, at.end, (void *)workspace, d_in);
    if (add) add_channels(&in[X], at, d_in[X].data, bound->gradient[lowered->node->in[X]]);
}

const fovea__plain_family fovea__plain_norm = {.op = "BatchNormalization",
                                               .accepts = accepts,
                                               .statistics = true,
                                               .whole_batch = true,
                                               .prepare = prepare,
                                               .parts = parts,
                                               .forward = forward,
                                               .backward = backward,
                                               .beside = 1 << SCALE | 1 << SHIFT};
