// SPDX-License-Identifier: MIT
// Maps as text, JSON and arrays.
#ifndef FOVEA_CLI_EXPLAIN_OUTPUT_H
#define FOVEA_CLI_EXPLAIN_OUTPUT_H

#include "explain_maps.h"

// A line for each map with shape, range and mean, and below it sum, law and what is to be said of it.
void cli_explain_print(const cli_explain_maps *maps, const char *image);
// The object of --json, as docs/json.md describes it.
fovea_status cli_explain_json(const cli_explain_maps *maps, const char *image, fovea_error *error);
// Refuses --npy where the request has more maps than one. Before long work.
fovea_status cli_explain_check_files(const cli_call *cli, const cli_explain_request *request,
                                     int nets, fovea_error *error);
// Writes the files of --npy and --npz.
fovea_status cli_explain_save(const cli_call *cli, const cli_explain_maps *maps,
                              fovea_error *error);

#endif
