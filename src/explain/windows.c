// SPDX-License-Identifier: MIT
#include "explain/windows.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/threads.h"
#include "explain/cut_out.h"

// What a segment reads of a stored value: cells begin*stride - pad and so on, begin being where the
// segment's output begins.
typedef struct {
    fovea_value value;
    const fovea__local_node *slide;  // NULL: the same cells as the output
    int64_t size[2];
    fovea_tensor *crop;  // samples×C×size
} segment_input;

// Nodes that lead from stored values to the next: at most the first on each way slides.
struct fovea__segment {
    fovea_value out;
    fovea_graph *graph;  // for windows
    fovea_session *session;
    segment_input input[FOVEA__MAX_INPUTS];
    int32_t inputs;
};

static const fovea_graph *graph_of(const fovea__windows *windows) {
    return windows->reach->graph;
}

static bool flows(const fovea__windows *windows, fovea_value v) {
    return v >= 0 && windows->needed[v];
}

static void mark_needed(fovea__windows *windows) {
    const fovea_graph *graph = graph_of(windows);
    windows->needed[windows->resume] = 1;
    for (size_t n = graph->node_count; n-- > 0;) {
        const fovea__node *node = &graph->node[n];
        if (!windows->reach->node[n].local || !windows->needed[node->out[0]]) continue;
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0 && windows->reach->local[node->in[i]])
                windows->needed[node->in[i]] = 1;
    }
}

// Stored are values that windows with a border are cut out of, and those that are read twice.
static fovea_status mark_stored(fovea__windows *windows, fovea_error *error) {
    const fovea_graph *graph = graph_of(windows);
    uint8_t *read = fovea__new(windows->explainer->context, graph->value_count, 1, error);
    if (!read) return FOVEA_OUT_OF_MEMORY;
    windows->stored[graph->input[0]] = windows->stored[windows->resume] = 1;
    for (size_t n = 0; n < graph->node_count; n++) {
        const fovea__node *node = &graph->node[n];
        if (!windows->needed[node->out[0]]) continue;
        for (int32_t i = 0; i < node->in_count; i++) {
            fovea_value v = node->in[i];
            if (!flows(windows, v)) continue;
            if (read[v] || windows->reach->node[n].slides) windows->stored[v] = 1;
            read[v] = 1;
        }
    }
    fovea__free(windows->explainer->context, read);
    return FOVEA_OK;
}

static int32_t operands(const fovea__windows *windows, const fovea__node *node) {
    int32_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++) count += flows(windows, node->in[i]);
    return count;
}

// The segment's inputs, from its output backwards. False: two ways lead to one value with different
// windows of it, or there are too many.
static bool gather(const fovea__windows *windows, fovea_value v, const fovea__local_node *slide,
                   fovea__segment *segment) {
    const fovea_graph *graph = graph_of(windows);
    if (windows->stored[v] && v != segment->out) {
        for (int32_t i = 0; i < segment->inputs; i++)
            if (segment->input[i].value == v) return segment->input[i].slide == slide;
        if (segment->inputs == FOVEA__MAX_INPUTS) return false;
        segment_input *in = &segment->input[segment->inputs++];
        *in = (segment_input){.value = v, .slide = slide};
        for (int32_t d = 0; d < 2; d++) {
            int64_t size = windows->reach->size[segment->out][d];
            if (slide)
                size =
                    (size - 1) * slide->stride[d] + (slide->kernel[d] - 1) * slide->dilation[d] + 1;
            in->size[d] = size;
        }
        return true;
    }
    const fovea__node *node = &graph->node[graph->value[v].node];
    const fovea__local_node *local = &windows->reach->node[graph->value[v].node];
    for (int32_t i = 0; i < node->in_count; i++)
        if (flows(windows, node->in[i]) &&
            !gather(windows, node->in[i], local->slides ? local : slide, segment))
            return false;
    return true;
}

// Stores the operands of every node of the segment that joins several.
static void part_joins(fovea__windows *windows, fovea_value v, fovea_value out) {
    const fovea_graph *graph = graph_of(windows);
    if (windows->stored[v] && v != out) return;
    const fovea__node *node = &graph->node[graph->value[v].node];
    bool joins = operands(windows, node) > 1;
    for (int32_t i = 0; i < node->in_count; i++) {
        if (!flows(windows, node->in[i])) continue;
        part_joins(windows, node->in[i], out);
        if (joins) windows->stored[node->in[i]] = 1;
    }
}

