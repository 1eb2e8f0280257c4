// SPDX-License-Identifier: MIT
// Resize: pictures (or any array) of another size.
#include <float.h>
#include <math.h>

#include "base/checked.h"
#include "base/fail.h"
#include "kernels/copy/place_map.h"
#include "kernels/resize/interpolate.h"
#include "layers/check.h"
#include "layers/move.h"

enum {
    MODE,
    NEAREST,
    COORDINATES,
    CUBIC,
    EXCLUDE_OUTSIDE,
    ANTIALIAS,
    EXTRAPOLATION,
    SCALES,
    SIZES,
    ROI,
};

static fovea_status wrong_count(const char *what, int32_t got, int32_t rank, fovea_error *error) {
    return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                       "%s has %d numbers, wants %d, one a dimension, or %d for those from 2 on",
                       what, got, rank, rank - 2);
}

// Numbers for the dimensions from 2 on become numbers for all; sizes of 0 keep a dimension.
static fovea_status fill(fovea__attribute *value, int32_t rank, fovea_error *error) {
    fovea__attribute *scales = &value[SCALES], *sizes = &value[SIZES], *roi = &value[ROI];
    if (!scales->count && !sizes->count) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT, "resize needs scales or sizes");
    }
    if (scales->count && scales->count == rank - 2) {
        for (int32_t d = rank - 1; d >= 0; d--) scales->r[d] = d < 2 ? 1 : scales->r[d - 2];
        scales->count = rank;
    }
    if (sizes->count && sizes->count == rank - 2) {
        for (int32_t d = rank - 1; d >= 0; d--) sizes->i[d] = d < 2 ? 0 : sizes->i[d - 2];
        sizes->count = rank;
    }
    if (scales->count && scales->count != rank) {
        return wrong_count("scales", scales->count, rank, error);
    }
    if (sizes->count && sizes->count != rank) {
        return wrong_count("sizes", sizes->count, rank, error);
    }
    bool crops = value[COORDINATES].i[0] == FOVEA__COORDINATES_TF_CROP_AND_RESIZE;
    if (crops && roi->count != 2 * rank) {
        return fovea__fail(error, FOVEA_INVALID_ARGUMENT,
                           "roi has %d numbers, wants %d: the starts of all dimensions, then the "
                           "ends",
                           roi->count, 2 * rank);
    }
    return FOVEA_OK;
}

// The output's size in single precision, as ONNX computes it: 10 · 0.7 is 7.
static int64_t scaled(int64_t in, double scale, double region) {
    float size = floorf((float)in * (float)region * (float)scale);
    return size >= 0 && size < 0x1p62f ? (int64_t)size : -1;
}

static fovea__resize resize_of(const fovea__attributes *attributes, const fovea_shape *x) {
    const fovea__attribute *value = attributes->value;
    fovea__resize r = {.rank = x->rank,
                       .mode = (fovea__resize_mode)value[MODE].i[0],
                       .nearest = (fovea__resize_nearest)value[NEAREST].i[0],
                       .coordinates = (fovea__resize_coordinates)value[COORDINATES].i[0],
                       .cubic = value[CUBIC].f,
                       .exclude_outside = value[EXCLUDE_OUTSIDE].i[0] != 0,
                       .antialias = value[ANTIALIAS].i[0] != 0,
                       .outside = value[EXTRAPOLATION].f};
    bool crops = r.coordinates == FOVEA__COORDINATES_TF_CROP_AND_RESIZE;
    for (int32_t d = 0; d < x->rank; d++) {
        fovea__resize_axis *a = &r.axis[d];
        a->in = x->dim[d];
        a->start = crops ? value[ROI].r[d] : 0;
        a->end = crops ? value[ROI].r[x->rank + d] : 1;
        a->scale = value[SCALES].count ? value[SCALES].r[d] : 1;
        int64_t size = value[SIZES].count ? value[SIZES].i[d] : -1;
        if (size > 0 && !value[SCALES].count) a->scale = (double)size / (double)a->in;
        a->length = size > 0 && !value[SCALES].count ? (double)size : a->scale * (double)a->in;
        a->out = size > 0 ? size : size == 0 ? a->in : scaled(a->in, a->scale, a->end - a->start);
        a->same = a->out == a->in && a->scale == 1 && a->start == 0 && a->end == 1;
    }
    return r;
}

