// SPDX-License-Identifier: MIT
// Which units and what they see: fovea_receptive_fields.
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "figures/choose_layers.h"
#include "fovea/diagram.h"
#include "graph/receptive.h"

void fovea_receptive_options_default(fovea_receptive_options *options) {
    *options = (fovea_receptive_options){.size = sizeof *options, .at = {-1, -1}};
}

void fovea_receptive_fields_free(fovea_context *context, fovea_receptive_field *fields) {
    fovea__free(context, fields);
}

typedef struct job {
    fovea_context *context;
    const fovea_graph *graph;
    const fovea_receptive_options *options;
    fovea__receptive *field;  // [values]
    int64_t height, width;    // of the input
} job;

// Larger than any picture there can be, and small enough for sums of such.
enum { MOST_PIXELS = 1 << 30 };

static bool is_local(const job *j, int32_t node) {
    const fovea__receptive *f = &j->field[j->graph->node[node].out[0]];
    const fovea_shape *shape = &j->graph->value[j->graph->node[node].out[0]].signature.shape;
    if (!f->local || (shape->rank != 3 && shape->rank != 4)) return false;
    for (int d = 0; d < 2; d++)
        if (f->size[d] > MOST_PIXELS || f->stride[d] > MOST_PIXELS || f->offset[d] > MOST_PIXELS ||
            f->offset[d] < -MOST_PIXELS)
            return false;
    return true;
}

static bool slides(const job *j, int32_t node) {
    const fovea__attribute *kernel = fovea__node_attribute(&j->graph->node[node], "kernel_shape");
    return kernel && kernel->count;
}

static fovea_status refuse(const job *j, const char *layer, fovea_error *error) {
    fovea__text text = fovea__text_begin(j->context);
    char *names;
    int listed = 0;
    for (size_t n = 0; n < j->graph->node_count && listed < 24; n++)
        if (is_local(j, (int32_t)n) && slides(j, (int32_t)n))
            fovea__text_format(&text, "%s%s", listed++ ? ", " : "", j->graph->node[n].name);
    if (!listed) fovea__text_add(&text, "none");
    FOVEA__TRY(fovea__text_take(&text, &names, NULL, error));
    fovea_status status =
        fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                    "%.100s: each unit sees the whole input, not a part of it; layers whose units "
                    "see a part: %s",
                    layer, names);
    fovea__free(j->context, names);
    return status;
}

// Leaves the local ones of what was chosen; of "all" those that widen the field.
static fovea_status choose(const job *j, fovea__chosen_layers *layers, fovea_error *error) {
    const char *text = j->options->layer ? j->options->layer : "all";
    bool all = strcmp(text, "all") == 0;
    FOVEA__TRY(fovea__choose_layers(j->context, j->graph, text, fovea__layer_is_any, "layer",
                                    layers, error));
    layers->count = 0;
    for (int32_t n = 0; n < (int32_t)j->graph->node_count; n++) {
        bool keep = layers->chosen[n] && is_local(j, n) && (!all || slides(j, n));
        layers->chosen[n] = keep;
        layers->count += keep;
    }
    return layers->count ? FOVEA_OK : refuse(j, text, error);
}

static void describe(const job *j, int32_t node, fovea_receptive_field *f) {
    const fovea__node *n = &j->graph->node[node];
    const fovea_shape *shape = &j->graph->value[n->out[0]].signature.shape;
    const fovea__receptive *field = &j->field[n->out[0]];
    *f = (fovea_receptive_field){.layer = n->name, .op = n->text};
    f->map[0] = shape->rank == 4 ? shape->dim[2] : 1;
    f->map[1] = shape->dim[shape->rank - 1];
    f->size[0] = f->stride[0] = 1;
    // A row has its only dimension first there, here it is the width of a picture one pixel high.
    for (int d = 0; d < shape->rank - 2; d++) {
        int to = d + 4 - shape->rank;
        f->size[to] = field->size[d];
        f->stride[to] = field->stride[d];
        f->offset[to] = field->offset[d];
    }
}

