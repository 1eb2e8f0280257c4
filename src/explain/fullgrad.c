// SPDX-License-Identifier: MIT
// FullGrad: the logit shared out completely between the pixels and the constants of the layers. Of a
// layer's constant term each cell's part is shared out over the cell's pixels, and evenly over the
// channels; what has no place in the picture, as the bias of a linear layer, over all of it. So the map
// adds up to f.
#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "explain/constant_terms.h"
#include "explain/spread.h"
#include "graph/receptive.h"

typedef struct {
    fovea__job *job;
    fovea__passes passes;
    fovea__receptive *field;
    fovea_shape pixels;  // of one channel
    double *biases;      // a number a pixel
    int32_t *readers;    // of each value, those gradients come from
} account;

// Whether the cells of v lie in the picture as its pixels do.
static bool has_place(const account *a, fovea_value v) {
    const fovea_shape *shape = &a->passes.graph->value[v].signature.shape;
    return a->field[v].local && shape->rank == a->job->x.shape.rank && shape->rank - 2 <= 3;
}

static fovea_status spread_terms(account *a, fovea_value v, const fovea__constant_terms *terms,
                                 fovea_error *error) {
    const fovea_shape *shape = &a->passes.graph->value[v].signature.shape;
    int64_t pixels = fovea_shape_count(&a->pixels);
    if (!terms->part || !has_place(a, v)) {
        for (int64_t p = 0; p < pixels; p++) a->biases[p] += terms->total / (double)pixels;
        return FOVEA_OK;
    }
    fovea_shape cells = fovea_shape_make(shape->rank - 2, shape->dim + 2);
    int64_t count = fovea_shape_count(&cells);
    fovea_context *context = a->job->explainer->context;
    double *map = fovea__new(context, (size_t)count, sizeof *map, error);
    if (!map) return FOVEA_OUT_OF_MEMORY;
    for (int64_t c = 0; c < shape->dim[1]; c++)
        for (int64_t i = 0; i < count; i++) map[i] += terms->part[c * count + i];
    fovea_status status = fovea__spread(context, map, &cells, &a->pixels, a->biases, error);
    fovea__free(context, map);
    return status;
}

// The line of node n. What its inputs are given is known apart from the law where nobody else reads them.
static fovea_status enter(account *a, size_t n, const fovea__constant_terms *terms,
                          fovea_error *error) {
    const fovea__node *node = &a->passes.graph->node[n];
    fovea_attribution *result = a->job->result;
    fovea_layer_sum *line = &result->layers[result->layer_count++];
    double out, given = 0, one;
    bool alone = true;
    FOVEA__TRY(fovea__gradient_times_value(&a->passes, node->out[0], &out, error));
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!fovea__has_gradient(&a->passes, node->in[i])) continue;
        alone = alone && a->readers[node->in[i]] == 1;
        FOVEA__TRY(fovea__gradient_times_value(&a->passes, node->in[i], &one, error));
        given += one;
    }
    *line = (fovea_layer_sum){.name = node->name, .bias = terms->total};
    line->sum = alone ? given : out - terms->total;
    line->residual = fabs(out - line->sum - line->bias) / fmax(fabs(a->job->logit), 1e-12);
    return FOVEA_OK;
}

static fovea_status account_for(account *a, size_t n, fovea_error *error) {
    const fovea__node *node = &a->passes.graph->node[n];
    if (!fovea__has_gradient(&a->passes, node->out[0])) return FOVEA_OK;
    fovea__constant_terms terms;
    FOVEA__TRY(fovea__find_constant_terms(&a->passes, n, &terms, error));
    fovea_status status = spread_terms(a, node->out[0], &terms, error);
    fovea__free(a->job->explainer->context, terms.part);
    return status == FOVEA_OK ? enter(a, n, &terms, error) : status;
}

static fovea_status write_map(account *a, fovea_error *error) {
    fovea__job *job = a->job;
    fovea_shape shape = fovea__sample_shape(&job->x);
    fovea_tensor *gradient = NULL;
    FOVEA__TRY(fovea__new_map(job, &shape, &job->result->map, error));
    FOVEA__TRY(fovea__passes_gradient(&a->passes, job->explainer->input, &gradient, error));
    fovea_view map = fovea_tensor_view(job->result->map), d_x = fovea_tensor_view(gradient);
    int64_t pixels = fovea_shape_count(&a->pixels), channels = shape.dim[0];
    for (int64_t i = 0; i < channels * pixels; i++)
        fovea__view_set(&map, i,
                        fovea__view_number(&job->x, i) * fovea__view_number(&d_x, i) +
                            a->biases[i % pixels] / (double)channels);
    fovea_tensor_free(gradient);
    return FOVEA_OK;
}

static void count_readers(account *a) {
    const fovea_graph *graph = a->passes.graph;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++)
            if (graph->node[n].in[i] >= 0 && fovea__has_gradient(&a->passes, graph->node[n].out[0]))
                a->readers[graph->node[n].in[i]]++;
}

static fovea_status fill(account *a, fovea_error *error) {
    fovea__job *job = a->job;
    const fovea_graph *graph = a->passes.graph;
    fovea_context *context = job->explainer->context;
    FOVEA__TRY(fovea__passes_run(&a->passes, &job->x, 1, error));
    FOVEA__TRY(fovea__passes_back(&a->passes, job->target, error));
    size_t pixels = (size_t)fovea_shape_count(&a->pixels);
    a->field = fovea__new(context, graph->value_count, sizeof *a->field, error);
    a->readers = fovea__new(context, graph->value_count, sizeof *a->readers, error);
    a->biases = fovea__new(context, pixels, sizeof *a->biases, error);
    job->result->layers =
        fovea__new(context, graph->node_count, sizeof *job->result->layers, error);
    if (!a->field || !a->readers || !a->biases || !job->result->layers) return FOVEA_OUT_OF_MEMORY;
    fovea__receptive_fields(graph, a->field);
    count_readers(a);
    for (size_t n = graph->node_count; n-- > 0;) FOVEA__TRY(account_for(a, n, error));
    return write_map(a, error);
}

static fovea_status run(fovea__job *job, fovea_error *error) {
    account a = {.job = job};
    fovea_shape shape = fovea__sample_shape(&job->x);
    a.pixels = fovea_shape_make(shape.rank - 1, shape.dim + 1);
    fovea__passes_options options = {.samples = 1, .gradients = true, .leaf = FOVEA_NO_VALUE};
    FOVEA__TRY(fovea__passes_open(job->explainer, &options, &a.passes, error));
    fovea_status status = fill(&a, error);
    job->result->forward_passes = a.passes.forward_passes;
    job->result->backward_passes = a.passes.backward_passes;
    job->result->law = "completeness";
    job->result->expected = job->logit;
    fovea__passes_close(&a.passes);
    fovea__free(job->explainer->context, a.field);
    fovea__free(job->explainer->context, a.readers);
    fovea__free(job->explainer->context, a.biases);
    return status;
}

const fovea__method fovea__method_fullgrad = {
    .info = {.name = "fullgrad",
             .title = "FullGrad",
             .family = "gradient",
             .answers = "how is the whole logit shared out between the pixels and the constants of "
                        "the layers?",
             .formula = "x df/dx + the sum over the layers of b df/db, each spread over the pixels "
                        "of its cells",
             .source = "Srinivas, Fleuret 2019, arXiv 1905.00780",
             .warning = "constants of late layers have coarse cells, and those without a place "
                        "raise the whole map; the paper shows magnitudes, this is the signed sum",
             .unit = "logit",
             .is_signed = 1},
    .run = run};
