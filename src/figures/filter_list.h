// SPDX-License-Identifier: MIT
// The layers whose filters were asked for: checked options and weights.
#ifndef FOVEA_FIGURES_FILTER_LIST_H
#define FOVEA_FIGURES_FILTER_LIST_H

#include "figures/filter_weights.h"
#include "fovea/figures.h"

typedef struct fovea__filter_list {
    fovea__filter_weights *layer;  // in the graph's order
    size_t count;                  // at least 1
} fovea__filter_list;

// `options` may be NULL; `checked` receives a copy of them or the defaults. Errors as
// fovea_figure_filters; nothing is to be freed then.
fovea_status fovea__filter_list_make(fovea_context *context, const fovea_graph *graph,
                                     const fovea_filters_options *options,
                                     fovea_filters_options *checked, fovea__filter_list *list,
                                     fovea_error *error);
void fovea__filter_list_free(fovea_context *context, fovea__filter_list *list);

#endif
