// SPDX-License-Identifier: MIT
#include "layers/pool_shape.h"

#include "base/fail.h"
#include "layers/check.h"
#include "layers/geometry.h"
#include "layers/window.h"

#define WANTS_SPATIAL "N×C and one to three more"

static fovea_status spatial_input(const fovea__signature *in, int32_t in_count,
                                  fovea_error *error) {
    FOVEA__TRY(fovea__check_inputs(in, in_count, error));
    return fovea__check_rank(in, 3, 5, WANTS_SPATIAL, error);
}

static fovea_status fill_window(fovea__attributes *attributes, int32_t spatial,
                                fovea_error *error) {
    fovea__attribute *value = attributes->value;
    FOVEA__TRY(fovea__window_fill(&value[FOVEA__WINDOW_KERNEL], spatial, 1, "kernel", error));
    if (value[FOVEA__WINDOW_STRIDES].count == 0)
        value[FOVEA__WINDOW_STRIDES] = value[FOVEA__WINDOW_KERNEL];
    FOVEA__TRY(fovea__window_fill(&value[FOVEA__WINDOW_STRIDES], spatial, 1, "stride", error));
    FOVEA__TRY(fovea__window_fill_pads(&value[FOVEA__WINDOW_PADS], spatial, error));
    FOVEA__TRY(fovea__window_fill(&value[FOVEA__WINDOW_DILATIONS], spatial, 1, "dilation", error));
    for (int32_t d = 0; d < 2 * spatial; d++) {
        int64_t pad = value[FOVEA__WINDOW_PADS].i[d],
                kernel = value[FOVEA__WINDOW_KERNEL].i[d % spatial];
        if (pad > (kernel - 1) * value[FOVEA__WINDOW_DILATIONS].i[d % spatial]) {
            return fovea__fail(
                error, FOVEA_INVALID_ARGUMENT,
                "padding %lld is as wide as the window (kernel %lld, dilation %lld): "
                "a window would hold no input",
                (long long)pad, (long long)kernel,
                (long long)value[FOVEA__WINDOW_DILATIONS].i[d % spatial]);
        }
    }
    return FOVEA_OK;
}

fovea_status fovea__pool_window_shape(fovea__attributes *attributes, const fovea__signature *in,
                                      int32_t in_count, fovea__signature *out, fovea_error *error) {
    FOVEA__TRY(spatial_input(in, in_count, error));
    int32_t spatial = in->shape.rank - 2;
    FOVEA__TRY(fill_window(attributes, spatial, error));
    const fovea__attribute *value = attributes->value;
    out[0] = in[0];
    for (int32_t d = 0; d < spatial; d++) {
        int64_t size = in->shape.dim[2 + d], kernel = value[FOVEA__WINDOW_KERNEL].i[d];
        int64_t begin = value[FOVEA__WINDOW_PADS].i[d],
                end = value[FOVEA__WINDOW_PADS].i[spatial + d];
        int64_t dilation = value[FOVEA__WINDOW_DILATIONS].i[d];
        int64_t count = fovea__window_count(size, kernel, value[FOVEA__WINDOW_STRIDES].i[d], begin,
                                            end, dilation, value[FOVEA__WINDOW_CEIL].i[0]);
        if (count < 1) {
            char text[128];
            fovea_shape_format(&in->shape, text, sizeof text);
            return fovea__fail(error, FOVEA_SHAPE_MISMATCH,
                               "a window of %lld (kernel %lld, dilation %lld) does not fit into "
                               "dimension %d of %s, which is %lld with padding %lld and %lld",
                               (long long)(dilation * (kernel - 1) + 1), (long long)kernel,
                               (long long)dilation, 2 + d, text, (long long)(size + begin + end),
                               (long long)begin, (long long)end);
        }
        out->shape.dim[2 + d] = count;
    }
    return fovea__check_size(out, error);
}

fovea_status fovea__pool_global_shape(fovea__attributes *attributes, const fovea__signature *in,
                                      int32_t in_count, fovea__signature *out, fovea_error *error) {
    (void)attributes;
    FOVEA__TRY(spatial_input(in, in_count, error));
    out[0] = in[0];
    for (int32_t d = 2; d < in->shape.rank; d++) out->shape.dim[d] = 1;
    return FOVEA_OK;
}

fovea_status fovea__pool_adaptive_shape(fovea__attributes *attributes, const fovea__signature *in,
                                        int32_t in_count, fovea__signature *out,
                                        fovea_error *error) {
    FOVEA__TRY(spatial_input(in, in_count, error));
    int32_t spatial = in->shape.rank - 2;
    fovea__attribute *size = &attributes->value[0];
    FOVEA__TRY(fovea__window_fill(size, spatial, 1, "output_size", error));
    out[0] = in[0];
    for (int32_t d = 0; d < spatial; d++) out->shape.dim[2 + d] = size->i[d];
    return fovea__check_size(out, error);
}

// Missing leading dimensions have size and window 1.
fovea__pool_geometry fovea__pool_geometry_of(const fovea__attributes *attributes,
                                             fovea__pool_kind kind, const fovea_shape *in,
                                             const fovea_shape *out) {
    const fovea__attribute *value = attributes->value;
    int32_t spatial = in->rank - 2;
    fovea__pool_geometry g = {.kind = kind, .channels = in->dim[1]};
    if (kind == FOVEA__POOL_AVERAGE) g.count_include_pad = value[FOVEA__WINDOW_OWN].i[0];
    for (int32_t d = 0; d < 3; d++) {
        int32_t s = d - (3 - spatial);
        bool given = s >= 0, window = given && kind != FOVEA__POOL_ADAPTIVE;
        g.in[d] = given ? in->dim[2 + s] : 1;
        g.out[d] = given ? out->dim[2 + s] : 1;
        g.kernel[d] = window ? value[FOVEA__WINDOW_KERNEL].i[s] : 1;
        g.stride[d] = window ? value[FOVEA__WINDOW_STRIDES].i[s] : 1;
        g.pad[d] = window ? value[FOVEA__WINDOW_PADS].i[s] : 0;
        g.pad_end[d] = window ? value[FOVEA__WINDOW_PADS].i[spatial + s] : 0;
        g.dilation[d] = window ? value[FOVEA__WINDOW_DILATIONS].i[s] : 1;
    }
    return g;
}
