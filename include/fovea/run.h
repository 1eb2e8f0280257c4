// SPDX-License-Identifier: MIT
// Running a graph: a session holds the numbers of one batch – the value of every node and, on
// demand, the gradient of every value. Several sessions may share one graph.
//
//   fovea_session_options options;
//   fovea_session_options_default(&options);
//   options.samples = 1;
//   fovea_session_create(graph, &options, &session, &error);
//   fovea_session_forward(session, &picture, 1, &error);
//   fovea_session_value(session, fovea_graph_find_value(graph, "conv1"), &maps, &error);
//
// What is handed out is NCHW, whatever layout the plan computes in, and watching never changes a
// bit of what is computed. Not here: training loops (train.h).
#ifndef FOVEA_RUN_H
#define FOVEA_RUN_H

#include "fovea/graph.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_session fovea_session;

typedef struct fovea_session_options {
    size_t size;
    int64_t samples;  // largest batch; forward takes any N from 1 to this. Graphs without a batch
                      // are computed as they are, whatever stands here
    int gradients;    // 1: backward may be called
    int training;     // 1: batchnorm uses the batch's statistics, dropout drops
    // "plain" (one node = one step in NCHW) or "n16" (the batch in the vector lanes); NULL:
    // $FOVEA_PLAN, else chosen from graph, type and batch. All give the same bits.
    const char *plan;
    // 1: no value but the graph's outputs will be read, so that nodes may be computed together and
    // share memory. The outputs' bits stay.
    int outputs_only;
    // 1: the same, but each value is computed by itself and probes see it as it is made, so that a net
    // can be looked at in the memory of a few values. The plan is "plain"; not with gradients.
    int passing;
    // 1: backward computes no gradients of parameters, only of inputs and values between: what
    // explanations ask for, in a fraction of the time.
    int fixed_parameters;
} fovea_session_options;

// One sample, no gradients, not training, the plan chosen here.
FOVEA_API void fovea_session_options_default(fovea_session_options *options);
// The graph must outlive the session. Errors: INVALID_ARGUMENT, UNSUPPORTED, OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_session_create(const fovea_graph *graph,
                                            const fovea_session_options *options,
                                            fovea_session **session, fovea_error *error);
FOVEA_API void fovea_session_free(fovea_session *session);

// Keys of the random numbers of the next forward: seed, epoch and each sample's number (`count` of
// them; the others, and all with NULL, are their position in the batch). Default: seed 0, epoch 0.
FOVEA_API void fovea_session_set_random(fovea_session *session, uint64_t seed, uint32_t epoch,
                                        const uint32_t *samples, int64_t count);

// Computes every node. `inputs`: one view per graph input, of its type and shape; those with a batch
// N×..., 1 <= N <= samples. Errors: INVALID_ARGUMENT, SHAPE_MISMATCH.
FOVEA_API fovea_status fovea_session_forward(fovea_session *session, const fovea_view *inputs,
                                             int32_t count, fovea_error *error);
// After forward: gradients of sum(d_output * output) with respect to every parameter, every input
// and every value between; `output` must be an output of the graph, d_output has its shape. Values
// that are no floats have no gradient, nor have those that no output depends on by operators that
// can be differentiated; of parameters and inputs it is 0 then.
FOVEA_API fovea_status fovea_session_backward(fovea_session *session, fovea_value output,
                                              const fovea_view *d_output, fovea_error *error);

// Copies in NCHW of a value or its gradient. The tensor is yours. INVALID_ARGUMENT where it was not
// computed.
FOVEA_API fovea_status fovea_session_value(const fovea_session *session, fovea_value value,
                                           fovea_tensor **tensor, fovea_error *error);
FOVEA_API fovea_status fovea_session_gradient(const fovea_session *session, fovea_value value,
                                              fovea_tensor **tensor, fovea_error *error);

