// SPDX-License-Identifier: MIT
#include "fovea/status.h"

const char *fovea_status_name(fovea_status status) {
    switch (status) {
#define STATUS_CASE(name, value, exit_code, text) \
    case FOVEA_##name:                            \
        return #name;
        FOVEA_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "UNKNOWN";
}

const char *fovea_status_text(fovea_status status) {
    switch (status) {
#define STATUS_CASE(name, value, exit_code, text) \
    case FOVEA_##name:                            \
        return text;
        FOVEA_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return "unknown status";
}

int fovea_status_exit_code(fovea_status status) {
    switch (status) {
#define STATUS_CASE(name, value, exit_code, text) \
    case FOVEA_##name:                            \
        return exit_code;
        FOVEA_STATUS_MAP(STATUS_CASE)
#undef STATUS_CASE
    }
    return 1;
}
