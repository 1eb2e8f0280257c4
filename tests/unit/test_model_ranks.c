// SPDX-License-Identifier: MIT
// Nets of one and three dimensions of space: built, saved, loaded, resized and run; what needs
// pictures refuses them. Nets of shapes only: counted, and nothing else.
#include <stdlib.h>

#include "fovea.h"
#include "unit/hostile.h"
#include "unit/scratch.h"

static fovea_model *opened(void **state, const char *name, const fovea_shape *input,
                           int shapes_only) {
    hostile_heap *heap = *state;
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    if (input) options.input = *input;
    options.seed = 4;
    options.shapes_only = shapes_only;
    if (fovea_model_open(heap->context, name, &options, &model, &error)) fail_msg("%s", error.text);
    return model;
}

// The output for two samples of numbers by formula; yours.
static fovea_tensor *answer(void **state, const fovea_model *model) {
    hostile_heap *heap = *state;
    const fovea_graph *graph = fovea_model_graph(model);
    fovea_shape input = fovea_model_input(model), batch = {input.rank + 1, {2}};
    for (int32_t i = 0; i < input.rank; i++) batch.dim[i + 1] = input.dim[i];
    fovea_tensor *x, *y;
    fovea_session *session;
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = 2;
    assert_int_equal(fovea_tensor_create(heap->context, FOVEA_F32, &batch, &x, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    for (int64_t i = 0; i < fovea_shape_count(&batch); i++)
        ((float *)view.data)[i] = (float)(i * 37 % 101) / 50 - 1;
    assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &y, NULL),
                     FOVEA_OK);
    fovea_session_free(session);
    fovea_tensor_free(x);
    return y;
}

static void check_round_trip(void **state, const char *net, const fovea_shape *input) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_error error;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "m.safetensors");
    fovea_model *model = opened(state, net, input, 0);
    const double mean[] = {0.25, 0.5}, deviation[] = {2, 4};
    assert_int_equal(fovea_model_set_normalization(model, mean, deviation, NULL), FOVEA_OK);
    if (fovea_model_save(model, path, &error)) fail_msg("%s", error.text);
    fovea_model *back = opened(state, path, NULL, 0);
    fovea_shape read = fovea_model_input(back);
    assert_true(fovea_shape_equal(&read, input));
    double m[2], d[2];
    fovea_model_normalization(back, m, d);
    assert_memory_equal(m, mean, sizeof m);
    assert_memory_equal(d, deviation, sizeof d);
    fovea_tensor *a = answer(state, model), *b = answer(state, back);
    fovea_view x = fovea_tensor_view(a), y = fovea_tensor_view(b);
    assert_true(fovea_shape_equal(&x.shape, &y.shape));
    assert_int_equal(x.shape.dim[1], 5);
    assert_memory_equal(x.data, y.data, (size_t)fovea_shape_count(&x.shape) * sizeof(float));
    fovea_tensor_free(a);
    fovea_tensor_free(b);
    fovea_model_free(back);

    // Another rank is refused.
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.input = (fovea_shape){input->rank == 2 ? 3 : 2, {2, 9, 9}};
    assert_int_equal(fovea_model_open(heap->context, path, &options, &back, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_non_null(strstr(error.text, "of space, not for 2×9"));
    fovea_model_free(model);
    scratch_close(&folder);
}

static void models_of_every_rank_come_back_from_their_file(void **state) {
    const char *net =
        "conv 4 3 pad=1, batchnorm, relu, maxpool 2, avgpool 2 stride=1, gap, flatten, linear 5";
    const fovea_shape inputs[] = {{2, {2, 30}}, {3, {2, 9, 8}}, {4, {2, 6, 7, 8}}};
    for (int i = 0; i < 3; i++) check_round_trip(state, net, &inputs[i]);
}

static void they_are_built_for_other_sizes_of_the_same_rank(void **state) {
    fovea_shape line = {2, {2, 30}}, volume = {4, {1, 4, 5, 6}};
    fovea_model *model = opened(state, "conv 4 3 pad=1, maxpool 2", &line, 0), *other;
    fovea_error error;
    assert_int_equal(fovea_model_any_size(model), 1);
    assert_int_equal(fovea_model_resized(model, &(fovea_shape){2, {2, 44}}, &other, &error),
                     FOVEA_OK);
    fovea_graph *graph = fovea_model_graph(other);
    assert_int_equal(fovea_graph_value(graph, fovea_graph_output(graph, 0)).shape.dim[2], 22);
    fovea_model_free(other);
    const fovea_shape wrong[] = {{2, {3, 44}}, {3, {2, 44, 44}}, {0, {0}}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fovea_model_resized(model, &wrong[i], &other, &error),
                         FOVEA_SHAPE_MISMATCH);
        assert_null(other);
    }
    assert_int_equal(fovea_model_resized(model, &(fovea_shape){2, {2, 0}}, &other, &error),
                     FOVEA_INVALID_ARGUMENT);
    fovea_model_free(model);
    model = opened(state, "conv 4 3 pad=1, flatten, linear 2", &volume, 0);
    assert_int_equal(fovea_model_any_size(model), 0);
    fovea_model_free(model);
}

