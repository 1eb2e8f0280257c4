// SPDX-License-Identifier: MIT
#include "explain_targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "class_choice.h"

// -1: there is none.
static int32_t find(const cli_explain_net *net, const char *text) {
    int64_t number;
    int32_t named = cli_class_of_name(net->names, net->named, text);
    if (named >= 0) return named;
    if (cli_parse_integer("", text, 0, net->outputs - 1, &number, NULL) == FOVEA_OK)
        return (int32_t)number;
    if (strcmp(text, "predicted") == 0) return cli_explain_net_top(net);
    return strcmp(text, "true") == 0 ? net->label : -1;
}

fovea_status cli_explain_target(const char *option, const char *text, const cli_explain_net *net,
                                int32_t *target, fovea_error *error) {
    char what[40];
    *target = find(net, text);
    if (*target >= 0) return FOVEA_OK;
    if (strcmp(text, "true") == 0)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--%s true: the picture's class is known of SET#INDEX only", option);
    snprintf(what, sizeof what, "--%s", option);
    return cli_no_class(what, text, net->names, net->named, net->outputs, error);
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
