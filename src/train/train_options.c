// SPDX-License-Identifier: MIT
// Defaults, names and ranges of the training options.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "train/trainer.h"

void fovea_train_options_default(fovea_train_options *options) {
    *options = (fovea_train_options){.size = sizeof *options,
                                     .beta1 = 0.9,
                                     .beta2 = 0.999,
                                     .epsilon = 1e-8,
                                     .step_gamma = 0.1,
                                     .step_epochs = 30,
                                     .epochs = 10,
                                     .batch = 64,
                                     .shuffle = 1,
                                     .measure_training = 1};
    options->augmentation.size = sizeof options->augmentation;
}

static fovea_status find_name(const char *word, const char *const *names, size_t count,
                              const char *what, int *index, fovea_error *error) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], word) == 0) {
            *index = (int)i;
            return FOVEA_OK;
        }
    char known[128] = "";
    for (size_t i = 0; i < count; i++)
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", i ? ", " : "",
                 names[i]);
    const char *near = fovea__nearest(word, names, count);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s '%.80s' is unknown;%s%s%s there are: %s",
                       what, word, near ? " did you mean '" : "", near ? near : "",
                       near ? "'?" : "", known);
}

fovea_status fovea_optimizer_find(const char *name, fovea_optimizer *optimizer,
                                  fovea_error *error) {
    static const char *const names[] = {"sgd", "adam", "adamw"};
    int index = 0;
    FOVEA__TRY(find_name(name, names, 3, "optimizer", &index, error));
    *optimizer = (fovea_optimizer)index;
    return FOVEA_OK;
}

fovea_status fovea_schedule_find(const char *name, fovea_schedule *schedule, fovea_error *error) {
    static const char *const names[] = {"constant", "step", "cosine", "one-cycle"};
    int index = 0;
    FOVEA__TRY(find_name(name, names, 4, "schedule", &index, error));
    *schedule = (fovea_schedule)index;
    return FOVEA_OK;
}

static bool in_range(double value, double low, double high) {
    return value >= low && value <= high;
}

static fovea_status check_class_weights(const fovea_train_options *o, int64_t outputs,
                                        fovea_error *error) {
    if (!o->class_weight) return FOVEA_OK;
    if (o->class_weight_count != outputs)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "%d class weights for a net of %lld outputs", o->class_weight_count,
                           (long long)outputs);
    double sum = 0;
    for (int32_t k = 0; k < o->class_weight_count; k++) {
        if (!in_range(o->class_weight[k], 0, 1e30))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "class weight %d is %g", k,
                               o->class_weight[k]);
        sum += o->class_weight[k];
    }
    if (sum > 0) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "all class weights are 0");
}

fovea_status fovea__check_options(const fovea_train_options *o, int64_t outputs,
                                  fovea_error *error) {
    const struct {
        const char *name;
        double value, low, high;
    } ranges[] = {{"learning rate", o->learning_rate, 0, 1e6},
                  {"momentum", o->momentum, 0, 1},
                  {"weight decay", o->weight_decay, 0, 1e6},
                  {"beta1", o->beta1, 0, 0.999999999},
                  {"beta2", o->beta2, 0, 0.999999999},
                  {"label smoothing", o->label_smoothing, 0, 1},
                  {"batch", (double)o->batch, 1, 1 << 20},
                  {"number of epochs", o->epochs, 1, 1000000},
                  {"warm-up", (double)o->warmup, 0, 1e12},
                  {"shift", o->augmentation.shift, 0, 1 << 14},
                  {"epsilon", o->epsilon, 1e-30, 1},
                  {"step gamma", o->step_gamma, 0, 1e6},
                  {"epochs of a step", o->step_epochs, 1, 1000000}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (!in_range(ranges[i].value, ranges[i].low, ranges[i].high))
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "the %s is %g; %g to %g is allowed",
                               ranges[i].name, ranges[i].value, ranges[i].low, ranges[i].high);
    if (o->nesterov && o->momentum == 0)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "Nesterov needs a momentum above 0");
    if ((unsigned)o->loss > FOVEA_LOSS_SQUARED || (unsigned)o->optimizer > FOVEA_OPTIMIZER_ADAMW ||
        (unsigned)o->schedule > FOVEA_SCHEDULE_ONE_CYCLE)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "loss %d, optimizer %d or schedule %d does not exist", (int)o->loss,
                           (int)o->optimizer, (int)o->schedule);
    if (o->loss == FOVEA_LOSS_SQUARED && (o->label_smoothing > 0 || o->class_weight))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "label smoothing and class weights belong to the cross entropy, not to "
                           "the squared loss");
    return check_class_weights(o, outputs, error);
}
