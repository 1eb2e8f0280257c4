// SPDX-License-Identifier: MIT
#include "plan/plan.h"

#include <string.h>

#include "base/checked.h"
#include "base/fail.h"
#include "base/memory.h"
#include "plan/plan_memory.h"

// The one floating-point type of all values; NONE where there are both or none.
static fovea_type common_type(const fovea_graph *graph) {
    fovea_type type = FOVEA_TYPE_NONE;
    for (size_t v = 0; v < graph->value_count; v++) {
        fovea_type t = graph->value[v].signature.type;
        if (!fovea__is_float(t)) continue;
        if (type != FOVEA_TYPE_NONE && type != t) return FOVEA_TYPE_NONE;
        type = t;
    }
    return type;
}

// Whether a parameter is read more than once. Its gradient is the sum of a sum over the batch for
// each reader, and there is one set of slots in the lanes to keep such sums in.
static fovea_status has_shared_parameter(const fovea__plan *plan, bool *shared,
                                         fovea_error *error) {
    const fovea_graph *graph = plan->graph;
    uint8_t *read = fovea__new(plan->context, graph->value_count, 1, error);
    if (!read) return FOVEA_OUT_OF_MEMORY;
    *shared = false;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++) {
            fovea_value v = graph->node[n].in[i];
            if (v < 0 || graph->value[v].kind != FOVEA_VALUE_PARAMETER) continue;
            *shared |= read[v];
            read[v] = 1;
        }
    fovea__free(plan->context, read);
    return FOVEA_OK;
}

// What FOVEA_PLAN or the caller asks for.
typedef struct {
    bool plain, n16, no_pool_first, no_fuse, no_parts, no_chains, no_share, no_one_region;
} asked;

static fovea_status read_passes(const char *passes, asked *a, fovea_error *error) {
    *a = (asked){0};
    struct {
        const char *name;
        bool *set;
    } known[] = {{"plain", &a->plain},
                 {"n16", &a->n16},
                 {"-pool-first", &a->no_pool_first},
                 {"-fuse", &a->no_fuse},
                 {"-parts", &a->no_parts},
                 {"-chains", &a->no_chains},
                 {"-share", &a->no_share},
                 {"-one-region", &a->no_one_region}};
    while (passes && *passes) {
        size_t length = strcspn(passes, ","), k = 0, count = sizeof known / sizeof known[0];
        while (k < count &&
               (strlen(known[k].name) != length || strncmp(passes, known[k].name, length)))
            k++;
        if (k == count)
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "plan '%.80s' is unknown; FOVEA_PLAN takes plain or n16, "
                               "-pool-first, -fuse, -parts, -chains, -share and -one-region",
                               passes);
        *known[k].set = true;
        passes += length + (passes[length] == ',');
    }
    return FOVEA_OK;
}

static fovea_status choose_layout(fovea__plan *plan, const fovea__plan_options *options,
                                  const asked *a, fovea_error *error) {
    bool able = plan->type == FOVEA_F32 && fovea__can_lower_n16(plan->graph), shared = false;
    if (able && plan->backward && options->parameter_gradient)
        FOVEA__TRY(has_shared_parameter(plan, &shared, error));
    able &= !shared;
    if (a->n16 && !able)
        return fovea__fail(
            error, FOVEA_UNSUPPORTED,
            "this net has no batch-in-lanes plan (it is not all F32, an operator has none, it has "
            "several inputs or one without a batch, or a trained weight is shared by several "
            "nodes)");
    able &= !options->rules;
    bool lanes = (a->n16 && able) || (!a->plain && able && plan->samples >= FOVEA__LANES);
    plan->layout = lanes ? FOVEA__LAYOUT_N16 : FOVEA__LAYOUT_NCHW;
    return FOVEA_OK;
}

// The numbers of one value of the largest batch; more is refused, so that no size computed from it
// overflows.
#define MAX_BATCH_NUMBERS ((int64_t)1 << 44)

static fovea_status check_sizes(const fovea__plan *plan, fovea_error *error) {
    for (size_t v = 0; v < plan->graph->value_count; v++) {
        const fovea__value *value = &plan->graph->value[v];
        int64_t numbers;
        if (!fovea__is_batched(value)) continue;
        if (!fovea__mul_i64(fovea__value_size(value), plan->samples + FOVEA__LANES, &numbers) ||
            numbers > MAX_BATCH_NUMBERS)
            return fovea__fail_at(error, FOVEA_OUT_OF_MEMORY, value->name, -1,
                                  "a batch of %lld with %lld numbers a sample is more than any "
                                  "memory; a smaller batch may fit",
                                  (long long)plan->samples, (long long)fovea__value_size(value));
    }
    return FOVEA_OK;
}

