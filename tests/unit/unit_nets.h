// SPDX-License-Identifier: MIT
// A small set of noise and nets over it, for the tests of what units do.
#ifndef FOVEA_TESTS_UNIT_NETS_H
#define FOVEA_TESTS_UNIT_NETS_H

#include "fovea.h"
#include "unit/data_files.h"

enum { UNIT_SAMPLES = 53, UNIT_HEIGHT = 9, UNIT_WIDTH = 11 };

// mnist:test of 53 pictures of 9×11 pixels; picture 7 and 20 are the same.
static inline void unit_write_set(const data_place *place) {
    uint8_t bytes[16 + UNIT_SAMPLES * UNIT_HEIGHT * UNIT_WIDTH];
    enum { SIZE = UNIT_HEIGHT * UNIT_WIDTH };
    size_t at = data_be32(bytes, 0x00000803);
    at += data_be32(bytes + at, UNIT_SAMPLES);
    at += data_be32(bytes + at, UNIT_HEIGHT);
    at += data_be32(bytes + at, UNIT_WIDTH);
    for (uint32_t i = 0; i < UNIT_SAMPLES * SIZE; i++) {
        uint32_t noise = (i * 2654435761u) ^ ((i * 2654435761u) >> 15);
        noise *= 0x85EBCA6Bu;
        bytes[at++] = (uint8_t)(noise >> 24);
    }
    memcpy(bytes + 16 + 20 * SIZE, bytes + 16 + 7 * SIZE, SIZE);
    data_write(place, "mnist/t10k-images-idx3-ubyte", bytes, at);
    data_write_labels(place, "mnist/t10k-labels-idx1-ubyte", UNIT_SAMPLES, 0, 10);
}

// Set-up of a test: data_begin and the files of the set.
static inline int unit_begin(void **state) {
    if (data_begin(state)) return -1;
    unit_write_set(*state);
    return 0;
}
#define units_test(function) cmocka_unit_test_setup_teardown(function, unit_begin, data_end)

static inline fovea_context *unit_context(int threads) {
    fovea_context_options options;
    fovea_context *context;
    fovea_context_options_default(&options);
    options.threads = threads;
    assert_int_equal(fovea_context_create(&options, &context, NULL), FOVEA_OK);
    return context;
}

static inline fovea_dataset *unit_set(fovea_context *context, int64_t limit) {
    fovea_dataset_options options;
    fovea_dataset *set;
    fovea_error error;
    fovea_dataset_options_default(&options);
    options.limit = limit;
    if (fovea_dataset_open(context, "mnist:test", &options, &set, &error))
        fail_msg("%s", error.text);
    return set;
}

static inline fovea_model *unit_net(fovea_context *context, const char *text,
                                    const char *precision) {
    fovea_model_options options;
    fovea_model *model;
    fovea_error error;
    fovea_model_options_default(&options);
    options.seed = 5;
    options.precision = precision;
    options.input = (fovea_shape){3, {1, UNIT_HEIGHT, UNIT_WIDTH}};
    if (fovea_model_from_text(context, text, &options, &model, &error)) fail_msg("%s", error.text);
    return model;
}

static inline int32_t unit_node(const fovea_model *model, const char *name) {
    int32_t node = fovea_graph_find_node(fovea_model_graph(model), name);
    if (node < 0) fail_msg("no node %s", name);
    return node;
}

// What node `name` makes of sample n, computed alone; free with fovea_tensor_free.
static inline fovea_tensor *unit_values(const fovea_model *model, const fovea_dataset *set,
                                        const char *name, int64_t n) {
    fovea_graph *graph = fovea_model_graph(model);
    const uint8_t *picture = fovea_dataset_picture(set, n);
    fovea_shape shape = fovea_dataset_shape(set);
    fovea_tensor *x, *values;
    fovea_session *session;
    assert_int_equal(fovea_model_prepare(model, &picture, 1, &shape, &x, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_create(graph, NULL, &session, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    fovea_value value = fovea_graph_node(graph, unit_node(model, name)).outputs[0];
    assert_int_equal(fovea_session_value(session, value, &values, NULL), FOVEA_OK);
    fovea_session_free(session);
    fovea_tensor_free(x);
    return values;
}

static inline double unit_number(const fovea_tensor *tensor, int64_t i) {
    fovea_view view = fovea_tensor_view(tensor);
    return view.type == FOVEA_F32 ? (double)((float *)view.data)[i] : ((double *)view.data)[i];
}

#endif
