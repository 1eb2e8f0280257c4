// SPDX-License-Identifier: MIT
// A graph as JSON, the metadata `fovea.graph` of a model file, and back:
//
//   {"inputs":[{"name":"x","type":"F32","shape":["N",3,32,32]}],
//    "parameters":[{"name":"conv1.weight","type":"F32","shape":[16,3,3,3],"trained":true,
//                   "fan_in":27}],
//    "nodes":[{"op":"Conv","name":"conv1","in":["x","conv1.weight","conv1.bias"],"out":["conv1"],
//              "attributes":{"kernel_shape":[3,3],"strides":[1,1]}}],
//    "outputs":["conv1"]}
//
// Nodes stand in an order they can run in; an absent optional input is "". Shapes of inputs without a
// batch have no "N". Numbers are exact, infinities and NaN the texts "inf", "-inf" and "nan". The same
// graph gives the same text.
#ifndef FOVEA_MODEL_GRAPH_JSON_H
#define FOVEA_MODEL_GRAPH_JSON_H

#include "base/text.h"
#include "formats/json.h"
#include "fovea/graph.h"

// Appends the graph to `text`.
void fovea__graph_write_json(const fovea_graph *graph, fovea__text *text);

// Adds all of it to an empty graph; parameters are left without memory (fovea__graph_defer) for the
// caller, who knows which bytes are there, to call fovea__graph_allocate. `type` F32 or F64
// replaces the type of every input and real parameter, FOVEA_TYPE_NONE keeps them. Errors: BAD_FILE
// naming the member; UNSUPPORTED (an operator or a type); OUT_OF_MEMORY.
fovea_status fovea__graph_read_json(const fovea__json *root, fovea_type type, fovea_graph *graph,
                                    fovea_error *error);

// A number as JSON with as many digits as it takes to read the same number back.
void fovea__text_exact(fovea__text *text, double value);

#endif
