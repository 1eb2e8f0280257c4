// SPDX-License-Identifier: MIT
// How far maps can be trusted, and which layer to read.
#ifndef FOVEA_CLI_EXPLAIN_TRUST_H
#define FOVEA_CLI_EXPLAIN_TRUST_H

#include "explain_maps.h"
#include "json_output.h"

// Refuses what --trust cannot be. Before long work.
fovea_status cli_explain_check_trust(const cli_call *cli, fovea_error *error);
// request->trust: what --trust says, else the quick ones of a few maps.
void cli_explain_choose_trust(const cli_call *cli, int nets, cli_explain_request *request);
// The numbers `trust` of each of `count` maps, made with `how`; of several layers advice on which to
// read; and what both say in the maps' notes.
fovea_status cli_explain_judge(const cli_call *cli, const cli_explain_net *net, uint32_t trust,
                               const fovea_explain_options *how, cli_explained *maps, int32_t count,
                               fovea_error *error);
// The objects "trust" and "advice" of a map; nothing where there is none.
void cli_explain_judge_json(cli_json *json, const cli_explained *explained);
// Lines of text, each begun by two blanks.
void cli_explain_judge_print(const cli_explained *explained);
// Of several layers a table of what speaks for each, and the one to read.
void cli_explain_print_advice(const cli_explain_maps *maps);

#endif
