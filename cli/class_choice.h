// SPDX-License-Identifier: MIT
// Classes by what a user types.
#ifndef FOVEA_CLI_CLASS_CHOICE_H
#define FOVEA_CLI_CLASS_CHOICE_H

#include "command.h"

// The class that has `text` for a name, or for one of the names that it has separated by commas
// ("tabby" of "tabby, tabby cat"), in any case; -1: none.
int32_t cli_class_of_name(const char *const *names, int count, const char *text);
// That no class has `text` for a name, with those that hold it, else the nearest. INVALID_ARGUMENT.
fovea_status cli_no_class(const char *what, const char *text, const char *const *names, int count,
                          int outputs, fovea_error *error);
// By name, else by its number from 0. `what` is the option that says so. Errors: cli_no_class.
fovea_status cli_find_class(const char *what, const char *text, const char *const *names, int count,
                            int outputs, int32_t *index, fovea_error *error);
// Names of the first `most` classes of a model, `count` of them, for free(); they live as long as the
// model. NULL: out of memory.
const char **cli_class_names(const fovea_model *model, int32_t most, int32_t *count);

#endif
