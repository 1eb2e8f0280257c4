// SPDX-License-Identifier: MIT
#include "class_choice.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clean_text.h"

enum { NEAR_NAMES = 5 };

static bool has_synonym(const char *name, const char *text) {
    size_t length = strlen(text);
    for (const char *at = name; *at;) {
        size_t here = strcspn(at, ",");
        if (here == length && strncasecmp(at, text, length) == 0) return true;
        at += here;
        at += strspn(at, ", ");
    }
    return false;
}

int32_t cli_class_of_name(const char *const *names, int count, const char *text) {
    for (int32_t k = 0; k < count; k++)
        if (strcmp(names[k], text) == 0) return k;
    for (int32_t k = 0; k < count && *text; k++)
        if (strcasecmp(names[k], text) == 0 || has_synonym(names[k], text)) return k;
    return -1;
}

// As a word of its own, or anywhere.
static bool holds(const char *name, const char *text, bool word) {
    size_t length = strlen(text);
    bool begins = true;
    for (; *name; begins = !isalnum((unsigned char)*name++))
        if (strncasecmp(name, text, length) == 0 &&
            (!word || (begins && !isalnum((unsigned char)name[length]))))
            return true;
    return false;
}

// The class one of whose names is nearest; -1: none is near.
static int32_t nearest_class(const char *const *names, int count, const char *text) {
    char kept[256] = "", name[256];
    int32_t nearest = -1;
    for (int32_t k = 0; k < count; k++)
        for (const char *at = names[k]; *at;) {
            size_t length = strcspn(at, ",");
            snprintf(name, sizeof name, "%.*s", (int)(length < 255 ? length : 255), at);
            const char *two[2] = {kept, name};
            // The nearer of the two stays.
            if (cli_nearest(text, *kept ? two : two + 1, *kept ? 2 : 1) == name) {
                memcpy(kept, name, sizeof kept);
                nearest = k;
            }
            at += length;
            at += strspn(at, ", ");
        }
    return nearest;
}

// " did you mean 'a', 'b'?": names with the text as a word, then others that hold it, else the nearest;
// empty where nothing is near.
static void list_near(const char *const *names, int count, const char *text, char *list,
                      size_t size) {
    size_t used = 0;
    int listed = 0;
    char shown[80];
    list[0] = 0;
    int32_t nearest = nearest_class(names, count, text);
    for (int pass = 0; pass < 3 && *text; pass++)
        for (int32_t k = 0; k < count && listed < NEAR_NAMES && used < size; k++) {
            bool near = pass == 0   ? holds(names[k], text, true)
                        : pass == 1 ? holds(names[k], text, false) && !holds(names[k], text, true)
                                    : !listed && k == nearest;
            if (!near) continue;
            used += (size_t)snprintf(list + used, size - used, "%s'%s'",
                                     listed++ ? ", " : " did you mean ",
                                     cli_clean(shown, sizeof shown, names[k]));
        }
    if (listed && used < size) snprintf(list + used, size - used, "?");
}

fovea_status cli_no_class(const char *what, const char *text, const char *const *names, int count,
                          int outputs, fovea_error *error) {
    char shown[80], near[512];
    list_near(names, count, text, near, sizeof near);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "%s %s: no class of that name;%s a number may go from 0 to %d", what,
                    cli_clean(shown, sizeof shown, text), near, outputs - 1);
}

fovea_status cli_find_class(const char *what, const char *text, const char *const *names, int count,
                            int outputs, int32_t *index, fovea_error *error) {
    int64_t number;
    *index = cli_class_of_name(names, count < outputs ? count : outputs, text);
    if (*index >= 0) return FOVEA_OK;
    CLI_TRY(cli_parse_integer(what, text, 0, outputs - 1, &number, NULL) == FOVEA_OK
                ? FOVEA_OK
                : cli_no_class(what, text, names, count, outputs, error));
    *index = (int32_t)number;
    return FOVEA_OK;
}

const char **cli_class_names(const fovea_model *model, int32_t most, int32_t *count) {
    *count = fovea_model_class_count(model);
    if (*count > most) *count = most;
    const char **names = calloc((size_t)*count + 1, sizeof *names);
    for (int32_t k = 0; names && k < *count; k++) names[k] = fovea_model_class_name(model, k);
    return names;
}
