// SPDX-License-Identifier: MIT
// One official ONNX case: model.onnx, numbers for its inputs, and what must come out.
#ifndef FOVEA_TESTS_ONNX_CASE_H
#define FOVEA_TESTS_ONNX_CASE_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "fovea/run.h"
#include "model/onnx_import.h"
#include "tensor/convert.h"
#include "unit/unit.h"

enum { ONNX_MOST_TENSORS = 64 };

// input_K.pb or output_K.pb of a folder, as many as there are.
typedef struct onnx_tensors {
    fovea_tensor *tensor[ONNX_MOST_TENSORS];
    int32_t count;
} onnx_tensors;

static inline fovea_status onnx_read_tensors(fovea_context *context, const char *folder,
                                             const char *kind, onnx_tensors *tensors,
                                             fovea_error *error) {
    tensors->count = 0;
    while (tensors->count < ONNX_MOST_TENSORS) {
        char path[1200];
        snprintf(path, sizeof path, "%s/%s_%d.pb", folder, kind, tensors->count);
        if (!fovea__file_exists(path)) return FOVEA_OK;
        fovea_status status =
            fovea__onnx_read_tensor(context, path, &tensors->tensor[tensors->count], error);
        if (status != FOVEA_OK) return status;
        tensors->count++;
    }
    return FOVEA_OK;
}

static inline void onnx_free_tensors(onnx_tensors *tensors) {
    for (int32_t i = 0; i < tensors->count; i++) fovea_tensor_free(tensors->tensor[i]);
    tensors->count = 0;
}

// A view of another float type where the graph wants one; *made is to be freed.
static inline fovea_status onnx_as_type(fovea_context *context, fovea_view view, fovea_type type,
                                        fovea_tensor **made, fovea_view *result,
                                        fovea_error *error) {
    *made = NULL;
    *result = view;
    if (view.type == type) return FOVEA_OK;
    fovea_status status = fovea_tensor_create(context, type, &view.shape, made, error);
    if (status != FOVEA_OK) return status;
    *result = fovea_tensor_view(*made);
    return fovea__convert(view.type, view.data, type, result->data, fovea_shape_count(&view.shape),
                          error);
}

static inline bool onnx_near(double a, double b, double rtol, double atol) {
    if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
    return a == b || fabs(a - b) <= atol + rtol * fabs(b);
}

// Says in `error` where they differ. Types and shapes are equal, but a half float counts as a float.
static inline fovea_status onnx_compare(const fovea_view *got, const fovea_view *wanted,
                                        double rtol, double atol, fovea_error *error) {
    char left[160], right[160];
    bool half = wanted->type == FOVEA_F16 || wanted->type == FOVEA_BF16;
    fovea_shape_format(&got->shape, left, sizeof left);
    fovea_shape_format(&wanted->shape, right, sizeof right);
    if (got->type != (half ? FOVEA_F32 : wanted->type) ||
        !fovea_shape_equal(&got->shape, &wanted->shape)) {
        snprintf(error->text, sizeof error->text, "%s of %s, wanted %s of %s",
                 fovea_type_name(got->type), left, fovea_type_name(wanted->type), right);
        return FOVEA_FAILED;
    }
    int64_t count = fovea_shape_count(&got->shape);
    for (int64_t i = 0; i < count; i++) {
        double a, b;
        const char *at = (const char *)got->data + (size_t)i * fovea_type_size(got->type);
        const char *to = (const char *)wanted->data + (size_t)i * fovea_type_size(wanted->type);
        fovea__convert(got->type, at, FOVEA_F64, &a, 1, NULL);
        fovea__convert(wanted->type, to, FOVEA_F64, &b, 1, NULL);
        if (onnx_near(a, b, rtol, atol)) continue;
        snprintf(error->text, sizeof error->text, "element %lld of %s is %.9g, wanted %.9g",
                 (long long)i, left, a, b);
        return FOVEA_FAILED;
    }
    return FOVEA_OK;
}

// The cases have the bits of BFLOAT16 as UINT16.
static inline fovea_view onnx_case_view(const fovea_tensor *tensor,
                                        const fovea__onnx_value *declared) {
    enum { BF16 = 16 };
    fovea_view view = fovea_tensor_view(tensor);
    if (declared->data_type == BF16 && view.type == FOVEA_U16) view.type = FOVEA_BF16;
    return view;
}

// The number of the file's input called so, -1 when there is none.
static inline int32_t onnx_input_index(const fovea__onnx_model *model, const char *name) {
    for (size_t i = 0; i < model->input_count; i++)
        if (strcmp(model->input[i].name, name) == 0) return (int32_t)i;
    return -1;
}

