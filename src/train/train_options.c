// SPDX-License-Identifier: MIT
// Defaults and names of the training options.
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "fovea/train.h"

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
    const char *near = fovea__nearest(word, names, count);
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "%s '%.80s' is unknown%s%s%s", what, word,
                       near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
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