// Nets of several inputs are not computed in the lanes: such a segment had better only join them.
static bool suits_lanes(const fovea__segment *segment) {
    bool slides = false;
    for (int32_t i = 0; i < segment->inputs; i++) slides |= segment->input[i].slide != NULL;
    return segment->inputs < 2 || !slides;
}

static bool find_segments(fovea__windows *windows) {
    const fovea_graph *graph = graph_of(windows);
    windows->segments = 0;
    for (size_t n = 0; n < graph->node_count; n++) {
        fovea_value out = graph->node[n].out[0];
        if (!windows->needed[out] || !windows->stored[out]) continue;
        fovea__segment *segment = &windows->segment[windows->segments++];
        *segment = (fovea__segment){.out = out};
        if (gather(windows, out, NULL, segment) && suits_lanes(segment)) continue;
        part_joins(windows, out, out);
        return false;
    }
    return true;
}

static fovea_status set_shapes(const fovea__windows *windows, fovea__segment *segment,
                               fovea_error *error) {
    fovea_graph *graph = segment->graph;
    for (int32_t i = 0; i < segment->inputs; i++)
        for (int32_t d = 0; d < 2; d++)
            graph->value[segment->input[i].value].signature.shape.dim[2 + d] =
                segment->input[i].size[d];
    for (size_t n = 0; n < graph->node_count; n++) {
        fovea__node *node = &graph->node[n];
        fovea__signature in[FOVEA__MAX_INPUTS] = {{0}}, out[FOVEA__MAX_OUTPUTS];
        for (int32_t i = 0; i < node->in_count; i++)
            if (node->in[i] >= 0) in[i] = graph->value[node->in[i]].signature;
        fovea__without_border(node);
        FOVEA__TRY(node->op->shape(&node->attributes, in, node->in_count, out, error));
        for (int32_t o = 0; o < node->out_count; o++) graph->value[node->out[o]].signature = out[o];
    }
    const fovea_shape *shape = &graph->value[segment->out].signature.shape;
    for (int32_t d = 0; d < 2; d++)
        if (shape->dim[2 + d] != windows->reach->size[segment->out][d])
            return fovea__fail_at(error, FOVEA_FAILED, graph->value[segment->out].name, -1,
                                  "has %lld cells along dimension %d of a window of %lld",
                                  (long long)shape->dim[2 + d], 2 + d,
                                  (long long)windows->reach->size[segment->out][d]);
    return FOVEA_OK;
}

static fovea_status open_segment(fovea__windows *windows, fovea__segment *segment,
                                 fovea_error *error) {
    fovea_value from[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < segment->inputs; i++) from[i] = segment->input[i].value;
    FOVEA__TRY(fovea__graph_cut(graph_of(windows), from, segment->inputs, &segment->out, 1,
                                &segment->graph, error));
    FOVEA__TRY(set_shapes(windows, segment, error));
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = windows->samples;
    fovea__session_needs needs = {.outputs_only = true};
    FOVEA__TRY(fovea__session_create(segment->graph, &options, needs, &segment->session, error));
    for (int32_t i = 0; i < segment->inputs; i++) {
        fovea__signature at =
            fovea__at_batch(&segment->graph->value[segment->input[i].value], windows->samples);
        FOVEA__TRY(fovea_tensor_create(windows->explainer->context, at.type, &at.shape,
                                       &segment->input[i].crop, error));
    }
    return FOVEA_OK;
}

// All stored values of x itself.
static fovea_status run_whole(fovea__windows *windows, const fovea_graph *head, const fovea_view *x,
                              fovea_error *error) {
    fovea_session *session = NULL;
    fovea_session_options options;
    fovea_session_options_default(&options);
    fovea__session_needs needs = {0};
    FOVEA__TRY(fovea__session_create(head, &options, needs, &session, error));
    fovea_status status = fovea_session_forward(session, x, 1, error);
    for (fovea_value v = 0; v < (fovea_value)head->value_count && status == FOVEA_OK; v++)
        if (windows->needed[v] && windows->stored[v])
            status = fovea_session_value(session, v, &windows->whole[v], error);
    fovea_session_free(session);
    return status;
}

