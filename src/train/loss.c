// SPDX-License-Identifier: MIT
// The loss of a batch over the groups of the session, in either layout.
#include <string.h>

#include "base/threads.h"
#include "kernels/loss/loss.h"
#include "train/trainer.h"

typedef struct {
    fovea_trainer *trainer;
    double factor;
    bool gradient;
} job;

static int32_t group_samples(const job *j, int64_t g) {
    return fovea__group_samples(&j->trainer->session->bound.split, g);
}

// Numbers before group g of the logits: N16 counts whole groups, so does NCHW as groups are full
// before it.
static int64_t group_offset(const job *j, int64_t g) {
    return g * FOVEA__LANES * j->trainer->outputs;
}

static void cross_entropy(const job *j, int64_t g) {
    fovea_trainer *t = j->trainer;
    fovea__cross_entropy options = {t->outputs, t->class_weight, t->options.label_smoothing,
                                    j->factor};
    const fovea_session *session = t->session;
    int64_t at = group_offset(j, g);
    const int32_t *label = t->label + g * FOVEA__LANES;
    double *loss = t->sample_loss + g * FOVEA__LANES;
    if (session->plan->type == FOVEA_F32)
        fovea__loss_cross_entropy_f32(
            &options, session->plan->layout, group_samples(j, g),
            (float *)session->value[t->logits] + at, label, loss,
            j->gradient ? (float *)session->gradient[t->logits] + at : NULL);
    else
        fovea__loss_cross_entropy_f64(
            &options, group_samples(j, g), (double *)session->value[t->logits] + at, label, loss,
            j->gradient ? (double *)session->gradient[t->logits] + at : NULL);
}

// One-hot targets of the group in the layout of the logits.
static void *one_hot(const job *j, int64_t g, int32_t worker) {
    fovea_trainer *t = j->trainer;
    int64_t size = FOVEA__LANES * t->outputs;
    bool wide = t->session->plan->type == FOVEA_F64;
    bool lanes = t->session->plan->layout == FOVEA__LAYOUT_N16;
    float *target = t->target + worker * size * 2;  // room for doubles
    memset(target, 0, (size_t)size * sizeof(double));
    for (int32_t n = 0; n < group_samples(j, g); n++) {
        int32_t label = t->label[g * FOVEA__LANES + n];
        int64_t at = lanes ? label * FOVEA__LANES + n : n * t->outputs + label;
        if (wide)
            ((double *)(void *)target)[at] = 1;
        else
            target[at] = 1;
    }
    return target;
}

static void squared(const job *j, int64_t g, int32_t worker) {
    fovea_trainer *t = j->trainer;
    const fovea_session *session = t->session;
    int64_t at = group_offset(j, g);
    void *target = one_hot(j, g, worker);
    double *loss = t->sample_loss + g * FOVEA__LANES;
    if (session->plan->type == FOVEA_F32)
        fovea__loss_squared_f32(session->plan->layout, group_samples(j, g), t->outputs,
                                (float *)session->value[t->logits] + at, target, j->factor, loss,
                                j->gradient ? (float *)session->gradient[t->logits] + at : NULL);
    else
        fovea__loss_squared_f64(group_samples(j, g), t->outputs,
                                (double *)session->value[t->logits] + at, target, j->factor, loss,
                                j->gradient ? (double *)session->gradient[t->logits] + at : NULL);
}

static void run_slot(void *user, int64_t slot, int32_t worker) {
    const job *j = user;
    fovea_trainer *t = j->trainer;
    const fovea_session *session = t->session;
    const fovea__splitting *split = &session->bound.split;
    int64_t last = fovea__slot_begin(split->groups, split->slots, (int32_t)slot + 1);
    for (int64_t g = fovea__slot_begin(split->groups, split->slots, (int32_t)slot); g < last; g++) {
        if (t->options.loss == FOVEA_LOSS_SQUARED)
            squared(j, g, worker);
        else
            cross_entropy(j, g);
        int32_t *answer = t->answer + g * FOVEA__LANES;
        int64_t at = group_offset(j, g);
        if (session->plan->type == FOVEA_F32)
            fovea__loss_argmax_f32(session->plan->layout, group_samples(j, g), t->outputs,
                                   (float *)session->value[t->logits] + at, answer);
        else
            fovea__loss_argmax_f64(group_samples(j, g), t->outputs,
                                   (double *)session->value[t->logits] + at, answer);
    }
}

static double mean_factor(const fovea_trainer *t, int64_t samples) {
    if (t->options.loss == FOVEA_LOSS_SQUARED) return 1 / (double)(samples * t->outputs);
    if (!t->class_weight) return 1 / (double)samples;
    double sum = 0;
    for (int64_t n = 0; n < samples; n++) sum += t->class_weight[t->label[n]];
    // A batch of none but samples that count nothing has no loss and no gradients.
    return sum > 0 ? 1 / sum : 0;
}

double fovea__loss(fovea_trainer *trainer, int64_t samples, bool gradient) {
    job j = {trainer, mean_factor(trainer, samples), gradient};
    fovea__parallel(trainer->context, trainer->session->bound.split.slots, run_slot, &j);
    double sum = 0;
    for (int64_t n = 0; n < samples; n++) sum += trainer->sample_loss[n];
    return sum * j.factor;
}
