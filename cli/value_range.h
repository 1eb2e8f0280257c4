// SPDX-License-Identifier: MIT
// What numbers of any type a tensor holds, in short.
#ifndef FOVEA_CLI_VALUE_RANGE_H
#define FOVEA_CLI_VALUE_RANGE_H

#include "json_output.h"

typedef struct cli_value_range {
    fovea_type type;
    fovea_shape shape;
    double minimum, maximum, mean;  // of those that are numbers; NaN where none is
    int64_t not_finite;
} cli_value_range;

cli_value_range cli_value_range_of(const fovea_view *view);
// {"name":…,"type":…,"shape":[…],"minimum":…,"maximum":…,"mean":…,"not_finite":…}
void cli_value_range_json(cli_json *json, const char *name, const cli_value_range *range);
// A line of a table with the title "name type shape minimum maximum mean".
void cli_value_range_title(void);
void cli_value_range_print(const char *name, const cli_value_range *range);

#endif
