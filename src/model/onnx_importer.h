// SPDX-License-Identifier: MIT
// The importer's insides, for the files onnx_*.c that are it; adapters see onnx_import.h only.
//
// A *slot* is a value on its way: numbers that are known (a constant), or a value of the graph. An
// ONNX name stands for a slot, several names may stand for one. Adapters get slots' numbers as
// fovea_value.
#ifndef FOVEA_MODEL_ONNX_IMPORTER_H
#define FOVEA_MODEL_ONNX_IMPORTER_H

#include "graph/graph.h"
#include "model/onnx_import.h"

// Most bytes of constants that the nodes of one file may compute, and most work for them: bytes read
// and written, a multiply-add counted as four.
#define FOVEA__ONNX_MAX_FOLDED ((int64_t)1 << 30)
#define FOVEA__ONNX_MAX_WORK ((int64_t)1 << 32)

typedef struct fovea__onnx_slot {
    const char *name;     // what it is called where it becomes a value of the graph
    char *own_name;       // that name's memory where it is not the file's
    fovea_view view;      // of a constant; `data` NULL for others
    void *owned;          // the constant's memory where it is the importer's
    int64_t initializer;  // whose memory it is, -1
    bool marked;          // holds FOVEA__ONNX_BATCH
    bool trained;
    int64_t fan_in;
    fovea_value value;  // in the graph; FOVEA_NO_VALUE: a constant that nothing has taken yet
} fovea__onnx_slot;

// What the file's nodes are to each other; the same for every attempt to import it.
typedef struct fovea__onnx_order {
    int32_t *node;                        // those that an output needs, each after what it needs
    const fovea__onnx_adapter **adapter;  // of each of them; NULL: the operator is missing
    size_t count;
    fovea__name_table made;        // every name that has a value: fovea__onnx_maker
    fovea__name_table used;        // names that a node of `node` or an output takes
    fovea__name_table node_names;  // of all nodes
} fovea__onnx_order;

// Numbers in `made`: nodes first, then inputs, then initializers.
typedef enum fovea__onnx_maker {
    FOVEA__ONNX_NOBODY,
    FOVEA__ONNX_NODE,
    FOVEA__ONNX_INPUT,
    FOVEA__ONNX_INITIALIZER,
} fovea__onnx_maker;
fovea__onnx_maker fovea__onnx_maker_of(const fovea__onnx_model *model,
                                       const fovea__onnx_order *order, const char *name,
                                       size_t *index);

// Errors: BAD_FILE (a name made twice, made by nobody, a cycle), OUT_OF_MEMORY.
fovea_status fovea__onnx_order_find(const fovea__onnx_model *model, fovea__onnx_order *order,
                                    fovea_error *error);
void fovea__onnx_order_clear(fovea_context *context, fovea__onnx_order *order);

// Fills order->adapter. Errors: OUT_OF_MEMORY.
fovea_status fovea__onnx_find_adapters(const fovea__onnx_model *model, fovea__onnx_order *order,
                                       fovea_error *error);
// UNSUPPORTED naming every operator without an adapter and its nodes.
fovea_status fovea__onnx_check_supported(const fovea__onnx_model *model,
                                         const fovea__onnx_order *order, fovea_error *error);

struct fovea__onnx_importer {
    fovea_context *context;
    fovea__onnx_model *model;
    const fovea__onnx_import_options *options;
    const fovea__onnx_order *order;
    fovea_graph *graph;
    bool open;                // the batch is
    int64_t declared_batch;   // the number the file has for it, 0: none
    bool *constant_input;     // inputs of the file that a node wants as constants
    bool again;               // constant_input has changed
    fovea__name_table names;  // ONNX's name: slot
    fovea__onnx_slot *slot;
    size_t slot_count, slot_capacity;
    int64_t folded, worked;           // of FOVEA__ONNX_MAX_FOLDED and FOVEA__ONNX_MAX_WORK
    int32_t *called;                  // nodes called after each operator so far
    int32_t suffix;                   // of the last name that was made unique
    const fovea__onnx_node *current;  // the node at work
    char current_name[FOVEA__MAX_NAME + 1];
};

// A slot of nothing, called `name`. Pointers to slots last until the next one is added.
fovea_status fovea__onnx_add_slot(fovea__onnx_importer *importer, const char *name,
                                  fovea_value *slot, fovea_error *error);
// A constant whose memory is `owned` from now on (freed here on failure).
fovea_status fovea__onnx_own_slot(fovea__onnx_importer *importer, const char *name, fovea_type type,
                                  const fovea_shape *shape, void *owned, fovea_value *slot,
                                  fovea_error *error);
fovea_status fovea__onnx_bind(fovea__onnx_importer *importer, const char *name, fovea_value slot,
                              fovea_error *error);
// NULL when the name has no slot (yet).
fovea__onnx_slot *fovea__onnx_slot_named(const fovea__onnx_importer *importer, const char *name);
static inline fovea__onnx_slot *fovea__onnx_slot_at(const fovea__onnx_importer *importer,
                                                    fovea_value slot) {
    return &importer->slot[slot];
}
// A slot for every initializer that is used.
fovea_status fovea__onnx_add_initializers(fovea__onnx_importer *importer, fovea_error *error);
// The slot's value of the graph: a constant becomes a parameter or buffer, still without memory.
fovea_status fovea__onnx_take_slot(fovea__onnx_importer *importer, fovea_value slot,
                                   fovea_value *value, fovea_error *error);
// Gives the graph the numbers of all constants it has taken: moved where possible, else copied.
fovea_status fovea__onnx_hand_over(fovea__onnx_importer *importer, fovea_error *error);
void fovea__onnx_free_slots(fovea__onnx_importer *importer);

// A name for a value or node that the graph allows and nobody in graph or file has: `wanted` where
// it may be, or nearly so. `own`: `wanted` is the file's own name for this very thing.
typedef char fovea__onnx_name[FOVEA__MAX_NAME + 1];
void fovea__onnx_value_name(fovea__onnx_importer *importer, const char *wanted, bool own,
                            fovea__onnx_name name);
void fovea__onnx_node_name(fovea__onnx_importer *importer, const char *wanted, bool own,
                           fovea__onnx_name name);

// Decides which inputs have an open batch (false: none can have one) and adds all that are used.
bool fovea__onnx_can_open(fovea__onnx_importer *importer);
fovea_status fovea__onnx_add_inputs(fovea__onnx_importer *importer, fovea_error *error);
// The given numbers for the input called so, or NULL.
const fovea_view *fovea__onnx_given_for(const fovea__onnx_importer *importer, const char *name);

// Computes a node of constants. *computed false: too much of it. Errors: those of its operator;
// SHAPE_MISMATCH where the open batch is computed with.
fovea_status fovea__onnx_fold(fovea__onnx_importer *importer, const char *op,
                              const fovea_value *inputs, int32_t input_count,
                              const fovea__onnx_list *attributes, const char *const *names,
                              fovea_value *slots, bool *computed, fovea_error *error);

// "conv1" or the operator's name and the first output where it has no name.
void fovea__onnx_place(const fovea__onnx_node *node, char *text, size_t size);

#endif
