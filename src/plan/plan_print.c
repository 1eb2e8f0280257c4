// SPDX-License-Identifier: MIT
// The plan in words: what each step does, in which region, and where what it makes lives.
#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "plan/plan_memory.h"

static const char *kernel_of(const fovea__step *step) {
    bool moves = !step->lowered || !step->lowered->kernel;
    return moves ? "-" : step->lowered->kernel;
}

// The value a step makes or, going backward, the one whose gradient it makes; -1: none that lives
// in a session's memory.
static fovea_value made_by(const fovea__plan *plan, size_t s) {
    const fovea__step *step = &plan->steps.step[s];
    const fovea__lowered *lowered = step->lowered;
    if (!lowered) {
        if (s == 0 || strcmp(step->what, "pack into lanes") == 0) return plan->graph->input[0];
        return strcmp(step->what, "loss") == 0 ? plan->graph->output[0] : -1;
    }
    if (strcmp(step->what, "pack weights") == 0 || strcmp(step->what, "weight gradient") == 0 ||
        strcmp(step->what, "gather") == 0 || strcmp(step->what, "merge") == 0)
        return -1;
    if (s < plan->forward_steps) return lowered->node->out[0];
    return fovea__wants(lowered, 0) ? lowered->node->in[0] : -1;
}

static void add_step(fovea__text *text, const fovea__plan *plan, size_t s) {
    static const char *const kinds[] = {"group", "tile", "part", "once"};
    static const char *const scopes[] = {"-", "batch", "worker"};
    const fovea__step *step = &plan->steps.step[s];
    fovea_value v = made_by(plan, s);
    bool gradient = s >= plan->forward_steps || strcmp(step->what, "loss") == 0;
    const fovea__place none = {0};
    const fovea__place *place = &none;
    if (v >= 0) place = &plan->place[gradient ? fovea__gradient_buffer(plan, v) : (size_t)v];
    fovea__text_format(text, "  %6d %-5s %-20s %-24s %-16s %-6s %12zu\n", (int)step->region,
                       kinds[step->kind], step->lowered ? step->lowered->node->name : "-",
                       step->what, kernel_of(step), scopes[place->scope], place->bytes);
}

fovea_status fovea__plan_print(const fovea__plan *plan, char **result, fovea_error *error) {
    fovea__text text = fovea__text_begin(plan->context);
    fovea__text_format(
        &text, "layout %s, batch up to %lld; %zu bytes for the batch, %zu for each worker\n",
        plan->layout == FOVEA__LAYOUT_N16 ? "N16" : "NCHW", (long long)plan->samples,
        plan->batch_bytes, plan->worker_bytes);
    fovea__text_format(&text, "  %6s %-5s %-20s %-24s %-16s %-6s %12s\n", "region", "item", "node",
                       "step", "kernel", "memory", "bytes");
    for (size_t s = 0; s < plan->steps.count; s++) {
        if (s == 0) fovea__text_add(&text, "forward\n");
        if (s == plan->forward_steps) fovea__text_add(&text, "backward\n");
        add_step(&text, plan, s);
    }
    return fovea__text_take(&text, result, NULL, error);
}

fovea_status fovea__plan_log(const fovea__plan *plan, fovea_error *error) {
    char *text;
    FOVEA__TRY(fovea__plan_print(plan, &text, error));
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        fovea__log(plan->context, FOVEA_LOG_INFO, "%.*s", (int)(end - line), line);
    fovea__free(plan->context, text);
    return FOVEA_OK;
}
