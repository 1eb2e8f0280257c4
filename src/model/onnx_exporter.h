// SPDX-License-Identifier: MIT
// What the functions that write nodes share (onnx_export_*.c, one function for each operator that is
// not simply copied). A node of the graph becomes a node of the file under its own name; where it
// becomes several, the parts before the last are called NODE.suffix and so are their values.
//
// The first failure is kept and every later call does nothing but return "", so that writing a node
// reads as what is written.
#ifndef FOVEA_MODEL_ONNX_EXPORTER_H
#define FOVEA_MODEL_ONNX_EXPORTER_H

#include "formats/onnx.h"
#include "graph/graph.h"

enum { FOVEA__ONNX_NODE_INPUTS = FOVEA__MAX_INPUTS + 4, FOVEA__ONNX_NODE_ATTRIBUTES = 16 };

typedef struct fovea__onnx_exporter {
    fovea_context *context;
    const fovea_graph *graph;
    int64_t opset;
    fovea_status status;
    fovea_error *error;
    fovea__onnx_model model;
    fovea__onnx_node *node;
    fovea__onnx_tensor *initializer;
    fovea__onnx_value *value;
    size_t node_capacity, initializer_capacity, value_capacity;
    fovea__name_table values, nodes;  // names given here; the graph has its own
    bool *written;                    // for each value of the graph: whether the file has it
    bool *output;                     // whether it is one of the net's
    struct fovea__onnx_room *room;    // memory of texts and lists
    // The node of the graph that is being written, and what of the file's node there is so far.
    const fovea__node *of;
    const char *op, *name;
    const char *input[FOVEA__ONNX_NODE_INPUTS];
    fovea__onnx_attribute attribute[FOVEA__ONNX_NODE_ATTRIBUTES];
    size_t input_count, attribute_count;
} fovea__onnx_exporter;

// `count` zeroed items that live as long as the exporter; NULL after a failure.
void *fovea__onnx_take_room(fovea__onnx_exporter *x, size_t count, size_t size);
void fovea__onnx_exporter_clear(fovea__onnx_exporter *x);
// Keeps the first failure: "node 'pad1' (Pad): ...".
void fovea__onnx_refuse(fovea__onnx_exporter *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// UNSUPPORTED where the file's opset is below `opset`, which has `what`; whether it is.
bool fovea__onnx_needs(fovea__onnx_exporter *x, int64_t opset, const char *what);

// Begins a node of the file; with `suffix` a part, else the one with the graph node's name.
void fovea__onnx_begin(fovea__onnx_exporter *x, const char *op, const char *suffix);
// An input by name; "" is one that is absent.
void fovea__onnx_put_input(fovea__onnx_exporter *x, const char *name);
void fovea__onnx_put_int(fovea__onnx_exporter *x, const char *name, int64_t value);
void fovea__onnx_put_ints(fovea__onnx_exporter *x, const char *name, int32_t count,
                          const int64_t *values);
void fovea__onnx_put_real(fovea__onnx_exporter *x, const char *name, double value);
void fovea__onnx_put_text(fovea__onnx_exporter *x, const char *name, const char *text);
// The graph node's inputs from `first` on; those that are absent at the end are left out.
void fovea__onnx_put_inputs(fovea__onnx_exporter *x, int32_t first);
// Its attribute called so; nothing where it has none.
void fovea__onnx_put_attribute(fovea__onnx_exporter *x, const char *name);
void fovea__onnx_put_attributes(fovea__onnx_exporter *x);
// Ends a part: its output, called as the part is. Returns its name.
const char *fovea__onnx_end_part(fovea__onnx_exporter *x, fovea_type type,
                                 const fovea_shape *shape);
// Ends the node: its output is the graph node's first.
void fovea__onnx_end(fovea__onnx_exporter *x);
// The same for an output that the graph does not have.
void fovea__onnx_end_named(fovea__onnx_exporter *x, const char *output);
// The graph node's, behind an output that is called as a part with `suffix` would be.
void fovea__onnx_end_second(fovea__onnx_exporter *x, const char *suffix, fovea_type type);
// All of it: the graph node's inputs and attributes.
void fovea__onnx_copy(fovea__onnx_exporter *x, const char *op);

// A part of one or two inputs (second NULL: one) with the type and shape of the graph node's output.
const char *fovea__onnx_part(fovea__onnx_exporter *x, const char *op, const char *suffix,
                             const char *first, const char *second);
// The last part, of one or two inputs.
void fovea__onnx_last(fovea__onnx_exporter *x, const char *op, const char *first,
                      const char *second);

// Input `index` of the graph node: its name ("" when absent), type and shape.
const char *fovea__onnx_source(fovea__onnx_exporter *x, int32_t index);
const fovea__signature *fovea__onnx_of_input(const fovea__onnx_exporter *x, int32_t index);
const fovea__signature *fovea__onnx_of_output(const fovea__onnx_exporter *x);
const fovea__attribute *fovea__onnx_of(const fovea__onnx_exporter *x, const char *attribute);
int64_t fovea__onnx_of_int(const fovea__onnx_exporter *x, const char *attribute);

// Initializers called NODE.suffix: a list of I64; one number (rank 0); floats of `type`.
const char *fovea__onnx_ints_of(fovea__onnx_exporter *x, const char *suffix, int32_t count,
                                const int64_t *values);
const char *fovea__onnx_number_of(fovea__onnx_exporter *x, const char *suffix, fovea_type type,
                                  double value);
const char *fovea__onnx_floats_of(fovea__onnx_exporter *x, const char *suffix, fovea_type type,
                                  const fovea_shape *shape, const double *values);
// The name of a value for parameter or buffer `value` of the graph, which becomes an initializer, or
// of any other.
const char *fovea__onnx_value_named(fovea__onnx_exporter *x, fovea_value value);
// Declares type and shape of a value that is no output of the net.
void fovea__onnx_describe(fovea__onnx_exporter *x, const char *name, fovea_type type,
                          const fovea_shape *shape);
fovea__onnx_value fovea__onnx_value_info(const char *name, fovea_type type,
                                         const fovea_shape *shape);
// A name for a value of the file that nothing in the graph has; NODE.suffix for a value, for a node.
const char *fovea__onnx_free_name(fovea__onnx_exporter *x, const char *wanted);
const char *fovea__onnx_part_value(fovea__onnx_exporter *x, const char *suffix);
const char *fovea__onnx_part_node(fovea__onnx_exporter *x, const char *suffix);

// Nodes that make the list N, sizes[0] … at run time, N being dimension 0 of the value `source` of
// `rank` dimensions. Returns its name.
const char *fovea__onnx_batch_and(fovea__onnx_exporter *x, const char *source, int32_t rank,
                                  int32_t count, const int64_t *sizes);

// Writes one operator; the list of them is in onnx_export_nodes.c.
typedef struct fovea__onnx_writer {
    const char *op;  // fovea's
    void (*write)(fovea__onnx_exporter *x);
} fovea__onnx_writer;

#define FOVEA__ONNX_WRITERS(family) extern const fovea__onnx_writer fovea__onnx_writers_##family[];
FOVEA__ONNX_WRITERS(activation)
FOVEA__ONNX_WRITERS(move)
FOVEA__ONNX_WRITERS(norm)
FOVEA__ONNX_WRITERS(pool)
FOVEA__ONNX_WRITERS(reduction)
FOVEA__ONNX_WRITERS(resize)
FOVEA__ONNX_WRITERS(shape)
#undef FOVEA__ONNX_WRITERS

// Writes a node of the graph.
void fovea__onnx_write_node(fovea__onnx_exporter *x, const fovea__node *node);

#endif
