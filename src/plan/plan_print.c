// SPDX-License-Identifier: MIT
// The plan in words: what each step does, in which region, and where what it makes lives.
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "plan/plan_memory.h"

// Region, item, node, step, kernel, tile and memory: with 8 columns of bytes a hundred.
#define HEADER "%6s %-8s %-20s %-21s %-14s %-10s %-6s "
#define ROW "%6d %-8s %-20s %-21s %-14s %-10s %-6s "

static bool is(const fovea__step *step, const char *what) {
    return strcmp(step->what, what) == 0;
}

// Whether the plain plan calls the operator's own vjp.
static bool is_vjp(const fovea__plan *plan, const fovea__step *step, bool backward) {
    bool plain = plan->layout == FOVEA__LAYOUT_NCHW;
    return backward && plain && step->kind == FOVEA__STEP_ONCE;
}

static const char *kernel_of(const fovea__plan *plan, const fovea__step *step, bool backward) {
    const fovea__lowered *lowered = step->lowered;
    if (!lowered || !lowered->kernel || is_vjp(plan, step, backward)) return "-";
    const char *own = backward ? lowered->gradient_kernel[is(step, "weight gradient")] : NULL;
    return own ? own : lowered->kernel;
}

enum { TILE_TEXT = 160 };

// "4x3x3" behind what `text` holds.
static void add_tile(char text[TILE_TEXT], const int64_t tile[3]) {
    for (int i = 0; i < 3 && tile[i]; i++) {
        size_t at = strlen(text);
        snprintf(text + at, TILE_TEXT - at, "%s%lld", i ? "x" : at ? " " : "", (long long)tile[i]);
    }
}

// Of a step that computes two gradients both: "8x3 4x3x3".
static void tile_of(const fovea__plan *plan, const fovea__step *step, bool backward,
                    char text[TILE_TEXT]) {
    const fovea__lowered *lowered = step->lowered;
    *text = 0;
    bool computes = lowered && !is_vjp(plan, step, backward) && !is(step, "pack weights") &&
                    !is(step, "gather") && !is(step, "merge");
    bool weight = is(step, "weight gradient"), both = is(step, "gradients");
    if (computes && !backward) add_tile(text, lowered->tile[0]);
    if (computes && backward && !weight && fovea__wants(lowered, 0))
        add_tile(text, lowered->tile[1]);
    if (computes && (weight || both)) add_tile(text, lowered->tile[2]);
    if (!*text) strcpy(text, "-");
}

// The value a step makes or, going backward, the one whose gradient it makes; -1: none that lives
// in a session's memory.
static fovea_value made_by(const fovea__plan *plan, size_t s) {
    const fovea__step *step = &plan->steps.step[s];
    const fovea__lowered *lowered = step->lowered;
    if (!lowered) {
        if (s == 0 || is(step, "pack into lanes")) return plan->graph->input[0];
        return is(step, "loss") ? plan->graph->output[0] : -1;
    }
    if (is(step, "pack weights") || is(step, "weight gradient") || is(step, "gather") ||
        is(step, "merge"))
        return -1;
    if (s < plan->forward_steps) return lowered->node->out[0];
    return fovea__wants(lowered, 0) ? lowered->node->in[0] : -1;
}

static void add_step(fovea__text *text, const fovea__plan *plan, size_t s) {
    static const char *const kinds[] = {"group", "tile", "part", "once"};
    static const char *const scopes[] = {"-", "batch", "worker"};
    const fovea__step *step = &plan->steps.step[s];
    fovea_value v = made_by(plan, s);
    bool backward = s >= plan->forward_steps, gradient = backward || is(step, "loss");
    const fovea__place none = {0};
    const fovea__place *place = &none;
    if (v >= 0) place = &plan->place[gradient ? fovea__gradient_buffer(plan, v) : (size_t)v];
    char item[32], tile[TILE_TEXT];
    tile_of(plan, step, backward, tile);
    snprintf(item, sizeof item, step->tiles > 0 ? "%s %lld" : "%s", kinds[step->kind],
             (long long)step->tiles);
    fovea__text_format(text, ROW "%8zu\n", (int)step->region, item,
                       step->lowered ? step->lowered->node->name : "-", step->what,
                       kernel_of(plan, step, backward), tile, scopes[place->scope], place->bytes);
}

fovea_status fovea__plan_print(const fovea__plan *plan, char **result, fovea_error *error) {
    fovea__text text = fovea__text_begin(plan->context);
    fovea__text_format(
        &text, "layout %s, batch up to %lld, %s; %zu bytes for the batch, %zu for each worker\n",
        plan->layout == FOVEA__LAYOUT_N16 ? "N16" : "NCHW", (long long)plan->samples,
        plan->forward_steps < plan->steps.count ? "with gradients" : "forward only",
        plan->batch_bytes, plan->worker_bytes);
    fovea__text_format(&text, HEADER "%8s\n", "region", "item", "node", "step", "kernel", "tile",
                       "memory", "bytes");
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
