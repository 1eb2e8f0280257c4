// SPDX-License-Identifier: MIT
#include "plan/plan_memory.h"

#include <stdlib.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"

typedef struct {
    int32_t first, last;  // steps; first > last: never used
    int64_t cell;         // the buffer whose memory this one has: itself or another
} life;

struct fovea__lifetimes {
    const fovea__plan *plan;
    int32_t step;    // that is being asked
    bool replacing;  // asked a second time, when all uses are known
    life *life;      // [buffers]
};

const fovea__plan *fovea__lifetimes_plan(const fovea__lifetimes *lifetimes) {
    return lifetimes->plan;
}

static size_t buffers_of(const fovea__plan *plan) {
    return 2 * plan->graph->value_count;
}

// The value whose buffer v lies in, and how far from its beginning.
static fovea_value holder_of(const fovea__plan *plan, fovea_value v, size_t *at) {
    *at = 0;
    for (v = plan->alias[v]; plan->inside[v] != v; v = plan->inside[v]) *at += plan->inside_at[v];
    return v;
}

// Memory of an alias is that of what it stands for.
static int64_t buffer_of(const fovea__plan *plan, fovea_value v, bool gradient) {
    if (v < 0 || (gradient && !plan->has_gradient[v])) return -1;
    fovea_value_kind kind = plan->graph->value[v].kind;
    if (kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER) return -1;
    size_t at;
    return gradient ? (int64_t)fovea__gradient_buffer(plan, plan->alias[v])
                    : holder_of(plan, v, &at);
}

static int64_t cell_of(const fovea__lifetimes *lifetimes, int64_t buffer) {
    while (lifetimes->life[buffer].cell != buffer) buffer = lifetimes->life[buffer].cell;
    return buffer;
}

static void use(fovea__lifetimes *lifetimes, int64_t buffer) {
    if (buffer < 0 || lifetimes->replacing) return;
    life *l = &lifetimes->life[buffer];
    if (l->first > l->last) l->first = lifetimes->step;
    l->last = lifetimes->step;
}

void fovea__uses_value(fovea__lifetimes *lifetimes, fovea_value v) {
    use(lifetimes, buffer_of(lifetimes->plan, v, false));
}

void fovea__uses_gradient(fovea__lifetimes *lifetimes, fovea_value v) {
    use(lifetimes, buffer_of(lifetimes->plan, v, true));
}

void fovea__uses_nothing(const fovea__step *step, fovea__lifetimes *lifetimes) {
    (void)step, (void)lifetimes;
}

static void replace(fovea__lifetimes *lifetimes, int64_t from, int64_t to) {
    if (from < 0 || to < 0 || !lifetimes->replacing) return;
    const fovea__place *place = lifetimes->plan->place;
    int64_t a = cell_of(lifetimes, from), b = cell_of(lifetimes, to);
    life *dies = &lifetimes->life[a], *born = &lifetimes->life[b];
    if (a == b || dies->last != lifetimes->step || born->first != lifetimes->step) return;
    if (place[a].kept || place[b].kept || place[a].scope != place[b].scope ||
        place[a].bytes != place[b].bytes)
        return;
    dies->last = born->last;
    born->cell = a;
}

void fovea__value_replaces(fovea__lifetimes *lifetimes, fovea_value from, fovea_value to) {
    replace(lifetimes, buffer_of(lifetimes->plan, from, false),
            buffer_of(lifetimes->plan, to, false));
}

void fovea__gradient_replaces(fovea__lifetimes *lifetimes, fovea_value from, fovea_value to) {
    replace(lifetimes, buffer_of(lifetimes->plan, from, true),
            buffer_of(lifetimes->plan, to, true));
}

// What a step says nothing about uses all that is its node's.
static void use_all(fovea__lifetimes *lifetimes, const fovea__step *step, bool backward) {
    const fovea__node *node = step->lowered->node;
    for (int32_t i = 0; i < node->in_count; i++) fovea__uses_value(lifetimes, node->in[i]);
    for (int32_t i = 0; i < node->out_count; i++) fovea__uses_value(lifetimes, node->out[i]);
    if (!backward) return;
    fovea__uses_gradient(lifetimes, node->out[0]);
    for (int32_t i = 0; i < node->in_count; i++)
        if (fovea__wants(step->lowered, i)) fovea__uses_gradient(lifetimes, node->in[i]);
}

static void ask(fovea__lifetimes *lifetimes) {
    const fovea__plan *plan = lifetimes->plan;
    for (size_t s = 0; s < plan->steps.count; s++) {
        const fovea__step *step = &plan->steps.step[s];
        lifetimes->step = (int32_t)s;
        if (step->uses)
            step->uses(step, lifetimes);
        else if (step->lowered)
            use_all(lifetimes, step, s >= plan->forward_steps);
    }
}