static fovea_status keep_whole(fovea__windows *windows, const fovea_view *x, fovea_error *error) {
    const fovea_graph *graph = graph_of(windows);
    fovea_value from = graph->input[0];
    if (windows->resume == from) {
        FOVEA__TRY(fovea_tensor_create(windows->explainer->context, x->type, &x->shape,
                                       &windows->whole[from], error));
        fovea_view copy = fovea_tensor_view(windows->whole[from]);
        memcpy(copy.data, x->data, (size_t)fovea_shape_count(&x->shape) * fovea_type_size(x->type));
        return FOVEA_OK;
    }
    fovea_graph *head = NULL;
    FOVEA__TRY(fovea__graph_cut(graph, &from, 1, &windows->resume, 1, &head, error));
    fovea_status status = run_whole(windows, head, x, error);
    fovea__graph_cut_free(head);
    return status;
}

// Memory for the changed cells of x, which the baseline is copied into.
static fovea_status new_patches(fovea__windows *windows, fovea_error *error) {
    fovea_value v = graph_of(windows)->input[0];
    fovea__signature at = fovea__at_batch(&graph_of(windows)->value[v], windows->samples);
    for (int32_t d = 0; d < 2; d++) at.shape.dim[2 + d] = windows->reach->size[v][d];
    return fovea_tensor_create(windows->explainer->context, at.type, &at.shape, &windows->part[v],
                               error);
}

static fovea_status prepare(fovea__windows *windows, const fovea_view *x, fovea_error *error) {
    fovea_context *context = windows->explainer->context;
    const fovea_graph *graph = graph_of(windows);
    size_t values = graph->value_count;
    windows->needed = fovea__new(context, values, 1, error);
    windows->stored = fovea__new(context, values, 1, error);
    windows->whole = fovea__new(context, values, sizeof *windows->whole, error);
    windows->part = fovea__new(context, values, sizeof *windows->part, error);
    windows->segment = fovea__new(context, graph->node_count, sizeof *windows->segment, error);
    if (!windows->needed || !windows->stored || !windows->whole || !windows->part ||
        !windows->segment)
        return FOVEA_OUT_OF_MEMORY;
    mark_needed(windows);
    FOVEA__TRY(mark_stored(windows, error));
    while (!find_segments(windows)) continue;
    FOVEA__TRY(keep_whole(windows, x, error));
    FOVEA__TRY(new_patches(windows, error));
    for (int32_t s = 0; s < windows->segments; s++)
        FOVEA__TRY(open_segment(windows, &windows->segment[s], error));
    return FOVEA_OK;
}

fovea_status fovea__windows_open(fovea_explainer *explainer, const fovea__reach *reach,
                                 fovea_value resume, const fovea_view *x, int64_t samples,
                                 fovea__windows *windows, fovea_error *error) {
    *windows = (fovea__windows){
        .explainer = explainer, .reach = reach, .resume = resume, .samples = samples};
    fovea_status status = prepare(windows, x, error);
    if (status != FOVEA_OK) fovea__windows_close(windows);
    return status;
}

void fovea__windows_close(fovea__windows *windows) {
    fovea_context *context = windows->explainer->context;
    size_t values = windows->reach->graph ? graph_of(windows)->value_count : 0;
    for (size_t v = 0; v < values; v++) {
        if (windows->whole) fovea_tensor_free(windows->whole[v]);
        if (windows->part) fovea_tensor_free(windows->part[v]);
    }
    for (int32_t s = 0; s < windows->segments; s++) {
        fovea__segment *segment = &windows->segment[s];
        fovea_session_free(segment->session);
        fovea__graph_cut_free(segment->graph);
        for (int32_t i = 0; i < segment->inputs; i++) fovea_tensor_free(segment->input[i].crop);
    }
    fovea__free(context, windows->needed);
    fovea__free(context, windows->stored);
    fovea__free(context, windows->whole);
    fovea__free(context, windows->part);
    fovea__free(context, windows->segment);
    *windows = (fovea__windows){.explainer = windows->explainer, .reach = windows->reach};
}

// Cutting the same window out for all samples of a run.
typedef struct {
    const fovea__windows *windows;
    fovea_value value, out;  // cut out of, computed from it; out NO_VALUE: the whole of it
    const fovea__local_node *slide;
    fovea_view whole, part, to;
    int64_t size[2], first;
    double fill;
} cutting;

