// SPDX-License-Identifier: MIT
// Files of weights without a net: opening them where a net cannot be made, and their table.
#ifndef FOVEA_CLI_TENSOR_TABLE_H
#define FOVEA_CLI_TENSOR_TABLE_H

#include "command.h"

// The tensors of `name` where it is a file without a net: weights alone (without --arch), or a model
// that opening refused with UNSUPPORTED (`status`, with what `error` says), which is told as a note.
// Otherwise *file is NULL, and `status` is returned as it is.
fovea_status cli_open_tensors(const cli_call *cli, const char *name, fovea_status status,
                              fovea_tensor_file **file, fovea_error *error);
// Whether `name` is a file of weights by its ending, and --arch is not given: no net is tried then.
bool cli_is_weights(const cli_call *cli, const char *name);

// A line a tensor: name, type, shape, numbers, range; as JSON with --json.
fovea_status cli_print_tensors(const cli_call *cli, const char *name, const fovea_tensor_file *file,
                               fovea_error *error);

#endif
