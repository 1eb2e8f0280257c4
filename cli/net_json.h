// SPDX-License-Identifier: MIT
// A net's layers as JSON, for the commands that draw it.
#ifndef FOVEA_CLI_NET_JSON_H
#define FOVEA_CLI_NET_JSON_H

#include "command.h"

// The object of `command` on standard output: inputs and layers with what flows into them.
fovea_status cli_net_json(const char *command, const fovea_model *model, fovea_error *error);

#endif
