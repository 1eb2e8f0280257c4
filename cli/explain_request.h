// SPDX-License-Identifier: MIT
// What `fovea explain` is asked: methods with their settings, targets and layers.
#ifndef FOVEA_CLI_EXPLAIN_REQUEST_H
#define FOVEA_CLI_EXPLAIN_REQUEST_H

#include "explain_targets.h"

enum { CLI_MAX_METHODS = 64 };

typedef struct cli_explain_request {
    const fovea_explain_method *method[CLI_MAX_METHODS];
    fovea_explain_options options[CLI_MAX_METHODS];
    int methods;
    bool all;                         // --method all: those that are not for this net are left out
    int32_t target[CLI_MAX_TARGETS];  // of the first net
    int targets;
    bool difference;     // the second target's maps are subtracted from the first's
    fovea_value *layer;  // of the first net's graph; NULL: the net's own choice
    int32_t layers;      // 0: the net's own choice
    uint32_t trust;      // which numbers of trust; 0: none
} cli_explain_request;

// The methods of --method and their settings, before anything is opened. Errors: INVALID_ARGUMENT (a
// method that is not known, with the nearest; a setting outside its range or that no method takes).
fovea_status cli_explain_methods(const cli_call *cli, cli_explain_request *request,
                                 fovea_error *error);
// --target or --diff, by default the largest logit, and --layer. Errors: INVALID_ARGUMENT.
fovea_status cli_explain_choose(const cli_call *cli, const cli_explain_net *net,
                                cli_explain_request *request, fovea_error *error);
// --layer as values of a net's graph; NULL and 0 where it is not given. To be freed.
fovea_status cli_explain_layers(const cli_call *cli, const cli_explain_net *net,
                                fovea_value **layer, int32_t *layers, fovea_error *error);
// --baseline for this net: a name, a colour or a picture of the net's size; NULL where it is not
// given. Yours. Errors: INVALID_ARGUMENT, SHAPE_MISMATCH, those of the file.
fovea_status cli_explain_baseline(const cli_call *cli, const cli_explain_net *net,
                                  fovea_tensor **baseline, fovea_error *error);
void cli_explain_request_free(cli_explain_request *request);

#endif
