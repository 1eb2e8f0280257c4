// SPDX-License-Identifier: MIT
// Convolution and linear layers with the batch in the lanes.
#include "plan/n16_conv.h"
#include "base/memory.h"
#include "kernels/linear/linear.h"
#include "layers/geometry.h"

// Output channels (or outputs) of one tile of a weight that has no partial sums.
enum { CONV_TILE = 16, LINEAR_TILE = 64 };

// Linear layers with more weights than this are computed for all groups at once, in tiles of
// outputs (inputs going back), so that the weights are read once a batch.
enum { BATCH_BYTES = 256 << 10, BATCH_TILE = 32, BATCH_WEIGHT_TILE = 64 };

typedef struct {
    fovea__linear_geometry geometry;
    const fovea__linear_kernel *kernel;
    size_t packed;
    bool batch;  // all groups at once
} linear_detail;

void fovea__conv_detail_fill(const fovea__plan *plan, fovea__lowered *lowered,
                             const fovea__attributes *attributes, const fovea_shape *y,
                             fovea__conv_detail *detail) {
    fovea_shape x = fovea__in_signature(lowered, 0).shape,
                w = fovea__in_signature(lowered, 1).shape;
    detail->geometry = fovea__conv_geometry_of(attributes, &x, &w, y);
    detail->kernel =
        fovea__conv_choose(fovea__context_cpu(plan->context), FOVEA__LAYOUT_N16, &detail->geometry);
    lowered->kernel = detail->kernel->name;
    if (detail->kernel->tiles) detail->kernel->tiles(&detail->geometry, lowered->tile);
    detail->packed = detail->kernel->packed(&detail->geometry);
    lowered->workspace = detail->packed * sizeof(float);
}

const float *fovea__conv_weight(const fovea__lowered *lowered, const fovea__bound *bound) {
    const fovea__conv_detail *detail = lowered->detail;
    return detail->packed ? (const float *)(bound->workspace + lowered->workspace_at)
                          : bound->value[lowered->node->in[1]];
}

const float *fovea__conv_bias(const fovea__lowered *lowered, const fovea__bound *bound) {
    return fovea__has_input(lowered->node, 2) ? bound->value[lowered->node->in[2]] : NULL;
}

void fovea__conv_begin(const fovea__lowered *lowered, const fovea__bound *bound) {
    const fovea__conv_detail *detail = lowered->detail;
    if (detail->packed)
        detail->kernel->pack(&detail->geometry, bound->value[lowered->node->in[1]],
                             (float *)(bound->workspace + lowered->workspace_at));
}

int64_t fovea__conv_tiles(const fovea__lowered *lowered) {
    const fovea__conv_geometry *geometry = &((const fovea__conv_detail *)lowered->detail)->geometry;
    return geometry->groups == 1 ? (geometry->o + CONV_TILE - 1) / CONV_TILE : 1;
}

int64_t fovea__conv_tile(const fovea__conv_detail *detail, int64_t tile, int64_t *first) {
    int64_t outputs = detail->geometry.o;
    *first = 0;
    if (tile < 0 || detail->geometry.groups != 1) return outputs;
    *first = tile * CONV_TILE;
    return outputs - *first < CONV_TILE ? outputs - *first : CONV_TILE;
}

static fovea_status conv_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                 fovea_error *error) {
    fovea__conv_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    fovea_shape y = fovea__out_signature(lowered).shape;
    fovea__conv_detail_fill(plan, lowered, &lowered->node->attributes, &y, detail);
    *scratch = detail->kernel->scratch(&detail->geometry);
    return FOVEA_OK;
}

static void conv_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                         uint8_t *scratch) {
    const fovea__conv_detail *detail = lowered->detail;
    detail->kernel->forward(&detail->geometry, fovea__group_samples(&bound->split, g),
                            fovea__in_at(lowered, bound, 0, g), fovea__conv_weight(lowered, bound),
                            fovea__conv_bias(lowered, bound), fovea__out_at(lowered, bound, g),
                            scratch);
}

static void conv_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                          float *const *d_in, uint8_t *scratch) {
    const fovea__conv_detail *detail = lowered->detail;
    detail->kernel->input_gradient(&detail->geometry, fovea__group_samples(&bound->split, g),
                                   fovea__d_out_at(lowered, bound, g),
                                   fovea__conv_weight(lowered, bound), d_in[0], scratch);
}

static bool conv_backward_add(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                              float *d_in) {
    const fovea__conv_detail *detail = lowered->detail;
    return detail->kernel->input_gradient_add &&
           detail->kernel->input_gradient_add(&detail->geometry, fovea__d_out_at(lowered, bound, g),
                                              fovea__conv_weight(lowered, bound), d_in);
}