// Called during forward, in the order of the nodes, with a view that is valid until it returns: after
// the last node, or with `passing` after each.
typedef void fovea_probe(void *user, const fovea_graph *graph, fovea_value value,
                         const fovea_view *view);
// Watches one computed value, or all of them with FOVEA_NO_VALUE. At most 16 probes a session.
// Errors: INVALID_ARGUMENT (no node computes the value, more than 16).
FOVEA_API fovea_status fovea_session_add_probe(fovea_session *session, fovea_value value,
                                               fovea_probe *probe, void *user, fovea_error *error);

// The steps, one a line: region, what its items are and how many there are of them (of parts: a
// sample), node, step, kernel, tile, and where what it makes lives (in memory for the batch, or for
// one group in each worker) in how many bytes. A tile is what is computed side by side: sums in
// registers (channels x pixels; of a weight gradient channels x lines x columns of taps; of linear
// layers outputs x samples, outputs x inputs), of a convolution in parts channels x rows of a part.
// With FOVEA_VERBOSE=1 in the environment every new session tells this to the context's log, at
// INFO. Yours: fovea_string_free.
FOVEA_API fovea_status fovea_session_plan(const fovea_session *session, char **text,
                                          fovea_error *error);

// Bytes held, from the first step to the last: nothing is added while steps run.
typedef struct fovea_memory_use {
    size_t values;      // of one batch: values and their gradients, where they share memory once
    size_t gradients;   // sums of the parameters' gradients
    size_t workspace;   // packed weights, statistics, the threads' scratch
    size_t parameters;  // and buffers of the graph
    size_t optimizer;   // moments (fovea_trainer_memory)
    size_t total;
} fovea_memory_use;
FOVEA_API fovea_memory_use fovea_session_memory(const fovea_session *session);

// Where the time goes. Measuring begins, or begins anew, with fovea_session_profile and reads the
// clock around every step of every thread from then on. Errors: OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_session_profile(fovea_session *session, fovea_error *error);
typedef struct fovea_step_time {
    const char *node, *op;  // "conv1", "conv2d"; both "" for steps of no node
    const char *what;  // the operator, or "weight gradient", "input gradient", "pack weights" …
    int backward;      // 1: of the backward pass
    int64_t calls;
    double seconds;        // of all calls on all threads
    double longest;        // of the calls of that thread which was at it longest
    double fastest;        // of one call
    double multiply_adds;  // all that the step did: products of weights and inputs, the padding's
                           // included, biases not; 0 for other operators
} fovea_step_time;
// Steps in the order they run, 0 ... count-1. Texts are borrowed from the session.
FOVEA_API int32_t fovea_session_step_count(const fovea_session *session);
FOVEA_API fovea_step_time fovea_session_step(const fovea_session *session, int32_t index);

// Gradient check by central differences (f(x+e) - f(x-e)) / 2e of f = sum(r * output), r fixed by a
// formula, against backward, for inputs and parameters of an F64 graph. PyTorch's tolerances by
// default.
typedef struct fovea_gradient_check_options {
    size_t size;
    double epsilon, absolute, relative;  // 1e-6, 1e-5, 1e-3
    int64_t most;                        // elements tried per value, evenly spread; 0: all
    int training;
    uint64_t seed;
} fovea_gradient_check_options;
typedef struct fovea_gradient_report {
    int64_t checked, failed;
    double worst;             // largest |analytic - numeric| / (absolute + relative * |numeric|)
    fovea_value worst_value;  // where: value and element
    int64_t worst_element;
    double analytic, numeric;
} fovea_gradient_report;
FOVEA_API void fovea_gradient_check_options_default(fovea_gradient_check_options *options);
// Parameters and inputs are changed during the check and put back. `options` may be NULL. Errors:
// UNSUPPORTED unless the graph is F64; those of a session and its forward.
FOVEA_API fovea_status fovea_gradient_check(fovea_graph *graph, const fovea_view *inputs,
                                            int32_t count,
                                            const fovea_gradient_check_options *options,
                                            fovea_gradient_report *report, fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
