// SPDX-License-Identifier: MIT
// HOW a graph is computed: its nodes lowered to steps, in the order they run. Layout belongs to the
// plan's buffers; graph values stay NCHW to everyone outside.
//
//   plain   one node = one step over NCHW, the operator's own forward and vjp; f32 or f64. In f32
//           the families of plan/plain.h share one sample out over the workers instead
//   N16     f32 with the batch in the vector lanes: a value of [N][C][H][W] is [G][C][H][W][16];
//           steps run per group of 16 samples, so consecutive ones make one parallel region over
//           the slots of kernels/splitting.h. All that is computed must be F32 with a batch
//
// Both give the same bits. Gradients of a weight that several nodes read are computed by the plain
// plan only: each reader's sum over the batch is complete before they are added. A plan is made for
// a largest batch and serves every smaller one. It holds no numbers: those are in `fovea__bound`,
// owned by the session.
#ifndef FOVEA_PLAN_PLAN_H
#define FOVEA_PLAN_PLAN_H

#include "graph/graph.h"
#include "kernels/splitting.h"
#include "plan/rules.h"

typedef struct fovea__plan fovea__plan;
typedef struct fovea__step fovea__step;
typedef struct fovea__bound fovea__bound;
typedef struct fovea__lifetimes fovea__lifetimes;  // plan_memory.h
typedef struct fovea__place fovea__place;

// Loss and gradient of the first output for group g: written whole, masked lanes zero.
typedef void fovea__loss_work(void *user, const fovea__bound *bound, int64_t g, int32_t worker);

// What a step finds when it runs: every worker has its own, which differ in where the values that
// live in one worker's memory are.
struct fovea__bound {
    const fovea__plan *plan;
    fovea__splitting split;
    bool training;
    fovea__random_key random;  // stream 0: a step adds its node
    // Base of each value: N16 [G][size][16] where batched, else NCHW. Of parameters the graph's own
    // memory. N16 steps find group g of a value with fovea__value_at.
    void **value;
    // The same for gradients; NULL where none is wanted. Of parameters: [slots][count], the parts
    // summed in each slot (fovea__parameter_slots of them are in use).
    void **gradient;
    // Floats from one group of a value or gradient to the next (N16). 0: there is one for all
    // groups, as of parameters, or for one group after the other in the worker's own memory.
    const int64_t *value_stride, *gradient_stride;
    uint8_t *workspace;             // plan->workspace bytes, laid out by the lowered nodes
    uint8_t *const *scratch;        // per worker, plan->scratch bytes
    const fovea_view *input;        // what was fed to each graph input: NCHW, or
    const uint8_t *const *picture;  // [N] pictures of bytes for the first input, through `table`
    const float (*table)[256];
    fovea__loss_work *loss;  // where the plan has a step for it
    void *loss_user;
};

typedef enum fovea__step_kind {
    FOVEA__STEP_GROUP,  // item = group
    FOVEA__STEP_TILE,   // item = tile 0..tiles-1, all groups in order
    FOVEA__STEP_PART,   // item = sample * tiles + part
    FOVEA__STEP_ONCE,   // item = 0, on the caller's thread, and a region of its own
} fovea__step_kind;

typedef fovea_status fovea__step_run(const fovea__step *step, const fovea__bound *bound,
                                     int64_t item, int32_t worker, fovea_error *error);

struct fovea__step {
    fovea__step_kind kind;
    int32_t node;    // -1: none
    int32_t region;  // steps of one number run as one parallel region
    bool alone;      // a region of its own; else tiles of neighbours are done side by side
    // Of parts. `follows`: item i is done by whoever has done item i of the step before it, right
    // after it. `beside`: its items belong to the region of the steps before it.
    bool follows, beside;
    int64_t tiles;
    const char *what;  // the operator's name or "weight gradient", "pack weights", "loss" …
    fovea__step_run *run;
    // Tells which values and gradients `run` reads and writes (plan_memory.h); NULL: all of the
    // node's that are there by then.
    void (*uses)(const fovea__step *step, fovea__lifetimes *lifetimes);
    const struct fovea__lowered *lowered;  // the node's own data; NULL: of no node
};