static inline fovea_status onnx_forward(fovea_session *session, const fovea_graph *graph,
                                        const fovea__onnx_model *model, const onnx_tensors *inputs,
                                        fovea_error *error) {
    fovea_context *context = fovea_graph_context(graph);
    fovea_view views[ONNX_MOST_TENSORS];
    fovea_tensor *made[ONNX_MOST_TENSORS] = {NULL};
    int32_t count = fovea_graph_input_count(graph);
    fovea_status status = FOVEA_OK;
    for (int32_t i = 0; i < count && status == FOVEA_OK; i++) {
        fovea_value_info info = fovea_graph_value(graph, fovea_graph_input(graph, i));
        int32_t index = onnx_input_index(model, info.name);
        assert_in_range(index, 0, inputs->count - 1);
        status = onnx_as_type(context, onnx_case_view(inputs->tensor[index], &model->input[index]),
                              info.type, &made[i], &views[i], error);
    }
    if (status == FOVEA_OK) status = fovea_session_forward(session, views, count, error);
    for (int32_t i = 0; i < count; i++) fovea_tensor_free(made[i]);
    return status;
}

static inline fovea_status onnx_check_outputs(const fovea_session *session,
                                              const fovea_graph *graph, const onnx_tensors *outputs,
                                              double rtol, double atol, fovea_error *error) {
    if (fovea_graph_output_count(graph) < outputs->count) return FOVEA_FAILED;
    for (int32_t i = 0; i < outputs->count; i++) {
        fovea_tensor *tensor;
        fovea_view wanted = fovea_tensor_view(outputs->tensor[i]);
        fovea_status status =
            fovea_session_value(session, fovea_graph_output(graph, i), &tensor, error);
        if (status != FOVEA_OK) return status;
        fovea_view got = fovea_tensor_view(tensor);
        status = onnx_compare(&got, &wanted, rtol, atol, error);
        fovea_tensor_free(tensor);
        if (status != FOVEA_OK) return status;
    }
    return FOVEA_OK;
}

static inline fovea_status onnx_run(const fovea_graph *graph, const fovea__onnx_model *model,
                                    const onnx_tensors *inputs, const onnx_tensors *outputs,
                                    double rtol, double atol, fovea_error *error) {
    fovea_session_options options;
    fovea_session *session = NULL;
    fovea_session_options_default(&options);
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++) {
        fovea_value_info info = fovea_graph_value(graph, fovea_graph_input(graph, i));
        int32_t index = onnx_input_index(model, info.name);
        if (info.shape.rank > 0 && info.shape.dim[0] == FOVEA_DYNAMIC && index >= 0)
            options.samples = fovea_tensor_view(inputs->tensor[index]).shape.dim[0];
    }
    fovea_status status = fovea_session_create(graph, &options, &session, error);
    if (status == FOVEA_OK) status = onnx_forward(session, graph, model, inputs, error);
    if (status == FOVEA_OK) status = onnx_check_outputs(session, graph, outputs, rtol, atol, error);
    fovea_session_free(session);
    return status;
}

// Imports `path` for these inputs, runs it and compares. `open`: whether the batch may stay open.
static inline fovea_status onnx_try(fovea_context *context, const char *path,
                                    const onnx_tensors *inputs, const onnx_tensors *outputs,
                                    bool open, double rtol, double atol, fovea_error *error) {
    fovea__onnx_model *model;
    fovea_graph *graph = NULL;
    fovea__onnx_given given[ONNX_MOST_TENSORS];
    fovea_status status = fovea__onnx_read(context, path, &model, error);
    if (status != FOVEA_OK) return status;
    fovea__onnx_import_options options = {.fixed_batch = !open, .given = given};
    for (int32_t i = 0; i < inputs->count && (size_t)i < model->input_count; i++) {
        given[i] = (fovea__onnx_given){model->input[i].name,
                                       onnx_case_view(inputs->tensor[i], &model->input[i])};
        options.given_count++;
    }
    status = fovea__onnx_import(model, &options, path, &graph, error);
    if (status == FOVEA_OK) status = onnx_run(graph, model, inputs, outputs, rtol, atol, error);
    fovea_graph_free(graph);
    fovea__onnx_free(model);
    return status;
}

// All data sets of one case folder, with the batch open and fixed. Returns whether all passed, and
// why not.
static inline bool onnx_case_passes(fovea_context *context, const char *folder,
                                    fovea_error *error) {
    char path[1000], data[1000];
    snprintf(path, sizeof path, "%.900s/model.onnx", folder);
    for (int set = 0;; set++) {
        onnx_tensors inputs = {.count = 0}, outputs = {.count = 0};
        snprintf(data, sizeof data, "%.900s/test_data_set_%d", folder, set);
        if (!fovea__folder_exists(data)) return set > 0;
        fovea_status status = onnx_read_tensors(context, data, "input", &inputs, error);
        if (status == FOVEA_OK)
            status = onnx_read_tensors(context, data, "output", &outputs, error);
        for (int open = 0; open < 2 && status == FOVEA_OK; open++)
            status = onnx_try(context, path, &inputs, &outputs, open, 1e-3, 1e-7, error);
        onnx_free_tensors(&inputs);
        onnx_free_tensors(&outputs);
        if (status != FOVEA_OK) return false;
    }
}

#endif
