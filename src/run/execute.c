// SPDX-License-Identifier: MIT
// Running steps, region by region. Whichever worker computes a slot of groups, a tile or a part, its
// numbers go to the same place.
#include <stdatomic.h>

#include "base/fail.h"
#include "base/os.h"
#include "base/threads.h"
#include "plan/plan_memory.h"
#include "run/session.h"

typedef struct {
    const fovea__step *step;
    size_t count;
    const fovea_session *session;
    size_t number;  // of the first step in the profile
    _Atomic int failed;
} region;

static fovea_status run_step(region *r, size_t s, int64_t item, int32_t worker,
                             fovea_error *error) {
    fovea__profile *profile = r->session->profile;
    double start = profile ? fovea__seconds() : 0;
    fovea_status status =
        r->step[s].run(&r->step[s], &r->session->worker[worker], item, worker, error);
    if (profile) fovea__profile_add(profile, r->number + s, worker, start);
    if (status != FOVEA_OK) atomic_store(&r->failed, 1);
    return status;
}

static void run_slot(void *user, int64_t slot, int32_t worker) {
    region *r = user;
    const fovea__splitting *split = &r->session->bound.split;
    int64_t first = fovea__slot_begin(split->groups, split->slots, (int32_t)slot);
    int64_t last = fovea__slot_begin(split->groups, split->slots, (int32_t)slot + 1);
    for (int64_t g = first; g < last; g++)
        for (size_t s = 0; s < r->count; s++) run_step(r, s, g, worker, NULL);
}

static void run_tile(void *user, int64_t item, int32_t worker) {
    region *r = user;
    for (size_t s = 0; s < r->count; item -= r->step[s++].tiles)
        if (item < r->step[s].tiles) {
            run_step(r, s, item, worker, NULL);
            return;
        }
}

static int64_t samples_of(const region *r, const fovea__step *step) {
    const fovea__lowered *lowered = step->lowered;
    return fovea__value_samples(&lowered->graph->value[lowered->node->out[0]],
                                r->session->bound.split.samples);
}

// A part of all samples before the next part: weights that belong to it stay in the cache.
static void run_part(void *user, int64_t item, int32_t worker) {
    region *r = user;
    size_t s = 0;
    int64_t samples;
    for (;; s++) {
        if (r->step[s].follows) continue;
        samples = samples_of(r, &r->step[s]);
        if (item < r->step[s].tiles * samples) break;
        item -= r->step[s].tiles * samples;
    }
    int64_t at = item % samples * r->step[s].tiles + item / samples;
    run_step(r, s, at, worker, NULL);
    while (++s < r->count && r->step[s].follows) run_step(r, s, at, worker, NULL);
}

static int64_t part_items(const region *r) {
    int64_t items = 0;
    for (size_t s = 0; s < r->count; s++)
        if (!r->step[s].follows) items += r->step[s].tiles * samples_of(r, &r->step[s]);
    return items;
}

static fovea_status run_region(region *r, fovea_error *error) {
    fovea_context *context = r->session->context;
    int64_t tiles = 0;
    switch (r->step[0].kind) {
        case FOVEA__STEP_GROUP:
            fovea__parallel(context, r->session->bound.split.slots, run_slot, r);
            break;
        case FOVEA__STEP_TILE:
            for (size_t s = 0; s < r->count; s++) tiles += r->step[s].tiles;
            fovea__parallel(context, tiles, run_tile, r);
            break;
        case FOVEA__STEP_PART:
            fovea__parallel(context, part_items(r), run_part, r);
            break;
        case FOVEA__STEP_ONCE:
            return run_step(r, 0, 0, 0, error);
    }
    return atomic_load(&r->failed) ? FOVEA_FAILED : FOVEA_OK;
}

// What all workers know of the batch; where values are stays each one's own.
static void tell_workers(fovea_session *session) {
    for (int32_t w = 0; w < session->workers; w++) {
        fovea__bound *own = &session->worker[w];
        void **value = own->value, **gradient = own->gradient;
        *own = session->bound;
        own->value = value;
        own->gradient = gradient;
    }
}

fovea_status fovea__execute(fovea_session *session, size_t first, size_t last, fovea_error *error) {
    const fovea__step *step = session->plan->steps.step;
    tell_workers(session);
    for (size_t next; first < last; first = next) {
        next = first + 1;
        while (next < last && step[next].region == step[first].region) next++;
        region r = {
            .step = &step[first], .count = next - first, .session = session, .number = first};
        FOVEA__TRY(run_region(&r, error));
        // Packing makes nothing.
        bool makes = r.step->lowered && r.step->uses != fovea__uses_nothing;
        if (session->passing && session->probes && makes)
            FOVEA__TRY(fovea__session_call_probes(session, (size_t)r.step->lowered->index, error));
    }
    return FOVEA_OK;
}
