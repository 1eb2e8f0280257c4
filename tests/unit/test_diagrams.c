// SPDX-License-Identifier: MIT
#include "figures/graph_layout.h"
#include "unit/failing_sweep.h"
#include "unit/figure_said.h"

static fovea_model *ready_made(fovea_context *context, const char *name) {
    fovea_model *model;
    fovea_error error;
    if (fovea_model_open(context, name, NULL, &model, &error)) fail_msg("%s", error.text);
    return model;
}

static const char *network(fovea_context *context, const char *net, fovea_network_style style) {
    fovea_model *model = ready_made(context, net);
    fovea_network_options options;
    fovea_figure *figure;
    fovea_error error;
    fovea_network_options_default(&options);
    options.style = style;
    if (fovea_figure_network(context, model, &options, &figure, &error)) fail_msg("%s", error.text);
    fovea_model_free(model);
    return said(context, figure);
}

static void test_a_network_tells_every_layer_its_shape_and_parameters(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    const char *text = network(context, "lenet5", FOVEA_NETWORK_AUTO);
    assert_non_null(strstr(text, "12 layers, 61\u2009706 parameters"));
    assert_non_null(strstr(text, "conv1  conv2d 5×5, pad 2 · relu  6×28×28  156  <- x\n"));
    assert_non_null(strstr(text, "linear1  linear 120 · relu  120  48\u2009120  <- maxpool2\n"));
    text = network(context, "resnet20", FOVEA_NETWORK_AUTO);
    assert_int_equal(times(text, "conv2d 3×3"), 19);
    assert_non_null(strstr(text, "layer1.0.add  add · relu  16×32×32  <- layer1.0.conv2, conv1\n"));
    assert_non_null(strstr(
        text, "layer2.0.add  add · relu  32×16×16  <- layer2.0.shortcut.slice, layer2.0.conv2"));
}

static void test_branches_cannot_be_volumes(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *model = ready_made(context, "resnet20");
    fovea_network_options options;
    fovea_figure *figure = NULL;
    fovea_network_style style;
    fovea_error error;
    fovea_network_options_default(&options);
    options.style = FOVEA_NETWORK_VOLUMES;
    assert_int_equal(fovea_figure_network(context, model, &options, &figure, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "branches"));
    assert_null(figure);
    assert_int_equal(fovea_network_style_find("boxen", &style, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "auto, volumes and boxes"));
    fovea_model_free(model);
}

static void test_first_layers_are_counted_from_the_graph(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    static const struct {
        const char *net;
        int64_t units, weights, connections, parameters;
    } known[] = {{"tutorial-mlp", 512, 784, 401408, 401920},
                 {"tutorial-mnist", 16 * 784, 25, 313600, 416},
                 {"tutorial-fc", 1024, 3072, 3145728, 3146752},
                 {"tutorial-cifar", 16 * 1024, 27, 442368, 448},
                 {"four-filters", 4 * 625, 16, 40000, 64},
                 {"resnet20", 16 * 1024, 27, 442368, 432}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        fovea_model *model = ready_made(context, known[i].net);
        fovea_first_layer layer;
        assert_int_equal(fovea_first_layer_find(model, &layer, NULL), FOVEA_OK);
        assert_int_equal(layer.units, known[i].units);
        assert_int_equal(layer.weights, known[i].weights);
        assert_int_equal(layer.connections, known[i].connections);
        assert_int_equal(layer.parameters, known[i].parameters);
        fovea_model_free(model);
    }
}