typedef struct fovea__steps {
    fovea__step *step;
    size_t count, capacity;
} fovea__steps;

// A node as a plan sees it. Families of N16 steps put their geometry into `detail`.
typedef struct fovea__lowered {
    const fovea_graph *graph;
    const fovea__node *node;
    int32_t index;
    uint64_t wanted;      // bit i: the gradient of input i is wanted
    uint64_t accumulate;  // bit i: it is added to what a later reader of the value left there
    bool ruled;           // going backward is the rules' work
    uint8_t unread;       // what this node, besides its family, does not look at going backward
    const struct fovea__n16_family *family;
    const struct fovea__plain_family *parts;  // plain plan, NULL: the operator's own functions
    const struct fovea__lowered *leader;  // plain plan, NULL: none; whose parts it follows forward
    void *detail;
    size_t workspace_at, workspace;  // bytes in bound->workspace
    const char *kernel;              // name of the variant, NULL where there is none to choose
    // For the plan's listing: the variants of input and weight gradient where they are others, and
    // the tiles of forward, input gradient and weight gradient, sizes of 0 left out.
    const char *gradient_kernel[2];
    int64_t tile[3][3];
} fovea__lowered;

_Static_assert(FOVEA__MAX_INPUTS <= 64, "wanted and accumulate have a bit for each input");
static inline bool fovea__wants(const fovea__lowered *lowered, int32_t input) {
    return lowered->wanted >> input & 1;
}
static inline bool fovea__accumulates(const fovea__lowered *lowered, int32_t input) {
    return lowered->accumulate >> input & 1;
}

// Nodes of a chain that run as one (fuse.c). The last one's place is taken by a node that reads what
// the chain reads from outside and makes what it makes; those before it do nothing.
#define FOVEA__FUSION_PARTS 3
typedef struct fovea__fusion {
    fovea__node part[FOVEA__FUSION_PARTS];  // the nodes that were, in order
    int32_t parts;
    fovea_value in[8];  // of the node that stands for all
    fovea_shape shape;  // what the convolution makes, if the first part is one
} fovea__fusion;

typedef enum fovea__hidden {
    FOVEA__SHOWN = 0,
    FOVEA__HIDDEN,  // the number stands for something else than what the graph means by it
    FOVEA__ABSENT,  // inside a fusion: it has no memory
} fovea__hidden;

struct fovea__plan {
    const fovea_graph *graph;  // `rewritten` where there is one: values have the same numbers
    fovea_graph *rewritten;    // owned
    uint8_t *hidden;           // [value_count] fovea__hidden
    fovea__fusion **fusion;    // [node_count], NULL: the node stands for itself
    fovea_context *context;
    fovea__layout layout;
    fovea_type type;              // of all that is no integer; NONE: there are F32 and F64, or none
    int64_t samples;              // largest batch; 1 where there is no batch
    bool backward;                // whether gradients can be computed
    bool training;                // whether statistics are the batch's
    fovea_value leaf;             // its gradient is what backward is for; NO_VALUE: the inputs'
    fovea__rules rules;           // no functions: none
    bool parts;                   // whether the plain plan uses its families, for nodes in F32
    bool chains;                  // and joins what they do going forward
    fovea__lowered *lowered;      // [node_count]
    bool loss;                    // whether one list of steps goes forward and backward
    fovea__steps forward, after;  // as lowered; `after`: the backward pass, in the order it runs
    fovea__steps steps;           // as they run: forward [| clear, loss] | after
    size_t forward_steps;         // of them up to the loss
    fovea__place *place;          // [2][value_count] where values and gradients live
    size_t batch_bytes, worker_bytes;  // for all of them: once, for each worker
    fovea_value *alias;  // [value_count] value whose memory this one shares (itself: none)
    // [value_count] value of a later node that this one is a copied piece of and lies in, `inside_at`
    // bytes from its beginning (itself: none); not their gradients.
    fovea_value *inside;
    size_t *inside_at;
    uint8_t *single;  // [value_count] 1: the gradient of this parameter is always one whole sum
    uint8_t *overwritten;  // [value_count] 1: summed whole, the gradient of this parameter need not
                           // begin at zero
    uint8_t *has_gradient;  // [value_count] 1: a gradient buffer is needed
    size_t workspace, scratch;
};

