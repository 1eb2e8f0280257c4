// SPDX-License-Identifier: MIT
// Flatten, sums, products, concat, pad and slice with the batch in the lanes: a group is an array
// without the batch dimension and with a last one of 16, so the kernels for dense arrays serve as
// they are.
#include <string.h>

#include "base/memory.h"
#include "kernels/binary/binary.h"
#include "layers/geometry.h"
#include "plan/n16.h"

// Flatten keeps every number in its place: where nobody else reads the input, both share memory.
static fovea_status flatten_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                    fovea_error *error) {
    (void)scratch, (void)error;
    const fovea__node *node = lowered->node;
    int readers = 0;
    for (size_t n = 0; n < plan->graph->node_count; n++)
        for (int32_t i = 0; i < plan->graph->node[n].in_count; i++)
            readers += plan->graph->node[n].in[i] == node->in[0];
    for (size_t o = 0; o < plan->graph->output_count; o++)
        readers += plan->graph->output[o] == node->in[0];
    bool computed = plan->graph->value[node->in[0]].kind == FOVEA_VALUE_COMPUTED;
    if (readers == 1 && computed) plan->alias[node->out[0]] = node->in[0];
    return FOVEA_OK;
}

static bool flatten_accepts(const fovea_graph *graph, const fovea__node *node) {
    (void)graph;
    return fovea__node_integer(node, "axis", 0, 1) == 1;
}

static void copy_group(const fovea__lowered *lowered, const float *src, float *dst) {
    if (src != dst)
        memcpy(dst, src,
               (size_t)fovea__group_size(lowered->graph, lowered->node->in[0]) * sizeof(float));
}

static void flatten_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            uint8_t *scratch) {
    (void)scratch;
    copy_group(lowered, fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g));
}

static void flatten_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                             float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    copy_group(lowered, fovea__d_out_at(lowered, bound, g), d_in[0]);
}

const fovea__n16_family fovea__n16_flatten = {.op = "Flatten",
                                              .accepts = flatten_accepts,
                                              .prepare = flatten_prepare,
                                              .forward = flatten_forward,
                                              .backward = flatten_backward,
                                              .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT,
                                              .d_in_place = true};

static bool same_shapes(const fovea_graph *graph, const fovea__node *node) {
    const fovea__value *a = &graph->value[node->in[0]], *b = &graph->value[node->in[1]];
    return fovea__is_batched(b) && fovea_shape_equal(&a->signature.shape, &b->signature.shape);
}

static int64_t group_numbers(const fovea__lowered *lowered) {
    return fovea__group_size(lowered->graph, lowered->node->in[0]);
}

static void add_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                        uint8_t *scratch) {
    (void)scratch;
    fovea__binary_f32(FOVEA__BINARY_ADD, group_numbers(lowered), fovea__in_at(lowered, bound, 0, g),
                      fovea__in_at(lowered, bound, 1, g), fovea__out_at(lowered, bound, g));
}

static void add_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                         float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    for (int i = 0; i < 2; i++)
        if (d_in[i]) copy_group(lowered, fovea__d_out_at(lowered, bound, g), d_in[i]);
}

static void mul_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                        uint8_t *scratch) {
    (void)scratch;
    fovea__binary_f32(FOVEA__BINARY_MUL, group_numbers(lowered), fovea__in_at(lowered, bound, 0, g),
                      fovea__in_at(lowered, bound, 1, g), fovea__out_at(lowered, bound, g));
}

static void mul_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                         float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    for (int i = 0; i < 2; i++)
        if (d_in[i])
            fovea__binary_f32(FOVEA__BINARY_MUL, group_numbers(lowered),
                              fovea__d_out_at(lowered, bound, g),
                              fovea__in_at(lowered, bound, 1 - i, g), d_in[i]);
}

const fovea__n16_family fovea__n16_add = {.op = "Add",
                                          .accepts = same_shapes,
                                          .forward = add_forward,
                                          .backward = add_backward,
                                          .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT,
                                          .in_place = true,
                                          .d_in_place = true};
const fovea__n16_family fovea__n16_mul = {.op = "Mul",
                                          .accepts = same_shapes,
                                          .forward = mul_forward,
                                          .backward = mul_backward,
                                          .unread = FOVEA__UNREAD_OUTPUT,
                                          .in_place = true};

typedef struct {
    int64_t outer, run[FOVEA__MAX_INPUTS];
} concat_detail;

static int64_t concat_axis(const fovea_graph *graph, const fovea__node *node) {
    int64_t axis = fovea__node_integer(node, "axis", 0, 1);
    return axis < 0 ? axis + graph->value[node->in[0]].signature.shape.rank : axis;
}

static bool concat_accepts(const fovea_graph *graph, const fovea__node *node) {
    for (int32_t i = 0; i < node->in_count; i++)
        if (!fovea__is_batched(&graph->value[node->in[i]])) return false;
    return concat_axis(graph, node) > 0;
}

static fovea_status concat_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                   fovea_error *error) {
    (void)scratch;
    concat_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    int64_t axis = concat_axis(lowered->graph, lowered->node);
    fovea_shape first = fovea__in_signature(lowered, 0).shape;
    detail->outer = 1;
    for (int64_t d = 1; d < axis; d++) detail->outer *= first.dim[d];
    for (int32_t i = 0; i < lowered->node->in_count; i++)
        detail->run[i] = fovea__group_size(lowered->graph, lowered->node->in[i]) / detail->outer;
    return FOVEA_OK;
}

