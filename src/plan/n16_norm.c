// SPDX-License-Identifier: MIT
// Batch normalisation with the batch in the lanes: statistics per group | merged once | applied per
// group. Fused with what follows, a residual is added and relu applied in the same passes; backward,
// relu's gradient is told from what it made and that of the residual written on the way.
#include <string.h>

#include "base/memory.h"
#include "kernels/norm/norm.h"
#include "plan/n16.h"

// The input that is added after the norm.
enum { RESIDUAL = 5 };

typedef struct {
    int64_t channels, pixels, groups;  // groups of the largest batch
    double eps, momentum;              // PyTorch's momentum
    bool residual, relu;               // added and applied after the norm
    const fovea__norm_variant *kernel;
} detail_t;

// The node's part of the workspace.
typedef struct {
    fovea__norm_stats *stats, *merged;  // [G][C], [C]
    fovea__norm_sums *sums, *total;     // [G][C], [C]
    double *mean, *invstd;              // [C]
} work_t;

static work_t work_of(const fovea__lowered *lowered, const fovea__bound *bound) {
    const detail_t *detail = lowered->detail;
    size_t c = (size_t)detail->channels, all = c * (size_t)detail->groups;
    work_t work;
    work.stats = (fovea__norm_stats *)(bound->workspace + lowered->workspace_at);
    work.merged = work.stats + all;
    work.sums = (fovea__norm_sums *)(work.merged + c);
    work.total = work.sums + all;
    work.mean = (double *)(work.total + c);
    work.invstd = work.mean + c;
    return work;
}

static fovea_status prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                            fovea_error *error) {
    detail_t *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    const fovea__fusion *fusion = plan->fusion ? plan->fusion[lowered->index] : NULL;
    const fovea__node *norm = fusion ? &fusion->part[0] : lowered->node;
    fovea_shape shape = fovea__in_signature(lowered, 0).shape;
    *detail = (detail_t){
        .channels = shape.dim[1],
        .pixels = fovea__value_size(&lowered->graph->value[lowered->node->in[0]]) / shape.dim[1],
        .groups = (plan->samples + FOVEA__LANES - 1) / FOVEA__LANES,
        .eps = fovea__node_attribute(norm, "epsilon")->f,
        .momentum = 1 - fovea__node_attribute(norm, "momentum")->f,
        .residual = fovea__has_input(lowered->node, RESIDUAL),
        .relu = fusion && strcmp(fusion->part[fusion->parts - 1].op->name, "Relu") == 0,
        .kernel = fovea__norm_choose(fovea__context_cpu(plan->context))};
    lowered->kernel = detail->kernel->name;
    if (!detail->residual) lowered->unread |= FOVEA__UNREAD_OUTPUT;
    size_t c = (size_t)detail->channels, sets = c * (size_t)(detail->groups + 1);
    lowered->workspace =
        sets * (sizeof(fovea__norm_stats) + sizeof(fovea__norm_sums)) + 2 * c * sizeof(double);
    if (!fovea__wants(lowered, 0))
        *scratch = (size_t)fovea__group_size(lowered->graph, lowered->node->in[0]) * sizeof(float);
    // Scale and shift are sums over the whole batch already.
    plan->single[lowered->node->in[1]] = plan->single[lowered->node->in[2]] = 1;
    return FOVEA_OK;
}

static fovea__norm_group group_of(const fovea__lowered *lowered, const fovea__bound *bound,
                                  int64_t g) {
    const detail_t *detail = lowered->detail;
    return (fovea__norm_group){FOVEA__LAYOUT_N16,
                               fovea__group_samples(&bound->split, g),
                               detail->channels,
                               detail->pixels,
                               0,
                               detail->channels};
}

static void forward_gather(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g) {
    const detail_t *detail = lowered->detail;
    if (!bound->training) return;
    fovea__norm_group group = group_of(lowered, bound, g);
    detail->kernel->stats(&group, fovea__in_at(lowered, bound, 0, g),
                          work_of(lowered, bound).stats + g * detail->channels);
}

static void forward_merge(const fovea__lowered *lowered, const fovea__bound *bound) {
    const detail_t *detail = lowered->detail;
    const fovea__node *node = lowered->node;
    work_t work = work_of(lowered, bound);
    const float *mean = bound->value[node->in[3]], *variance = bound->value[node->in[4]];
    float *new_mean = bound->value[node->out[1]], *new_variance = bound->value[node->out[2]];
    if (!bound->training) {
        fovea__norm_finish_running_f32(detail->channels, mean, variance, detail->eps, work.mean,
                                       work.invstd);
        memcpy(new_mean, mean, (size_t)detail->channels * sizeof(float));
        memcpy(new_variance, variance, (size_t)detail->channels * sizeof(float));
        return;
    }
    for (int64_t c = 0; c < detail->channels; c++)
        work.merged[c] = fovea__norm_merge(work.stats + c, bound->split.groups, detail->channels);
    fovea__norm_finish(detail->channels, work.merged, detail->eps, work.mean, work.invstd);
    fovea__norm_running_f32(detail->channels, work.merged, detail->momentum, mean, variance,
                            new_mean, new_variance);
}

