// SPDX-License-Identifier: MIT
// The forward pass every request begins with, in a session that is made once: one whose values are
// kept, and one for logits alone.
#include "base/fail.h"
#include "base/memory.h"
#include "explain/passes.h"

struct fovea__first {
    fovea__passes passes;
};

static void close_first(fovea_explainer *explainer, int slot) {
    if (explainer->first[slot]) fovea__passes_close(&explainer->first[slot]->passes);
    fovea__free(explainer->context, explainer->first[slot]);
    explainer->first[slot] = NULL;
}

void fovea__first_free(fovea_explainer *explainer) {
    for (int slot = 0; slot < 2; slot++) close_first(explainer, slot);
}

// Rules may belong to a request that has ended: a session with some is not taken again.
static bool is_alike(const fovea__passes_options *a, const fovea__passes_options *b) {
    return a->gradients == b->gradients && a->leaf == b->leaf && !a->rules && !b->rules;
}

static fovea_status open_first(fovea_explainer *explainer, int slot,
                               const fovea__passes_options *options, fovea_error *error) {
    close_first(explainer, slot);
    struct fovea__first *first = fovea__new(explainer->context, 1, sizeof *first, error);
    if (!first) return FOVEA_OUT_OF_MEMORY;
    fovea_status status = fovea__passes_open(explainer, options, &first->passes, error);
    if (status == FOVEA_OK)
        explainer->first[slot] = first;
    else
        fovea__free(explainer->context, first);
    return status;
}

fovea_status fovea__first_pass(fovea_explainer *explainer, const fovea__passes_options *options,
                               const fovea_view *x, fovea__passes **passes, fovea_error *error) {
    fovea__passes_options one = *options;
    one.graph = NULL;
    one.samples = 1;
    int slot = one.ends_only;
    if (!explainer->first[slot] || !is_alike(&explainer->first[slot]->passes.options, &one))
        FOVEA__TRY(open_first(explainer, slot, &one, error));
    *passes = &explainer->first[slot]->passes;
    return fovea__passes_run(*passes, x, 1, error);
}
