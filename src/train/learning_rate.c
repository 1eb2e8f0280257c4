// SPDX-License-Identifier: MIT
// Schedules of the learning rate.
#include <math.h>

#include "train/trainer.h"

static const double pi = 3.14159265358979323846;

// Half a cosine from a (u = 0) to b (u = 1).
static double cosine(double a, double b, double u) {
    return b + (a - b) / 2 * (1 + cos(pi * u));
}

// part/whole, 1 from the end on: whoever steps on after the last epoch stays at its rate.
static double fraction(int64_t part, int64_t whole) {
    return part < whole ? (double)part / (double)whole : 1;
}

// torch.optim.lr_scheduler.OneCycleLR with its defaults: pct_start 0.3, div_factor 25,
// final_div_factor 1e4.
static double one_cycle(double rate, int64_t update, int64_t total) {
    double top = 0.3 * (double)total - 1, last = (double)total - 1, t = (double)update;
    double first = rate / 25, final = first / 1e4;
    if (t > last) t = last;
    if (t <= top && top > 0) return cosine(first, rate, t / top);
    return last > top ? cosine(rate, final, (t - top) / (last - top)) : rate;
}

double fovea__learning_rate(const fovea_train_options *options, int64_t update,
                            int64_t steps_per_epoch) {
    double rate = options->learning_rate;
    int64_t total = steps_per_epoch * options->epochs, warmup = options->warmup;
    if (update < warmup) return rate * (double)(update + 1) / (double)warmup;
    switch (options->schedule) {
        case FOVEA_SCHEDULE_STEP:
            return rate * pow(options->step_gamma,
                              (double)(update / steps_per_epoch / options->step_epochs));
        case FOVEA_SCHEDULE_COSINE:
            return cosine(rate, 0, fraction(update - warmup, total - warmup));
        case FOVEA_SCHEDULE_ONE_CYCLE:
            return one_cycle(rate, update, total);
        case FOVEA_SCHEDULE_CONSTANT:
            break;
    }
    return rate;
}
