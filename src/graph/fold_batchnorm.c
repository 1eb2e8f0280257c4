// SPDX-License-Identifier: MIT
#include "graph/fold_batchnorm.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/format_text.h"
#include "base/memory.h"
#include "graph/copy_node.h"

enum { X, WEIGHT, BIAS };                           // inputs of a layer
enum { SCALE = 1, SHIFT, MEAN, VARIANCE, INPUTS };  // of a normalisation
enum { NONE = -1 };

typedef struct fold {
    const fovea_graph *graph;
    fovea_graph *copy;
    int32_t *reads;  // of each value, outputs of the net included
    int32_t *norm;   // for each layer the node of the normalisation it takes in
    bool *taken;     // for each normalisation whether a layer has it
    bool *gone;      // for each value whether nothing reads it any more
    fovea_value *to;
} fold;

static bool is_layer(const fovea__node *node) {
    return strcmp(node->op->name, "Conv") == 0 || strcmp(node->op->name, "Gemm") == 0 ||
           strcmp(node->op->name, "ConvTranspose") == 0;
}

// Numbers that nothing but one node reads.
static bool is_own(const fold *f, fovea_value v) {
    return f->graph->value[v].data && f->reads[v] == 1;
}

static bool can_fold(const fold *f, const fovea__node *norm) {
    const fovea__value *value = f->graph->value;
    if (strcmp(norm->op->name, "BatchNormalization") != 0) return false;
    const fovea__value *x = &value[norm->in[X]];
    if (x->node < 0 || f->reads[norm->in[X]] != 1) return false;
    const fovea__node *layer = &f->graph->node[x->node];
    if (!is_layer(layer) || !is_own(f, layer->in[WEIGHT])) return false;
    fovea_type type = value[layer->in[WEIGHT]].signature.type;
    bool biased = layer->in_count > BIAS && layer->in[BIAS] != FOVEA_NO_VALUE;
    if (biased && !is_own(f, layer->in[BIAS])) return false;
    for (int i = SCALE; i < INPUTS; i++)
        if (!value[norm->in[i]].data || value[norm->in[i]].signature.type != type) return false;
    return f->reads[norm->out[1]] == 0 && f->reads[norm->out[2]] == 0;
}

static void count_reads(fold *f) {
    const fovea_graph *graph = f->graph;
    for (size_t n = 0; n < graph->node_count; n++)
        for (int32_t i = 0; i < graph->node[n].in_count; i++)
            if (graph->node[n].in[i] != FOVEA_NO_VALUE) f->reads[graph->node[n].in[i]]++;
    for (size_t o = 0; o < graph->output_count; o++) f->reads[graph->output[o]]++;
}

static void find_pairs(fold *f) {
    const fovea_graph *graph = f->graph;
    count_reads(f);
    for (size_t n = 0; n < graph->node_count; n++) f->norm[n] = NONE;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *norm = &graph->node[n];
        if (!can_fold(f, norm)) continue;
        f->norm[graph->value[norm->in[X]].node] = (int32_t)n;
        f->taken[n] = true;
        for (int i = SCALE; i < INPUTS; i++)
            if (--f->reads[norm->in[i]] == 0) f->gone[norm->in[i]] = true;
    }
}

static double number(const fold *f, fovea_value v, int64_t i) {
    const fovea__value *value = &f->graph->value[v];
    return value->signature.type == FOVEA_F64 ? ((const double *)value->data)[i]
                                              : ((const float *)value->data)[i];
}

static void set_number(fovea_view view, int64_t i, double x) {
    if (view.type == FOVEA_F64)
        ((double *)view.data)[i] = x;
    else
        ((float *)view.data)[i] = (float)x;
}

