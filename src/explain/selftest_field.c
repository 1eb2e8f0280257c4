// SPDX-License-Identifier: MIT
// Receptive fields: what lies outside of a unit's box has no influence on it, in bits.
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/selftest_parts.h"
#include "graph/receptive.h"

enum { EPOCH = 7, UNITS = 3 };

typedef struct {
    fovea__testing *t;
    fovea_value layer;
    const fovea__receptive *field;
    fovea_session *session;
    fovea_tensor *x;                   // the picture, noise outside of the box
    fovea_tensor *seed;                // of the layer's shape
    int64_t unit, at[FOVEA_MAX_RANK];  // number of the unit, its place
} looking;

// Whether number i of x lies in the box of the unit.
static bool is_inside(const looking *l, int64_t i) {
    const fovea_shape *shape = &l->t->own.x.shape;
    for (int32_t d = shape->rank - 1; d >= 2; i /= shape->dim[d--]) {
        int64_t place = i % shape->dim[d], s = d - 2;
        int64_t first = l->at[s] * l->field->stride[s] - l->field->offset[s];
        if (place < first || place >= first + l->field->size[s]) return false;
    }
    return true;
}

static void choose_unit(looking *l, const fovea_shape *shape, uint32_t number) {
    uint64_t seed = l->t->options.seed;
    int64_t count = fovea_shape_count(shape);
    uint32_t word = fovea__random_u32(seed, FOVEA__RANDOM_NOISE, EPOCH, number, (uint64_t)l->layer);
    l->unit = (int64_t)word % count;
    int64_t rest = l->unit;
    for (int32_t d = shape->rank - 1; d >= 2; rest /= shape->dim[d--])
        l->at[d - 2] = rest % shape->dim[d];
}

// False where the box is the whole picture.
static bool spoil(const looking *l) {
    const fovea_view *x = &l->t->own.x;
    fovea_view to = fovea_tensor_view(l->x);
    bool any = false;
    for (int64_t i = 0; i < fovea_shape_count(&x->shape); i++) {
        double number = fovea__view_number(x, i);
        bool inside = is_inside(l, i);
        float u =
            fovea__random_float(l->t->options.seed, FOVEA__RANDOM_NOISE, EPOCH + 1, 0, (uint64_t)i);
        any |= !inside;
        fovea__view_set(&to, i, inside ? number : number + 10 * (u - 0.5));
    }
    return any;
}

static fovea_status unit_of(looking *l, const fovea_view *x, double *unit, fovea_error *error) {
    fovea_tensor *value;
    FOVEA__TRY(fovea_session_forward(l->session, x, 1, error));
    FOVEA__TRY(fovea_session_value(l->session, l->layer, &value, error));
    fovea_view view = fovea_tensor_view(value);
    *unit = fovea__view_number(&view, l->unit);
    fovea_tensor_free(value);
    return FOVEA_OK;
}

static fovea_status compare_values(looking *l, fovea_identity *found, fovea_error *error) {
    fovea_view x = fovea_tensor_view(l->x);
    double before, after;
    FOVEA__TRY(unit_of(l, &x, &after, error));
    FOVEA__TRY(unit_of(l, &l->t->own.x, &before, error));
    bool same = memcmp(&before, &after, sizeof before) == 0;
    fovea__found(found, !same, 0, l->t->own.explainer->graph->value[l->layer].name);
    return FOVEA_OK;
}

static fovea_status compare_slopes(looking *l, fovea_identity *found, fovea_error *error) {
    fovea_view seed = fovea_tensor_view(l->seed);
    fovea_tensor *gradient;
    double differ = 0;
    FOVEA__TRY(fovea_session_forward(l->session, &l->t->own.x, 1, error));
    fovea__view_set(&seed, l->unit, 1);
    fovea_status status = fovea_session_backward(l->session, l->layer, &seed, error);
    fovea__view_set(&seed, l->unit, 0);
    if (status != FOVEA_OK) return status;
    FOVEA__TRY(fovea_session_gradient(l->session, l->t->own.explainer->input, &gradient, error));
    fovea_view view = fovea_tensor_view(gradient);
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        differ += !is_inside(l, i) && fovea__view_number(&view, i) != 0;
    fovea_tensor_free(gradient);
    fovea__found(found, differ, 0, l->t->own.explainer->graph->value[l->layer].name);
    return FOVEA_OK;
}

