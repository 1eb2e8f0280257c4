// SPDX-License-Identifier: MIT
// A line of tests/golden/explain/cases.txt (make_explain_golden.py) as a request.
#ifndef FOVEA_TESTS_EXPLAIN_CASE_H
#define FOVEA_TESTS_EXPLAIN_CASE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "fovea/explain.h"
#include "unit/unit.h"

typedef struct explain_case {
    char net[16], key[8], method[32], layer[64], sources[128];
    char baseline[16];       // "zero", "other" or "" for none
    int references;          // 2: zero and other as those of expected gradients
    double low[4], high[4];  // bounds of every channel; NaN: none
    long long target;
    double tolerance;  // relative to the largest magnitude of the map
    char options[256];
} explain_case;

static inline bool explain_case_read(const char *line, explain_case *c) {
    int used = 0;
    *c = (explain_case){.low = {NAN}};
    if (sscanf(line, "%15s %7s %31s %63s %lld %lf %127s%n", c->net, c->key, c->method, c->layer,
               &c->target, &c->tolerance, c->sources, &used) != 7)
        return false;
    snprintf(c->options, sizeof c->options, "%s", line + used);
    c->options[strcspn(c->options, "\n")] = '\0';
    return true;
}

static inline void explain_case_pair(const char *text, int32_t pair[2]) {
    if (sscanf(text, "%dx%d", &pair[0], &pair[1]) != 2) fail_msg("%s is no pair", text);
}

// One NAME=VALUE.
static inline void explain_case_option(explain_case *c, fovea_explain_options *options,
                                       const char *name, const char *value) {
    double number = atof(value);
    if (!strcmp(name, "steps"))
        options->steps = atoi(value);
    else if (!strcmp(name, "gauss"))
        options->gauss_legendre = atoi(value);
    else if (!strcmp(name, "samples"))
        options->samples = atoi(value);
    else if (!strcmp(name, "noise"))
        options->noise = number;
    else if (!strcmp(name, "seed"))
        options->seed = strtoull(value, NULL, 10);
    else if (!strcmp(name, "cells"))
        options->cells = atoi(value);
    else if (!strcmp(name, "keep"))
        options->keep = number;
    else if (!strcmp(name, "epsilon"))
        options->epsilon = number;
    else if (!strcmp(name, "gamma"))
        options->gamma = number;
    else if (!strcmp(name, "alpha"))
        options->alpha = number;
    else if (!strcmp(name, "patch"))
        explain_case_pair(value, options->patch);
    else if (!strcmp(name, "stride"))
        explain_case_pair(value, options->stride);
    else if (!strcmp(name, "baseline"))
        snprintf(c->baseline, sizeof c->baseline, "%s", value);
    else if (!strcmp(name, "low"))
        for (int k = 0; k < 4; k++) c->low[k] = number;
    else if (!strcmp(name, "high"))
        for (int k = 0; k < 4; k++) c->high[k] = number;
    else if (!strcmp(name, "references"))
        c->references = atoi(value);
    else
        fail_msg("no option %s", name);
}

// Everything but layer and baseline, which are the net's.
static inline void explain_case_options(explain_case *c, fovea_explain_options *options) {
    char text[256], *rest = text;
    fovea_error error;
    if (fovea_explain_options_default(c->method, options, &error)) fail_msg("%s", error.text);
    options->target = c->target;
    snprintf(text, sizeof text, "%s", c->options);
    for (char *word; (word = strtok_r(rest, " ", &rest));) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value = '\0';
        explain_case_option(c, options, word, value + 1);
    }
}

#endif
