// SPDX-License-Identifier: MIT
// Every official ONNX case that fovea opens is written as an ONNX file, opened again, and gives what
// it must: the same bits where the operators are the same, which they are unless the opset lacks one.
#include "graph/graph.h"
#include "model/onnx_export.h"
#include "unit/onnx_case.h"
#include "unit/onnx_suites.h"
#include "unit/shared_context.h"

typedef struct counts {
    int same, equivalent, refused, failed;
} counts;

// Numbers for the inputs a file has, from those of another one that has more.
static onnx_tensors chosen(const fovea__onnx_model *from, const onnx_tensors *inputs,
                           const fovea__onnx_model *to) {
    onnx_tensors own = {.count = (int32_t)to->input_count};
    for (size_t i = 0; i < to->input_count; i++) {
        int32_t index = onnx_input_index(from, to->input[i].name);
        assert_in_range(index, 0, inputs->count - 1);
        own.tensor[i] = inputs->tensor[index];
    }
    return own;
}

static bool same_operators(const fovea_graph *a, const fovea_graph *b) {
    if (a->node_count != b->node_count) return false;
    for (size_t n = 0; n < a->node_count; n++)
        if (a->node[n].op != b->node[n].op || strcmp(a->node[n].name, b->node[n].name) != 0)
            return false;
    return true;
}

static fovea_status outputs_of(const fovea_graph *graph, const fovea__onnx_model *model,
                               const onnx_tensors *inputs, onnx_tensors *outputs,
                               fovea_error *error) {
    fovea_session_options options;
    fovea_session *session;
    fovea_session_options_default(&options);
    for (int32_t i = 0; i < fovea_graph_input_count(graph); i++) {
        fovea_value_info info = fovea_graph_value(graph, fovea_graph_input(graph, i));
        int32_t index = onnx_input_index(model, info.name);
        if (info.shape.rank > 0 && info.shape.dim[0] == FOVEA_DYNAMIC)
            options.samples = fovea_tensor_view(inputs->tensor[index]).shape.dim[0];
    }
    fovea_status status = fovea_session_create(graph, &options, &session, error);
    if (status == FOVEA_OK) status = onnx_forward(session, graph, model, inputs, error);
    for (int32_t i = 0; i < fovea_graph_output_count(graph) && status == FOVEA_OK; i++) {
        status =
            fovea_session_value(session, fovea_graph_output(graph, i), &outputs->tensor[i], error);
        outputs->count = i + (status == FOVEA_OK);
    }
    fovea_session_free(session);
    return status;
}

static fovea_status import_for(const char *path, const fovea__onnx_import_options *options,
                               const onnx_tensors *inputs, fovea__onnx_model **model,
                               fovea_graph **graph, fovea_error *error) {
    fovea__onnx_given given[ONNX_MOST_TENSORS];
    fovea__onnx_import_options own = *options;
    *graph = NULL;
    fovea_status status = fovea__onnx_read(context, path, model, error);
    if (status != FOVEA_OK) return status;
    own.given = given;
    for (size_t i = 0; inputs && i < (*model)->input_count && i < (size_t)inputs->count; i++)
        given[own.given_count++] = (fovea__onnx_given){
            (*model)->input[i].name, onnx_case_view(inputs->tensor[i], &(*model)->input[i])};
    status = fovea__onnx_import(*model, &own, path, graph, error);
    if (status != FOVEA_OK) {
        fovea__onnx_free(*model);
        *model = NULL;
    }
    return status;
}

// The cases have BFLOAT16 as bits, for which the written file has an input of floats.
static bool takes_bfloat16(const fovea__onnx_model *model) {
    enum { BF16 = 16 };
    for (size_t i = 0; i < model->input_count; i++)
        if (model->input[i].data_type == BF16) return true;
    return false;
}