static fovea_status check_reach(const fovea__resize *r, fovea_error *error) {
    int64_t rows = 1;
    int32_t last = r->rank - 1;
    while (last > 0 && r->axis[last].same) last--;
    for (int32_t d = 0; d < r->rank; d++) {
        int64_t reach = fovea__resize_reach(r, d);
        if (reach <= FOVEA__RESIZE_MOST && d != last) rows *= reach;
        if (reach > FOVEA__RESIZE_MOST || rows > FOVEA__RESIZE_MOST) {
            return fovea__fail(error, FOVEA_UNSUPPORTED,
                               "making dimension %d %.9g times as large would mix more than %d "
                               "numbers",
                               d, r->axis[d].scale, FOVEA__RESIZE_MOST);
        }
    }
    return FOVEA_OK;
}

static fovea_status check_type(const fovea__attributes *attributes, const fovea__signature *in,
                               fovea_error *error) {
    FOVEA__TRY(fovea__check_moved(in, 1, error));
    if (attributes->value[MODE].i[0] == FOVEA__RESIZE_NEAREST) return FOVEA_OK;
    return fovea__check_inputs(in, 1, error);
}

static fovea_status shape(fovea__attributes *attributes, const fovea__signature *in,
                          int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)in_count;
    FOVEA__TRY(check_type(attributes, in, error));
    FOVEA__TRY(fovea__check_size(in, error));
    int32_t rank = in->shape.rank;
    FOVEA__TRY(fill(attributes->value, rank, error));
    bool open = fovea__is_open(&in->shape);
    fovea_shape x = in->shape;
    if (open) x.dim[0] = 1;
    fovea__resize r = resize_of(attributes, &x);
    out[0] = in[0];
    for (int32_t d = 0; d < rank; d++) {
        int64_t given = attributes->value[SIZES].count ? attributes->value[SIZES].i[d] : 0;
        if (d == 0 && open) {
            if (given > 0 || !r.axis[0].same)
                return fovea__check_fixed(&in->shape, 0, "resize", error);
            continue;
        }
        out->shape.dim[d] = r.axis[d].out;
        if (r.axis[d].out >= 1 && x.dim[d] >= 1) continue;
        char text[128];
        fovea_shape_format(&in->shape, text, sizeof text);
        return fovea__fail(error, FOVEA_SHAPE_MISMATCH, "nothing is left of dimension %d of %s", d,
                           text);
    }
    FOVEA__TRY(fovea__check_size(out, error));
    return check_reach(&r, error);
}

static int64_t place(const void *how, int32_t d, int64_t o) {
    return fovea__resize_place(how, d, o);
}

static fovea__place_map map_of(const fovea__resize *r) {
    fovea__place_map map = {.rank = r->rank, .place = place, .how = r};
    for (int32_t d = 0; d < r->rank; d++) {
        map.in[d] = r->axis[d].in;
        map.out[d] = r->axis[d].out;
        map.same[d] = r->axis[d].same;
    }
    return map;
}

static fovea_status forward(const fovea__call *call, fovea_error *error) {
    (void)error;
    fovea__resize r = resize_of(call->attributes, &call->in[0].shape);
    fovea_type type = call->in[0].type;
    if (r.mode == FOVEA__RESIZE_NEAREST) {
        fovea__place_map map = map_of(&r);
        uint8_t outside[8];
        fovea__element(type, r.outside, outside);
        fovea__place_map_forward(&map, fovea_type_size(type), outside, call->in[0].data,
                                 call->out[0].data);
    } else if (type == FOVEA_F64) {
        fovea__resize_forward_f64(&r, call->in[0].data, call->out[0].data);
    } else {
        fovea__resize_forward_f32(&r, call->in[0].data, call->out[0].data);
    }
    return FOVEA_OK;
}

