// SPDX-License-Identifier: MIT
// A session's insides, for training and explaining without copies.
#ifndef FOVEA_RUN_SESSION_H
#define FOVEA_RUN_SESSION_H

#include "fovea/run.h"
#include "plan/plan.h"
#include "run/profile.h"

#define FOVEA__MAX_PROBES 16

struct fovea_session {
    fovea_context *context;
    const fovea_graph *graph;
    fovea__plan *plan;
    fovea__bound bound;        // of the batch; each worker's own is made from it for every run
    void **value, **gradient;  // [value_count]; parameters' values are the graph's
    int64_t *stride;           // [2][value_count]: of values, of gradients
    uint8_t *arena;            // behind all of them
    uint8_t *batch_memory, **worker_memory, **scratch;
    fovea__bound *worker;     // [workers], with tables of their own
    void **table;             // [workers][2][value_count]: those tables
    int32_t workers, active;  // `active`: those that have slots to do
    fovea_view *input;
    uint32_t *sample;      // [sample_count], third counter word of each sample
    int64_t sample_count;  // samples rounded up to 16, or more where there is no batch
    bool forward_done, backward_done;
    bool passing;             // probes see each value as it is made: most are not kept
    fovea__profile *profile;  // NULL: nothing is measured
    struct {
        fovea_value value;
        fovea_probe *call;
        void *user;
    } probe[FOVEA__MAX_PROBES];
    int32_t probes;
};

// Options for the trainer: which gradients there will be, that no value but the outputs counts, and
// that there is a loss (fovea__session_train).
typedef struct fovea__session_needs {
    bool input_gradient, parameter_gradient;
    bool outputs_only, loss;
    bool leaf_gradient;  // of value `leaf` instead of the graph's inputs
    fovea_value leaf;
    const fovea__rules *rules;  // NULL: none; copied, `user` must outlive the session
} fovea__session_needs;
fovea_status fovea__session_create(const fovea_graph *graph, const fovea_session_options *options,
                                   fovea__session_needs needs, fovea_session **session,
                                   fovea_error *error);

// Forward of `samples` pictures of bytes (C*H*W each) through table[c][256] into the only input.
fovea_status fovea__session_forward_pictures(fovea_session *session, const uint8_t *const *picture,
                                             const float (*table)[256], int64_t samples,
                                             fovea_error *error);
// Forward, `loss` for each group of samples, and backward, in one go; only for sessions made with a
// loss, which do not go backward otherwise.
fovea_status fovea__session_train(fovea_session *session, const uint8_t *const *picture,
                                  const float (*table)[256], int64_t samples,
                                  fovea__loss_work *loss, void *user, fovea_error *error);
// Where the input v, or its gradient, stands in NCHW: forward takes an input that is written there without
// a copy; it may be written over while steps run. NULL where samples lie in the lanes.
void *fovea__session_place(const fovea_session *session, fovea_value v, bool gradient);
// Whether the value can be read after forward.
bool fovea__session_keeps(const fovea_session *session, fovea_value v);
// Zeros into the gradients of all outputs: backward adds to them where an output is read by another
// node.
void fovea__session_clear_seeds(fovea_session *session);
// Backward once the gradients of the outputs stand in session->gradient (masked lanes zero).
fovea_status fovea__session_backward_seeded(fovea_session *session, fovea_error *error);

// Calls the probes of what node n makes.
fovea_status fovea__session_call_probes(fovea_session *session, size_t n, fovea_error *error);
// Runs the plan's steps first..last-1, each region of groups in parallel over the slots.
fovea_status fovea__execute(fovea_session *session, size_t first, size_t last, fovea_error *error);

// Whether the value lies in groups of 16 samples (kernels/kernel.h).
static inline bool fovea__session_in_lanes(const fovea_session *session, fovea_value v) {
    return session->plan->layout == FOVEA__LAYOUT_N16 &&
           fovea__is_batched(&session->graph->value[v]);
}

#endif
