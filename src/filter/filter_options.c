// SPDX-License-Identifier: MIT
#include <string.h>

#include "base/fail.h"
#include "fovea/filter.h"

static const char *const borders[] = {"reflect-101", "replicate", "zero"};

const char *fovea_border_name(fovea_border border) {
    return (unsigned)border < 3 ? borders[border] : "unknown";
}

fovea_status fovea_border_find(const char *name, fovea_border *border, fovea_error *error) {
    for (int i = 0; i < 3; i++)
        if (strcmp(name, borders[i]) == 0 || (i == 0 && strcmp(name, "reflect") == 0)) {
            *border = (fovea_border)i;
            return FOVEA_OK;
        }
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no border '%.64s': reflect-101, replicate and zero exist", name);
}

fovea_status fovea_filter_depth_find(const char *name, fovea_filter_depth *depth,
                                     fovea_error *error) {
    *depth = strcmp(name, "f32") == 0 ? FOVEA_FILTER_F32 : FOVEA_FILTER_U8;
    if (*depth == FOVEA_FILTER_F32 || strcmp(name, "u8") == 0) return FOVEA_OK;
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "there is no depth '%.64s': u8 (bytes, saturated) and f32 (of picture/255) "
                       "exist",
                       name);
}

void fovea_filter_options_default(fovea_filter_options *options) {
    *options = (fovea_filter_options){.size = sizeof *options};
}
