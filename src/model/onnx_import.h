// SPDX-License-Identifier: MIT
// An ONNX model as a graph. A node of the file becomes a node of the graph: its inputs that only say
// how (the shape of Reshape, the pads of Pad, min and max of Clip, axes) are constants and become
// attributes, whatever version of the operator the file uses; what depends on constants alone is
// computed here (shape arithmetic). Values keep ONNX's names.
//
// The batch. Dimension 0 of the inputs stays open (FOVEA_DYNAMIC) where the net allows it. Shape of a
// value with an open batch is a constant whose element 0 is FOVEA__ONNX_BATCH; such constants may be
// moved (Gather, Concat, Slice, Cast …) and end in Reshape or Expand (fovea__onnx_constant_shape) as
// "copy dimension 0", anything else makes the net one of a fixed batch. It is then imported again with the file's batch, or 1.
#ifndef FOVEA_MODEL_ONNX_IMPORT_H
#define FOVEA_MODEL_ONNX_IMPORT_H

#include "formats/onnx.h"
#include "fovea/graph.h"

// Stands for the open batch in constants made by Shape.
#define FOVEA__ONNX_BATCH (INT64_MIN / 2)

typedef struct fovea__onnx_given {
    const char *name;  // of a graph input
    fovea_view view;
} fovea__onnx_given;

typedef struct fovea__onnx_import_options {
    bool fixed_batch;  // every dimension as `input`, `given` or the file says; none stays open
    fovea_type type;   // F32 or F64: what floats become; NONE: as in the file (F16, BF16: F32)
    fovea_shape
        input;  // of one sample, for the first input where the file leaves sizes open; rank 0: none
    // Numbers for inputs. Shapes are taken from here; an input that an operator wants as a constant
    // is one with these numbers and no input of the graph any more.
    const fovea__onnx_given *given;
    size_t given_count;
} fovea__onnx_import_options;

// Takes the initializers' memory out of `model` where it can. Errors: UNSUPPORTED naming all
// operators that are missing with their nodes, or what of a node is not supported; BAD_FILE (an
// input nobody makes, a cycle, wrong attributes; naming the node); SHAPE_MISMATCH; OUT_OF_MEMORY.
fovea_status fovea__onnx_import(fovea__onnx_model *model, const fovea__onnx_import_options *options,
                                const char *name, fovea_graph **graph, fovea_error *error);

// ---- For adapters: one function for each ONNX operator, in the files onnx_adapt_*.c.

typedef struct fovea__onnx_importer fovea__onnx_importer;

typedef struct fovea__onnx_adapter {
    const char *op;  // "Reshape"
    // Adds what the node means to the graph. Its opset is fovea__onnx_opset_of(importer).
    fovea_status (*adapt)(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                          fovea_error *error);
} fovea__onnx_adapter;

// Each file of adapters ends with such a list, which ends with {NULL, NULL}; onnx_adapters.inc has a
// line ADAPTERS(conv) for the list fovea__onnx_adapters_conv. They are declared for both by this.
#define ADAPTERS(family) extern const fovea__onnx_adapter fovea__onnx_adapters_##family[];
#include "model/onnx_adapters.inc"
#undef ADAPTERS

int64_t fovea__onnx_opset_of(const fovea__onnx_importer *importer);
// What ONNX's code of an element type (1 = FLOAT) becomes here: F16 and BF16 are F32, and
// options.type replaces every float. NONE: a type fovea has no numbers for.
fovea_type fovea__onnx_element_type(const fovea__onnx_importer *importer, int64_t code);
// The batch a file declares as a plain number where it is imported with an open one: a constant
// shape that begins with this number and whose rest holds one sample means the open batch. 0: none.
int64_t fovea__onnx_declared_batch(const fovea__onnx_importer *importer);
// Whether output `index` has a name that a node or the graph's outputs use.
bool fovea__onnx_output_wanted(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                               size_t index);

// Attributes by name; the standard is used where the node has none. BAD_FILE for another kind.
const fovea__onnx_attribute *fovea__onnx_attribute_find(const fovea__onnx_node *node,
                                                        const char *name);
fovea_status fovea__onnx_int(const fovea__onnx_node *node, const char *name, int64_t standard,
                             int64_t *value, fovea_error *error);
fovea_status fovea__onnx_real(const fovea__onnx_node *node, const char *name, double standard,
                              double *value, fovea_error *error);
fovea_status fovea__onnx_text(const fovea__onnx_node *node, const char *name, const char *standard,
                              const char **value, fovea_error *error);
// What a float of a file stands for: the shortest decimal that gives it, 1e-5 instead of
// 0.00000999999975. Nets are written with such numbers, and PyTorch and fovea compute with them.
double fovea__onnx_meant(float value);
// `*values` NULL and `*count` 0 where it is absent. Borrowed.
fovea_status fovea__onnx_ints(const fovea__onnx_node *node, const char *name,
                              const int64_t **values, size_t *count, fovea_error *error);
// BAD_FILE naming the first attribute that is not in `names` (ends with NULL).
fovea_status fovea__onnx_only(const fovea__onnx_node *node, const char *const *names,
                              fovea_error *error);

// Inputs of a node, by position. Absent: beyond the list, or "".
bool fovea__onnx_has_input(const fovea__onnx_node *node, size_t index);
// Type and shape; dimension 0 may be FOVEA_DYNAMIC. Type NONE where it is absent.
fovea_type fovea__onnx_input_type(const fovea__onnx_importer *importer,
                                  const fovea__onnx_node *node, size_t index);
fovea_shape fovea__onnx_input_shape(const fovea__onnx_importer *importer,
                                    const fovea__onnx_node *node, size_t index);
