// SPDX-License-Identifier: MIT
// Expand (numpy's broadcasting) and Tile: numbers that stand in several places.
#include "base/checked.h"
#include "base/fail.h"
#include "kernels/copy/place_map.h"
#include "layers/broadcast_sum.h"
#include "layers/check.h"
#include "layers/move.h"

static fovea_status do_not_fit(const fovea_shape *x, const fovea__attribute *target, int32_t d,
                               fovea_error *error) {
    char text[128];
    fovea_shape_format(x, text, sizeof text);
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                       "dimension %d of the result is to be %lld: %s "
                       "cannot be repeated to that",
                       d, (long long)target->i[d], text);
}

// -1 in front: the open batch, along which the input is repeated or which it has itself.
static fovea_status expand_shape(fovea__attributes *attributes, const fovea__signature *in,
                                 int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    const fovea_shape *x = &in->shape;
    const fovea__attribute *target = &attributes->value[0];
    int32_t rank = target->count > x->rank ? target->count : x->rank;
    if (rank > FOVEA_MAX_RANK) {
        return fovea__fail(error, FOVEA_UNSUPPORTED, "%d dimensions; at most %d are possible", rank,
                           FOVEA_MAX_RANK);
    }
    if (x->rank < rank && x->rank) FOVEA__TRY(fovea__check_fixed(x, 0, "expand before", error));
    out->type = in->type;
    out->shape.rank = rank;
    for (int32_t d = 0; d < rank; d++) {
        int32_t of_x = d - (rank - x->rank), of_target = d - (rank - target->count);
        int64_t have = of_x < 0 ? 1 : x->dim[of_x], want = of_target < 0 ? 1 : target->i[of_target];
        bool fits = have == want || have == 1 || want == 1;
        if (!fits || (want == FOVEA_DYNAMIC && d > 0))
            return do_not_fit(x, target, of_target, error);
        out->shape.dim[d] = want == 1 ? have : want;
    }
    return fovea__check_size(out, error);
}

// The input as an array of the output's rank.
static fovea_shape widened(const fovea_shape *x, int32_t rank) {
    fovea_shape wide = {.rank = rank};
    for (int32_t d = 0; d < rank; d++)
        wide.dim[d] = d < rank - x->rank ? 1 : x->dim[d - (rank - x->rank)];
    return wide;
}

static int64_t expand_place(const void *how, int32_t d, int64_t o) {
    (void)how, (void)d, (void)o;
    return 0;
}

static fovea_status expand_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    const fovea_shape *y = &call->out[0].shape;
    fovea_shape x = widened(&call->in[0].shape, y->rank);
    fovea__place_map map = {.rank = y->rank, .place = expand_place};
    for (int32_t d = 0; d < y->rank; d++) {
        map.in[d] = x.dim[d];
        map.out[d] = y->dim[d];
        map.same[d] = x.dim[d] == y->dim[d];
    }
    fovea__place_map_forward(&map, fovea_type_size(call->in[0].type), "\0\0\0\0\0\0\0",
                             call->in[0].data, call->out[0].data);
    return FOVEA_OK;
}

static fovea_status expand_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                               fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    const fovea_shape *y = &call->out[0].shape;
    fovea_shape x = widened(&call->in[0].shape, y->rank);
    fovea__broadcast sum = {.rank = y->rank};
    int64_t stride = 1;
    for (int32_t d = y->rank - 1; d >= 0; d--) {
        sum.dim[d] = y->dim[d];
        sum.a_stride[d] = x.dim[d] == y->dim[d] ? stride : 0;
        stride *= x.dim[d];
    }
    if (d_in[0].type == FOVEA_F64)
        fovea__broadcast_sum_f64(&sum, d_out[0].data, NULL, d_in[0].data);
    else
        fovea__broadcast_sum_f32(&sum, d_out[0].data, NULL, d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_expand = {
    .name = "Expand",
    .text = "expand",
    .label = "Expand",
    .help = "Repeats dimensions of size 1, as numpy broadcasts.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "shape",
                   .text = "shape",
                   .help = "sizes to fit; 1 keeps that of the input, -1 in front is the batch",
                   .kind = FOVEA__INTS,
                   .standard = 1,
                   .minimum = -1,
                   .maximum = (double)FOVEA__MAX_ELEMENTS}},
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = expand_shape,
    .forward = expand_forward,
    .vjp = expand_vjp,
};

static fovea_status tile_shape(fovea__attributes *attributes, const fovea__signature *in,
                               int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    const fovea__attribute *repeats = &attributes->value[0];
    if (repeats->count != in->shape.rank) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "repeats has %d numbers, wants %d",
                           repeats->count, in->shape.rank);
    }
    out[0] = in[0];
    for (int32_t d = 0; d < in->shape.rank; d++) {
        if (repeats->i[d] == 1) continue;
        FOVEA__TRY(fovea__check_fixed(&in->shape, d, "tile", error));
        if (!fovea__mul_i64(in->shape.dim[d], repeats->i[d], &out->shape.dim[d])) {
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "dimension %d grows too large", d);
        }
    }
    return fovea__check_size(out, error);
}

static int64_t tile_place(const void *how, int32_t d, int64_t o) {
    const fovea_shape *x = how;
    return o % x->dim[d];
}

static fovea__place_map tile_map(const fovea__call *call) {
    const fovea_shape *x = &call->in[0].shape;
    fovea__place_map map = {.rank = x->rank, .place = tile_place, .how = x};
    for (int32_t d = 0; d < x->rank; d++) {
        map.in[d] = x->dim[d];
        map.out[d] = call->out[0].shape.dim[d];
        map.same[d] = map.in[d] == map.out[d];
    }
    return map;
}

static fovea_status tile_forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__place_map map = tile_map(call);
    fovea__place_map_forward(&map, fovea_type_size(call->in[0].type), "\0\0\0\0\0\0\0",
                             call->in[0].data, call->out[0].data);
    return FOVEA_OK;
}

static fovea_status tile_vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                             fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__place_map map = tile_map(call);
    if (d_in[0].type == FOVEA_F64)
        fovea__place_map_backward_f64(&map, d_out[0].data, d_in[0].data);
    else
        fovea__place_map_backward_f32(&map, d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

const fovea__op fovea__op_tile = {
    .name = "Tile",
    .text = "tile",
    .label = "Tile",
    .help = "Lays copies side by side.",
    .since = 13,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "repeats",
                   .text = "repeats",
                   .help = "copies along each dimension",
                   .kind = FOVEA__INTS,
                   .standard = 1,
                   .minimum = 0,
                   .maximum = (double)FOVEA__MAX_ELEMENTS}},
    .input = {"input"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = tile_shape,
    .forward = tile_forward,
    .vjp = tile_vjp,
};