static void conv_weight_gradient(const fovea__lowered *lowered, const fovea__bound *bound,
                                 int64_t g, int64_t tile, float *d_weight, float *d_bias,
                                 uint8_t *scratch) {
    const fovea__conv_detail *detail = lowered->detail;
    fovea__conv_geometry part = detail->geometry;
    int64_t first;
    part.o = fovea__conv_tile(detail, tile, &first);
    int64_t pixels = part.out[0] * part.out[1] * part.out[2];
    int64_t taps = part.c / part.groups * part.kernel[0] * part.kernel[1] * part.kernel[2];
    detail->kernel->weight_gradient(
        &part, fovea__group_samples(&bound->split, g), fovea__in_at(lowered, bound, 0, g),
        fovea__d_out_at(lowered, bound, g) + first * pixels * FOVEA__LANES,
        d_weight ? d_weight + first * taps : NULL, d_bias ? d_bias + first : NULL, scratch);
}

static bool fits_batch(const fovea__plan *plan, const fovea__lowered *lowered,
                       const linear_detail *detail) {
    int64_t numbers = detail->geometry.inputs * detail->geometry.outputs;
    bool big = numbers > BATCH_BYTES / (int64_t)sizeof(float) && plan->samples > FOVEA__LANES;
    return big && detail->kernel->forward_range && !fovea__accumulates(lowered, 0);
}

static fovea_status linear_prepare(fovea__plan *plan, fovea__lowered *lowered, size_t *scratch,
                                   fovea_error *error) {
    linear_detail *detail = fovea__new(plan->context, 1, sizeof *detail, error);
    if (!detail) return FOVEA_OUT_OF_MEMORY;
    lowered->detail = detail;
    fovea_shape weight = fovea__in_signature(lowered, 1).shape;
    detail->geometry = (fovea__linear_geometry){.inputs = weight.dim[1], .outputs = weight.dim[0]};
    detail->kernel = fovea__linear_choose(fovea__context_cpu(plan->context), FOVEA__LAYOUT_N16,
                                          &detail->geometry);
    lowered->kernel = detail->kernel->name;
    detail->packed = detail->kernel->packed(&detail->geometry);
    lowered->workspace = detail->packed * sizeof(float);
    *scratch = detail->kernel->scratch(&detail->geometry);
    detail->batch = fits_batch(plan, lowered, detail);
    int64_t groups = detail->batch ? (plan->samples + FOVEA__LANES - 1) / FOVEA__LANES : 1;
    if (detail->kernel->tiles) detail->kernel->tiles(&detail->geometry, groups, lowered->tile);
    return FOVEA_OK;
}

static const float *linear_weight(const fovea__lowered *lowered, const fovea__bound *bound) {
    const linear_detail *detail = lowered->detail;
    return detail->packed ? (const float *)(bound->workspace + lowered->workspace_at)
                          : bound->value[lowered->node->in[1]];
}

static void linear_begin(const fovea__lowered *lowered, const fovea__bound *bound) {
    const linear_detail *detail = lowered->detail;
    if (detail->packed)
        detail->kernel->pack(&detail->geometry, bound->value[lowered->node->in[1]],
                             (float *)(bound->workspace + lowered->workspace_at));
}

static void linear_forward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                           uint8_t *scratch) {
    const linear_detail *detail = lowered->detail;
    const float *bias =
        fovea__has_input(lowered->node, 2) ? bound->value[lowered->node->in[2]] : NULL;
    detail->kernel->forward(&detail->geometry, fovea__group_samples(&bound->split, g),
                            fovea__in_at(lowered, bound, 0, g), linear_weight(lowered, bound), bias,
                            fovea__out_at(lowered, bound, g), scratch);
}

static void linear_backward(const fovea__lowered *lowered, const fovea__bound *bound, int64_t g,
                            float *const *d_in, uint8_t *scratch) {
    const linear_detail *detail = lowered->detail;
    detail->kernel->input_gradient(&detail->geometry, fovea__group_samples(&bound->split, g),
                                   fovea__d_out_at(lowered, bound, g),
                                   linear_weight(lowered, bound), d_in[0], scratch);
}

static int64_t linear_tiles(const fovea__lowered *lowered) {
    const fovea__linear_geometry *geometry = &((const linear_detail *)lowered->detail)->geometry;
    return (geometry->outputs + LINEAR_TILE - 1) / LINEAR_TILE;
}