static fovea_status allocate(fovea__plan *plan, fovea_error *error) {
    fovea_context *context = plan->context;
    size_t values = plan->graph->value_count;
    plan->lowered = fovea__new(context, plan->graph->node_count, sizeof *plan->lowered, error);
    plan->alias = fovea__new(context, values, sizeof *plan->alias, error);
    plan->inside = fovea__new(context, values, sizeof *plan->inside, error);
    plan->inside_at = fovea__new(context, values, sizeof *plan->inside_at, error);
    plan->single = fovea__new(context, values, 1, error);
    plan->overwritten = fovea__new(context, values, 1, error);
    plan->has_gradient = fovea__new(context, values, 1, error);
    if (!plan->lowered || !plan->alias || !plan->inside || !plan->inside_at || !plan->single ||
        !plan->overwritten || !plan->has_gradient)
        return FOVEA_OUT_OF_MEMORY;
    for (size_t v = 0; v < values; v++) plan->alias[v] = plan->inside[v] = (fovea_value)v;
    for (size_t n = 0; n < plan->graph->node_count; n++)
        plan->lowered[n] = (fovea__lowered){
            .graph = plan->graph, .node = &plan->graph->node[n], .index = (int32_t)n};
    return FOVEA_OK;
}

static bool is_wanted_leaf(const fovea_graph *graph, fovea_value v,
                           const fovea__plan_options *options) {
    const fovea__value *value = &graph->value[v];
    if (!fovea__is_float(value->signature.type)) return false;
    if (options->leaf_gradient && v == options->leaf) return true;
    return (value->kind == FOVEA_VALUE_INPUT && options->input_gradient &&
            !options->leaf_gradient) ||
           (value->kind == FOVEA_VALUE_PARAMETER && options->parameter_gradient);
}

// Whether gradients go through the node: from its first output, the others being running statistics.
// In the lanes they always do; what stands for a chain there has no function of its own.
static bool passes_gradients(const fovea__plan *plan, const fovea__node *node) {
    if (plan->layout == FOVEA__LAYOUT_N16) return true;
    if (plan->rules.applies && plan->rules.applies(plan->rules.user, plan->graph, node))
        return true;
    return node->op->vjp && fovea__is_float(plan->graph->value[node->out[0]].signature.type);
}

// has_gradient: what is computed from a leaf whose gradient is wanted.
static void mark_from_leaves(fovea__plan *plan, const fovea__plan_options *options) {
    const fovea_graph *graph = plan->graph;
    for (size_t v = 0; v < graph->value_count; v++)
        plan->has_gradient[v] = is_wanted_leaf(graph, (fovea_value)v, options);
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        bool any = false;
        if (node->out_count == 0) continue;
        for (int32_t i = 0; i < node->in_count; i++)
            any |= node->in[i] >= 0 && plan->has_gradient[node->in[i]];
        plan->has_gradient[node->out[0]] |= any && passes_gradients(plan, node);
    }
}

// Which nodes want which gradients: those between a wanted leaf and an output. A value that reaches
// no output has none, for nothing would ever write it.
static void mark_gradients(fovea__plan *plan, const fovea__plan_options *options,
                           uint8_t *reaches) {
    const fovea_graph *graph = plan->graph;
    mark_from_leaves(plan, options);
    for (size_t o = 0; o < graph->output_count; o++) reaches[graph->output[o]] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        fovea__lowered *lowered = &plan->lowered[n];
        fovea_value out = lowered->node->out[0];
        if (lowered->node->out_count == 0) continue;
        if (!reaches[out]) plan->has_gradient[out] = 0;
        for (int32_t i = 0; plan->has_gradient[out] && i < lowered->node->in_count; i++) {
            fovea_value v = lowered->node->in[i];
            if (v < 0 || !plan->has_gradient[v]) continue;
            lowered->wanted |= UINT64_C(1) << i;
            reaches[v] = 1;
        }
    }
}

static fovea_status find_gradients(fovea__plan *plan, const fovea__plan_options *options,
                                   fovea_error *error) {
    uint8_t *reaches = fovea__new(plan->context, plan->graph->value_count, 1, error);
    if (!reaches) return FOVEA_OUT_OF_MEMORY;
    mark_gradients(plan, options, reaches);
    fovea__free(plan->context, reaches);
    return FOVEA_OK;
}

