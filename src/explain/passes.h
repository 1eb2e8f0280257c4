// SPDX-License-Identifier: MIT
// Forward and backward passes for methods: one session reused for every chunk of samples.
//
//   fovea__passes passes;
//   FOVEA__TRY(fovea__passes_open(explainer, &(fovea__passes_options){.samples = 50, .gradients = true,
//                                 .leaf = FOVEA_NO_VALUE}, &passes, error));
//   for (int64_t done = 0; done < 50; done += n) {
//       n = fovea__passes_next(&passes, done);            // samples of this chunk
//       fovea_view x = fovea__passes_input(&passes, n);   // n×C×..., to be filled
//       ... fovea__passes_run(&passes, &x, 1, error), fovea__passes_logit(&passes, i, target) ...
//       ... fovea__passes_back(&passes, target, error), fovea__passes_gradient(&passes, v, &g, error) ...
//   }
//   fovea__passes_close(&passes);
#ifndef FOVEA_EXPLAIN_PASSES_H
#define FOVEA_EXPLAIN_PASSES_H

#include "explain/explainer.h"
#include "plan/rules.h"
#include "run/session.h"

typedef struct fovea__passes_options {
    const fovea_graph *graph;  // NULL: the explainer's. Its outputs: the logits alone
    int64_t samples;           // in all
    bool gradients;
    // Backward ends at this value instead of the graph's input; FOVEA_NO_VALUE: at the input.
    fovea_value leaf;
    const fovea__rules *rules;  // other backward rules; NULL: gradients
    // 1: values between will not be read, nor their gradients; inputs' gradients and logits will.
    bool ends_only;
} fovea__passes_options;

typedef struct fovea__passes {
    fovea_explainer *explainer;
    fovea__passes_options options;
    const fovea_graph *graph;
    fovea_session *session;
    int64_t samples, chunk;                   // in all, together at most
    int64_t count;                            // of the last run
    fovea_tensor *input;                      // chunk×C×..., of the graph's first input
    fovea_tensor *seed;                       // of the logits, for `chunk` samples
    fovea_tensor *logits;                     // of the last run
    int64_t forward_passes, backward_passes;  // samples so far
} fovea__passes;

// Chunks take at most explainer->options.memory. Errors: UNSUPPORTED naming the first node on the way
// from the leaf to the logits that cannot be differentiated, where gradients are asked for;
// OUT_OF_MEMORY.
fovea_status fovea__passes_open(fovea_explainer *explainer, const fovea__passes_options *options,
                                fovea__passes *passes, fovea_error *error);
// Fine after a failed open and twice.
void fovea__passes_close(fovea__passes *passes);

// Samples of the chunk that begins at sample `done`.
int64_t fovea__passes_next(const fovea__passes *passes, int64_t done);
// Memory for n samples of the graph's first input, n <= chunk, valid until close.
fovea_view fovea__passes_input(const fovea__passes *passes, int64_t n);
// The same where the next run reads them, so that they need not be copied; gone with that run.
fovea_view fovea__passes_place(const fovea__passes *passes, int64_t n);
// Forward of one view a graph input.
fovea_status fovea__passes_run(fovea__passes *passes, const fovea_view *inputs, int32_t count,
                               fovea_error *error);
// Logit of sample i of the last run.
double fovea__passes_logit(const fovea__passes *passes, int64_t i, int64_t target);
// Backward from the target's logit of each sample of the last run.
fovea_status fovea__passes_back(fovea__passes *passes, int64_t target, fovea_error *error);
// Value and gradient of `v` for the samples of the last run, n×...; yours.
fovea_status fovea__passes_value(const fovea__passes *passes, fovea_value v, fovea_tensor **tensor,
                                 fovea_error *error);
fovea_status fovea__passes_gradient(const fovea__passes *passes, fovea_value v,
                                    fovea_tensor **tensor, fovea_error *error);

// The forward pass of one sample through the explainer's graph, in a session that stays for the next
// sample asked for in the same way: `passes` is the explainer's, until its next call with the same
// ends_only. `options`: gradients, leaf, rules and ends_only. Errors: of open and run.
fovea_status fovea__first_pass(fovea_explainer *explainer, const fovea__passes_options *options,
                               const fovea_view *x, fovea__passes **passes, fovea_error *error);
void fovea__first_free(fovea_explainer *explainer);
// For fovea__method.keep: what fovea__explain_pixels needs without other rules.
void fovea__keep_pixels(const fovea__job *jobs, int32_t count, fovea__passes_options *options);

// The gradient of the graph's first input for the samples of the last run, valid until the next; `made`
// receives the copy that it is of, or NULL: fovea_tensor_free.
fovea_status fovea__passes_input_gradient(const fovea__passes *passes, fovea_tensor **made,
                                          fovea_view *gradient, fovea_error *error);

// One sample through the explainer's graph and back to `leaf`, and the value and gradient of `leaf`
// (each may be NULL). The forward pass is job->forward where that was kept for it.
fovea_status fovea__explain_once(fovea__job *job, fovea_value leaf, const fovea__rules *rules,
                                 fovea_tensor **value, fovea_tensor **gradient, fovea_error *error);
// df/dx of the job's target under other rules (NULL: none), as result->map in the shape of one sample.
fovea_status fovea__explain_pixels(fovea__job *job, const fovea__rules *rules, fovea_error *error);

#endif