static bool in_lanes(const fovea__plan *plan, fovea_value v) {
    return plan->layout == FOVEA__LAYOUT_N16 && fovea__is_batched(&plan->graph->value[v]);
}

// Bytes of value v for `samples` samples, whole groups in the lanes.
static size_t bytes_for(const fovea__plan *plan, fovea_value v, int64_t samples) {
    const fovea__value *value = &plan->graph->value[v];
    int64_t groups = (samples + FOVEA__LANES - 1) / FOVEA__LANES, count = fovea__value_size(value);
    if (fovea__is_batched(value)) count *= in_lanes(plan, v) ? groups * FOVEA__LANES : samples;
    return (size_t)count * fovea_type_size(value->signature.type);
}

static bool in_one_region(const fovea__plan *plan, const life *l) {
    const fovea__step *first = &plan->steps.step[l->first], *last = &plan->steps.step[l->last];
    return first->kind == FOVEA__STEP_GROUP && first->region == last->region;
}

// Whether backward is there to find the gradient of v, which is no parameter.
static bool is_asked_for(const fovea__plan *plan, fovea_value v) {
    return v == plan->leaf ||
           (plan->leaf == FOVEA_NO_VALUE && plan->graph->value[v].kind == FOVEA_VALUE_INPUT);
}

static void choose_scope(fovea__plan *plan, const life *l, size_t buffer, bool share) {
    fovea_value v = (fovea_value)(buffer % plan->graph->value_count);
    fovea__place *place = &plan->place[buffer];
    if (l->first > l->last) return;
    bool output = false;
    for (size_t o = 0; buffer == (size_t)v && o < plan->graph->output_count; o++)
        output |= plan->alias[plan->graph->output[o]] == v;
    bool beside = fovea__has_batch(plan->graph) && !fovea__is_batched(&plan->graph->value[v]);
    place->kept = !share || output || beside || (buffer != (size_t)v && is_asked_for(plan, v));
    bool one = !place->kept && in_lanes(plan, v) && in_one_region(plan, l);
    place->scope = one ? FOVEA__SCOPE_WORKER : FOVEA__SCOPE_BATCH;
    place->bytes = (bytes_for(plan, v, one ? FOVEA__LANES : plan->samples) + 63) & ~(size_t)63;
}

// A session that is looked at has all buffers, used or not.
static void keep_all(fovea__lifetimes *lifetimes) {
    const fovea__plan *plan = lifetimes->plan;
    int32_t last = (int32_t)plan->steps.count - 1;
    for (size_t v = 0; v < plan->graph->value_count; v++)
        for (int gradient = 0; gradient < 2; gradient++) {
            int64_t buffer = buffer_of(plan, (fovea_value)v, gradient);
            bool absent = plan->hidden[v] == FOVEA__ABSENT;
            if (buffer >= 0 && !absent) {
                lifetimes->life[buffer].first = 0;
                lifetimes->life[buffer].last = last;
            }
        }
}

// Without a loss among the steps the caller writes the outputs' gradients between both passes.
static void use_seeds(fovea__lifetimes *lifetimes) {
    const fovea__plan *plan = lifetimes->plan;
    int32_t forward = (int32_t)plan->forward_steps - 1;
    for (size_t o = 0; !plan->loss && o < plan->graph->output_count; o++) {
        int64_t buffer = buffer_of(plan, plan->graph->output[o], true);
        if (buffer < 0) continue;
        life *l = &lifetimes->life[buffer];
        l->first = forward;
        if (l->last < forward) l->last = forward;
    }
}

// In NCHW the inputs are copied into their values before the steps.
static void use_inputs(fovea__lifetimes *lifetimes) {
    const fovea__plan *plan = lifetimes->plan;
    for (size_t i = 0; i < plan->graph->input_count; i++) {
        life *l = &lifetimes->life[plan->graph->input[i]];
        if (plan->layout != FOVEA__LAYOUT_NCHW) continue;
        l->first = 0;
        if (l->last < 0) l->last = 0;
    }
}

static void extend_kept(fovea__lifetimes *lifetimes) {
    const fovea__plan *plan = lifetimes->plan;
    for (size_t b = 0; b < buffers_of(plan); b++)
        if (plan->place[b].kept) {
            lifetimes->life[b].first = 0;
            lifetimes->life[b].last = (int32_t)plan->steps.count - 1;
        }
}

// A cell to be placed.
typedef struct {
    size_t buffer, offset, bytes;
    int64_t first, last;  // steps or regions
} cell;

static int larger_first(const void *x, const void *y) {
    const cell *a = x, *b = y;
    if (a->bytes != b->bytes) return a->bytes < b->bytes ? 1 : -1;
    return a->buffer < b->buffer ? -1 : 1;
}