typedef struct fovea__plan_options {
    int64_t samples;
    bool backward;
    bool training;
    bool input_gradient;      // also with respect to the graph's inputs
    bool parameter_gradient;  // with respect to parameters
    // With respect to this value instead of the graph's inputs: backward ends there.
    bool leaf_gradient;
    fovea_value leaf;
    const fovea__rules *rules;  // NULL: none. The plan is plain with them
    bool outputs_only;          // no value but the graph's outputs is looked at: passes may leave
                                // others out and others share memory
    bool loss;                  // forward and backward run as one, with a loss in between
    // Names separated by commas, NULL: none. "plain" or "n16" (else N16 where it can be and samples
    // >= 16); "-pool-first", "-fuse", "-share" (memory) and "-one-region" (for forward, loss and
    // backward) do without that, "-parts" without the families of plain.h, "-chains" without
    // joining them.
    const char *passes;
} fovea__plan_options;

// Errors: INVALID_ARGUMENT (unknown pass, batch < 1), UNSUPPORTED (N16 asked for where it cannot
// be), OUT_OF_MEMORY.
fovea_status fovea__plan_create(const fovea_graph *graph, const fovea__plan_options *options,
                                fovea__plan **plan, fovea_error *error);
void fovea__plan_free(fovea__plan *plan);

// Slots the gradient of parameter v is summed in for this batch (1 to 8).
int32_t fovea__parameter_slots(const fovea__plan *plan, fovea_value v,
                               const fovea__splitting *split);
// Whether the gradient of parameter v is overwritten for this batch, and need not begin at zero.
bool fovea__parameter_overwritten(const fovea__plan *plan, fovea_value v,
                                  const fovea__splitting *split);
// One line a step: its region, what its items are and how many a sample or batch has of them, node,
// step, kernel, tile, and scope and bytes of what it makes. fovea__free.
fovea_status fovea__plan_print(const fovea__plan *plan, char **text, fovea_error *error);
// The same lines to the context's log, at INFO.
fovea_status fovea__plan_log(const fovea__plan *plan, fovea_error *error);

// For the lowering passes.
fovea_status fovea__steps_add(fovea_context *context, fovea__steps *steps, const fovea__step *step,
                              fovea_error *error);
// Going backward, the first reader met writes a value's gradient and the others add to it.
// `written` has one mark a value.
void fovea__mark_accumulation(fovea__lowered *lowered, uint8_t *written);
// plan->steps of what was lowered, with their regions.
fovea_status fovea__join_steps(fovea__plan *plan, bool one_region, fovea_error *error);
// For the passes that change the graph. The one node that reads each value, below 0 where there is
// none, several or the value is an output of the graph; fovea__free.
fovea_status fovea__only_readers(const fovea_graph *graph, int32_t **reader, fovea_error *error);
// A graph whose nodes and values are its own and all else `graph`'s.
fovea_status fovea__rewrite_begin(const fovea_graph *graph, fovea_graph **rewritten,
                                  fovea_error *error);
void fovea__rewrite_free(fovea_graph *rewritten);
// A graph with the same values and maximum pooling before monotone activations, NULL where nothing
// changes. `hidden` (zeros, one a value) is marked where a value no longer is what the graph means.
fovea_status fovea__pool_first(const fovea_graph *graph, uint8_t *hidden, fovea_graph **rewritten,
                               fovea_error *error);
// Chains of nodes of an N16 plan become one node each: see fuse.c. Marks plan->hidden.
fovea_status fovea__fuse(fovea__plan *plan, fovea_error *error);
fovea_status fovea__lower_plain(fovea__plan *plan, fovea_error *error);
fovea_status fovea__lower_n16(fovea__plan *plan, fovea_error *error);
bool fovea__can_lower_n16(const fovea_graph *graph);

#endif
