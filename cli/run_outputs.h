// SPDX-License-Identifier: MIT
// The arrays that fovea run writes.
#ifndef FOVEA_CLI_RUN_OUTPUTS_H
#define FOVEA_CLI_RUN_OUTPUTS_H

#include "command.h"

// Whether the files that --all and --output name can hold what they shall. Errors: INVALID_ARGUMENT.
fovea_status cli_run_files_check(const cli_call *cli, fovea_error *error);
// All outputs into the .npz of --output, or the only one into its .npy; nothing without that option.
// Errors: INVALID_ARGUMENT (a .npy for several), those of writing.
fovea_status cli_run_outputs_write(const cli_call *cli, const fovea_graph *graph,
                                   const fovea_session *session, fovea_error *error);

#endif
