// SPDX-License-Identifier: MIT
// DepthToSpace and SpaceToDepth: transpositions of the input seen with six dimensions.
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/copy/transpose.h"
#include "layers/check.h"
#include "layers/move.h"

enum { BLOCKSIZE, CRD };

#define MOST_BLOCK 4096

static fovea_status check_blocks(const fovea__signature *in, int64_t channels, int64_t side,
                                 fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, 1, error));
    FOVEA__TRY(fovea__check_rank(in, 4, 4, "N×C×H×W", error));
    const int64_t *dim = in->shape.dim;
    if (dim[1] % channels == 0 && dim[2] % side == 0 && dim[3] % side == 0) return FOVEA_OK;
    char text[128];
    fovea_shape_format(&in->shape, text, sizeof text);
    if (channels > 1) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                           "the channels of %s are no multiple of the %lld places of a block", text,
                           (long long)channels);
    }
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "height and width of %s are no multiples of the block's side %lld", text,
                       (long long)side);
}

static fovea_status deep_shape(fovea__attributes *attributes, const fovea__signature *in,
                               int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)in_count;
    int64_t b = attributes->value[BLOCKSIZE].i[0];
    FOVEA__TRY(check_blocks(in, b * b, 1, error));
    out[0] = in[0];
    int64_t *dim = out->shape.dim;
    dim[1] /= b * b;
    if (!fovea__mul_i64(dim[2], b, &dim[2]) || !fovea__mul_i64(dim[3], b, &dim[3])) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "height or width grow too large");
    }
    return fovea__check_size(out, error);
}

static fovea_status flat_shape(fovea__attributes *attributes, const fovea__signature *in,
                               int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)in_count;
    int64_t b = attributes->value[BLOCKSIZE].i[0];
    FOVEA__TRY(check_blocks(in, 1, b, error));
    out[0] = in[0];
    int64_t *dim = out->shape.dim;
    if (!fovea__mul_i64(dim[1], b * b, &dim[1])) {
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "the channels grow too many");
    }
    dim[2] /= b;
    dim[3] /= b;
    return FOVEA_OK;
}

// The channels of the deep side are b×b×C (DCR) or C×b×b (CRD).
static fovea__transpose deep_to_flat(const fovea__attributes *attributes, const int64_t *deep) {
    int64_t b = attributes->value[BLOCKSIZE].i[0], channels = deep[1] / (b * b);
    if (attributes->value[CRD].i[0]) {
        return (fovea__transpose){
            6, {deep[0], channels, b, b, deep[2], deep[3]}, {0, 1, 4, 2, 5, 3}};
    }
    return (fovea__transpose){6, {deep[0], b, b, channels, deep[2], deep[3]}, {0, 3, 4, 1, 5, 2}};
}

static fovea_status deep_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__transpose t = deep_to_flat(call->attributes, call->in[0].shape.dim);
    fovea__transpose_forward(&t, fovea_type_size(call->in[0].type), call->in[0].data,
                             call->out[0].data);
    return FOVEA_OK;
}

static fovea_status deep_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__transpose t = deep_to_flat(call->attributes, call->in[0].shape.dim);
    fovea__transpose_backward(&t, fovea_type_size(d_in[0].type), d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

static fovea_status flat_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__transpose t = deep_to_flat(call->attributes, call->out[0].shape.dim);
    fovea__transpose_backward(&t, fovea_type_size(call->in[0].type), call->in[0].data,
                              call->out[0].data);
    return FOVEA_OK;
}

static fovea_status flat_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__transpose t = deep_to_flat(call->attributes, call->out[0].shape.dim);
    fovea__transpose_forward(&t, fovea_type_size(d_in[0].type), d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

#define BLOCK                                                                                    \
    {                                                                                            \
        .name = "blocksize", .text = "block", .help = "side of a block of pixels",               \
        .kind = FOVEA__INT, .standard = 2, .minimum = 1, .maximum = MOST_BLOCK, .required = true \
    }

const fovea__op fovea__op_depth_to_space = {
    .name = "DepthToSpace",
    .text = "depth_to_space",
    .label = "PixelShuffle",
    .help = "Lays groups of channels out as blocks of pixels.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {BLOCK,
                  {.name = "mode",
                   .text = "crd",
                   .help = "0: the channels are block×channel (DCR), 1: channel×block (CRD, "
                           "PyTorch's)",
                   .kind = FOVEA__FLAG,
                   .standard = 0,
                   .minimum = 0,
                   .maximum = 1}},
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = deep_shape,
    .forward = deep_forward,
    .vjp = deep_vjp,
};

const fovea__op fovea__op_space_to_depth = {
    .name = "SpaceToDepth",
    .text = "space_to_depth",
    .label = "SpaceToDepth",
    .help = "Stacks blocks of pixels as channels.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {BLOCK},
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = flat_shape,
    .forward = flat_forward,
    .vjp = flat_vjp,
};
