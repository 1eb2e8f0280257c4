// SPDX-License-Identifier: MIT
// Making a session: one arena behind all values, gradients, the plan's workspace and the workers'
// scratch.
#include "run/session.h"

#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/os.h"

void fovea_session_options_default(fovea_session_options *options) {
    *options = (fovea_session_options){.size = sizeof *options, .samples = 1};
}

// Bytes of value v for the largest batch.
static size_t value_bytes(const fovea__plan *plan, fovea_value v) {
    const fovea__value *value = &plan->graph->value[v];
    int64_t count = fovea__value_size(value);
    if (fovea__is_batched(value)) {
        int64_t groups = (plan->samples + FOVEA__LANES - 1) / FOVEA__LANES;
        count *= plan->layout == FOVEA__LAYOUT_N16 ? groups * FOVEA__LANES : plan->samples;
    }
    return (size_t)count * fovea_type_size(value->signature.type);
}

static size_t gradient_bytes(const fovea__plan *plan, fovea_value v) {
    const fovea__value *value = &plan->graph->value[v];
    size_t bytes = value_bytes(plan, v);
    if (value->kind != FOVEA_VALUE_PARAMETER) return bytes;
    // Room for the batch that needs most slots: a smaller one may use more than the largest.
    int32_t most = 1;
    for (int32_t slots = 1; slots <= FOVEA__MAX_SLOTS; slots++) {
        fovea__splitting split = fovea__split((int64_t)slots * FOVEA__LANES);
        if (split.samples - FOVEA__LANES >= plan->samples) break;
        int32_t used = fovea__parameter_slots(plan, v, &split);
        if (used > most) most = used;
    }
    return bytes * (size_t)most;
}

// Walks the arena twice: once to measure (base NULL), once to hand out.
typedef struct {
    uint8_t *base;
    size_t used;
    bool overflow;
} cursor;

static void *take(cursor *at, size_t bytes) {
    size_t rounded;
    uint8_t *here = at->base ? at->base + at->used : NULL;
    if (!fovea__round_up(bytes, 64, &rounded) || !fovea__add_size(at->used, rounded, &at->used))
        at->overflow = true;
    return here;
}

static void lay_out(fovea_session *session, cursor *at) {
    const fovea_graph *graph = session->graph;
    const fovea__plan *plan = session->plan;
    for (fovea_value v = 0; v < (fovea_value)graph->value_count; v++) {
        fovea_value_kind kind = graph->value[v].kind;
        if (plan->hidden[v] == FOVEA__ABSENT) continue;
        if (kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER)
            session->value[v] = graph->value[v].data;
        else
            session->value[v] = plan->alias[v] == v ? take(at, value_bytes(plan, v))
                                                    : session->value[plan->alias[v]];
        if (!plan->has_gradient[v]) continue;
        session->gradient[v] = plan->alias[v] == v ? take(at, gradient_bytes(plan, v))
                                                   : session->gradient[plan->alias[v]];
    }
    session->bound.workspace = take(at, plan->workspace);
    for (int32_t w = 0; w < session->workers; w++) session->scratch[w] = take(at, plan->scratch);
}

// Batched values of an N16 plan stand in groups.
static void set_strides(fovea_session *session) {
    const fovea_graph *graph = session->graph;
    for (fovea_value v = 0; v < (fovea_value)graph->value_count; v++)
        if (fovea__is_batched(&graph->value[v]))
            session->stride[v] = session->stride[graph->value_count + (size_t)v] =
                fovea__value_size(&graph->value[v]) * FOVEA__LANES;
}

static void set_workers(fovea_session *session) {
    size_t values = session->graph->value_count;
    for (int32_t w = 0; w < session->workers; w++) {
        fovea__bound *worker = &session->worker[w];
        worker->value = session->table + 2 * (size_t)w * values;
        worker->gradient = worker->value + values;
        memcpy(worker->value, session->value, values * sizeof *worker->value);
        memcpy(worker->gradient, session->gradient, values * sizeof *worker->gradient);
    }
}

