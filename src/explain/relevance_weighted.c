// SPDX-License-Identifier: MIT
// The rules of operators with weights. Every rule is made of groups, a group of terms: each term is the
// operator on a part of its input with a form of its weights and bias. The denominator z' of a group is
// the sum of its terms, and each hands down its part of the input times J^T (R / z').
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/lone_operator.h"
#include "explain/relevance.h"
#include "explain/relevance_loops.h"

typedef enum {
    ALL,
    UP,    // max(v, 0)
    DOWN,  // min(v, 0)
    // Of weights and bias: v + g max(v, 0), v + g min(v, 0).
    MORE_UP,
    MORE_DOWN,
    ONES,
    NOTHING,
    // Of inputs: the least and the most they can be.
    LOWEST,
    HIGHEST,
    PARTS,
} part;

typedef struct {
    part input, weight, bias;
    double sign;
} term;

typedef struct {
    int terms;
    term term[3];
    double gain;
    int where;       // 1: where z > 0 alone, -1: where z < 0 alone, 0: everywhere
    double epsilon;  // of the denominator
} group;

typedef struct {
    const fovea__relevance *relevance;
    const fovea__node *node;
    const fovea__call *call;
    const fovea_view *r;  // of the output
    fovea_view *d_x;
    double *bias;
    int32_t x, weight;
    fovea__lone_operator lone;
    part weight_is, bias_is;  // in the lone operator
    // Parts of the input; data NULL: not made yet. ALL and, where nothing is negative, UP are the input.
    fovea_view input[PARTS];
    uint8_t owned[PARTS];
    bool has_negative;
    fovea_tensor *low, *high;
    fovea_view z, s;
} work;

static double part_of(part what, double v, double gamma) {
    switch (what) {
        case UP:
            return v > 0 ? v : 0;
        case DOWN:
            return v < 0 ? v : 0;
        case MORE_UP:
            return v > 0 ? v + gamma * v : v;
        case MORE_DOWN:
            return v < 0 ? v + gamma * v : v;
        case ONES:
            return 1;
        case NOTHING:
            return 0;
        default:
            return v;
    }
}

// `sign`: of the factor that the operator has for these numbers.
static void write_part(part what, double gamma, double sign, const fovea_view *from,
                       const fovea_view *to) {
    int64_t count = fovea_shape_count(&to->shape);
    for (int64_t i = 0; i < count; i++)
        fovea__view_set(to, i, sign * part_of(what, sign * fovea__view_number(from, i), gamma));
}

static double factor_sign(const work *w, const char *name) {
    const fovea__attribute *factor = fovea__node_attribute(w->node, name);
    return factor && factor->f < 0 ? -1 : 1;
}

// Weights and bias of the lone operator; it has only copies of what rules change.
static void set_parameters(work *w, part weight, part bias) {
    double gamma = w->relevance->composite->gamma;
    fovea__lone_operator *lone = &w->lone;
    if (lone->weight.data && weight != w->weight_is)
        write_part(weight, gamma, factor_sign(w, "alpha"), &w->call->in[w->weight], &lone->weight);
    if (lone->bias.data && bias != w->bias_is)
        write_part(bias, gamma, factor_sign(w, "beta"), &w->call->in[2], &lone->bias);
    if (weight != w->weight_is || bias != w->bias_is) fovea__lone_written(lone);
    w->weight_is = weight;
    w->bias_is = bias;
}

// The part of the input, made when it is first asked for. Nothing negative: DOWN is left without data.
static fovea_status find_input(work *w, part what, fovea_error *error) {
    const fovea_view *x = &w->call->in[w->x];
    if (w->input[what].data || (what == DOWN && !w->has_negative)) return FOVEA_OK;
    if (what == LOWEST || what == HIGHEST) {
        FOVEA__TRY(fovea__pixel_bounds(w->relevance, w->node->in[w->x], &w->low, &w->high, error));
        w->input[LOWEST] = fovea_tensor_view(w->low);
        w->input[HIGHEST] = fovea_tensor_view(w->high);
        return FOVEA_OK;
    }
    w->input[what] = *x;
    if (what == ALL || (what == UP && !w->has_negative)) return FOVEA_OK;
    w->input[what] = fovea__scratch(w->relevance->explainer->context, x, error);
    if (!w->input[what].data) return FOVEA_OUT_OF_MEMORY;
    w->owned[what] = 1;
    write_part(what, 0, 1, x, &w->input[what]);
    return FOVEA_OK;
}