static void linear_weight_gradient(const fovea__lowered *lowered, const fovea__bound *bound,
                                   int64_t g, int64_t tile, float *d_weight, float *d_bias,
                                   uint8_t *scratch) {
    const linear_detail *detail = lowered->detail;
    fovea__linear_geometry part = detail->geometry;
    int64_t first = 0;
    if (tile >= 0) {
        first = tile * LINEAR_TILE;
        part.outputs = part.outputs - first < LINEAR_TILE ? part.outputs - first : LINEAR_TILE;
    }
    detail->kernel->weight_gradient(
        &part, fovea__group_samples(&bound->split, g), fovea__in_at(lowered, bound, 0, g),
        fovea__d_out_at(lowered, bound, g) + first * FOVEA__LANES,
        d_weight ? d_weight + first * part.inputs : NULL, d_bias ? d_bias + first : NULL, scratch);
}

static int64_t linear_batch_tiles(const fovea__lowered *lowered, fovea__batch_pass pass) {
    const linear_detail *detail = lowered->detail;
    int64_t inputs = detail->geometry.inputs, outputs = detail->geometry.outputs;
    if (!detail->batch) return 0;
    if (pass == FOVEA__BATCH_FORWARD) return (outputs + BATCH_TILE - 1) / BATCH_TILE;
    if (pass == FOVEA__BATCH_BACKWARD) return (inputs + BATCH_TILE - 1) / BATCH_TILE;
    return (inputs + BATCH_WEIGHT_TILE - 1) / BATCH_WEIGHT_TILE;
}

static fovea__linear_range tile_range(int64_t tile, int64_t size, int64_t count) {
    int64_t first = tile * size;
    return (fovea__linear_range){first, count - first < size ? count - first : size};
}

static void linear_batch_forward(const fovea__lowered *lowered, const fovea__bound *bound,
                                 int64_t tile, uint8_t *scratch) {
    const linear_detail *detail = lowered->detail;
    const float *bias =
        fovea__has_input(lowered->node, 2) ? bound->value[lowered->node->in[2]] : NULL;
    detail->kernel->forward_range(&detail->geometry, bound->split.groups,
                                  fovea__in_at(lowered, bound, 0, 0),
                                  bound->value[lowered->node->in[1]], bias,
                                  tile_range(tile, BATCH_TILE, detail->geometry.outputs),
                                  fovea__out_at(lowered, bound, 0), scratch);
}

static void linear_batch_backward(const fovea__lowered *lowered, const fovea__bound *bound,
                                  int64_t tile, uint8_t *scratch) {
    const linear_detail *detail = lowered->detail;
    detail->kernel->input_gradient_range(
        &detail->geometry, bound->split.groups, fovea__d_out_at(lowered, bound, 0),
        bound->value[lowered->node->in[1]], tile_range(tile, BATCH_TILE, detail->geometry.inputs),
        fovea__gradient_at(bound, lowered->node->in[0], 0), scratch);
}

static void linear_batch_weight(const fovea__lowered *lowered, const fovea__bound *bound,
                                int64_t tile, float *d_weight, uint8_t *scratch) {
    const linear_detail *detail = lowered->detail;
    detail->kernel->weight_gradient_range(
        &detail->geometry, bound->split.samples, fovea__in_at(lowered, bound, 0, 0),
        fovea__d_out_at(lowered, bound, 0),
        tile_range(tile, BATCH_WEIGHT_TILE, detail->geometry.inputs), d_weight, scratch);
}

static bool linear_accepts(const fovea_graph *graph, const fovea__node *node) {
    return graph->value[node->in[0]].signature.shape.rank == 2;
}

const fovea__n16_family fovea__n16_conv = {.op = "Conv",
                                           .prepare = conv_prepare,
                                           .begin = fovea__conv_begin,
                                           .forward = conv_forward,
                                           .backward = conv_backward,
                                           .backward_add = conv_backward_add,
                                           .weight_gradient = conv_weight_gradient,
                                           .tiles = fovea__conv_tiles,
                                           .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};

const fovea__n16_family fovea__n16_linear = {.op = "Gemm",
                                             .accepts = linear_accepts,
                                             .prepare = linear_prepare,
                                             .begin = linear_begin,
                                             .forward = linear_forward,
                                             .backward = linear_backward,
                                             .weight_gradient = linear_weight_gradient,
                                             .tiles = linear_tiles,
                                             .batch_tiles = linear_batch_tiles,
                                             .batch_forward = linear_batch_forward,
                                             .batch_backward = linear_batch_backward,
                                             .batch_weight = linear_batch_weight,
                                             .unread = FOVEA__UNREAD_INPUT | FOVEA__UNREAD_OUTPUT};
