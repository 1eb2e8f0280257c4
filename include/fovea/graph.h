// SPDX-License-Identifier: MIT
// A net as a graph: values (what flows) and nodes (what is done), each node an ONNX operator.
// Shapes and types are known for every value before any memory for numbers is taken; dimension 0 of
// the values is the batch and stays open (FOVEA_DYNAMIC), unless the inputs have no batch: then all
// sizes are fixed. The graph owns the parameters, running statistics and constants.
//
//   fovea_graph_create(context, &graph, &error);
//   fovea_graph_add_input(graph, "x", FOVEA_F32, &shape, &x, &error);             // N×1×28×28
//   fovea_graph_add_parameter(graph, "conv1.weight", FOVEA_F32, &w_shape, 1, &w, &error);
//   const fovea_value in[] = {x, w};
//   fovea_graph_add_node(graph, "Conv", "conv1", in, 2, attributes, 1, &y, &error);
//   fovea_graph_add_output(graph, y, &error);
//
// Not here: running (run.h), files and architecture text (model.h).
#ifndef FOVEA_GRAPH_H
#define FOVEA_GRAPH_H

#include "fovea/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct fovea_graph fovea_graph;
// Index of a value of a graph, counted from 0; FOVEA_NO_VALUE stands for an absent optional input.
typedef int32_t fovea_value;
#define FOVEA_NO_VALUE (-1)

typedef enum fovea_value_kind {
    FOVEA_VALUE_INPUT = 0,
    FOVEA_VALUE_PARAMETER = 1,  // trained
    FOVEA_VALUE_BUFFER = 2,     // kept with the weights, not trained: running statistics, constants
    FOVEA_VALUE_COMPUTED = 3,   // output of a node
} fovea_value_kind;

// One attribute of a node by ONNX name ("strides") or architecture-text name ("stride"): `count`
// integers, `count` reals where `reals` is not NULL, or one real when count is 0.
typedef struct fovea_attribute {
    const char *name;
    int32_t count;
    const int64_t *integers;
    double real;
    const double *reals;
} fovea_attribute;

typedef struct fovea_value_info {
    const char *name;  // "x", "conv1.weight"; of a node's first output mostly the node's name
    fovea_value_kind kind;
    fovea_type type;
    fovea_shape shape;
    int32_t node;  // the node that makes it, -1 for others
} fovea_value_info;

typedef struct fovea_node_info {
    const char *name;   // "conv1"
    const char *op;     // ONNX's: "Conv"
    const char *text;   // "conv2d"
    const char *label;  // PyTorch's: "Conv2d"
    int32_t input_count, output_count;
    const fovea_value *inputs, *outputs;
} fovea_node_info;

// An empty graph. Errors: OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_graph_create(fovea_context *context, fovea_graph **graph,
                                          fovea_error *error);
FOVEA_API void fovea_graph_free(fovea_graph *graph);
FOVEA_API fovea_context *fovea_graph_context(const fovea_graph *graph);

// Names are unique among values and among nodes, UTF-8, 1 to 256 bytes. Adding fails without
// changing the graph. Errors of all: INVALID_ARGUMENT (name taken or wrong, a value that does not
// exist), UNSUPPORTED (type), OUT_OF_MEMORY.
//
// An input, F32 or F64; dimension 0 is the batch, whatever stands there.
FOVEA_API fovea_status fovea_graph_add_input(fovea_graph *graph, const char *name, fovea_type type,
                                             const fovea_shape *shape, fovea_value *value,
                                             fovea_error *error);
// An input without a batch, all of whose sizes are fixed: any rank and any type but F16 and BF16.
// A graph may have both kinds; where all its inputs are fixed it computes one "sample", everything.
FOVEA_API fovea_status fovea_graph_add_fixed_input(fovea_graph *graph, const char *name,
                                                   fovea_type type, const fovea_shape *shape,
                                                   fovea_value *value, fovea_error *error);
// A parameter (trained 1: F32 or F64) or buffer (trained 0: any type but F16 and BF16), zeros at
// first. `fan_in` is what PyTorch's initialisation divides by: weights and biases of a layer are
// uniform in +-1/sqrt(fan_in); 0: left as it is by fovea_graph_initialize.
FOVEA_API fovea_status fovea_graph_add_parameter(fovea_graph *graph, const char *name,
                                                 fovea_type type, const fovea_shape *shape,
                                                 int trained, int64_t fan_in, fovea_value *value,
                                                 fovea_error *error);