static fovea_status look(looking *l, const fovea_graph *cut, bool slopes, fovea_identity *found,
                         fovea_error *error) {
    fovea_session_options how;
    fovea_session_options_default(&how);
    how.gradients = how.fixed_parameters = slopes;
    how.outputs_only = !slopes;
    fovea__signature of = fovea__at_batch(&cut->value[l->layer], 1);
    fovea_context *context = cut->context;
    FOVEA__TRY(fovea_session_create(cut, &how, &l->session, error));
    FOVEA__TRY(fovea_tensor_create(context, of.type, &of.shape, &l->seed, error));
    FOVEA__TRY(fovea_tensor_create(context, l->t->own.x.type, &l->t->own.x.shape, &l->x, error));
    for (uint32_t k = 0; k < UNITS; k++) {
        choose_unit(l, &of.shape, k);
        if (!spoil(l)) continue;
        FOVEA__TRY(slopes ? compare_slopes(l, found, error) : compare_values(l, found, error));
    }
    return FOVEA_OK;
}

static fovea_status look_at_layer(fovea__testing *t, fovea_value layer,
                                  const fovea__receptive *field, bool slopes, fovea_identity *found,
                                  fovea_error *error) {
    const fovea_explainer *explainer = t->own.explainer;
    looking l = {.t = t, .layer = layer, .field = field};
    fovea_graph *cut;
    FOVEA__TRY(fovea__graph_cut(explainer->graph, &explainer->input, 1, &layer, 1, &cut, error));
    fovea_status status = look(&l, cut, slopes, found, error);
    fovea_session_free(l.session);
    fovea_tensor_free(l.x);
    fovea_tensor_free(l.seed);
    fovea__graph_cut_free(cut);
    return status;
}

static bool has_box(const fovea_explainer *explainer, const fovea__receptive *field,
                    fovea_value v) {
    const fovea__value *value = &explainer->graph->value[v];
    const fovea_shape *x = &explainer->graph->value[explainer->input].signature.shape;
    if (!field[v].local || value->signature.shape.rank != x->rank ||
        !fovea__is_float(value->signature.type))
        return false;
    for (int32_t d = 2; d < x->rank; d++)
        if (field[v].size[d - 2] < x->dim[d]) return true;
    return false;
}

// The layers that a slope can be taken of are looked at as they come; obstacles are passed over.
static fovea_status check_field(fovea__testing *t, bool slopes, fovea_identity *found,
                                fovea_error *error) {
    const fovea_graph *graph = t->own.explainer->graph;
    int64_t count = 0, index = 0;
    fovea__receptive *field = fovea__new(t->context, graph->value_count, sizeof *field, error);
    if (!field) return FOVEA_OUT_OF_MEMORY;
    fovea__receptive_fields(graph, field);
    for (size_t n = 0; n < graph->node_count; n++)
        count += has_box(t->own.explainer, field, graph->node[n].out[0]);
    fovea_status status = FOVEA_OK;
    for (size_t n = 0; n < graph->node_count && status == FOVEA_OK; n++) {
        fovea_value v = graph->node[n].out[0];
        if (has_box(t->own.explainer, field, v) && fovea__is_tried(t, index++, count, 6))
            status = look_at_layer(t, v, &field[v], slopes, found, error);
    }
    fovea__free(t->context, field);
    return status;
}

static fovea_status check_values(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    return check_field(t, false, found, error);
}

static fovea_status check_slopes(fovea__testing *t, const fovea__identity *identity,
                                 fovea_identity *found, fovea_error *error) {
    (void)identity;
    return check_field(t, true, found, error);
}

const fovea__identity fovea__identities_field[] = {
    {.name = "receptive-field",
     .formula = "a unit with other pixels outside its box = the same unit, in bits",
     .check = check_values},
    {.name = "receptive-field-gradient",
     .formula = "d unit / d pixel = 0 outside its box",
     .check = check_slopes},
    {.name = NULL}};