// The numbers of an input that must be a constant. Borrowed. UNSUPPORTED: "input 1 ('shape') of
// Reshape is computed while running".
fovea_status fovea__onnx_constant(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  size_t index, const char *what, fovea_view *view,
                                  fovea_error *error);
// Its integers (I64 or I32, rank 0 or 1) into values[most]. SHAPE_MISMATCH for those of an open batch,
// as for the numbers above.
fovea_status fovea__onnx_constant_ints(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                       size_t index, const char *what, int64_t *values,
                                       int32_t most, int32_t *count, fovea_error *error);
// The same for what describes a shape (of Reshape, Expand): FOVEA__ONNX_BATCH may be among them.
fovea_status fovea__onnx_constant_shape(fovea__onnx_importer *importer,
                                        const fovea__onnx_node *node, size_t index,
                                        const char *what, int64_t *values, int32_t most,
                                        int32_t *count, fovea_error *error);
// Its one number, of any type.
fovea_status fovea__onnx_constant_real(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                       size_t index, const char *what, double *value,
                                       fovea_error *error);
// Whether it is a constant now (nothing has to run).
bool fovea__onnx_is_constant(const fovea__onnx_importer *importer, const fovea__onnx_node *node,
                             size_t index);

// The value of an input; FOVEA_NO_VALUE where it is absent. A constant becomes a buffer, or
// with `trained` a parameter (weights and biases of layers, scale and bias of norms; fan_in as in
// fovea_graph_add_parameter).
fovea_status fovea__onnx_value_of(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  size_t index, bool trained, int64_t fan_in, fovea_value *value,
                                  fovea_error *error);

// A constant made here (its numbers are copied), with the name a buffer or parameter of it gets;
// made unique when it is taken.
fovea_status fovea__onnx_new_constant(fovea__onnx_importer *importer, const char *name,
                                      const fovea_view *view, bool trained, int64_t fan_in,
                                      fovea_value *value, fovea_error *error);

// The constant matrix `value` transposed, under its own name.
fovea_status fovea__onnx_transposed(fovea__onnx_importer *importer, fovea_value matrix,
                                    bool trained, int64_t fan_in, fovea_value *value,
                                    fovea_error *error);

// Values that go from one of these functions to the other (fovea_value) are the importer's own
// numbers, not the graph's: constants among them are no part of the graph before a node that runs
// takes them. Their type and shape; and the numbers, NULL data when it is no constant.
fovea_type fovea__onnx_type(const fovea__onnx_importer *importer, fovea_value value);
fovea_shape fovea__onnx_shape(const fovea__onnx_importer *importer, fovea_value value);
fovea_view fovea__onnx_numbers(const fovea__onnx_importer *importer, fovea_value value);

// Attributes for a node of the graph, collected. Zero-filled is empty.
#define FOVEA__ONNX_LIST 12
typedef struct fovea__onnx_list {
    fovea_attribute item[FOVEA__ONNX_LIST];
    int64_t integers[FOVEA__ONNX_LIST][16];
    double reals[FOVEA__ONNX_LIST][16];
    int32_t count;
    bool failed;  // something did not fit; the node is refused
} fovea__onnx_list;
void fovea__onnx_list_ints(fovea__onnx_list *list, const char *name, int32_t count,
                           const int64_t *values);
void fovea__onnx_list_int(fovea__onnx_list *list, const char *name, int64_t value);
void fovea__onnx_list_real(fovea__onnx_list *list, const char *name, double value);
void fovea__onnx_list_reals(fovea__onnx_list *list, const char *name, int32_t count,
                            const double *values);

// Adds a node of operator `op` (of layers/) that stands for the ONNX node: it has its name, and its
// outputs have the names of the ONNX node's first outputs. `inputs` are values of the graph. Where all
// are constants the result is computed now and is a constant.
fovea_status fovea__onnx_emit(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                              const char *op, const fovea_value *inputs, int32_t input_count,
                              const fovea__onnx_list *attributes, fovea_error *error);
// One of several graph nodes for an ONNX node. `suffix` ("bias") is added to its name; its output is
// called `output`, or after its name when that is NULL, and comes back in *value. What is to be an
// output of the ONNX node is then named by fovea__onnx_set_value; the last part is best made by
// fovea__onnx_emit, which does both.
fovea_status fovea__onnx_emit_part(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   const char *op, const char *suffix, const fovea_value *inputs,
                                   int32_t input_count, const fovea__onnx_list *attributes,
                                   const char *output, fovea_value *value, fovea_error *error);
// Inputs 0 … count-1 as they are, attributes as they are: what most operators need.
fovea_status fovea__onnx_emit_same(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   const char *op, const fovea__onnx_list *attributes,
                                   fovea_error *error);
// Makes output `index` of the node a constant (copied), another name for its input `input`, or one for
// a value.
fovea_status fovea__onnx_set_constant(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                      size_t index, const fovea_view *view, fovea_error *error);
fovea_status fovea__onnx_set_same(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                  size_t index, size_t input, fovea_error *error);
fovea_status fovea__onnx_set_value(fovea__onnx_importer *importer, const fovea__onnx_node *node,
                                   size_t index, fovea_value value, fovea_error *error);

// UNSUPPORTED with the node's name and operator; BAD_FILE the same way.
fovea_status fovea__onnx_unsupported(const fovea__onnx_node *node, fovea_error *error,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));
fovea_status fovea__onnx_bad(const fovea__onnx_node *node, fovea_error *error, const char *format,
                             ...) __attribute__((format(printf, 3, 4)));

#endif
