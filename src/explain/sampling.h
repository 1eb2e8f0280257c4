// SPDX-License-Identifier: MIT
// Many samples through a net and back, in chunks of bounded memory: what paths, noise and masks share.
#ifndef FOVEA_EXPLAIN_SAMPLING_H
#define FOVEA_EXPLAIN_SAMPLING_H

#include "explain/passes.h"
#include "explain/prefix.h"

typedef struct fovea__sampling {
    int64_t samples;
    bool gradients;
    // NULL: samples are pictures, gradients df/dx. Else gradients are df/dz1, and samples are numbers of
    // z1, or pictures where `pictures` is set: those go through the prefix first.
    fovea__prefix *prefix;
    bool pictures;
    // Writes sample n, one of 1×C×...: must depend on n alone, for several are filled at a time.
    void (*fill)(void *user, int64_t n, const fovea_view *sample);
    // Called for each sample in order: its logit of the target and, if asked for, its gradient.
    void (*take)(void *user, int64_t n, double logit, const fovea_view *gradient);
    void *user;
} fovea__sampling;

// Chunks, and thus the explainer's memory and threads, never change a bit. Counts the passes in
// job->result. A prefix must be open, and is ready for fovea__prefix_back afterwards if `pictures`.
// Errors: those of fovea__passes_open and fovea__passes_run.
fovea_status fovea__sample(fovea__job *job, const fovea__sampling *sampling, fovea_error *error);

// f(x) of the job's target for another x of the same shape; counted as one forward pass.
fovea_status fovea__logit_of(fovea__job *job, const fovea_view *x, double *logit,
                             fovea_error *error);
// Sample n of a view of several, as a view of one.
fovea_view fovea__sample_view(const fovea_view *samples, int64_t n);

// from + share (to - from), in double, for each number of `into`; the views have one type.
void fovea__between(const fovea_view *from, const fovea_view *to, double share,
                    const fovea_view *into);
// sum[i] += weight * view[i].
void fovea__add_weighted(fovea_context *context, const fovea_view *view, double weight,
                         double *sum);
// The mean of `count` views, this one being the last: exact where all are the same.
void fovea__add_to_mean(fovea_context *context, const fovea_view *view, int64_t count,
                        double *mean);

#endif
