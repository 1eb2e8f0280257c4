// SPDX-License-Identifier: MIT
// The maps of a request: computed for one net or two, and arranged for a figure.
#ifndef FOVEA_CLI_EXPLAIN_MAPS_H
#define FOVEA_CLI_EXPLAIN_MAPS_H

#include "explain_request.h"

typedef struct cli_explained {
    fovea_attribution *attribution;
    int net, method, layer, target;  // which: 0, 1, …
    int32_t output;                  // the target in the net's own numbers
    fovea_trust *trust;              // NULL: not asked for
    fovea_layer_advice *advice;      // NULL: none
    char note[768];                  // lines about it for the figure; "": none
    char remark[1024];               // sentences about it; "": none
} cli_explained;

typedef struct cli_explain_maps {
    const cli_explain_request *request;
    const cli_explain_net *net;  // one, or two
    int nets;
    cli_explained *item;
    int count, capacity;
} cli_explain_maps;

// Computes everything, numbers of trust with --trust and advice on several layers: for each net, method and target all layers at once. Release with
// cli_explain_maps_free, also on failure. Errors: those of fovea_explain_layers; a second net that
// does not have the classes or layers of the first: INVALID_ARGUMENT.
fovea_status cli_explain_compute(const cli_call *cli, const cli_explain_request *request,
                                 const cli_explain_net *net, int nets, cli_explain_maps *maps,
                                 fovea_error *error);
void cli_explain_maps_free(cli_explain_maps *maps);

// What was computed for these; NULL: nothing.
const cli_explained *cli_explain_find(const cli_explain_maps *maps, int net, int method, int layer,
                                      int target);
// Layers a method has maps of, 1 for methods of pixels.
int cli_explain_layer_count(const cli_explain_maps *maps, int method);

// As the figure takes them, rows by method and layer; where there is one column but many layers or
// methods these stand beside each other, and `across` says so. Names are in `words`; both to be freed
// with cli_explain_heats_free.
typedef char cli_heat_words[2][160];
typedef struct cli_explain_heats {
    fovea_heat *heat;
    cli_heat_words *words;
    int count;
    bool across;
} cli_explain_heats;

fovea_status cli_explain_arrange(const cli_explain_maps *maps, cli_explain_heats *heats,
                                 fovea_error *error);
void cli_explain_heats_free(cli_explain_heats *heats);

#endif