// `outputs` receives as many values as the operator has. Errors: INVALID_ARGUMENT (unknown operator
// or attribute, name taken), SHAPE_MISMATCH (the text names node, both shapes and the likely mend).
FOVEA_API fovea_status fovea_graph_add_node(fovea_graph *graph, const char *op, const char *name,
                                            const fovea_value *inputs, int32_t input_count,
                                            const fovea_attribute *attributes,
                                            int32_t attribute_count, fovea_value *outputs,
                                            fovea_error *error);
// The same with names for the outputs, so many as the operator has; NULL, in the list or for it: the
// first is called like the node, number k "NODE.outputk".
FOVEA_API fovea_status fovea_graph_add_node_named(
    fovea_graph *graph, const char *op, const char *name, const fovea_value *inputs,
    int32_t input_count, const fovea_attribute *attributes, int32_t attribute_count,
    const char *const *output_names, fovea_value *outputs, fovea_error *error);
// Declares a value to be an output of the net.
FOVEA_API fovea_status fovea_graph_add_output(fovea_graph *graph, fovea_value value,
                                              fovea_error *error);

// Nodes in the order they run, values in the order they were added, inputs and outputs in that of
// the calls that added them; each counted from 0. Names and lists in the infos are borrowed.
FOVEA_API int32_t fovea_graph_node_count(const fovea_graph *graph);
FOVEA_API int32_t fovea_graph_value_count(const fovea_graph *graph);
FOVEA_API int32_t fovea_graph_input_count(const fovea_graph *graph);
FOVEA_API int32_t fovea_graph_output_count(const fovea_graph *graph);
FOVEA_API fovea_value fovea_graph_input(const fovea_graph *graph, int32_t index);
FOVEA_API fovea_value fovea_graph_output(const fovea_graph *graph, int32_t index);
FOVEA_API fovea_node_info fovea_graph_node(const fovea_graph *graph, int32_t index);
FOVEA_API fovea_value_info fovea_graph_value(const fovea_graph *graph, fovea_value value);
// The value whose numbers are the logits: `output`, or what goes into a softmax at the end, behind
// which numbers are only moved. `*op` receives that operator, "Softmax" or "LogSoftmax", NULL where
// there is none.
FOVEA_API fovea_value fovea_graph_logits(const fovea_graph *graph, fovea_value output,
                                         const char **op);
// By name; FOVEA_NO_VALUE or -1 when there is none.
FOVEA_API fovea_value fovea_graph_find_value(const fovea_graph *graph, const char *name);
FOVEA_API int32_t fovea_graph_find_node(const fovea_graph *graph, const char *name);
// Attribute `index` of a node (count, integers and real are borrowed); 0 when there are no more.
FOVEA_API int fovea_graph_attribute(const fovea_graph *graph, int32_t node, int32_t index,
                                    fovea_attribute *attribute);
// The numbers of a parameter or buffer, writable, owned by the graph; data NULL for other values.
FOVEA_API fovea_view fovea_graph_parameter(const fovea_graph *graph, fovea_value value);

// Sets a parameter or buffer by name to `count` numbers, in its own type, row by row; as many as it
// has, or so many that it holds a whole number of repetitions: nine numbers for a 1×3×3×3 weight
// give each channel the same kernel, one 0 clears a bias. Errors: INVALID_ARGUMENT (no such name,
// with the nearest; a count that does not fit; no memory because of shapes_only).
FOVEA_API fovea_status fovea_graph_set_parameter(fovea_graph *graph, const char *name,
                                                 const double *numbers, int64_t count,
                                                 fovea_error *error);

// PyTorch's default initialisation (kaiming_uniform(a=sqrt 5) = uniform in +-1/sqrt(fan_in), biases
// too) by Philox from `seed`: the same seed gives the same bits everywhere. Values with fan_in 0
// are left alone.
FOVEA_API void fovea_graph_initialize(fovea_graph *graph, uint64_t seed);

// One row of a summary. Multiply-adds and sizes for the batch asked for.
typedef struct fovea_summary_row {
    int32_t node;
    fovea_shape shape;      // of the first output
    int64_t parameters;     // trained numbers of this node; shared ones counted at first use
    int64_t multiply_adds;  // as torchinfo counts them
    // By spatial dimension as `shape` has them (height, width; depth first in three dimensions), in
    // elements of the input (Araujo et al. 2019); 0: not local.
    int64_t receptive_field[3], stride[3], offset[3];
    fovea_shape kernel;  // rank 0 where there is none
    // As torchvision and fvcore count them: products of convolutions, linear layers and matrix
    // products alone, without biases and normalisation.
    int64_t multiply_adds_torchvision;
} fovea_summary_row;

