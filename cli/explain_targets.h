// SPDX-License-Identifier: MIT
// Targets of explanations by what a user types.
#ifndef FOVEA_CLI_EXPLAIN_TARGETS_H
#define FOVEA_CLI_EXPLAIN_TARGETS_H

#include "explain_nets.h"

enum { CLI_MAX_TARGETS = 64 };

// One class: its name, one of the names that it has separated by commas ("tabby" of "tabby, tabby
// cat"), in any case; else an index; else "predicted" or "true" (of a set's picture). Errors:
// INVALID_ARGUMENT with the nearest names.
fovea_status cli_explain_target(const char *option, const char *text, const cli_explain_net *net,
                                int32_t *target, fovea_error *error);
// Several separated by commas, which may themselves be part of a name. `targets` holds
// CLI_MAX_TARGETS. Errors: as above; INVALID_ARGUMENT for more.
fovea_status cli_explain_target_list(const char *option, const char *text,
                                     const cli_explain_net *net, int32_t *targets, int *count,
                                     fovea_error *error);

#endif