// What the forward pass of the net has made already.
static bool is_known(const term *t) {
    return t->input == ALL && t->weight == ALL && t->bias == ALL;
}

static fovea_status add_term(work *w, const term *t, fovea_error *error) {
    fovea_view y = w->call->out[0];
    FOVEA__TRY(find_input(w, t->input, error));
    if (!w->input[t->input].data) return FOVEA_OK;
    if (!is_known(t)) {
        set_parameters(w, t->weight, t->bias);
        FOVEA__TRY(fovea__lone_forward(&w->lone, &w->input[t->input], &y, error));
    }
    fovea__add_scaled(t->sign, &y, &w->z);
    return FOVEA_OK;
}

// What the bias takes, where it is one number a channel.
static double bias_share(const work *w, const group *g) {
    const fovea_view *b = &w->call->in[2];
    int64_t channels = w->s.shape.dim[1], count = fovea_shape_count(&w->s.shape);
    int64_t rows = w->s.shape.dim[0] * channels, cells = count / rows;
    double taken = 0;
    for (int64_t row = 0; row < rows; row++) {
        double bias = fovea__view_number(b, row % channels), shares = 0;
        for (int t = 0; t < g->terms; t++)
            shares +=
                g->term[t].sign * part_of(g->term[t].bias, bias, w->relevance->composite->gamma);
        if (shares != 0) taken += shares * fovea__partial_total(&w->s, row * cells, cells);
    }
    return taken;
}

// d_x += gain sign a J^T s.
static fovea_status hand_down(work *w, const group *g, const term *t, fovea_error *error) {
    fovea_view c;
    const fovea_view *a = &w->input[t->input];
    if (!a->data) return FOVEA_OK;
    set_parameters(w, t->weight, w->bias_is);
    FOVEA__TRY(fovea__lone_backward(&w->lone, &w->s, &c, error));
    fovea__add_product(g->gain * t->sign, a, &c, w->d_x);
    return FOVEA_OK;
}

static fovea_status run_group(work *w, const group *g, fovea_error *error) {
    bool has_bias = w->call->in_count > 2 && w->call->in[2].data;
    bool plain = strcmp(w->node->op->name, "GeneralGemm") != 0;
    memset(w->z.data, 0, (size_t)fovea_shape_count(&w->z.shape) * fovea_type_size(w->z.type));
    for (int t = 0; t < g->terms; t++) FOVEA__TRY(add_term(w, &g->term[t], error));
    fovea__division division = {.where = g->where};
    if (g->epsilon > 0) division.epsilon = g->epsilon * fovea__mean_magnitude(&w->z);
    fovea__divide(&division, w->r, &w->z, &w->call->out[0], &w->s);
    double before = has_bias && !plain ? fovea__total(w->d_x) : 0;
    for (int t = 0; t < g->terms; t++) FOVEA__TRY(hand_down(w, g, &g->term[t], error));
    *w->bias += g->gain * (division.taken + division.lost);
    if (has_bias && plain) *w->bias += g->gain * bias_share(w, g);
    if (!has_bias || plain) return FOVEA_OK;
    // A bias of another shape takes what is left of the sum of s z'.
    fovea__product(&w->s, &w->z, &w->z);
    *w->bias += g->gain * fovea__total(&w->z) - (fovea__total(w->d_x) - before);
    return FOVEA_OK;
}