typedef struct fovea_summary {
    int32_t rows;
    const fovea_summary_row *row;
    int64_t parameters, trainable, multiply_adds;
    int64_t input_bytes, forward_backward_bytes, parameter_bytes;  // torchinfo's definitions
    int64_t multiply_adds_torchvision;
} fovea_summary;

// Counts for a batch of `samples`. The summary is yours: fovea_summary_free.
FOVEA_API fovea_status fovea_graph_summary(const fovea_graph *graph, int64_t samples,
                                           fovea_summary **summary, fovea_error *error);
FOVEA_API void fovea_summary_free(fovea_summary *summary);
// The same as a table of text (torchinfo's columns and our kernel column, then the parameter list).
// `title` is its first line. Yours: fovea_string_free.
FOVEA_API fovea_status fovea_graph_summary_text(const fovea_graph *graph, int64_t samples,
                                                const char *title, char **text, fovea_error *error);

// How a number of the summary comes about, as arithmetic that can be followed.
typedef struct fovea_explanation {
    int32_t node;  // -1: of the whole net
    // "parameters", "multiply-adds", "memory", "receptive field", "output", or the dimensions a
    // formula is about: "height, width".
    const char *subject;
    // "16 filters × (3 channels × 3 × 3 weights + 1 bias) = 16 × 28 = 448". Every side of every =
    // is the same number; thousands are separated by commas.
    const char *text;
} fovea_explanation;
typedef struct fovea_explanations {
    int32_t count;
    const fovea_explanation *item;  // in the order of the nodes, the whole net last
} fovea_explanations;

// Explains parameters, output sizes, multiply-adds, memory of the output and receptive fields (r:
// elements of the input that one unit sees, S: from one unit to the next, P: of the padding before
// the first) for a batch of `samples`. Yours: fovea_explanations_free. Errors: as
// fovea_graph_summary.
FOVEA_API fovea_status fovea_graph_explain(const fovea_graph *graph, int64_t samples,
                                           fovea_explanations **explanations, fovea_error *error);
FOVEA_API void fovea_explanations_free(fovea_explanations *explanations);
// The same as text of at most 100 columns, a paragraph for each node; `title` is its first line.
// Yours: fovea_string_free.
FOVEA_API fovea_status fovea_graph_explain_text(const fovea_graph *graph, int64_t samples,
                                                const char *title, char **text, fovea_error *error);

// The same for `count` nodes only, without the whole net.
FOVEA_API fovea_status fovea_graph_explain_nodes_text(const fovea_graph *graph, int64_t samples,
                                                      const char *title, const int32_t *nodes,
                                                      int32_t count, char **text,
                                                      fovea_error *error);

// The net as PyTorch prints a module that does the same, `name` (NULL: "Net") being its class:
//
//   Net(
//     (conv): Conv2d(1, 4, kernel_size=(4, 4), stride=(1, 1), bias=False)
//     (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)
//   )
//
// Modules are nested where names have dots. Activations, which such classes mostly call as
// functions, are left out unless `activations` is 1; add, mul, concat, slice and padding of
// channels are functions in PyTorch and always left out. Yours: fovea_string_free. Errors:
// OUT_OF_MEMORY.
FOVEA_API fovea_status fovea_graph_torch_text(const fovea_graph *graph, const char *name,
                                              int activations, char **text, fovea_error *error);
// Releases a text this library made for the caller.
FOVEA_API void fovea_string_free(fovea_context *context, char *text);

// What an operator does and takes, for `fovea describe`.
typedef struct fovea_operator_parameter {
    const char *name, *onnx_name, *help,
        *kind;  // kind: "integer", "integers", "flag", "real", "reals"
    double standard, minimum, maximum;
    int required;
} fovea_operator_parameter;
typedef struct fovea_operator_info {
    const char *name, *onnx_name, *help;
    int32_t since, parameter_count, inputs_required, inputs_maximum, outputs;
    fovea_operator_parameter parameter[12];
    const char *input[5];
    const char *traits[8];  // "linear", "elementwise", ...; ends with NULL
} fovea_operator_info;
FOVEA_API int32_t fovea_operator_count(void);
// All texts are static. INVALID_ARGUMENT for an index outside 0 ... count-1.
FOVEA_API fovea_status fovea_operator_get(int32_t index, fovea_operator_info *info,
                                          fovea_error *error);

#ifdef __cplusplus
}
#endif
#endif
