// SPDX-License-Identifier: MIT
// What the files that explain a summary share: the list being made, an explanation at a time.
#ifndef FOVEA_GRAPH_EXPLAIN_H
#define FOVEA_GRAPH_EXPLAIN_H

#include "base/text.h"
#include "graph/graph.h"
#include "graph/receptive.h"

typedef struct fovea__explainer {
    const fovea_graph *graph;
    const fovea_summary *summary;
    const fovea__receptive *field;  // by value
    int64_t samples;
    int32_t node;  // being explained
    struct fovea__explained {
        int32_t node;
        size_t subject, text;  // where they begin in `texts`
    } * item;
    size_t count, capacity;
    fovea__text texts;  // each ended by a zero byte
    fovea_status status;
    fovea_error *error;
} fovea__explainer;

// Begins the explanation of `subject` (copied); its text is what is added until the next one
// begins.
void fovea__explain(fovea__explainer *e, const char *subject);
// Adds `format`, each # in it being the next argument, an int64_t.
void fovea__explain_add(fovea__explainer *e, const char *format, ...);
// Adds "3 × 3", the numbers joined by `sign`.
void fovea__explain_join(fovea__explainer *e, const char *sign, const int64_t *numbers,
                         int32_t count);
// Adds " × 64 samples"; nothing for one.
void fovea__explain_samples(fovea__explainer *e);

// The arithmetic of e->node.
void fovea__explain_parameters(fovea__explainer *e);
void fovea__explain_multiply_adds(fovea__explainer *e);
void fovea__explain_output(fovea__explainer *e);
void fovea__explain_receptive_field(fovea__explainer *e);

#endif
