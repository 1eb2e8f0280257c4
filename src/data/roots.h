// SPDX-License-Identifier: MIT
// The folders data sets are looked for in.
#ifndef FOVEA_DATA_ROOTS_H
#define FOVEA_DATA_ROOTS_H

#include "base/file.h"

// In order: `directory` (unless NULL), each part of $FOVEA_DATA, data, $XDG_DATA_HOME/fovea,
// $XDG_CACHE_HOME/fovea (else those below $HOME) and /usr/share/datasets. None need exist. Free
// with fovea__names_free.
fovea_status fovea__data_roots(fovea_context *context, const char *directory, fovea__names *roots,
                               fovea_error *error);

// $XDG_DATA_HOME/fovea or $HOME/.local/share/fovea, in memory of its own (fovea__free). FAILED
// where neither variable is set.
fovea_status fovea__data_home(fovea_context *context, char **folder, fovea_error *error);

#endif
