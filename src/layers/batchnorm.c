// SPDX-License-Identifier: MIT
// BatchNormalization. Training: statistics of the batch, and new running statistics as outputs 1
// and 2, which are not differentiated. Eval: the running statistics, returned unchanged.
#include <string.h>

#include "base/fail.h"
#include "kernels/norm/norm.h"
#include "kernels/splitting.h"
#include "layers/check.h"
#include "layers/geometry.h"

enum { X, SCALE, SHIFT, MEAN, VARIANCE, INPUTS };
enum { EPSILON, MOMENTUM };

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    FOVEA__TRY(fovea__check_rank(in, 2, 5, "N×C and up to three more", error));
    int64_t channels = in[X].shape.dim[1];
    for (int32_t i = SCALE; i < INPUTS; i++) {
        if (in[i].shape.rank == 1 && in[i].shape.dim[0] == channels) continue;
        char text[128], wide[128];
        fovea_shape_format(&in[i].shape, text, sizeof text);
        fovea_shape_format(&in[X].shape, wide, sizeof wide);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "input %d is %s, wants %lld: one number for each channel of %s", i, text,
                           (long long)channels, wide);
    }
    out[0] = in[X];
    out[1] = in[MEAN];
    out[2] = in[VARIANCE];
    return FOVEA_OK;
}

// One channel of the whole batch.
typedef struct job {
    const fovea__call *call;
    const fovea__norm_variant *kernel;
    fovea__splitting split;
    int64_t channels, pixels, c;
    bool f64;
    double mean, invstd;
} job;

static job job_of(const fovea__call *call) {
    const fovea_shape *x = &call->in[X].shape;
    return (job){.call = call,
                 .kernel = fovea__norm_choose(call->cpu),
                 .split = fovea__split(x->dim[0]),
                 .channels = x->dim[1],
                 .pixels = fovea__span(x, 2, x->rank),
                 .f64 = call->in[X].type == FOVEA_F64};
}

static fovea__norm_group group_of(const job *j, int64_t group) {
    return (fovea__norm_group){.layout = FOVEA__LAYOUT_NCHW,
                               .samples = fovea__group_samples(&j->split, group),
                               .channels = j->channels,
                               .pixels = j->pixels,
                               .first = j->c,
                               .last = j->c + 1};
}

// Where the group begins in a value of X's shape; element c of a value with one number a channel.
static void *group_at(const job *j, const fovea_view *view, int64_t group) {
    size_t at = (size_t)(group * FOVEA__LANES * j->channels * j->pixels);
    return (char *)view->data + at * fovea_type_size(view->type);
}
static void *channel_at(const job *j, const fovea_view *view) {
    return (char *)view->data + (size_t)j->c * fovea_type_size(view->type);
}
static double read_channel(const job *j, const fovea_view *view) {
    const void *at = channel_at(j, view);
    return j->f64 ? *(const double *)at : (double)*(const float *)at;
}
static void write_channel(const job *j, const fovea_view *view, double value) {
    if (j->f64) {
        *(double *)channel_at(j, view) = value;
    } else {
        *(float *)channel_at(j, view) = (float)value;
    }
}

// T over `count` groups from `first`.
static fovea__norm_stats stats_of(const job *j, int64_t first, int64_t count) {
    if (count > 1) {
        int64_t half = (count + 1) / 2;
        return fovea__norm_join(stats_of(j, first, half), stats_of(j, first + half, count - half));
    }
    fovea__norm_stats stats;
    fovea__norm_group group = group_of(j, first);
    const void *x = group_at(j, &j->call->in[X], first);
    if (j->f64) {
        fovea__norm_stats_f64(&group, x, &stats);
    } else {
        j->kernel->stats(&group, x, &stats);
    }
    return stats;
}