static void what_needs_pictures_refuses_them(void **state) {
    hostile_heap *heap = *state;
    const fovea_shape inputs[] = {{2, {3, 64}}, {4, {1, 4, 8, 8}}};
    for (int i = 0; i < 2; i++) {
        fovea_model *model = opened(state, "conv 4 3 pad=1", &inputs[i], 0);
        fovea_shape shape = {3, {inputs[i].dim[0], 8, 8}};
        fovea_tensor *picture, *batch;
        fovea_maps *maps = NULL;
        fovea_error error;
        assert_int_equal(fovea_tensor_create(heap->context, FOVEA_U8, &shape, &picture, NULL),
                         FOVEA_OK);
        const uint8_t *bytes = fovea_tensor_view(picture).data;
        assert_int_equal(fovea_model_prepare(model, &bytes, 1, &shape, &batch, &error),
                         FOVEA_SHAPE_MISMATCH);
        assert_null(batch);
        assert_non_null(strstr(error.text, "no pictures"));
        // Not even a "picture" of the net's own shape.
        assert_int_equal(fovea_model_prepare(model, &bytes, 1, &inputs[i], &batch, &error),
                         FOVEA_SHAPE_MISMATCH);
        assert_int_equal(fovea_maps_create(heap->context, model, picture, NULL, &maps, &error),
                         FOVEA_SHAPE_MISMATCH);
        fovea_tensor_free(picture);
        fovea_model_free(model);
    }
}

static void shapes_alone_are_counted_and_nothing_else(void **state) {
    hostile_heap *heap = *state;
    scratch folder;
    fovea_session *session = NULL;
    fovea_summary *summary, *same;
    fovea_error error;
    fovea_shape large = {3, {3, 1024, 1024}}, small = {3, {3, 8, 8}};
    size_t before = fovea__memory_now(heap->context);
    fovea_model *model = opened(state, "tutorial-fc", &large, 1);
    assert_in_range(fovea__memory_now(heap->context) - before, 1, 1 << 20);
    fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_graph_summary(graph, 1, &summary, NULL), FOVEA_OK);
    assert_true(summary->parameters == 3221818250);
    fovea_summary_free(summary);
    assert_int_equal(fovea_session_create(graph, NULL, &session, &error), FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.text, "the net was built for its shapes only and has no weights");
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "m.safetensors");
    assert_int_equal(fovea_model_save(model, path, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_model_load_weights(model, path, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_graph_set_parameter(graph, "fc1.bias", &(double){0}, 1, &error),
                     FOVEA_INVALID_ARGUMENT);
    fovea_model_free(model);

    // The same counts as with weights, also for a size built afterwards.
    const char *net = "conv 4 3 pad=1, batchnorm, gap, flatten, linear 2";
    fovea_model *bare = opened(state, net, &small, 1), *full = opened(state, net, &small, 0), *wide;
    assert_int_equal(fovea_model_resized(bare, &(fovea_shape){3, {3, 16, 16}}, &wide, NULL),
                     FOVEA_OK);
    assert_null(fovea_graph_parameter(fovea_model_graph(wide), 1).data);
    assert_int_equal(fovea_graph_summary(fovea_model_graph(wide), 1, &summary, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_summary(fovea_model_graph(full), 1, &same, NULL), FOVEA_OK);
    assert_int_equal(summary->parameters, same->parameters);
    assert_int_equal(summary->rows, same->rows);
    fovea_summary_free(same);
    fovea_summary_free(summary);
    fovea_model_free(wide);
    fovea_model_free(full);
    fovea_model_free(bare);
    scratch_close(&folder);
    assert_int_equal(fovea__memory_now(heap->context), before);
}

static void receptive_fields_are_told_for_every_dimension(void **state) {
    fovea_shape volume = {4, {1, 20, 20, 20}};
    fovea_summary *summary;
    fovea_model *model =
        opened(state, "conv 2 3x5x1 stride=2x1x1 pad=1x0x0, maxpool 2x1x3", &volume, 1);
    assert_int_equal(fovea_graph_summary(fovea_model_graph(model), 1, &summary, NULL), FOVEA_OK);
    const int64_t size[] = {5, 5, 3}, stride[] = {4, 1, 3}, offset[] = {1, 0, 0};
    assert_memory_equal(summary->row[1].receptive_field, size, sizeof size);
    assert_memory_equal(summary->row[1].stride, stride, sizeof stride);
    assert_memory_equal(summary->row[1].offset, offset, sizeof offset);
    fovea_summary_free(summary);
    fovea_model_free(model);
}

static void indices_outside_a_table_are_named(void **state) {
    (void)state;
    fovea_error error;
    fovea_operator_info info;
    const char *name;
    assert_int_equal(fovea_operator_get(-1, &info, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "there is no operator -1; 0 to "));
    assert_int_equal(fovea_ready_made_get(99, &name, NULL, NULL, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "there is no ready-made net 99; 0 to "));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(models_of_every_rank_come_back_from_their_file,
                                        hostile_begin, hostile_end),
        cmocka_unit_test_setup_teardown(they_are_built_for_other_sizes_of_the_same_rank,
                                        hostile_begin, hostile_end),
        cmocka_unit_test_setup_teardown(what_needs_pictures_refuses_them, hostile_begin,
                                        hostile_end),
        cmocka_unit_test_setup_teardown(shapes_alone_are_counted_and_nothing_else, hostile_begin,
                                        hostile_end),
        cmocka_unit_test_setup_teardown(receptive_fields_are_told_for_every_dimension,
                                        hostile_begin, hostile_end),
        cmocka_unit_test(indices_outside_a_table_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
