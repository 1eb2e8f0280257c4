// SPDX-License-Identifier: MIT
#ifndef FOVEA_GRAPH_CUT_H
#define FOVEA_GRAPH_CUT_H

#include "graph/graph.h"

// The part of a graph between values: its inputs are those of `from` that are needed, in that order,
// its outputs are `to`, and its nodes those that lead from the one to the other. A value of `from` is
// taken as it is given, whatever node makes it in `graph`: a net can be resumed at a layer. Values keep
// their numbers, names and shapes; those the part does without have type NONE. Nodes are numbered anew.
// Numbers of parameters are `graph`'s, which must outlive the cut. Freed by fovea__graph_cut_free. Errors:
// INVALID_ARGUMENT (a graph input that is needed but is not in `from` – the net cannot be resumed
// there without it –, a value that does not exist), OUT_OF_MEMORY.
fovea_status fovea__graph_cut(const fovea_graph *graph, const fovea_value *from, int32_t from_count,
                              const fovea_value *to, int32_t to_count, fovea_graph **cut,
                              fovea_error *error);
void fovea__graph_cut_free(fovea_graph *cut);

#endif