static fovea_status run_rule(work *w, fovea__relevance_rule rule, fovea_error *error) {
    const fovea__composite *c = w->relevance->composite;
    const group epsilon = {1, {{ALL, ALL, ALL, 1}}, 1, 0, c->epsilon};
    const group above = {2, {{UP, MORE_UP, MORE_UP, 1}, {DOWN, MORE_DOWN, NOTHING, 1}}, 1, 1, 0};
    const group below = {2, {{UP, MORE_DOWN, MORE_DOWN, 1}, {DOWN, MORE_UP, NOTHING, 1}}, 1, -1, 0};
    const group gains = {2, {{UP, UP, UP, 1}, {DOWN, DOWN, NOTHING, 1}}, c->alpha, 0, 0};
    const group losses = {2, {{UP, DOWN, DOWN, 1}, {DOWN, UP, NOTHING, 1}}, 1 - c->alpha, 0, 0};
    const group box = {
        3, {{ALL, ALL, ALL, 1}, {LOWEST, UP, UP, -1}, {HIGHEST, DOWN, DOWN, -1}}, 1, 0, 0};
    const group flat = {1, {{ONES, ONES, NOTHING, 1}}, 1, 0, 0};
    switch (rule) {
        case FOVEA__RELEVANCE_EPSILON:
            return run_group(w, &epsilon, error);
        case FOVEA__RELEVANCE_ZB:
            return run_group(w, &box, error);
        case FOVEA__RELEVANCE_FLAT:
            return run_group(w, &flat, error);
        case FOVEA__RELEVANCE_GAMMA:
            FOVEA__TRY(run_group(w, &above, error));
            return fovea__reaches_negative(w->r, &w->call->out[0]) ? run_group(w, &below, error)
                                                                   : FOVEA_OK;
        case FOVEA__RELEVANCE_ALPHA_BETA:
            FOVEA__TRY(run_group(w, &gains, error));
            return c->alpha != 1 ? run_group(w, &losses, error) : FOVEA_OK;
    }
    return FOVEA_OK;
}

static fovea__relevance_rule rule_of(const fovea__relevance *relevance, const fovea_graph *graph,
                                     const fovea__node *node) {
    const fovea__composite *c = relevance->composite;
    if (relevance->kind[node - graph->node] == FOVEA__RELEVANCE_FIRST) return c->first;
    return strncmp(node->op->name, "Conv", 4) == 0 ? c->convolution : c->linear;
}

static fovea_status run_work(work *w, const fovea_graph *graph, fovea_error *error) {
    fovea__relevance_rule rule = rule_of(w->relevance, graph, w->node);
    bool changes = rule != FOVEA__RELEVANCE_EPSILON;
    FOVEA__TRY(fovea__lone_open(graph, w->node, w->call, w->x, changes ? w->weight : -1,
                                changes ? 2 : -1, &w->lone, error));
    w->z = fovea__scratch(w->relevance->explainer->context, &w->call->out[0], error);
    w->s = fovea__scratch(w->relevance->explainer->context, &w->call->out[0], error);
    if (!w->z.data || !w->s.data) return FOVEA_OUT_OF_MEMORY;
    memset(w->d_x->data, 0,
           (size_t)fovea_shape_count(&w->d_x->shape) * fovea_type_size(w->d_x->type));
    return run_rule(w, rule, error);
}

static void free_work(work *w) {
    fovea_context *context = w->relevance->explainer->context;
    fovea__lone_close(&w->lone);
    for (int p = 0; p < PARTS; p++)
        if (w->owned[p]) fovea__free(context, w->input[p].data);
    fovea_tensor_free(w->low);
    fovea_tensor_free(w->high);
    fovea__free(context, w->z.data);
    fovea__free(context, w->s.data);
}

fovea_status fovea__relevance_weighted(const fovea__relevance *relevance, const fovea_graph *graph,
                                       const fovea__node *node, const fovea__call *call, int32_t x,
                                       const fovea_view *r, fovea_view *d_x, double *bias,
                                       fovea_error *error) {
    work w = {.relevance = relevance,
              .node = node,
              .call = call,
              .r = r,
              .d_x = d_x,
              .bias = bias,
              .x = x,
              .weight = x == 0 ? 1 : 0};
    const fovea_view *a = &call->in[x];
    for (int64_t i = 0; i < fovea_shape_count(&a->shape) && !w.has_negative; i++)
        w.has_negative = fovea__view_number(a, i) < 0;
    *bias = 0;
    fovea_status status = run_work(&w, graph, error);
    free_work(&w);
    return status;
}