static fovea_status allocate_tables(fovea_session *session, fovea_error *error) {
    fovea_context *context = session->context;
    size_t values = session->graph->value_count;
    session->workers = fovea_context_threads(context);
    size_t lanes =
        ((size_t)session->plan->samples + FOVEA__LANES - 1) / FOVEA__LANES * FOVEA__LANES;
    session->value = fovea__new(context, values, sizeof(void *), error);
    session->gradient = fovea__new(context, values, sizeof(void *), error);
    session->stride = fovea__new(context, 2 * values, sizeof *session->stride, error);
    session->scratch = fovea__new(context, (size_t)session->workers, sizeof(void *), error);
    session->worker = fovea__new(context, (size_t)session->workers, sizeof *session->worker, error);
    session->table =
        fovea__new(context, (size_t)session->workers * 2 * values, sizeof(void *), error);
    session->input = fovea__new(context, session->graph->input_count, sizeof(fovea_view), error);
    session->sample = fovea__new(context, lanes, sizeof(uint32_t), error);
    bool ok = session->value && session->gradient && session->stride && session->scratch &&
              session->worker && session->table && session->input && session->sample;
    return ok ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
}

static fovea_status allocate(fovea_session *session, fovea_error *error) {
    FOVEA__TRY(allocate_tables(session, error));
    cursor measure = {0};
    lay_out(session, &measure);
    if (measure.overflow)
        return fovea__fail(error, FOVEA_OUT_OF_MEMORY,
                           "the batch needs more memory than can be named");
    session->arena = fovea__new(session->context, measure.used, 1, error);
    if (!session->arena) return FOVEA_OUT_OF_MEMORY;
    cursor real = {.base = session->arena};
    lay_out(session, &real);
    set_strides(session);
    set_workers(session);
    return FOVEA_OK;
}

fovea_status fovea__session_create(const fovea_graph *graph, const fovea_session_options *options,
                                   fovea__session_needs needs, fovea_session **result,
                                   fovea_error *error) {
    FOVEA__TRY(fovea__graph_check_memory(graph, error));
    fovea_session *session = fovea__new(graph->context, 1, sizeof *session, error);
    if (!session) return FOVEA_OUT_OF_MEMORY;
    session->context = graph->context;
    session->graph = graph;
    fovea__plan_options plan = {
        .samples = options->samples,
        .backward = options->gradients,
        .input_gradient = needs.input_gradient,
        .parameter_gradient = needs.parameter_gradient,
        .outputs_only = needs.outputs_only,
        .passes = options->plan ? options->plan : fovea__environment("FOVEA_PLAN")};
    fovea_status status = fovea__plan_create(graph, &plan, &session->plan, error);
    if (status == FOVEA_OK) {
        session->graph = session->plan->graph;
        status = allocate(session, error);
    }
    if (status != FOVEA_OK) {
        fovea_session_free(session);
        return status;
    }
    session->bound.plan = session->plan;
    session->bound.training = options->training;
    session->bound.value = session->value;
    session->bound.gradient = session->gradient;
    session->bound.value_stride = session->stride;
    session->bound.gradient_stride = session->stride + session->graph->value_count;
    session->bound.scratch = session->scratch;
    fovea_session_set_random(session, 0, 0, NULL, 0);
    *result = session;
    return FOVEA_OK;
}

fovea_status fovea_session_create(const fovea_graph *graph, const fovea_session_options *options,
                                  fovea_session **session, fovea_error *error) {
    fovea_session_options standard;
    fovea_session_options_default(&standard);
    fovea__session_needs all = {.input_gradient = true, .parameter_gradient = true};
    return fovea__session_create(graph, options ? options : &standard, all, session, error);
}

void fovea_session_free(fovea_session *session) {
    if (!session) return;
    fovea_context *context = session->context;
    fovea__profile_free(context, session->profile);
    fovea__plan_free(session->plan);
    fovea__free(context, session->value);
    fovea__free(context, session->gradient);
    fovea__free(context, session->stride);
    fovea__free(context, session->scratch);
    fovea__free(context, session->worker);
    fovea__free(context, session->table);
    fovea__free(context, session->input);
    fovea__free(context, session->sample);
    fovea__free(context, session->arena);
    fovea__free(context, session);
}

void fovea_session_set_random(fovea_session *session, uint64_t seed, uint32_t epoch,
                              const uint32_t *samples, int64_t count) {
    for (int64_t n = 0; n < session->plan->samples; n++)
        session->sample[n] = samples && n < count ? samples[n] : (uint32_t)n;
    session->bound.random = (fovea__random_key){seed, epoch, 0, session->sample};
}