// "conv1.bias" for the weight "conv1.weight".
static void bias_name(const fold *f, const fovea__node *layer, char *name, size_t size) {
    const char *weight = f->graph->value[layer->in[WEIGHT]].name;
    size_t length = strlen(weight), word = strlen("weight");
    bool ends = length >= word && strcmp(weight + length - word, "weight") == 0;
    if (ends)
        fovea__format(name, size, "%.*sbias", (int)(length - word), weight);
    else
        fovea__format(name, size, "%.200s.bias", layer->name);
    for (int i = 2; fovea__name_find(&f->graph->value_names, name) >= 0 ||
                    fovea__name_find(&f->copy->value_names, name) >= 0;
         i++)
        fovea__format(name, size, "%.200s.bias%d", layer->name, i);
}

static fovea_status make_bias(fold *f, const fovea__node *layer, int64_t channels,
                              fovea_value *bias, fovea_error *error) {
    const fovea__value *weight = &f->graph->value[layer->in[WEIGHT]];
    char name[FOVEA__MAX_NAME + 1];
    if (layer->in_count > BIAS && layer->in[BIAS] != FOVEA_NO_VALUE) {
        *bias = f->to[layer->in[BIAS]];
        return FOVEA_OK;
    }
    bias_name(f, layer, name, sizeof name);
    return fovea_graph_add_parameter(
        f->copy, name, weight->signature.type, &(fovea_shape){1, {channels}},
        weight->kind == FOVEA_VALUE_PARAMETER, weight->fan_in, bias, error);
}

// Which output channel number `i` of the weight belongs to. Weights of ConvTranspose are C×(M/group),
// those of the others M×...
static int64_t channel_of(const fovea__node *layer, const fovea_shape *w, int64_t channels,
                          int64_t i) {
    int64_t inner = 1;
    for (int32_t d = 1; d < w->rank; d++) inner *= w->dim[d];
    if (strcmp(layer->op->name, "ConvTranspose") != 0) return i / inner;
    int64_t group = fovea__node_integer(layer, "group", 0, 1), of_group = channels / group;
    int64_t taps = inner / w->dim[1], row = i / inner;
    return row / (w->dim[0] / group) * of_group + i % inner / taps;
}

static void scale_numbers(const fold *f, const fovea__node *layer, const fovea__node *norm,
                          int64_t channels, const double *scale, fovea_value bias) {
    const fovea_shape *w = &f->graph->value[layer->in[WEIGHT]].signature.shape;
    fovea_view weight = fovea__graph_parameter(f->copy, f->to[layer->in[WEIGHT]]);
    fovea_view shift = fovea__graph_parameter(f->copy, bias);
    bool biased = layer->in_count > BIAS && layer->in[BIAS] != FOVEA_NO_VALUE;
    int64_t count = fovea_shape_count(w);
    for (int64_t i = 0; i < count; i++)
        set_number(weight, i,
                   number(f, layer->in[WEIGHT], i) * scale[channel_of(layer, w, channels, i)]);
    for (int64_t c = 0; c < channels; c++) {
        double b = biased ? number(f, layer->in[BIAS], c) : 0;
        set_number(shift, c,
                   (b - number(f, norm->in[MEAN], c)) * scale[c] + number(f, norm->in[SHIFT], c));
    }
}

static fovea_status add_folded(fold *f, int32_t n, fovea_error *error) {
    const fovea__node *layer = &f->graph->node[n], *norm = &f->graph->node[f->norm[n]];
    int64_t channels = f->graph->value[norm->in[SCALE]].signature.shape.dim[0];
    double epsilon = fovea__node_attribute(norm, "epsilon")->f;
    double *scale = fovea__new(f->graph->context, (size_t)channels, sizeof *scale, error);
    fovea_value in[] = {f->to[layer->in[X]], f->to[layer->in[WEIGHT]], FOVEA_NO_VALUE};
    fovea_value out[FOVEA__MAX_OUTPUTS];
    const char *names[] = {f->graph->value[norm->out[0]].name};
    fovea_status status = FOVEA_OUT_OF_MEMORY;
    if (!scale) return status;
    for (int64_t c = 0; c < channels; c++)
        scale[c] = number(f, norm->in[SCALE], c) / sqrt(number(f, norm->in[VARIANCE], c) + epsilon);
    FOVEA__GO(make_bias(f, layer, channels, &in[BIAS], error));
    scale_numbers(f, layer, norm, channels, scale, in[BIAS]);
    FOVEA__GO(fovea__graph_copy_node(f->graph, n, in, BIAS + 1, names, f->copy, out, error));
    f->to[norm->out[0]] = out[0];
done:
    fovea__free(f->graph->context, scale);
    return status;
}