static void forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                    uint8_t *scratch) {
    (void)scratch;
    const detail_t *detail = lowered->detail;
    work_t work = work_of(lowered, bound);
    fovea__norm_group group = group_of(lowered, bound, g);
    detail->kernel->apply(&group, fovea__in_at(lowered, bound, 0, g), work.mean, work.invstd,
                          bound->value[lowered->node->in[1]], bound->value[lowered->node->in[2]],
                          detail->residual ? fovea__in_at(lowered, bound, RESIDUAL, g) : NULL,
                          detail->relu, fovea__out_at(lowered, bound, g));
}

// The shift where relu follows the norm itself: its gradient is told from the norm's input, which is
// read in any case.
static const float *relu_shift(const fovea__lowered *lowered, const fovea__bound *bound) {
    const detail_t *detail = lowered->detail;
    return detail->relu && !detail->residual ? bound->value[lowered->node->in[2]] : NULL;
}

// Behind an addition relu's gradient takes the place of its output's: the rest of the way back, the
// residual's too, does without relu.
static void backward_gather(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g) {
    const detail_t *detail = lowered->detail;
    work_t work = work_of(lowered, bound);
    fovea__norm_group group = group_of(lowered, bound, g);
    const float *x = fovea__in_at(lowered, bound, 0, g);
    float *d_y = fovea__d_out_at(lowered, bound, g);
    fovea__norm_sums *sums = work.sums + g * detail->channels;
    if (detail->relu && detail->residual)
        detail->kernel->relu_sums(&group, x, fovea__out_at(lowered, bound, g), d_y, work.mean,
                                  work.invstd, sums);
    else
        detail->kernel->sums(&group, x, d_y, work.mean, work.invstd,
                             bound->value[lowered->node->in[1]], relu_shift(lowered, bound), sums);
}

static void backward_merge(const fovea__lowered *lowered, const fovea__bound *bound) {
    const detail_t *detail = lowered->detail;
    work_t work = work_of(lowered, bound);
    float *d_scale = bound->gradient[lowered->node->in[1]];
    float *d_shift = bound->gradient[lowered->node->in[2]];
    for (int64_t c = 0; c < detail->channels; c++) {
        work.total[c] =
            fovea__norm_merge_sums(work.sums + c, bound->split.groups, detail->channels);
        if (d_scale) d_scale[c] += (float)work.total[c].dx;
        if (d_shift) d_shift[c] += (float)work.total[c].d;
    }
}

static void backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                     float *const *d_in, uint8_t *scratch) {
    const detail_t *detail = lowered->detail;
    work_t work = work_of(lowered, bound);
    fovea__norm_group group = group_of(lowered, bound, g);
    float *d_x = d_in[0] ? d_in[0] : (float *)scratch;  // only the residual's may be wanted
    const float *d_y = fovea__d_out_at(lowered, bound, g);
    float *d_residual = detail->residual ? d_in[RESIDUAL] : NULL;
    if (d_residual == d_y) d_residual = NULL;  // it is there already
    detail->kernel->backward(&group, fovea__in_at(lowered, bound, 0, g), d_y, work.mean,
                             work.invstd, bound->value[lowered->node->in[1]],
                             relu_shift(lowered, bound), bound->training ? work.total : NULL,
                             work.merged[0].count, d_x, d_residual);
}

#define NORM_FAMILY(name, op_name, unread_values)                                    \
    const fovea__n16_family fovea__n16_##name = {.op = op_name,                      \
                                                 .prepare = prepare,                 \
                                                 .forward_gather = forward_gather,   \
                                                 .forward_merge = forward_merge,     \
                                                 .forward = forward,                 \
                                                 .backward_gather = backward_gather, \
                                                 .backward_merge = backward_merge,   \
                                                 .backward = backward,               \
                                                 .unread = unread_values,            \
                                                 .d_in_place = true}
NORM_FAMILY(norm, "BatchNormalization", FOVEA__UNREAD_OUTPUT | FOVEA__UNREAD_OTHERS);
NORM_FAMILY(norm_relu, "BatchNormalization+Relu", FOVEA__UNREAD_OTHERS);
