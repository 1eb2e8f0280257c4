// SPDX-License-Identifier: MIT
#include "explain_targets.h"

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

// -1: there is none.
static int32_t find_name(const cli_explain_net *net, const char *text) {
    int32_t count = fovea_model_class_count(net->model);
    for (int32_t k = 0; k < count && k < net->outputs; k++)
        if (strcmp(fovea_model_class_name(net->model, k), text) == 0) return k;
    for (int32_t k = 0; k < count && k < net->outputs && *text; k++)
        if (strcasecmp(fovea_model_class_name(net->model, k), text) == 0 ||
            has_synonym(fovea_model_class_name(net->model, k), text))
            return k;
    return -1;
}

static int32_t find(const cli_explain_net *net, const char *text) {
    int64_t number;
    int32_t named = find_name(net, text);
    if (named >= 0) return named;
    if (cli_parse_integer("", text, 0, net->outputs - 1, &number, NULL) == FOVEA_OK)
        return (int32_t)number;
    if (strcmp(text, "predicted") == 0) return cli_explain_net_top(net);
    return strcmp(text, "true") == 0 ? net->label : -1;
}

static bool holds(const char *name, const char *text) {
    size_t length = strlen(text);
    for (; *name; name++)
        if (strncasecmp(name, text, length) == 0) return true;
    return false;
}

// The class one of whose names is nearest; -1: none is near.
static int32_t nearest_class(const cli_explain_net *net, const char *text) {
    char kept[256] = "", name[256];
    int32_t nearest = -1;
    for (int32_t k = 0; k < fovea_model_class_count(net->model); k++)
        for (const char *at = fovea_model_class_name(net->model, k); *at;) {
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

// " did you mean 'a', 'b'?": names that hold the text, else the nearest; empty where nothing is near.
static void list_near(const cli_explain_net *net, const char *text, char *list, size_t size) {
    int32_t count = fovea_model_class_count(net->model);
    size_t used = 0;
    int listed = 0;
    char shown[80];
    list[0] = 0;
    for (int32_t k = 0; k <= count && listed < NEAR_NAMES && used < size; k++) {
        int32_t class = k < count ? k : listed ? -1 : nearest_class(net, text);
        const char *name = class < 0 ? NULL : fovea_model_class_name(net->model, class);
        if (!name || (k < count && (!*text || !holds(name, text)))) continue;
        used +=
            (size_t)snprintf(list + used, size - used, "%s'%s'", listed++ ? ", " : " did you mean ",
                             cli_clean(shown, sizeof shown, name));
    }
    if (listed && used < size) snprintf(list + used, size - used, "?");
}

fovea_status cli_explain_target(const char *option, const char *text, const cli_explain_net *net,
                                int32_t *target, fovea_error *error) {
    char shown[80], near[512];
    *target = find(net, text);
    if (*target >= 0) return FOVEA_OK;
    if (strcmp(text, "true") == 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--%s true: the picture's class is known of SET#INDEX only", option);
    list_near(net, text, near, sizeof near);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "--%s %s: no class of that name;%s a number may go from 0 to %d", option,
                    cli_clean(shown, sizeof shown, text), near, net->outputs - 1);
}

// The longest stretch of pieces between commas that is a class: where it ends, NULL for none.
static const char *longest_match(const cli_explain_net *net, const char *text, int32_t *target) {
    char *copy = strdup(text);
    const char *end = NULL;
    for (size_t length = copy ? strlen(copy) : 0; length > 0 && !end;) {
        copy[length] = 0;
        *target = find(net, copy);
        if (*target >= 0) end = text + length;
        while (length > 0 && text[--length] != ',') continue;
    }
    free(copy);
    return end;
}

fovea_status cli_explain_target_list(const char *option, const char *text,
                                     const cli_explain_net *net, int32_t *targets, int *count,
                                     fovea_error *error) {
    *count = 0;
    for (const char *at = text;;) {
        int32_t target;
        const char *end = longest_match(net, at, &target);
        if (!end) {
            char piece[256];
            snprintf(piece, sizeof piece, "%.*s", (int)strcspn(at, ","), at);
            return cli_explain_target(option, piece, net, &target, error);
        }
        if (*count == CLI_MAX_TARGETS)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--%s: more than %d classes", option,
                            CLI_MAX_TARGETS);
        targets[(*count)++] = target;
        if (!*end) return FOVEA_OK;
        at = end + 1;
        at += strspn(at, " ");
    }
}
