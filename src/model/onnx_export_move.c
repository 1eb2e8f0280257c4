// SPDX-License-Identifier: MIT
// Slice and Pad, whose attributes are ONNX's inputs; DepthToSpace, Cast and Sum, which say things
// differently.
#include "model/onnx_exporter.h"

static void write_slice(fovea__onnx_exporter *x) {
    static const char *const lists[] = {"starts", "ends", "axes", "steps"};
    const char *names[4];
    for (int i = 0; i < 4; i++) {
        const fovea__attribute *list = fovea__onnx_of(x, lists[i]);
        names[i] = fovea__onnx_ints_of(x, lists[i], list->count, list->i);
    }
    fovea__onnx_begin(x, "Slice", NULL);
    fovea__onnx_put_inputs(x, 0);
    for (int i = 0; i < 4; i++) fovea__onnx_put_input(x, names[i]);
    fovea__onnx_end(x);
}

static void write_pad(fovea__onnx_exporter *x) {
    enum { CONSTANT, REFLECT, EDGE, WRAP };
    static const char *const modes[] = {"constant", "reflect", "edge", "wrap"};
    const fovea__attribute *pads = fovea__onnx_of(x, "pads");
    int64_t mode = fovea__onnx_of_int(x, "mode");
    if (mode == WRAP && fovea__onnx_needs(x, 19, "the mode wrap")) return;
    const char *list = fovea__onnx_ints_of(x, "pads", pads->count, pads->i), *value = NULL;
    if (mode == CONSTANT)
        value = fovea__onnx_number_of(x, "value", fovea__onnx_of_output(x)->type,
                                      fovea__onnx_of(x, "value")->f);
    fovea__onnx_begin(x, "Pad", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_input(x, list);
    if (value) fovea__onnx_put_input(x, value);
    fovea__onnx_put_text(x, "mode", modes[mode]);
    fovea__onnx_end(x);
}

static void write_depth_to_space(fovea__onnx_exporter *x) {
    fovea__onnx_begin(x, "DepthToSpace", NULL);
    fovea__onnx_put_inputs(x, 0);
    fovea__onnx_put_attribute(x, "blocksize");
    fovea__onnx_put_text(x, "mode", fovea__onnx_of_int(x, "mode") ? "CRD" : "DCR");
    fovea__onnx_end(x);
}

// To F16 and BF16 means rounding: our numbers are floats afterwards.
static void write_cast(fovea__onnx_exporter *x) {
    enum { F32 = 1, F16 = 10, BF16 = 16 };
    const fovea__signature *out = fovea__onnx_of_output(x);
    int64_t to = fovea__onnx_of_int(x, "to");
    const char *source = fovea__onnx_source(x, 0);
    if (to == F16 || to == BF16) {
        fovea__onnx_begin(x, "Cast", "half");
        fovea__onnx_put_input(x, source);
        fovea__onnx_put_int(x, "to", to);
        source = fovea__onnx_end_part(x, to == F16 ? FOVEA_F16 : FOVEA_BF16, &out->shape);
        to = F32;
    }
    fovea__onnx_begin(x, "Cast", NULL);
    fovea__onnx_put_input(x, source);
    fovea__onnx_put_int(x, "to", to);
    fovea__onnx_end(x);
}

static void write_sum(fovea__onnx_exporter *x) {
    if (fovea__is_float(fovea__onnx_of_output(x)->type))
        fovea__onnx_copy(x, "Sum");
    else
        fovea__onnx_refuse(x, "ONNX's Sum is of floats; Add takes integers");
}

// What is "gemm" in architecture text.
static void write_general_gemm(fovea__onnx_exporter *x) {
    fovea__onnx_copy(x, "Gemm");
}

const fovea__onnx_writer fovea__onnx_writers_move[] = {{"Slice", write_slice},
                                                       {"Pad", write_pad},
                                                       {"DepthToSpace", write_depth_to_space},
                                                       {"Cast", write_cast},
                                                       {"Sum", write_sum},
                                                       {"GeneralGemm", write_general_gemm},
                                                       {NULL, NULL}};