static int64_t at_least(int64_t a, int64_t b) {
    return a > b ? a : b;
}
static int64_t at_most(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void place_unit(const job *j, int d, int64_t unit, fovea_receptive_field *f) {
    int64_t picture = d ? j->width : j->height;
    f->unit[d] = unit;
    f->first[d] = unit * f->stride[d] - f->offset[d];
    f->last[d] = f->first[d] + f->size[d] - 1;
    f->centre[d] = (double)f->first[d] + (double)(f->size[d] - 1) / 2;
    f->inside[d] = at_least(0, at_most(f->last[d], picture - 1) - at_least(f->first[d], 0) + 1);
}

// The unit whose centre is nearest to `centre`.
static int64_t nearest_unit(const fovea_receptive_field *f, int d, double centre) {
    double unit =
        (centre + (double)f->offset[d] - (double)(f->size[d] - 1) / 2) / (double)f->stride[d];
    return (int64_t)fmin(fmax(floor(unit + 0.5), 0), (double)(f->map[d] - 1));
}

static fovea_status place_all(const job *j, fovea_receptive_field *fields, int32_t count,
                              fovea_error *error) {
    fovea_receptive_field *last = &fields[count - 1];
    for (int d = 0; d < 2; d++) {
        int64_t at = j->options->at[d] == -1 ? (last->map[d] - 1) / 2 : j->options->at[d];
        if (at < 0 || at >= last->map[d])
            return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                               "there is no unit in row %lld, column %lld of %s: its maps are "
                               "%lld×%lld (height×width), counted from 0",
                               (long long)j->options->at[0], (long long)j->options->at[1],
                               last->layer, (long long)last->map[0], (long long)last->map[1]);
        place_unit(j, d, at, last);
        for (int32_t i = 0; i + 1 < count; i++)
            place_unit(j, d, nearest_unit(&fields[i], d, last->centre[d]), &fields[i]);
    }
    return FOVEA_OK;
}

static fovea_status make_fields(const job *j, fovea_receptive_field **result, int32_t *count,
                                fovea_error *error) {
    fovea__chosen_layers layers = {0};
    fovea_receptive_field *fields = NULL;
    fovea_status status = choose(j, &layers, error);
    if (status == FOVEA_OK) {
        fields = fovea__new(j->context, (size_t)layers.count, sizeof *fields, error);
        status = fields ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    }
    int32_t used = 0;
    for (size_t n = 0; status == FOVEA_OK && n < j->graph->node_count; n++)
        if (layers.chosen[n]) describe(j, (int32_t)n, &fields[used++]);
    if (status == FOVEA_OK) status = place_all(j, fields, used, error);
    fovea__free(j->context, layers.chosen);
    if (status != FOVEA_OK) {
        fovea__free(j->context, fields);
        return status;
    }
    *result = fields;
    *count = used;
    return FOVEA_OK;
}

fovea_status fovea_receptive_fields(fovea_context *context, const fovea_graph *graph,
                                    const fovea_receptive_options *options,
                                    fovea_receptive_field **fields, int32_t *count,
                                    fovea_error *error) {
    fovea_receptive_options standard;
    fovea_receptive_options_default(&standard);
    if (!options) options = &standard;
    if (options->size != sizeof *options)
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "fovea_receptive_options: size is %zu, not %zu; fill it with "
                           "fovea_receptive_options_default",
                           options->size, sizeof *options);
    const fovea_shape *shape =
        graph->input_count ? &graph->value[graph->input[0]].signature.shape : NULL;
    if (!shape || (shape->rank != 3 && shape->rank != 4))
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "the net's input is no picture of two dimensions");
    job j = {.context = context,
             .graph = graph,
             .options = options,
             .height = shape->rank == 4 ? shape->dim[2] : 1,
             .width = shape->dim[shape->rank - 1]};
    j.field = fovea__new(context, graph->value_count, sizeof *j.field, error);
    if (!j.field) return FOVEA_OUT_OF_MEMORY;
    fovea__receptive_fields(graph, j.field);
    fovea_status status = make_fields(&j, fields, count, error);
    fovea__free(context, j.field);
    return status;
}