static fovea__norm_sums sums_of(const job *j, const fovea_view *d_y, int64_t first, int64_t count) {
    fovea__norm_sums pair[2];
    if (count > 1) {
        int64_t half = (count + 1) / 2;
        pair[0] = sums_of(j, d_y, first, half);
        pair[1] = sums_of(j, d_y, first + half, count - half);
        return fovea__norm_merge_sums(pair, 2, 1);
    }
    fovea__norm_group group = group_of(j, first);
    const void *x = group_at(j, &j->call->in[X], first), *d = group_at(j, d_y, first);
    if (j->f64) {
        fovea__norm_sums_f64(&group, x, d, &j->mean, &j->invstd, pair);
    } else {
        j->kernel->sums(&group, x, d, &j->mean, &j->invstd, NULL, NULL, pair);
    }
    return pair[0];
}

// Sets mean and invstd of channel c; in training `stats` are the batch's.
static void prepare(job *j, fovea__norm_stats *stats) {
    double eps = j->call->attributes->value[EPSILON].f;
    if (j->call->training) {
        *stats = stats_of(j, 0, j->split.groups);
        fovea__norm_finish(1, stats, eps, &j->mean, &j->invstd);
        return;
    }
    const void *mean = channel_at(j, &j->call->in[MEAN]);
    const void *variance = channel_at(j, &j->call->in[VARIANCE]);
    if (j->f64) {
        fovea__norm_finish_running_f64(1, mean, variance, eps, &j->mean, &j->invstd);
    } else {
        fovea__norm_finish_running_f32(1, mean, variance, eps, &j->mean, &j->invstd);
    }
}

static void put_running(const job *j, const fovea__norm_stats *stats) {
    if (j->call->out_count < 3 || !j->call->out[1].data || !j->call->out[2].data) return;
    const void *mean = channel_at(j, &j->call->in[MEAN]);
    const void *variance = channel_at(j, &j->call->in[VARIANCE]);
    void *new_mean = channel_at(j, &j->call->out[1]);
    void *new_variance = channel_at(j, &j->call->out[2]);
    double momentum = 1 - j->call->attributes->value[MOMENTUM].f;
    if (!j->call->training) {
        memmove(new_mean, mean, j->f64 ? 8 : 4);
        memmove(new_variance, variance, j->f64 ? 8 : 4);
    } else if (j->f64) {
        fovea__norm_running_f64(1, stats, momentum, mean, variance, new_mean, new_variance);
    } else {
        fovea__norm_running_f32(1, stats, momentum, mean, variance, new_mean, new_variance);
    }
}

static void apply(const job *j) {
    const void *scale = channel_at(j, &j->call->in[SCALE]);
    const void *shift = channel_at(j, &j->call->in[SHIFT]);
    for (int64_t g = 0; g < j->split.groups; g++) {
        fovea__norm_group group = group_of(j, g);
        const void *x = group_at(j, &j->call->in[X], g);
        void *y = group_at(j, &j->call->out[0], g);
        if (j->f64) {
            fovea__norm_apply_f64(&group, x, &j->mean, &j->invstd, scale, shift, y);
        } else {
            j->kernel->apply(&group, x, &j->mean, &j->invstd, scale, shift, NULL, false, y);
        }
    }
}

void fovea__batchnorm_forward(const fovea__call *call, int64_t first, int64_t last,
                              fovea__batchnorm_scale *used) {
    job j = job_of(call);
    for (j.c = first; j.c < last; j.c++) {
        fovea__norm_stats stats;
        prepare(&j, &stats);
        apply(&j);
        put_running(&j, &stats);
        if (used) used[j.c] = (fovea__batchnorm_scale){j.mean, j.invstd};
    }
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    job j = job_of(call);
    if (call->training && j.split.samples * j.pixels < 2) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "training wants more than one value a channel for its statistics; the "
                           "batch has one sample of one pixel");
    }
    fovea__batchnorm_forward(call, 0, j.channels, NULL);
    return FOVEA_OK;
}

