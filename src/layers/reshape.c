// SPDX-License-Identifier: MIT
// The same numbers in the same order under another shape.
#include <stdio.h>

#include "base/checked.h"
#include "base/fail.h"
#include "layers/check.h"
#include "layers/move.h"

enum { SHAPE, ALLOWZERO };

static fovea_status mismatch(const fovea_shape *x, const fovea__attribute *target, const char *why,
                             fovea_error *error) {
    char text[128], wanted[192] = "one number";
    fovea_shape_format(x, text, sizeof text);
    size_t at = 0;
    for (int32_t d = 0; d < target->count && at < sizeof wanted; d++) {
        at += (size_t)snprintf(wanted + at, sizeof wanted - at, "%s%lld", d ? "×" : "",
                               (long long)target->i[d]);
    }
    return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "cannot make %s of %s: %s", wanted, text, why);
}

// Fills y.dim[from…] so that together they have `count` elements.
static fovea_status resolve(const fovea__attributes *attributes, const fovea_shape *x, int32_t from,
                            int64_t count, fovea_shape *y, fovea_error *error) {
    const fovea__attribute *target = &attributes->value[SHAPE];
    bool allow_zero = attributes->value[ALLOWZERO].i[0] != 0;
    int32_t open = -1;
    int64_t known = 1;
    for (int32_t d = from; d < target->count; d++) {
        int64_t dim = target->i[d];
        if (dim == -1) {
            if (open >= 0) return mismatch(x, target, "only one size may be left open", error);
            open = d;
            continue;
        }
        if (dim == 0 && !allow_zero) {
            if (d >= x->rank)
                return mismatch(x, target, "0 copies a dimension, it has none", error);
            dim = x->dim[d];
        }
        y->dim[d] = dim;
        if (!fovea__mul_i64(known, dim, &known)) return mismatch(x, target, "too large", error);
    }
    if (open >= 0) {
        if (known == 0 || count % known) return mismatch(x, target, "no whole number fits", error);
        y->dim[open] = count / known;
    } else if (known != count) {
        return mismatch(x, target, "the numbers of elements differ", error);
    }
    return FOVEA_OK;
}

// An open batch stays what it is where the first size copies it, or where the rest holds a sample.
static fovea_status keep_batch(const fovea__attributes *attributes, const fovea_shape *x,
                               fovea_shape *y, fovea_error *error) {
    const fovea__attribute *target = &attributes->value[SHAPE];
    int64_t first = target->count ? target->i[0] : 1, rest = 0;
    bool copies = first == 0 && !attributes->value[ALLOWZERO].i[0];
    for (int32_t d = 1; d < target->count; d++) rest += target->i[d] == -1;
    if (!copies && (first != -1 || rest)) {
        return mismatch(x, target, "the batch N would be joined or fixed; 0 in front keeps it",
                        error);
    }
    y->dim[0] = FOVEA_DYNAMIC;
    return resolve(attributes, x, 1, fovea__span(x, 1, x->rank), y, error);
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, in_count, error));
    FOVEA__TRY(fovea__check_size(in, error));
    const fovea_shape *x = &in->shape;
    int32_t rank = attributes->value[SHAPE].count;
    if (rank > FOVEA_MAX_RANK) {
        return fovea__fail(error, FOVEA_UNSUPPORTED, "%d dimensions; at most %d are possible", rank,
                           FOVEA_MAX_RANK);
    }
    out->type = in->type;
    out->shape = (fovea_shape){.rank = rank};
    if (fovea__is_open(x)) return keep_batch(attributes, x, &out->shape, error);
    return resolve(attributes, x, 0, fovea__span(x, 0, x->rank), &out->shape, error);
}

const fovea__op fovea__op_reshape = {
    .name = "Reshape",
    .text = "reshape",
    .label = "Reshape",
    .help = "Gives the same numbers another shape.",
    .since = 14,
    .traits = FOVEA__LINEAR | FOVEA__SHAPE_ONLY,
    .parameter = {{.name = "shape",
                   .text = "shape",
                   .help =
                       "sizes; 0 copies that of the input, one -1 is worked out; none: a scalar",
                   .kind = FOVEA__INTS,
                   .standard = 0,
                   .minimum = -1,
                   .maximum = (double)FOVEA__MAX_ELEMENTS},
                  {.name = "allowzero",
                   .text = "allowzero",
                   .help = "a size of 0 is one, and copies nothing",
                   .kind = FOVEA__FLAG,
                   .standard = 0,
                   .minimum = 0,
                   .maximum = 1}},
    .input = {"data"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = fovea__keep_forward,
    .vjp = fovea__keep_vjp,
};