static void cut_one(void *user, int64_t i, int32_t worker) {
    (void)worker;
    const cutting *c = user;
    const fovea__reach *reach = c->windows->reach;
    fovea__cut_out cut = {.whole = &c->whole, .part = &c->part, .fill = c->fill};
    int64_t place[2] = {(c->first + i) / reach->places[1], (c->first + i) % reach->places[1]};
    for (int32_t d = 0; d < 2; d++) {
        cut.part_at[d] = fovea__reach_begin(reach, c->value, d, place[d]);
        cut.size[d] = c->size[d];
        if (c->out != FOVEA_NO_VALUE) cut.at[d] = fovea__reach_begin(reach, c->out, d, place[d]);
        if (c->slide) cut.at[d] = cut.at[d] * c->slide->stride[d] - c->slide->pad[d];
    }
    size_t bytes = (size_t)(c->to.shape.dim[1] * c->size[0] * c->size[1]);
    bytes *= fovea_type_size(c->to.type);
    fovea__cut_out_window(&cut, i, (uint8_t *)c->to.data + (size_t)i * bytes);
}

static void cut_all(cutting *c, int64_t n) {
    c->whole = fovea_tensor_view(c->windows->whole[c->value]);
    c->part = fovea_tensor_view(c->windows->part[c->value]);
    fovea__parallel(c->windows->explainer->context, n, cut_one, c);
}

static fovea_status run_segment(fovea__windows *windows, fovea__segment *segment, int64_t first,
                                int64_t n, fovea_error *error) {
    fovea_view views[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < segment->inputs; i++) {
        const segment_input *in = &segment->input[i];
        views[i] = fovea_tensor_view(in->crop);
        views[i].shape.dim[0] = n;
        cutting c = {.windows = windows,
                     .value = in->value,
                     .out = segment->out,
                     .slide = in->slide,
                     .to = views[i],
                     .size = {in->size[0], in->size[1]},
                     .first = first,
                     .fill = in->slide ? in->slide->fill : 0};
        cut_all(&c, n);
    }
    FOVEA__TRY(fovea_session_forward(segment->session, views, segment->inputs, error));
    fovea_tensor **part = &windows->part[segment->out];
    fovea_tensor_free(*part);
    *part = NULL;
    return fovea_session_value(segment->session, segment->out, part, error);
}

static void copy_patches(fovea__windows *windows, const fovea_view *baseline, int64_t first,
                         int64_t n) {
    const fovea__reach *reach = windows->reach;
    fovea_value x = graph_of(windows)->input[0];
    fovea_view part = fovea_tensor_view(windows->part[x]);
    int64_t size = part.shape.dim[1] * part.shape.dim[2] * part.shape.dim[3];
    for (int64_t i = 0; i < n; i++) {
        int64_t place[2] = {(first + i) / reach->places[1], (first + i) % reach->places[1]};
        fovea__cut_out cut = {.whole = baseline, .part = &part};
        for (int32_t d = 0; d < 2; d++) {
            cut.at[d] = fovea__reach_begin(reach, x, d, place[d]);
            cut.size[d] = part.shape.dim[2 + d];
            cut.part_at[d] = -cut.size[d];  // nothing of the baseline is replaced
        }
        fovea__cut_out_window(
            &cut, 0, (uint8_t *)part.data + (size_t)(i * size) * fovea_type_size(part.type));
    }
}

fovea_status fovea__windows_run(fovea__windows *windows, const fovea_view *baseline, int64_t first,
                                int64_t n, const fovea_view *whole, fovea_error *error) {
    copy_patches(windows, baseline, first, n);
    for (int32_t s = 0; s < windows->segments; s++)
        FOVEA__TRY(run_segment(windows, &windows->segment[s], first, n, error));
    cutting c = {.windows = windows,
                 .value = windows->resume,
                 .out = FOVEA_NO_VALUE,
                 .to = *whole,
                 .size = {whole->shape.dim[2], whole->shape.dim[3]},
                 .first = first};
    cut_all(&c, n);
    return FOVEA_OK;
}

static int32_t local_operands(const fovea__reach *reach, const fovea__node *node) {
    int32_t count = 0;
    for (int32_t i = 0; i < node->in_count; i++)
        count += node->in[i] >= 0 && reach->local[node->in[i]];
    return count;
}

double fovea__windows_bytes(const fovea__reach *reach, fovea_value resume) {
    double numbers = 0;
    for (size_t n = 0; n < reach->graph->node_count; n++) {
        fovea_value v = reach->graph->node[n].out[0];
        if (!reach->node[n].local) continue;
        // What is cut out and what comes out, here and in the session; by places it is made in place.
        double channels = (double)reach->graph->value[v].signature.shape.dim[1];
        if (reach->node[n].slides || local_operands(reach, &reach->graph->node[n]) > 1)
            numbers += 4 * channels * (double)(reach->size[v][0] * reach->size[v][1]);
        if (v == resume) break;
    }
    return numbers * (double)fovea_type_size(reach->graph->value[resume].signature.type);
}
