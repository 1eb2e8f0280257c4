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

// What both kinds of lists (of layers here, of tensors in tensor_filters.c) share.
fovea_status fovea__filter_options_check(const fovea_filters_options *options,
                                         fovea_filters_options *checked, fovea_error *error);
fovea_status fovea__filter_channel_check(const fovea__filter_weights *weights, int32_t channel,
                                         fovea_error *error);
// `rgb_node`: the node whose three channels are a picture's colours; -1: none.
fovea_status fovea__filter_list_figure(fovea_context *context, const fovea__filter_list *list,
                                       const fovea_filters_options *options, int32_t rgb_node,
                                       fovea_figure **figure, fovea_error *error);
fovea_status fovea__filter_list_text(fovea_context *context, const fovea__filter_list *list,
                                     int32_t channel, char **text, fovea_error *error);
fovea_status fovea__filter_list_layers(fovea_context *context, const fovea__filter_list *list,
                                       fovea_filter_layer **layers, int32_t *count,
                                       fovea_error *error);
fovea_status fovea__filter_list_save(fovea_context *context, const fovea__filter_list *list,
                                     const char *path, fovea_error *error);

#endif