// The lowest gap beside the cells placed so far, which stand in the order of their offsets. What
// lives `always` goes to the end.
static bool place_cell(cell *placed, size_t count, cell next, bool always, size_t *end) {
    size_t at = always ? *end : 0, above, where;
    for (size_t i = 0; !always && i < count; i++) {
        if (placed[i].last < next.first || placed[i].first > next.last) continue;
        if (!fovea__add_size(at, next.bytes, &above)) return false;
        if (placed[i].offset >= above) break;
        if (placed[i].offset + placed[i].bytes > at) at = placed[i].offset + placed[i].bytes;
    }
    if (!fovea__add_size(at, next.bytes, &above)) return false;
    if (above > *end) *end = above;
    next.offset = at;
    for (where = count; where > 0 && placed[where - 1].offset > at; where--)
        placed[where] = placed[where - 1];
    placed[where] = next;
    return true;
}

// Where nothing is computed, for the output is an input, there are no steps.
static int64_t region_of(const fovea__plan *plan, int32_t step) {
    bool there = step >= 0 && (size_t)step < plan->steps.count;
    return there ? plan->steps.step[step].region : 0;
}

// Places the cells of one scope; false where the sizes overflow.
static bool place_scope(const fovea__lifetimes *lifetimes, fovea__place *place, cell *cells,
                        cell *placed, fovea__scope scope, size_t *end) {
    const fovea__plan *plan = lifetimes->plan;
    size_t count = 0, buffers = buffers_of(plan);
    for (size_t b = 0; b < buffers; b++) {
        const life *l = &lifetimes->life[b];
        if (place[b].scope != scope || l->cell != (int64_t)b) continue;
        bool worker = scope == FOVEA__SCOPE_WORKER;
        cells[count++] = (cell){.buffer = b,
                                .bytes = place[b].bytes,
                                .first = worker ? l->first : region_of(plan, l->first),
                                .last = worker ? l->last : region_of(plan, l->last)};
    }
    qsort(cells, count, sizeof *cells, larger_first);
    for (size_t c = 0; c < count; c++) {
        bool always = place[cells[c].buffer].kept;
        if (!place_cell(placed, c, cells[c], always, end)) return false;
    }
    for (size_t c = 0; c < count; c++) place[placed[c].buffer].offset = placed[c].offset;
    for (size_t b = 0; b < buffers; b++)
        if (place[b].scope == scope) place[b].offset = place[cell_of(lifetimes, (int64_t)b)].offset;
    return true;
}

static fovea_status lay_out(fovea__plan *plan, fovea__lifetimes *lifetimes, cell *cells, bool share,
                            fovea_error *error) {
    ask(lifetimes);
    use_seeds(lifetimes);
    use_inputs(lifetimes);
    if (!share) keep_all(lifetimes);
    for (size_t b = 0; b < buffers_of(plan); b++) choose_scope(plan, &lifetimes->life[b], b, share);
    extend_kept(lifetimes);
    lifetimes->replacing = true;
    ask(lifetimes);
    cell *placed = cells + buffers_of(plan);
    if (!place_scope(lifetimes, plan->place, cells, placed, FOVEA__SCOPE_BATCH,
                     &plan->batch_bytes) ||
        !place_scope(lifetimes, plan->place, cells, placed, FOVEA__SCOPE_WORKER,
                     &plan->worker_bytes))
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY,
                           "the batch needs more memory than can be named");
    for (size_t v = 0; v < plan->graph->value_count; v++) {
        size_t owner = (size_t)plan->alias[v], values = plan->graph->value_count, at;
        plan->place[v] = plan->place[holder_of(plan, (fovea_value)v, &at)];
        if (at > 0 || plan->inside[v] != (fovea_value)v) {
            plan->place[v].offset += at;
            plan->place[v].bytes = bytes_for(plan, (fovea_value)v, plan->samples);
        }
        if (plan->has_gradient[v]) plan->place[values + v] = plan->place[values + owner];
    }
    return FOVEA_OK;
}

fovea_status fovea__plan_lay_out(fovea__plan *plan, bool share, fovea_error *error) {
    size_t buffers = buffers_of(plan);
    fovea__lifetimes lifetimes = {.plan = plan};
    lifetimes.life = fovea__new(plan->context, buffers, sizeof *lifetimes.life, error);
    cell *cells = fovea__new(plan->context, 2 * buffers, sizeof *cells, error);
    plan->place = fovea__new(plan->context, buffers, sizeof *plan->place, error);
    fovea_status status = lifetimes.life && cells && plan->place ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    for (size_t b = 0; status == FOVEA_OK && b < buffers; b++)
        lifetimes.life[b] = (life){.last = -1, .cell = (int64_t)b};
    if (status == FOVEA_OK) status = lay_out(plan, &lifetimes, cells, share, error);
    fovea__free(plan->context, lifetimes.life);
    fovea__free(plan->context, cells);
    return status;
}
