// SPDX-License-Identifier: MIT
// What a method of explanation is made of. A method is one file that ends with
//
//   const fovea__method fovea__method_gradient = {.info = {.name = "gradient", ...}, .run = run};
//
// and one line in method_list.inc.
#ifndef FOVEA_EXPLAIN_EXPLAINER_H
#define FOVEA_EXPLAIN_EXPLAINER_H

#include "explain/numbers.h"
#include "fovea/explain.h"
#include "graph/cut.h"
#include "model/model.h"

struct fovea__passes;
struct fovea__passes_options;

struct fovea_explainer {
    fovea_context *context;
    const fovea_model *model;
    fovea_explainer_options options;
    // From the model's only input to the logits: values are numbered as in the model's graph.
    fovea_graph *graph;
    fovea_value input, logits;
    fovea_type type;  // of x: F32 or F64
    const char *peeled;
    int64_t outputs;
    int64_t most;  // samples that can be computed together: 1 where the net's batch is fixed
    // The same net with its batch normalisation folded, made when a method asks for it.
    fovea_model *folded_model;
    fovea_explainer *folded;
    // Sessions of one sample that fovea__first_pass made last: with all values kept, with the logits.
    struct fovea__first *first[2];
};

// One request on its way: what fovea_explain has checked, and the result to fill.
typedef struct fovea__job {
    fovea_explainer *explainer;
    const fovea_explain_options *options;
    fovea_view x;         // 1×C×...
    fovea_view baseline;  // of x's shape; data NULL for methods without one
    int64_t target;
    double logit;       // f(x)
    fovea_value layer;  // FOVEA_NO_VALUE for methods without one
    // The forward pass of x that f(x) was read from, for methods that say in `keep` what they need of
    // it, so that x is computed once; NULL for the others.
    struct fovea__passes *forward;
    fovea_attribution *result;
} fovea__job;

typedef struct fovea__method {
    fovea_explain_method info;
    // Sets result->map (and before_relu, law and expected, layers, passes): all else is done by
    // fovea_explain. NULL where there is run_layers.
    fovea_status (*run)(fovea__job *job, fovea_error *error);
    // The same for one or several jobs that differ in layer and result only, where one pass serves all
    // layers. NULL: run for each.
    fovea_status (*run_layers)(fovea__job *jobs, int32_t count, fovea_error *error);
    // Sets gradients, leaf, rules and ends_only of what job->forward shall be, for the layers of all
    // jobs; job->logit is not known yet. NULL: no forward pass is handed on.
    void (*keep)(const fovea__job *jobs, int32_t count, struct fovea__passes_options *options);
    // Changes defaults that are not everyone's; NULL: none.
    void (*defaults)(fovea_explain_options *options);
    const char *baseline;  // the default one, for methods that use one: "black", "mean"
} fovea__method;

extern const fovea__method *const fovea__method_list[];  // ends with NULL
const fovea__method *fovea__method_find(const char *name);

// The explainer of the same net with every batch normalisation folded into the layer before it, which
// `explainer` owns. Its values have other numbers: find them by name.
fovea_status fovea__explainer_folded(fovea_explainer *explainer, fovea_explainer **folded,
                                     fovea_error *error);
// The cut from `layer` (and the input where it is still needed) to the logits; fovea__graph_cut_free.
fovea_status fovea__explainer_tail(const fovea_explainer *explainer, fovea_value layer,
                                   fovea_graph **tail, fovea_error *error);

// A value's maps: channels and cells a channel of N×C×... (C 1 for N×K). INVALID_ARGUMENT naming the
// value unless it has a height and a width, or one dimension of space.
fovea_status fovea__layer_maps(const fovea_explainer *explainer, fovea_value layer,
                               int64_t *channels, fovea_shape *cells, fovea_error *error);

// A zeroed tensor of the explainer's type; of the shape of x without its batch for pixel methods.
fovea_status fovea__new_map(const fovea__job *job, const fovea_shape *shape, fovea_tensor **map,
                            fovea_error *error);
fovea_shape fovea__sample_shape(const fovea_view *x);

#endif