static void test_nets_that_cannot_be_set_side_by_side_are_refused(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    fovea_model *mlp = ready_made(context, "tutorial-mlp"),
                *fc = ready_made(context, "tutorial-fc");
    fovea_model *cnn = ready_made(context, "tutorial-mnist");
    fovea_figure *figure = NULL;
    fovea_error error;
    assert_int_equal(fovea_figure_mlp_vs_cnn(context, cnn, mlp, NULL, &figure, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_figure_mlp_vs_cnn(context, mlp, fc, NULL, &figure, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_figure_mlp_vs_cnn(context, fc, cnn, NULL, &figure, &error),
                     FOVEA_SHAPE_MISMATCH);
    assert_null(figure);
    assert_int_equal(fovea_figure_mlp_vs_cnn(context, mlp, cnn, NULL, &figure, &error), FOVEA_OK);
    const char *text = said(context, figure);
    assert_non_null(strstr(text, "512 × 785 = 401\u2009920 parameters"));
    assert_non_null(strstr(text, "16 × 26 = 416 parameters"));
    fovea_model_free(mlp);
    fovea_model_free(fc);
    fovea_model_free(cnn);
}

// No two ways share a lane between the same ranks, and no way passes through a node.
static void check_layout(const fovea__layout_edge *edges, int32_t edge_count, const int32_t *rank,
                         const int32_t *lane, int32_t nodes) {
    for (int32_t e = 0; e < edge_count; e++) {
        const fovea__layout_edge *a = &edges[e];
        assert_true(rank[a->to] > rank[a->from]);
        for (int32_t n = 0; n < nodes; n++)
            if (rank[n] > rank[a->from] && rank[n] < rank[a->to])
                assert_int_not_equal(lane[n], a->lane);
        for (int32_t f = 0; f < e; f++) {
            const fovea__layout_edge *b = &edges[f];
            bool apart = rank[a->from] >= rank[b->to] || rank[b->from] >= rank[a->to];
            bool next = rank[a->to] == rank[a->from] + 1 || rank[b->to] == rank[b->from] + 1;
            if (!apart && !next) assert_int_not_equal(a->lane, b->lane);
        }
    }
    for (int32_t a = 0; a < nodes; a++)
        for (int32_t b = 0; b < a; b++) assert_true(rank[a] != rank[b] || lane[a] != lane[b]);
}

static void test_ways_and_nodes_of_a_layout_do_not_meet(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    uint32_t random = 7;
    for (int round = 0; round < 200; round++) {
        fovea__layout_edge edges[64];
        int32_t rank[24], lane[24], ranks, lanes, count = 0, nodes = 2 + round % 22;
        for (int32_t to = 1; to < nodes; to++) {
            random = random * 1664525 + 1013904223;
            int32_t from = (int32_t)(random >> 16) % to, other = (int32_t)(random >> 8 & 255) % to;
            edges[count++] = (fovea__layout_edge){.from = from, .to = to};
            if (other != from) edges[count++] = (fovea__layout_edge){.from = other, .to = to};
        }
        assert_int_equal(
            fovea__layout_graph(context, nodes, edges, count, rank, lane, &ranks, &lanes, NULL),
            FOVEA_OK);
        check_layout(edges, count, rank, lane, nodes);
    }
}

static void test_a_residual_block_has_its_shortcut_beside_it(void **state) {
    fovea_context *context = ((const data_place *)*state)->context;
    // 0 -> 1 -> 2 -> 3 with 0 -> 2 and 2 -> 3, twice: a shortcut from 0 to 2 and from 2 to 4.
    fovea__layout_edge edges[] = {{0, 1, 0}, {1, 2, 0}, {0, 2, 0}, {2, 3, 0}, {3, 4, 0}, {2, 4, 0}};
    int32_t rank[5], lane[5], ranks, lanes;
    assert_int_equal(fovea__layout_graph(context, 5, edges, 6, rank, lane, &ranks, &lanes, NULL),
                     FOVEA_OK);
    assert_int_equal(ranks, 5);
    assert_int_equal(lanes, 2);
    for (int32_t n = 0; n < 5; n++) {
        assert_int_equal(rank[n], n);
        assert_int_equal(lane[n], 0);
    }
    assert_int_equal(edges[2].lane, 1);
    assert_int_equal(edges[5].lane, 1);
}

static fovea_status draw_everything(fovea_context *context, fovea_error *error) {
    static const char *const nets[] = {
        "conv 4 3 pad=1, relu, maxpool 2, flatten, linear 12, relu, linear 3",
        "conv 4 3 pad=1, relu as a, conv 4 3 pad=1, add a, gap, flatten, linear 3"};
    for (int i = 0; i < 2; i++) {
        fovea_model_options options;
        fovea_model *model;
        fovea_figure *figure;
        char *text;
        void *bytes;
        size_t size;
        fovea_model_options_default(&options);
        options.input = (fovea_shape){3, {1, 8, 8}};
        fovea_status status = fovea_model_from_text(context, nets[i], &options, &model, error);
        if (status) return status;
        status = fovea_figure_network(context, model, NULL, &figure, error);
        fovea_model_free(model);
        if (status) return status;
        status = fovea_figure_terminal(context, figure, NULL, &text, error);
        if (!status) fovea_figure_bytes_free(context, text);
        if (!status)
            status =
                fovea_figure_render(context, figure, FOVEA_PICTURE_SVG, NULL, &bytes, &size, error);
        if (!status) fovea_figure_bytes_free(context, bytes);
        fovea_figure_free(figure);
        if (status) return status;
    }
    return FOVEA_OK;
}

static void test_every_allocation_may_fail(void **state) {
    (void)state;
    failing_sweep(draw_everything);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        data_test(test_a_network_tells_every_layer_its_shape_and_parameters),
        data_test(test_branches_cannot_be_volumes),
        data_test(test_first_layers_are_counted_from_the_graph),
        data_test(test_nets_that_cannot_be_set_side_by_side_are_refused),
        data_test(test_ways_and_nodes_of_a_layout_do_not_meet),
        data_test(test_a_residual_block_has_its_shortcut_beside_it),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