// Writes `graph` and computes with what is read from there.
static fovea_status rewrite(const fovea_graph *graph, const fovea__onnx_model *model,
                            const onnx_tensors *inputs, const char *path, onnx_tensors *outputs,
                            bool *same, fovea_error *error) {
    fovea__onnx_export_options options = {.opset = 17, .name = "case"};
    fovea__onnx_import_options standard = {.fixed_batch = false};
    fovea__onnx_model *again;
    fovea_graph *second;
    fovea_status status = fovea__onnx_export(graph, &options, path, error);
    options.opset = FOVEA__ONNX_OPSET_MOST;
    if (status == FOVEA_UNSUPPORTED) status = fovea__onnx_export(graph, &options, path, error);
    if (status != FOVEA_OK) return status;
    status = fovea__onnx_read(context, path, &again, error);
    if (status != FOVEA_OK) return FOVEA_FAILED;
    onnx_tensors own = chosen(model, inputs, again);
    fovea__onnx_free(again);
    status = import_for(path, &standard, &own, &again, &second, error);
    if (status != FOVEA_OK) return FOVEA_FAILED;
    status = outputs_of(second, again, &own, outputs, error);
    *same = same_operators(graph, second);
    fovea_graph_free(second);
    fovea__onnx_free(again);
    return status == FOVEA_OK ? FOVEA_OK : FOVEA_FAILED;
}

// Whether the outputs are equal; to the bit where `same`.
static bool agree(const onnx_tensors *a, const onnx_tensors *b, bool same, fovea_error *error) {
    if (a->count != b->count) return false;
    for (int32_t i = 0; i < a->count; i++) {
        fovea_view left = fovea_tensor_view(a->tensor[i]), right = fovea_tensor_view(b->tensor[i]);
        size_t size = (size_t)fovea_shape_count(&left.shape) * fovea_type_size(left.type);
        if (onnx_compare(&right, &left, 1e-5, 1e-6, error) != FOVEA_OK) return false;
        if (!same || memcmp(left.data, right.data, size) == 0) continue;
        snprintf(error->text, sizeof error->text, "output %d has other bits", i);
        return false;
    }
    return true;
}

static void try_case(const char *folder, const char *name, const char *written, counts *c) {
    char path[1000], data[1000];
    onnx_tensors inputs = {.count = 0}, first = {.count = 0}, second = {.count = 0};
    fovea__onnx_import_options options = {.fixed_batch = false};
    fovea__onnx_model *model = NULL;
    fovea_graph *graph = NULL;
    fovea_error error = {0};
    bool same = false;
    snprintf(path, sizeof path, "%.900s/model.onnx", folder);
    snprintf(data, sizeof data, "%.900s/test_data_set_0", folder);
    bool opens = onnx_read_tensors(context, data, "input", &inputs, &error) == FOVEA_OK &&
                 import_for(path, &options, &inputs, &model, &graph, &error) == FOVEA_OK &&
                 outputs_of(graph, model, &inputs, &first, &error) == FOVEA_OK;
    if (opens && !takes_bfloat16(model)) {
        fovea_status status = rewrite(graph, model, &inputs, written, &second, &same, &error);
        bool right = status == FOVEA_OK && agree(&first, &second, same, &error);
        if (status == FOVEA_UNSUPPORTED)
            c->refused++;
        else if (right)
            same ? c->same++ : c->equivalent++;
        else
            c->failed++;
        if (!right) print_message("    %s: %s\n", name, error.text);
    }
    onnx_free_tensors(&inputs);
    onnx_free_tensors(&first);
    onnx_free_tensors(&second);
    fovea_graph_free(graph);
    fovea__onnx_free(model);
}

static void official_cases_are_written_and_read_again(void **state) {
    (void)state;
    scratch folder = {.path = ""}, written = {.path = ""};
    counts c = {0};
    char file[600];
    const char *root = onnx_find_suites(&folder);
    if (!root) {
        print_message("    libonnx-testdata is not installed: skipped\n");
        skip();
    }
    assert_true(scratch_open(&written));
    snprintf(file, sizeof file, "%s/case.onnx", written.path);
    for (size_t s = 0; s < ONNX_SUITES; s++) {
        char suite[700], path[1000];
        fovea__names names;
        snprintf(suite, sizeof suite, "%.500s/%s", root, onnx_suites[s]);
        assert_int_equal(fovea__folder_list(context, suite, &names, NULL), FOVEA_OK);
        for (size_t i = 0; i < names.count; i++) {
            snprintf(path, sizeof path, "%s/%.250s", suite, names.name[i]);
            try_case(path, names.name[i], file, &c);
        }
        fovea__names_free(context, &names);
    }
    scratch_close(&written);
    if (folder.path[0]) scratch_close(&folder);
    print_message("    %d the same, %d by other operators, %d not written, %d failed\n", c.same,
                  c.equivalent, c.refused, c.failed);
    assert_int_equal(c.failed, 0);
    assert_true(c.refused <= 2);  // tf_half_pixel_for_nn
    assert_true(c.same > 600);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(official_cases_are_written_and_read_again),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
