// SPDX-License-Identifier: MIT
// The graph's insides. Nodes stand in the order they were added, which is an order they can run in:
// a node can only take values that exist already, so there are no cycles.
#ifndef FOVEA_GRAPH_GRAPH_H
#define FOVEA_GRAPH_GRAPH_H

#include <stdatomic.h>

#include "fovea/graph.h"
#include "graph/names.h"
#include "layers/op.h"

#define FOVEA__MAX_NODES 16384
#define FOVEA__MAX_NAME 256
// Most numbers a graph may hold; more is refused before anything is allocated.
#define FOVEA__MAX_PARAMETER_COUNT ((int64_t)1 << 40)

typedef struct fovea__value {
    char *name;
    fovea_value_kind kind;
    fovea__signature signature;  // dimension 0 is FOVEA_DYNAMIC where the batch runs along it
    int32_t node;                // that makes it, or -1
    int64_t fan_in;
    void *data;  // of parameters and buffers
} fovea__value;

typedef struct fovea__node {
    const fovea__op *op;
    char *name;
    char text[32], label[40];  // with the rank: "conv2d", "Conv2d"
    fovea__attributes attributes;
    fovea_value *in;
    int32_t in_count, out_count;
    fovea_value out[FOVEA__MAX_OUTPUTS];
} fovea__node;

// Whether what was made from the numbers of parameters (packed weights) still holds.
typedef struct fovea__numbers {
    _Atomic uint64_t written;  // raised whenever a parameter or buffer may have been written
    // fovea_graph_parameter has handed out memory: then it may be written at any time, unseen.
    _Atomic bool exposed;
} fovea__numbers;

struct fovea_graph {
    fovea_context *context;
    fovea__value *value;
    size_t value_count, value_capacity;
    fovea__node *node;
    size_t node_count, node_capacity;
    fovea_value *input, *output;
    size_t input_count, input_capacity, output_count, output_capacity;
    fovea__name_table value_names, node_names;
    int64_t parameter_count;  // numbers in all parameters and buffers
    fovea__numbers *numbers;  // owned; graphs rewritten from this one share it
    bool deferred;            // parameters get their memory from fovea__graph_allocate
};

// From here on parameters are added without memory, so that a net is known to work before any is
// taken: fovea__graph_allocate gives zeros to all that have none. On failure those allocated stay.
void fovea__graph_defer(fovea_graph *graph);
fovea_status fovea__graph_allocate(fovea_graph *graph, fovea_error *error);
// INVALID_ARGUMENT for a graph whose parameters have no memory.
fovea_status fovea__graph_check_memory(const fovea_graph *graph, fovea_error *error);

// Says that parameters or buffers have been written. Everyone who writes the `data` of a graph
// that may have run calls this afterwards.
static inline void fovea__graph_written(const fovea_graph *graph) {
    atomic_fetch_add(&graph->numbers->written, 1);
}
// fovea_graph_parameter for the library itself, which keeps that promise.
fovea_view fovea__graph_parameter(const fovea_graph *graph, fovea_value value);

// Whether gradients can be had of values of this type.
static inline bool fovea__is_float(fovea_type type) {
    return type == FOVEA_F32 || type == FOVEA_F64;
}
// Whether dimension 0 of the value is the batch.
static inline bool fovea__is_batched(const fovea__value *value) {
    return value->signature.shape.rank > 0 && value->signature.shape.dim[0] == FOVEA_DYNAMIC;
}
// The attribute called so (ONNX name), NULL when the operator has none; number i of it, else
// `standard`.
const fovea__attribute *fovea__node_attribute(const fovea__node *node, const char *name);
int64_t fovea__node_integer(const fovea__node *node, const char *name, int32_t i, int64_t standard);
// Numbers in one sample of a batched value, in the whole of another one.
int64_t fovea__value_size(const fovea__value *value);
// Samples along dimension 0: those of the batch where it is one, else what stands there (1 for rank
// 0); and numbers of one of them.
int64_t fovea__value_samples(const fovea__value *value, int64_t batch);
int64_t fovea__sample_size(const fovea__value *value);
// Whether any input has a batch.
bool fovea__has_batch(const fovea_graph *graph);
// The signature with the batch set to `samples`.
fovea__signature fovea__at_batch(const fovea__value *value, int64_t samples);
// Checks a name: 1 to 256 bytes of UTF-8 without control characters, and free in `taken`.
fovea_status fovea__check_name(const fovea__name_table *taken, const char *name, const char *what,
                               fovea_error *error);
// Appends a value (its name is copied); used by inputs, parameters and nodes.
fovea_status fovea__add_value(fovea_graph *graph, const char *name, fovea_value_kind kind,
                              const fovea__signature *signature, int32_t node, fovea_value *value,
                              fovea_error *error);

#endif