static fovea_status vjp(const fovea__call *call, const fovea_view *d_out, fovea_view *d_in,
                        fovea_error *error) {
    (void)error;
    if (!d_in[0].data) return FOVEA_OK;
    fovea__resize r = resize_of(call->attributes, &call->in[0].shape);
    fovea__place_map map = map_of(&r);
    bool nearest = r.mode == FOVEA__RESIZE_NEAREST, wide = d_in[0].type == FOVEA_F64;
    if (nearest && wide)
        fovea__place_map_backward_f64(&map, d_out[0].data, d_in[0].data);
    else if (nearest)
        fovea__place_map_backward_f32(&map, d_out[0].data, d_in[0].data);
    else if (wide)
        fovea__resize_backward_f64(&r, d_out[0].data, d_in[0].data);
    else
        fovea__resize_backward_f32(&r, d_out[0].data, d_in[0].data);
    return FOVEA_OK;
}

#define CHOICE(onnx, typed, description, most)                                               \
    {                                                                                        \
        .name = onnx, .text = typed, .help = description, .kind = FOVEA__INT, .standard = 0, \
        .minimum = 0, .maximum = most                                                        \
    }
#define FLAG(onnx, description)                                                              \
    {                                                                                        \
        .name = onnx, .text = onnx, .help = description, .kind = FOVEA__FLAG, .standard = 0, \
        .minimum = 0, .maximum = 1                                                           \
    }

const fovea__op fovea__op_resize = {
    .name = "Resize",
    .text = "resize",
    .label = "Upsample",
    .help = "Makes the dimensions of space larger or smaller.",
    .since = 19,
    .traits = FOVEA__LINEAR,
    .parameter =
        {CHOICE("mode", "mode", "0 nearest, 1 linear, 2 cubic", FOVEA__RESIZE_CUBIC),
         CHOICE("nearest_mode", "nearest", "rounding: 0 half down, 1 half up, 2 floor, 3 ceil",
                FOVEA__NEAREST_CEIL),
         CHOICE("coordinate_transformation_mode", "coordinates",
                "0 half_pixel, 1 half_pixel_symmetric, 2 pytorch_half_pixel, 3 align_corners, "
                "4 asymmetric, 5 tf_crop_and_resize, 6 tf_half_pixel_for_nn",
                FOVEA__COORDINATES_TF_HALF_PIXEL_FOR_NN),
         {.name = "cubic_coeff_a",
          .text = "cubic",
          .help = "coefficient a of cubic interpolation",
          .kind = FOVEA__REAL,
          .standard = -0.75,
          .minimum = -1e6,
          .maximum = 1e6},
         FLAG("exclude_outside", "places outside weigh nothing, instead of repeating the edge"),
         FLAG("antialias", "wider weights where it gets smaller"),
         {.name = "extrapolation_value",
          .text = "extrapolation",
          .help = "what tf_crop_and_resize gives outside",
          .kind = FOVEA__REAL,
          .standard = 0,
          .minimum = -DBL_MAX,
          .maximum = DBL_MAX},
         {.name = "scales",
          .text = "scale",
          .help = "new size by old one, for all dimensions or those from 2 on",
          .kind = FOVEA__REALS,
          .standard = 1,
          .minimum = 1e-9,
          .maximum = 1e9},
         {.name = "sizes",
          .text = "size",
          .help = "new sizes, in the same way; 0 keeps one",
          .kind = FOVEA__INTS,
          .standard = 0,
          .minimum = 0,
          .maximum = (double)FOVEA__MAX_ELEMENTS},
         {.name = "roi",
          .text = "roi",
          .help = "region of tf_crop_and_resize: starts, then ends",
          .kind = FOVEA__REALS,
          .standard = 0,
          .minimum = -1e9,
          .maximum = 1e9}},
    .input = {"X"},
    .inputs_required = 1,
    .inputs_maximum = 1,
    .outputs = 1,
    .shape = shape,
    .forward = forward,
    .vjp = vjp,
};
