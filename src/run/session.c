// SPDX-License-Identifier: MIT
// Making a session: one arena behind all values, gradients, the plan's workspace and the workers'
// scratch.
#include "run/session.h"

#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/os.h"
#include "plan/plan_memory.h"

void fovea_session_options_default(fovea_session_options *options) {
    *options = (fovea_session_options){.size = sizeof *options, .samples = 1};
}

// Of a parameter, for the batch that needs most slots: a smaller one may use more than the largest.
static size_t gradient_bytes(const fovea__plan *plan, fovea_value v) {
    const fovea__value *value = &plan->graph->value[v];
    int32_t most = 1;
    for (int32_t slots = 1; slots <= FOVEA__MAX_SLOTS; slots++) {
        fovea__splitting split = fovea__split((int64_t)slots * FOVEA__LANES);
        if (split.samples - FOVEA__LANES >= plan->samples) break;
        int32_t used = fovea__parameter_slots(plan, v, &split);
        if (used > most) most = used;
    }
    return (size_t)(fovea__value_size(value) * most) * fovea_type_size(value->signature.type);
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

static bool is_graphs_own(const fovea_graph *graph, fovea_value v) {
    fovea_value_kind kind = graph->value[v].kind;
    return kind == FOVEA_VALUE_PARAMETER || kind == FOVEA_VALUE_BUFFER;
}

static void lay_out(fovea_session *session, cursor *at) {
    const fovea_graph *graph = session->graph;
    const fovea__plan *plan = session->plan;
    session->batch_memory = take(at, plan->batch_bytes);
    for (int32_t w = 0; w < session->active; w++)
        session->worker_memory[w] = take(at, plan->worker_bytes);
    for (fovea_value v = 0; v < (fovea_value)graph->value_count; v++) {
        if (!is_graphs_own(graph, v)) continue;
        session->value[v] = graph->value[v].data;
        if (plan->has_gradient[v]) session->gradient[v] = take(at, gradient_bytes(plan, v));
    }
    session->bound.workspace = take(at, plan->workspace);
    for (int32_t w = 0; w < session->workers; w++) session->scratch[w] = take(at, plan->scratch);
}

// Where worker w finds a value or gradient; w < 0: only what is the whole batch's.
static void *address_of(const fovea_session *session, const fovea__place *place, int32_t w) {
    if (place->scope == FOVEA__SCOPE_BATCH) return session->batch_memory + place->offset;
    if (place->scope == FOVEA__SCOPE_NONE || w < 0 || w >= session->active) return NULL;
    return session->worker_memory[w] + place->offset;
}

static void set_tables(const fovea_session *session, int32_t w, void **value, void **gradient) {
    const fovea__place *place = session->plan->place;
    for (fovea_value v = 0; v < (fovea_value)session->graph->value_count; v++) {
        bool own = is_graphs_own(session->graph, v);
        value[v] = own ? session->value[v] : address_of(session, &place[v], w);
        gradient[v] =
            own ? session->gradient[v]
                : address_of(session, &place[fovea__gradient_buffer(session->plan, v)], w);
    }
}

static void set_workers(fovea_session *session) {
    size_t values = session->graph->value_count;
    for (int32_t w = 0; w < session->workers; w++) {
        fovea__bound *worker = &session->worker[w];
        worker->value = session->table + 2 * (size_t)w * values;
        worker->gradient = worker->value + values;
        set_tables(session, w, worker->value, worker->gradient);
    }
    set_tables(session, -1, session->value, session->gradient);
}

// Batched values that are whole stand in groups.
static void set_strides(fovea_session *session) {
    size_t values = session->graph->value_count;
    for (size_t b = 0; b < 2 * values; b++) {
        const fovea__value *value = &session->graph->value[b % values];
        bool batch = session->plan->place[b].scope == FOVEA__SCOPE_BATCH;
        if (fovea__is_batched(value) && batch)
            session->stride[b] = fovea__value_size(value) * FOVEA__LANES;
    }
}

// Of the batch in whole groups, or along dimension 0 of what is computed without one.
static int64_t most_samples(const fovea_session *session) {
    const fovea_graph *graph = session->graph;
    int64_t most = (session->plan->samples + FOVEA__LANES - 1) / FOVEA__LANES * FOVEA__LANES;
    for (size_t n = 0; n < graph->node_count; n++) {
        if (!(graph->node[n].op->traits & FOVEA__RANDOM)) continue;
        int64_t samples = fovea__value_samples(&graph->value[graph->node[n].out[0]], 0);
        if (samples > most) most = samples;
    }
    return most;
}

static fovea_status allocate_tables(fovea_session *session, fovea_error *error) {
    fovea_context *context = session->context;
    size_t values = session->graph->value_count;
    int64_t slots = fovea__split(session->plan->samples).slots;
    session->workers = fovea_context_threads(context);
    session->active = session->workers < slots ? session->workers : (int32_t)slots;
    session->sample_count = most_samples(session);
    session->value = fovea__new(context, values, sizeof(void *), error);
    session->gradient = fovea__new(context, values, sizeof(void *), error);
    session->stride = fovea__new(context, 2 * values, sizeof *session->stride, error);
    session->scratch = fovea__new(context, (size_t)session->workers, sizeof(void *), error);
    session->worker_memory =
        fovea__new(context, (size_t)session->workers, sizeof(uint8_t *), error);
    session->worker = fovea__new(context, (size_t)session->workers, sizeof *session->worker, error);
    session->table =
        fovea__new(context, (size_t)session->workers * 2 * values, sizeof(void *), error);
    session->input = fovea__new(context, session->graph->input_count, sizeof(fovea_view), error);
    session->sample = fovea__new(context, (size_t)session->sample_count, sizeof(uint32_t), error);
    bool ok = session->value && session->gradient && session->stride && session->scratch &&
              session->worker_memory && session->worker && session->table && session->input &&
              session->sample;
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

static fovea_status explain(const fovea_session *session, fovea_error *error) {
    fovea_memory_use use = fovea_session_memory(session);
    FOVEA__TRY(fovea__plan_log(session->plan, error));
    fovea__log(session->context, FOVEA_LOG_INFO,
               "memory: %zu bytes: values %zu, gradients of parameters %zu, workspace %zu, "
               "parameters %zu",
               use.total, use.values, use.gradients, use.workspace, use.parameters);
    return FOVEA_OK;
}

fovea_status fovea__session_create(const fovea_graph *graph, const fovea_session_options *options,
                                   fovea__session_needs needs, fovea_session **result,
                                   fovea_error *error) {
    FOVEA__TRY(fovea__graph_check_memory(graph, error));
    if (options->passing && options->gradients)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "a session that lets values pass computes no gradients");
    fovea_session *session = fovea__new(graph->context, 1, sizeof *session, error);
    if (!session) return FOVEA_OUT_OF_MEMORY;
    session->context = graph->context;
    session->graph = graph;
    fovea__plan_options plan = {
        .samples = options->samples,
        .backward = options->gradients,
        .training = options->training,
        .input_gradient = needs.input_gradient,
        .parameter_gradient = needs.parameter_gradient,
        .leaf_gradient = needs.leaf_gradient,
        .leaf = needs.leaf,
        .rules = needs.rules,
        .outputs_only = needs.outputs_only || options->passing,
        .loss = needs.loss,
        .passes = options->plan ? options->plan : fovea__environment("FOVEA_PLAN")};
    if (options->passing) plan.passes = "plain,-pool-first,-chains";
    fovea_status status = fovea__plan_create(graph, &plan, &session->plan, error);
    if (status == FOVEA_OK) {
        session->graph = session->plan->graph;
        status = allocate(session, error);
    }
    if (status != FOVEA_OK) {
        fovea_session_free(session);
        return status;
    }
    session->passing = options->passing;
    session->bound.plan = session->plan;
    session->bound.training = options->training;
    session->bound.value = session->value;
    session->bound.gradient = session->gradient;
    session->bound.value_stride = session->stride;
    session->bound.gradient_stride = session->stride + session->graph->value_count;
    session->bound.scratch = session->scratch;
    fovea_session_set_random(session, 0, 0, NULL, 0);
    const char *verbose = fovea__environment("FOVEA_VERBOSE");
    if (verbose && strcmp(verbose, "0") != 0) {
        status = explain(session, error);
        if (status != FOVEA_OK) {
            fovea_session_free(session);
            return status;
        }
    }
    *result = session;
    return FOVEA_OK;
}

fovea_status fovea_session_create(const fovea_graph *graph, const fovea_session_options *options,
                                  fovea_session **session, fovea_error *error) {
    fovea_session_options standard;
    fovea_session_options_default(&standard);
    if (options)
        memcpy(&standard, options,
               options->size < sizeof standard ? options->size : sizeof standard);
    fovea__session_needs needs = {.input_gradient = true,
                                  .parameter_gradient = !standard.fixed_parameters,
                                  .outputs_only = standard.outputs_only};
    return fovea__session_create(graph, &standard, needs, session, error);
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
    fovea__free(context, session->worker_memory);
    fovea__free(context, session->worker);
    fovea__free(context, session->table);
    fovea__free(context, session->input);
    fovea__free(context, session->sample);
    fovea__free(context, session->arena);
    fovea__free(context, session);
}

fovea_memory_use fovea_session_memory(const fovea_session *session) {
    const fovea__plan *plan = session->plan;
    fovea_memory_use use = {
        .values = plan->batch_bytes + plan->worker_bytes * (size_t)session->active,
        .workspace = plan->workspace + plan->scratch * (size_t)session->workers};
    for (fovea_value v = 0; v < (fovea_value)plan->graph->value_count; v++) {
        const fovea__value *value = &plan->graph->value[v];
        if (!is_graphs_own(plan->graph, v)) continue;
        use.parameters += (size_t)fovea__value_size(value) * fovea_type_size(value->signature.type);
        if (plan->has_gradient[v]) use.gradients += gradient_bytes(plan, v);
    }
    use.total = use.values + use.gradients + use.workspace + use.parameters;
    return use;
}

void fovea_session_set_random(fovea_session *session, uint64_t seed, uint32_t epoch,
                              const uint32_t *samples, int64_t count) {
    for (int64_t n = 0; n < session->sample_count; n++)
        session->sample[n] = samples && n < count ? samples[n] : (uint32_t)n;
    session->bound.random = (fovea__random_key){seed, epoch, 0, session->sample};
}