static fovea_status add_same(fold *f, int32_t n, fovea_error *error) {
    const fovea__node *node = &f->graph->node[n];
    fovea_value in[FOVEA__MAX_INPUTS], out[FOVEA__MAX_OUTPUTS];
    const char *names[FOVEA__MAX_OUTPUTS];
    for (int32_t i = 0; i < node->in_count; i++)
        in[i] = node->in[i] == FOVEA_NO_VALUE ? FOVEA_NO_VALUE : f->to[node->in[i]];
    for (int32_t o = 0; o < node->out_count; o++) names[o] = f->graph->value[node->out[o]].name;
    FOVEA__TRY(fovea__graph_copy_node(f->graph, n, in, node->in_count, names, f->copy, out, error));
    for (int32_t o = 0; o < node->out_count; o++) f->to[node->out[o]] = out[o];
    return FOVEA_OK;
}

static fovea_status add_all(fold *f, fovea_error *error) {
    const fovea_graph *graph = f->graph;
    int32_t n = 0;
    for (size_t v = 0; v < graph->value_count; v++) {
        if (graph->value[v].kind != FOVEA_VALUE_COMPUTED) {
            if (!f->gone[v])
                FOVEA__TRY(fovea__graph_copy_value(graph, (fovea_value)v,
                                                   &graph->value[v].signature.shape, f->copy,
                                                   &f->to[v], error));
        } else if (graph->value[v].node == n) {
            if (f->norm[n] != NONE)
                FOVEA__TRY(add_folded(f, n, error));
            else if (!f->taken[n])
                FOVEA__TRY(add_same(f, n, error));
            n++;
        }
    }
    for (size_t o = 0; o < graph->output_count; o++)
        FOVEA__TRY(fovea_graph_add_output(f->copy, f->to[graph->output[o]], error));
    return FOVEA_OK;
}

fovea_status fovea__graph_fold_batchnorm(const fovea_graph *graph, fovea_graph **folded,
                                         fovea_error *error) {
    fovea_context *context = graph->context;
    fold f = {.graph = graph};
    fovea_status status = fovea__graph_check_memory(graph, error);
    *folded = NULL;
    if (status != FOVEA_OK) return status;
    f.reads = fovea__new(context, graph->value_count, sizeof *f.reads, error);
    f.gone = fovea__new(context, graph->value_count, sizeof *f.gone, error);
    f.to = fovea__new(context, graph->value_count, sizeof *f.to, error);
    f.norm = fovea__new(context, graph->node_count, sizeof *f.norm, error);
    f.taken = fovea__new(context, graph->node_count, sizeof *f.taken, error);
    status = f.reads && f.gone && f.to && f.norm && f.taken ? FOVEA_OK : FOVEA_OUT_OF_MEMORY;
    if (status == FOVEA_OK) status = fovea_graph_create(context, &f.copy, error);
    if (status == FOVEA_OK) {
        find_pairs(&f);
        status = add_all(&f, error);
    }
    if (status == FOVEA_OK)
        *folded = f.copy;
    else
        fovea_graph_free(f.copy);
    fovea__free(context, f.reads);
    fovea__free(context, f.gone);
    fovea__free(context, f.to);
    fovea__free(context, f.norm);
    fovea__free(context, f.taken);
    return status;
}