// `sums` NULL where mean and deviation do not depend on x.
static void backward_x(const job *j, const fovea_view *d_y, const fovea__norm_sums *sums,
                       const fovea_view *d_x) {
    const void *scale = channel_at(j, &j->call->in[SCALE]);
    double count = (double)j->split.samples * (double)j->pixels;
    for (int64_t g = 0; g < j->split.groups; g++) {
        fovea__norm_group group = group_of(j, g);
        const void *x = group_at(j, &j->call->in[X], g), *d = group_at(j, d_y, g);
        void *to = group_at(j, d_x, g);
        if (j->f64) {
            fovea__norm_backward_f64(&group, x, d, &j->mean, &j->invstd, scale, sums, count, to);
        } else {
            j->kernel->backward(&group, x, d, &j->mean, &j->invstd, scale, NULL, sums, count, to,
                                NULL);
        }
    }
}

// In eval y = (x - mean) * scale / sqrt(variance + eps) + shift depends on the running statistics
// too.
static void backward_running(const job *j, const fovea__norm_sums *sums, fovea_view *d_in) {
    double factor = j->call->training ? 0 : read_channel(j, &j->call->in[SCALE]) * j->invstd;
    if (d_in[MEAN].data) write_channel(j, &d_in[MEAN], -factor * sums->d);
    if (d_in[VARIANCE].data)
        write_channel(j, &d_in[VARIANCE], -0.5 * factor * j->invstd * sums->dx);
}

// The gradient of x in eval is a multiple of that of y, for which nothing is summed.
static bool needs_sums(const fovea__call *call, const fovea_view *d_in) {
    bool any = call->training;
    for (int i = SCALE; i < INPUTS; i++) any |= d_in[i].data != NULL;
    return any;
}

void fovea__batchnorm_backward(const fovea__call *call, const fovea_view *d_y, int64_t first,
                               int64_t last, const fovea__batchnorm_scale *used, fovea_view *d_in) {
    job j = job_of(call);
    bool summed = needs_sums(call, d_in);
    for (j.c = first; j.c < last; j.c++) {
        fovea__norm_stats stats;
        fovea__norm_sums sums = {0};
        if (used) {
            j.mean = used[j.c].mean;
            j.invstd = used[j.c].invstd;
        } else {
            prepare(&j, &stats);
        }
        if (summed) sums = sums_of(&j, d_y, 0, j.split.groups);
        if (d_in[X].data) backward_x(&j, d_y, call->training ? &sums : NULL, &d_in[X]);
        if (d_in[SCALE].data) write_channel(&j, &d_in[SCALE], sums.dx);
        if (d_in[SHIFT].data) write_channel(&j, &d_in[SHIFT], sums.d);
        backward_running(&j, &sums, d_in);
    }
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    fovea__batchnorm_backward(call, d_out, 0, call->in[X].shape.dim[1], NULL, d_in);
    return FOVEA_OK;
}

// As torchinfo counts: weight and bias once a sample.
static int64_t multiply_adds(const fovea__attributes *attributes, const fovea__signature *in,
                             const fovea__signature *out) {
    (void)attributes;
    return out[0].shape.dim[0] * 2 * in[SCALE].shape.dim[0];
}

const fovea__op fovea__op_batchnorm = {
    .name = "BatchNormalization",
    .text = "batchnorm",
    .label = "BatchNorm",
    .help = "Shifts and scales each channel to mean 0 and deviation 1, then by learned numbers.",
    .since = 15,
    .traits = FOVEA__LINEAR | FOVEA__BATCH_STATS,
    .parameter = {{.name = "epsilon",
                   .text = "eps",
                   .help = "added to the variance",
                   .kind = FOVEA__REAL,
                   .standard = 1e-5,
                   .minimum = 0,
                   .maximum = 1},
                  {.name = "momentum",
                   .text = "momentum",
                   .help = "share of the old running statistics kept (PyTorch's is 1 minus this)",
                   .kind = FOVEA__REAL,
                   .standard = 0.9,
                   .minimum = 0,
                   .maximum = 1}},
    .input = {"X", "scale", "B", "input_mean", "input_var"},
    .inputs_required = INPUTS,
    .inputs_maximum = INPUTS,
    .outputs = 3,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
    .multiply_adds = multiply_adds,
};
