// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "fovea/draw.h"

fovea_status fovea_scale_parse(const char *text, fovea_scale *scale, fovea_error *error) {
    static const char *const modes[] = {"figure", "row", "panel"};
    *scale = (fovea_scale){0};
    for (int i = 0; i < 3; i++)
        if (!strcmp(text, modes[i])) {
            scale->mode = (fovea_scale_mode)i;
            return FOVEA_OK;
        }
    char low[64];
    const char *colon = strchr(text, ':');
    if (colon && (size_t)(colon - text) < sizeof low) {
        memcpy(low, text, (size_t)(colon - text));
        low[colon - text] = 0;
        scale->mode = FOVEA_SCALE_FIXED;
        if (fovea__parse_double(low, &scale->low) && fovea__parse_double(colon + 1, &scale->high) &&
            scale->low < scale->high)
            return FOVEA_OK;
    }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "scale '%s' is not figure, row, panel or LOW:HIGH with LOW < HIGH, such as "
                       "-1:1",
                       text);
}