static void concat_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                           uint8_t *scratch) {
    (void)scratch;
    const concat_detail *detail = lowered->detail;
    const void *src[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < lowered->node->in_count; i++)
        src[i] = fovea__in_at(lowered, bound, i, g);
    fovea__copy_concat(detail->outer, lowered->node->in_count, detail->run, sizeof(float), src,
                       fovea__out_at(lowered, bound, g));
}

static void concat_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    const concat_detail *detail = lowered->detail;
    void *d_src[FOVEA__MAX_INPUTS];
    for (int32_t i = 0; i < lowered->node->in_count; i++) d_src[i] = d_in[i];
    fovea__copy_split(detail->outer, lowered->node->in_count, detail->run, sizeof(float),
                      fovea__d_out_at(lowered, bound, g), d_src);
}

const fovea__n16_family fovea__n16_concat = {.op = "Concat",
                                             .accepts = concat_accepts,
                                             .prepare = concat_prepare,
                                             .forward = concat_forward,
                                             .backward = concat_backward,
                                             .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};

typedef struct {
    fovea__copy_pad pad;
    float value;
} pad_detail;

static bool pad_accepts(const fovea_graph *graph, const fovea__node *node) {
    int32_t rank = graph->value[node->in[0]].signature.shape.rank;
    return fovea__pads_constant(&node->attributes) &&
           fovea__node_integer(node, "pads", 0, 0) == 0 &&
           fovea__node_integer(node, "pads", rank, 0) == 0;
}

static fovea_status pad_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                fovea_error *error) {
    (void)scratch;
    pad_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    fovea_shape x = fovea__in_signature(lowered, 0).shape;
    fovea__copy_pad whole = fovea__pad_of(&lowered->node->attributes, &x);
    detail->value = (float)fovea__pad_value(&lowered->node->attributes);
    detail->pad.rank = x.rank;
    for (int32_t d = 0; d < x.rank; d++) {
        bool lanes = d == x.rank - 1;
        detail->pad.in[d] = lanes ? FOVEA__LANES : whole.in[d + 1];
        detail->pad.begin[d] = lanes ? 0 : whole.begin[d + 1];
        detail->pad.end[d] = lanes ? 0 : whole.end[d + 1];
    }
    return FOVEA_OK;
}

static void pad_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                        uint8_t *scratch) {
    (void)scratch;
    const pad_detail *detail = lowered->detail;
    fovea__copy_pad_forward(&detail->pad, sizeof(float), &detail->value,
                            fovea__in_at(lowered, bound, 0, g), fovea__out_at(lowered, bound, g));
}

static void pad_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                         float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    const pad_detail *detail = lowered->detail;
    fovea__copy_pad_backward(&detail->pad, sizeof(float), fovea__d_out_at(lowered, bound, g),
                             d_in[0]);
}

const fovea__n16_family fovea__n16_pad = {.op = "Pad",
                                          .accepts = pad_accepts,
                                          .prepare = pad_prepare,
                                          .forward = pad_forward,
                                          .backward = pad_backward,
                                          .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};

static bool slice_accepts(const fovea_graph *graph, const fovea__node *node) {
    int32_t rank = graph->value[node->in[0]].signature.shape.rank;
    const fovea__attribute *axes = fovea__node_attribute(node, "axes");
    for (int32_t i = 0; i < axes->count; i++)
        if (axes->i[i] == 0 || axes->i[i] == -rank) return false;
    return axes->count > 0;
}

static fovea_status slice_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                  fovea_error *error) {
    (void)scratch;
    fovea__copy_slice *slice = fovea__new(plan->context, 1, sizeof *slice, error);
    if (!slice) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = slice;
    fovea_shape x = fovea__in_signature(lowered, 0).shape;
    fovea__copy_slice whole = fovea__slice_of(&lowered->node->attributes, &x);
    slice->rank = x.rank;
    for (int32_t d = 0; d < x.rank; d++) {
        bool lanes = d == x.rank - 1;
        slice->in[d] = lanes ? FOVEA__LANES : whole.in[d + 1];
        slice->out[d] = lanes ? FOVEA__LANES : whole.out[d + 1];
        slice->start[d] = lanes ? 0 : whole.start[d + 1];
        slice->step[d] = lanes ? 1 : whole.step[d + 1];
    }
    return FOVEA_OK;
}

static void slice_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                          uint8_t *scratch) {
    (void)scratch;
    fovea__copy_slice_forward(lowered->detail, sizeof(float), fovea__in_at(lowered, bound, 0, g),
                              fovea__out_at(lowered, bound, g));
}

static void slice_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                           float *const *d_in, uint8_t *scratch) {
    (void)scratch;
    fovea__copy_slice_backward(lowered->detail, sizeof(float), fovea__d_out_at(lowered, bound, g),
                               d_in[0]);
}

const fovea__n16_family fovea__n16_slice = {.op = "Slice",
                                            .accepts = slice_accepts,
                                            .prepare = slice_prepare,
                                            .forward = slice_forward,
                                            .backward = slice_backward,
                                            .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};
