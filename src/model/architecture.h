// SPDX-License-Identifier: MIT
// Architecture text: read into layers, layers built into a graph. The grammar stands in
// docs/architecture-text.md; the vocabulary in layer_kinds.c.
//
//   fovea__architecture *layers;
//   FOVEA__TRY(fovea__architecture_parse(context, "conv 16 3, relu, flatten, linear 10", &layers,
//   error)); status = fovea__architecture_build(layers, &input, FOVEA_F32, graph, error);
//   fovea__architecture_free(layers);
#ifndef FOVEA_MODEL_ARCHITECTURE_H
#define FOVEA_MODEL_ARCHITECTURE_H

#include "fovea/graph.h"
#include "model/layer_kinds.h"

#define FOVEA__MAX_TEXT ((size_t)1 << 20)
#define FOVEA__MAX_LAYERS 10000
#define FOVEA__MAX_LABELS 8

// A word of the text: where it stands and how long it is, in bytes.
typedef struct fovea__span {
    int32_t at, length;
} fovea__span;

typedef struct fovea__layer_value {
    fovea__key key;
    int32_t count;  // integers: 1, or one per spatial dimension
    int64_t i[3];
    double real;
    fovea__span span;
} fovea__layer_value;

typedef struct fovea__layer {
    const fovea__layer_kind *kind;
    int32_t rank;       // asserted by the name: 1 to 3, or 0
    uint32_t given;     // bits of the keys among its values
    fovea__span span;   // of its first word
    fovea__span label;  // of "as L"; length 0 when not given
    fovea__span labels[FOVEA__MAX_LABELS];
    int32_t label_count;
    size_t value_begin, value_end;  // its values in the architecture's `value`
} fovea__layer;

typedef struct fovea__architecture {
    fovea_context *context;
    char *text;
    fovea__layer *layer;
    size_t count, capacity;
    fovea__layer_value *value;
    size_t value_count, value_capacity;
} fovea__architecture;

// Errors: INVALID_ARGUMENT with the character position (counted from 1 in the text of the error,
// from 0 in error->offset) and the nearest spelling. `*layers` is freed with
// fovea__architecture_free.
fovea_status fovea__architecture_parse(fovea_context *context, const char *text,
                                       fovea__architecture **layers, fovea_error *error);
void fovea__architecture_free(fovea__architecture *layers);

// Adds input "x" (`input` is one sample: C, CxL, CxHxW or CxDxHxW), parameters and nodes to the
// empty graph and marks the last value as output. Every shape is known and checked before
// parameters are allocated; they are zeros, but batchnorm's weight and running_var are 1. Errors:
// INVALID_ARGUMENT, SHAPE_MISMATCH, OUT_OF_MEMORY.
fovea_status fovea__architecture_build(const fovea__architecture *layers, const fovea_shape *input,
                                       fovea_type type, fovea_graph *graph, fovea_error *error);

// The same, without memory for the parameters: fovea__graph_check_memory refuses the graph.
fovea_status fovea__architecture_shapes(const fovea__architecture *layers, const fovea_shape *input,
                                        fovea_type type, fovea_graph *graph, fovea_error *error);

// The value of `key`, NULL when it was not given.
const fovea__layer_value *fovea__layer_value_of(const fovea__architecture *layers,
                                                const fovea__layer *layer, fovea__key key);
// INVALID_ARGUMENT "architecture text, character N: message".
fovea_status fovea__architecture_fail(const fovea__architecture *layers, fovea__span at,
                                      fovea_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// Copies at most size-1 bytes of a word, cut between characters.
void fovea__architecture_word(const fovea__architecture *layers, fovea__span span, char *word,
                              size_t size);

#endif