static fovea_status build(fovea__plan *plan, const fovea__plan_options *options,
                          fovea_error *error) {
    if (plan->samples < 1 || plan->samples > (1 << 24))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "a batch of %lld; 1 to 2^24 are allowed",
                           (long long)plan->samples);
    asked a;
    FOVEA__TRY(read_passes(options->passes, &a, error));
    FOVEA__TRY(check_sizes(plan, error));
    plan->type = common_type(plan->graph);
    FOVEA__TRY(choose_layout(plan, options, &a, error));
    plan->parts = !a.no_parts;
    plan->chains = !a.no_chains;
    plan->hidden = fovea__new(plan->context, plan->graph->value_count, 1, error);
    if (!plan->hidden) return FOVEA_OUT_OF_MEMORY;
    if (options->outputs_only && !a.no_pool_first) {
        FOVEA__TRY(fovea__pool_first(plan->graph, plan->hidden, &plan->rewritten, error));
        if (plan->rewritten) plan->graph = plan->rewritten;
    }
    if (options->outputs_only && !a.no_fuse && plan->layout == FOVEA__LAYOUT_N16)
        FOVEA__TRY(fovea__fuse(plan, error));
    FOVEA__TRY(allocate(plan, error));
    if (options->rules) plan->rules = *options->rules;
    if (plan->backward) FOVEA__TRY(find_gradients(plan, options, error));
    FOVEA__TRY(plan->layout == FOVEA__LAYOUT_N16 ? fovea__lower_n16(plan, error)
                                                 : fovea__lower_plain(plan, error));
    FOVEA__TRY(fovea__join_steps(plan, !a.no_one_region, error));
    return fovea__plan_lay_out(plan, options->outputs_only && !a.no_share, error);
}

fovea_status fovea__plan_create(const fovea_graph *graph, const fovea__plan_options *options,
                                fovea__plan **result, fovea_error *error) {
    fovea__plan *plan = fovea__new(graph->context, 1, sizeof *plan, error);
    if (!plan) return FOVEA_OUT_OF_MEMORY;
    plan->graph = graph;
    plan->context = graph->context;
    // What has no batch is computed as one sample.
    plan->samples = options->samples < 1 || fovea__has_batch(graph) ? options->samples : 1;
    plan->backward = options->backward;
    plan->training = options->training;
    plan->leaf = options->leaf_gradient ? options->leaf : FOVEA_NO_VALUE;
    plan->loss = options->loss;
    fovea_status status = build(plan, options, error);
    if (status != FOVEA_OK) {
        fovea__plan_free(plan);
        return status;
    }
    *result = plan;
    return FOVEA_OK;
}

void fovea__plan_free(fovea__plan *plan) {
    if (!plan) return;
    fovea_context *context = plan->context;
    for (size_t n = 0; plan->lowered && n < plan->graph->node_count; n++)
        fovea__free(context, plan->lowered[n].detail);
    fovea__free(context, plan->lowered);
    fovea__free(context, plan->forward.step);
    fovea__free(context, plan->after.step);
    fovea__free(context, plan->steps.step);
    fovea__free(context, plan->place);
    fovea__free(context, plan->alias);
    fovea__free(context, plan->inside);
    fovea__free(context, plan->inside_at);
    fovea__free(context, plan->single);
    fovea__free(context, plan->overwritten);
    fovea__free(context, plan->has_gradient);
    fovea__free(context, plan->hidden);
    for (size_t n = 0; plan->fusion && n < plan->graph->node_count; n++)
        fovea__free(context, plan->fusion[n]);
    fovea__free(context, plan->fusion);
    fovea__rewrite_free(plan->rewritten);
    fovea__free(context, plan);
}

fovea_status fovea__steps_add(fovea_context *context, fovea__steps *steps, const fovea__step *step,
                              fovea_error *error) {
    fovea__step *grown = fovea__grow(context, steps->step, steps->count, &steps->capacity,
                                     steps->count + 1, sizeof *grown, error);
    if (!grown) return FOVEA_OUT_OF_MEMORY;
    steps->step = grown;
    grown[steps->count++] = *step;
    return FOVEA_OK;
}

int32_t fovea__parameter_slots(const fovea__plan *plan, fovea_value v,
                               const fovea__splitting *split) {
    if (plan->single[v]) return 1;
    int64_t count = fovea_shape_count(&plan->graph->value[v].signature.shape);
    return fovea__weight_slots(split, count * (int64_t)sizeof(float));
}

bool fovea__parameter_overwritten(const fovea__plan *plan, fovea_value v,
                                  const fovea__splitting *split) {
    // In the lanes this is so of sums over all groups only.
    bool lanes = plan->layout == FOVEA__LAYOUT_N16;
    return plan->overwritten[v] &&
           (!lanes || fovea__parameter_slots(plan, v, split) != split->slots);
}

void fovea__mark_accumulation(fovea__lowered *lowered, uint8_t *written) {
    for (int32_t i = 0; i < lowered->node->in_count; i++) {
        if (!fovea__wants(lowered, i)) continue;
        uint8_t *mark = &written[lowered->node->in[i]];
        if (*mark) lowered->accumulate |= UINT64_C(1) << i;
        *mark = 1;
    }
}
