// SPDX-License-Identifier: MIT
// The loss of one group of samples inside the session's steps, in either layout.
#include <string.h>

#include "kernels/loss/loss.h"
#include "train/trainer.h"

static int32_t samples_of(const fovea__bound *bound, int64_t g) {
    return fovea__group_samples(&bound->split, g);
}

// Logits of group g and where their gradient goes, of the net's type.
static void *logits_at(const fovea_trainer *t, const fovea__bound *bound, int64_t g) {
    return (uint8_t *)bound->value[t->logits] +
           (size_t)(g * bound->value_stride[t->logits]) * fovea_type_size(bound->plan->type);
}
static void *d_logits_at(const fovea_trainer *t, const fovea__bound *bound, int64_t g) {
    return (uint8_t *)bound->gradient[t->logits] +
           (size_t)(g * bound->gradient_stride[t->logits]) * fovea_type_size(bound->plan->type);
}

static void cross_entropy(const fovea_trainer *t, const fovea__bound *bound, int64_t g) {
    fovea__cross_entropy options = {t->outputs, t->class_weight, t->options.label_smoothing,
                                    t->loss_factor};
    const int32_t *label = t->label + g * FOVEA__LANES;
    double *loss = t->sample_loss + g * FOVEA__LANES;
    if (bound->plan->layout == FOVEA__LAYOUT_N16)
        fovea__loss_choose(fovea__context_cpu(t->context))
            ->cross_entropy(&options, samples_of(bound, g), logits_at(t, bound, g), label, loss,
                            d_logits_at(t, bound, g));
    else if (bound->plan->type == FOVEA_F32)
        fovea__loss_cross_entropy_f32(&options, bound->plan->layout, samples_of(bound, g),
                                      logits_at(t, bound, g), label, loss,
                                      d_logits_at(t, bound, g));
    else
        fovea__loss_cross_entropy_f64(&options, samples_of(bound, g), logits_at(t, bound, g), label,
                                      loss, d_logits_at(t, bound, g));
}

// One-hot targets of the group in the layout of the logits.
static void *one_hot(const fovea_trainer *t, const fovea__bound *bound, int64_t g, int32_t worker) {
    int64_t size = FOVEA__LANES * t->outputs;
    bool wide = bound->plan->type == FOVEA_F64, lanes = bound->plan->layout == FOVEA__LAYOUT_N16;
    float *target = t->target + worker * size * 2;  // room for doubles
    memset(target, 0, (size_t)size * sizeof(double));
    for (int32_t n = 0; n < samples_of(bound, g); n++) {
        int32_t label = t->label[g * FOVEA__LANES + n];
        int64_t at = lanes ? label * FOVEA__LANES + n : n * t->outputs + label;
        if (wide)
            ((double *)(void *)target)[at] = 1;
        else
            target[at] = 1;
    }
    return target;
}

static void squared(const fovea_trainer *t, const fovea__bound *bound, int64_t g, int32_t worker) {
    void *target = one_hot(t, bound, g, worker);
    double *loss = t->sample_loss + g * FOVEA__LANES;
    if (bound->plan->type == FOVEA_F32)
        fovea__loss_squared_f32(bound->plan->layout, samples_of(bound, g), t->outputs,
                                logits_at(t, bound, g), target, t->loss_factor, loss,
                                d_logits_at(t, bound, g));
    else
        fovea__loss_squared_f64(samples_of(bound, g), t->outputs, logits_at(t, bound, g), target,
                                t->loss_factor, loss, d_logits_at(t, bound, g));
}

void fovea__loss_of_group(void *user, const fovea__bound *bound, int64_t g, int32_t worker) {
    fovea_trainer *t = user;
    int32_t *answer = t->answer + g * FOVEA__LANES;
    if (t->options.loss == FOVEA_LOSS_SQUARED)
        squared(t, bound, g, worker);
    else
        cross_entropy(t, bound, g);
    if (bound->plan->type == FOVEA_F32)
        fovea__loss_argmax_f32(bound->plan->layout, samples_of(bound, g), t->outputs,
                               logits_at(t, bound, g), answer);
    else
        fovea__loss_argmax_f64(samples_of(bound, g), t->outputs, logits_at(t, bound, g), answer);
}

double fovea__loss_factor(const fovea_trainer *t, int64_t samples) {
    if (t->options.loss == FOVEA_LOSS_SQUARED) return 1 / (double)(samples * t->outputs);
    if (!t->class_weight) return 1 / (double)samples;
    double sum = 0;
    for (int64_t n = 0; n < samples; n++) sum += t->class_weight[t->label[n]];
    // A batch of none but samples that count nothing has no loss and no gradients.
    return sum > 0 ? 1 / sum : 0;
}

double fovea__mean_loss(const fovea_trainer *t, int64_t samples) {
    double sum = 0;
    for (int64_t n = 0; n < samples; n++) sum += t->sample_loss[n];
    return sum * t->loss_factor;
}
