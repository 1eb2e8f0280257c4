// SPDX-License-Identifier: MIT
// Resize. One common scale with sizes of its own is what keep_aspect_ratio_policy says.
#include <math.h>

#include "kernels/resize/interpolate.h"
#include "model/onnx_exporter.h"

static const char *const coordinates[] = {
    "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",   "align_corners",
    "asymmetric", "tf_crop_and_resize",   "tf_half_pixel_for_nn",
};

static bool refused(fovea__onnx_exporter *x, int64_t coordinate) {
    bool common = fovea__onnx_of(x, "sizes")->count && fovea__onnx_of(x, "scales")->count;
    if (coordinate == FOVEA__COORDINATES_TF_HALF_PIXEL_FOR_NN) {
        fovea__onnx_refuse(x, "tf_half_pixel_for_nn is in opsets 11 and 12 only");
        return true;
    }
    if (coordinate == FOVEA__COORDINATES_HALF_PIXEL_SYMMETRIC &&
        fovea__onnx_needs(x, 19, "half_pixel_symmetric"))
        return true;
    if (fovea__onnx_of_int(x, "antialias") && fovea__onnx_needs(x, 18, "antialias")) return true;
    if (common && coordinate == FOVEA__COORDINATES_TF_CROP_AND_RESIZE) {
        fovea__onnx_refuse(x, "a region of one scale for all sizes");
        return true;
    }
    return common && fovea__onnx_needs(x, 18, "one scale for all sizes");
}

static const char *roi_of(fovea__onnx_exporter *x, int64_t coordinate) {
    const fovea__attribute *roi = fovea__onnx_of(x, "roi");
    if (coordinate != FOVEA__COORDINATES_TF_CROP_AND_RESIZE) return "";
    return fovea__onnx_floats_of(x, "roi", FOVEA_F32, &(fovea_shape){1, {roi->count}}, roi->r);
}

// The dimensions that are resized, and the sizes to write for them: of those with one common scale
// the exact one, and larger ones where it was rounded down, so that the smallest is the common one.
static int32_t sized_axes(const fovea__onnx_exporter *x, int64_t *axes, int64_t *sizes) {
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    const fovea__attribute *size = fovea__onnx_of(x, "sizes"), *scale = fovea__onnx_of(x, "scales");
    int32_t count = 0;
    for (int32_t d = 0; d < size->count; d++) {
        if (size->i[d] == 0) continue;
        double exact = scale->count ? scale->r[d] * (double)in->dim[d] : 0;
        bool whole = fabs(exact - (double)size->i[d]) < 1e-9 * exact;
        axes[count] = d;
        sizes[count++] = !scale->count || whole ? size->i[d] : (int64_t)ceil(exact);
    }
    return count;
}

// Sizes of all dimensions, for opsets without axes.
static const char *all_sizes(fovea__onnx_exporter *x) {
    const fovea_shape *in = &fovea__onnx_of_input(x, 0)->shape;
    const fovea_shape *out = &fovea__onnx_of_output(x)->shape;
    if (in->dim[0] != FOVEA_DYNAMIC) return fovea__onnx_ints_of(x, "sizes", out->rank, out->dim);
    return fovea__onnx_batch_and(x, fovea__onnx_source(x, 0), in->rank, out->rank - 1,
                                 out->dim + 1);
}

static void put_how(fovea__onnx_exporter *x, int64_t coordinate) {
    static const char *const modes[] = {"nearest", "linear", "cubic"};
    static const char *const roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor",
                                            "ceil"};
    fovea__onnx_put_text(x, "mode", modes[fovea__onnx_of_int(x, "mode")]);
    fovea__onnx_put_text(x, "nearest_mode", roundings[fovea__onnx_of_int(x, "nearest_mode")]);
    fovea__onnx_put_text(x, "coordinate_transformation_mode", coordinates[coordinate]);
    fovea__onnx_put_attribute(x, "cubic_coeff_a");
    fovea__onnx_put_attribute(x, "exclude_outside");
    fovea__onnx_put_attribute(x, "extrapolation_value");
    if (x->opset >= 18) fovea__onnx_put_attribute(x, "antialias");
}

static void write_resize(fovea__onnx_exporter *x) {
    const fovea__attribute *size = fovea__onnx_of(x, "sizes"), *scale = fovea__onnx_of(x, "scales");
    int64_t coordinate = fovea__onnx_of_int(x, "coordinate_transformation_mode");
    int64_t axes[FOVEA_MAX_RANK], sizes[FOVEA_MAX_RANK];
    bool crops = coordinate == FOVEA__COORDINATES_TF_CROP_AND_RESIZE;
    bool by_axes = size->count && x->opset >= 18 && !crops;
    if (refused(x, coordinate)) return;
    int32_t count = sized_axes(x, axes, sizes);
    const char *roi = roi_of(x, coordinate), *scales = "", *target = NULL;
    if (by_axes)
        target = fovea__onnx_ints_of(x, "sizes", count, sizes);
    else if (size->count)
        target = all_sizes(x);
    else
        scales = fovea__onnx_floats_of(x, "scales", FOVEA_F32, &(fovea_shape){1, {scale->count}},
                                       scale->r);
    fovea__onnx_begin(x, "Resize", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_input(x, roi);
    fovea__onnx_put_input(x, scales);
    if (target) fovea__onnx_put_input(x, target);
    put_how(x, coordinate);
    if (by_axes) fovea__onnx_put_ints(x, "axes", count, axes);
    if (by_axes && scale->count) fovea__onnx_put_text(x, "keep_aspect_ratio_policy", "not_larger");
    fovea__onnx_end(x);
}

const fovea__onnx_writer fovea__onnx_writers_resize[] = {{"Resize", write_resize}, {NULL, NULL}};
