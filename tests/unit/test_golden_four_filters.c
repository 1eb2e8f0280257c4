// SPDX-License-Identifier: MIT
// Convolution, ReLU and pool of the four-filter net, and the edge kernel set by hand on three
// channels, are PyTorch's within 1e-6 of the largest magnitude (tests/golden/four_filters.txt), on
// a picture that is always here and on the photos where FOVEA_DATA has them.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fovea.h"
#include "unit/unit.h"

enum { SAMPLES = 200, LINE = 8192 };

typedef struct golden {
    char name[32];
    int64_t shape[3];
    double largest, sum, absolutes, sample[SAMPLES];
} golden;

static bool read_stage(FILE *file, golden *g) {
    static char line[LINE];
    if (!fgets(line, sizeof line, file) || line[0] == '@') return false;
    long long c, h, w;
    assert_int_equal(sscanf(line, "%31s %lldx%lldx%lld %lf %lf %lf", g->name, &c, &h, &w,
                            &g->largest, &g->sum, &g->absolutes),
                     7);
    g->shape[0] = c;
    g->shape[1] = h;
    g->shape[2] = w;
    assert_non_null(fgets(line, sizeof line, file));
    char *at = line;
    for (int i = 0; i < SAMPLES; i++) {
        char *begin = at;
        g->sample[i] = strtod(begin, &at);
        assert_ptr_not_equal(begin, at);
    }
    return true;
}

static void compare(const char *file, const golden *g, const fovea_map_layer *layer) {
    const float *values = layer->view.data;
    int64_t count = fovea_shape_count(&layer->view.shape);
    double largest = 0, sum = 0, absolutes = 0;
    assert_int_equal(layer->view.type, FOVEA_F32);
    fovea_shape wanted = fovea_shape_make(3, g->shape);
    assert_true(fovea_shape_equal(&layer->view.shape, &wanted));
    for (int64_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(values[i]));
        sum += values[i];
        absolutes += fabs(values[i]);
    }
    for (int i = 0; i < SAMPLES; i++) {
        int64_t at = (int64_t)((uint64_t)i * 2654435761u % (uint64_t)count);
        double off = fabs(values[at] - g->sample[i]) / g->largest;
        if (!(off <= 1e-6))
            fail_msg("%s, %s: element %lld is %.9g, PyTorch's %.9g", file, g->name, (long long)at,
                     values[at], g->sample[i]);
    }
    // Every element is in the sums.
    assert_true(fabs(largest - g->largest) <= 1e-6 * g->largest);
    assert_true(fabs(sum - g->sum) <= 1e-6 * g->absolutes);
    assert_true(fabs(absolutes - g->absolutes) <= 1e-6 * g->absolutes);
}

static fovea_model *edge_net(fovea_context *context, const fovea_shape *shape) {
    const double kernel[9] = {-1, 0, 1, -1, 0, 1, -1, 0, 1}, zero = 0;
    fovea_model_options options;
    fovea_model *model;
    fovea_model_options_default(&options);
    options.input = *shape;
    assert_int_equal(
        fovea_model_from_text(context, "conv 1 3 pad=1 name=edge", &options, &model, NULL),
        FOVEA_OK);
    fovea_graph *graph = fovea_model_graph(model);
    assert_int_equal(fovea_graph_set_parameter(graph, "edge.weight", kernel, 9, NULL), FOVEA_OK);
    assert_int_equal(fovea_graph_set_parameter(graph, "edge.bias", &zero, 1, NULL), FOVEA_OK);
    return model;
}

// Compares the stages of one picture that `maps` holds; returns how many there were.
static int check_maps(fovea_context *context, const fovea_model *model, const fovea_tensor *picture,
                      const char *layers, const char *name, FILE *file) {
    fovea_maps_options options;
    fovea_maps *maps;
    fovea_error error;
    golden g;
    fovea_maps_options_default(&options);
    options.layer = layers;
    if (fovea_maps_create(context, model, picture, &options, &maps, &error))
        fail_msg("%s: %s", name, error.text);
    int32_t count = fovea_maps_count(maps);
    for (int32_t i = 0; i < count; i++) {
        fovea_map_layer layer = fovea_maps_layer(maps, i);
        assert_true(read_stage(file, &g));
        assert_string_equal(layer.name, g.name);
        compare(name, &g, &layer);
    }
    fovea_maps_free(maps);
    return count;
}

static void check_picture(fovea_context *context, const char *path, const char *name, int height,
                          int width, FILE *file) {
    fovea_tensor *colour, *grey;
    fovea_model *four;
    fovea_error error;
    if (fovea_picture_load(context, path, &colour, &error)) fail_msg("%s", error.text);
    fovea_shape shape = fovea_tensor_view(colour).shape, wanted = {3, {3, height, width}};
    assert_true(fovea_shape_equal(&shape, &wanted));
    assert_int_equal(fovea_picture_channels(context, colour, 1, &grey, NULL), FOVEA_OK);
    assert_int_equal(fovea_model_open(context, "four-filters", NULL, &four, NULL), FOVEA_OK);
    fovea_model *edge = edge_net(context, &shape);
    assert_int_equal(check_maps(context, four, grey, "conv,relu,pool", name, file), 3);
    assert_int_equal(check_maps(context, edge, colour, "edge", name, file), 1);
    fovea_model_free(edge);
    fovea_model_free(four);
    fovea_tensor_free(grey);
    fovea_tensor_free(colour);
}

// The photo in `photos` of one of the folders of FOVEA_DATA.
static bool find_photo(const char *name, char *path, size_t size) {
    const char *folders = getenv("FOVEA_DATA");
    while (folders && *folders) {
        int length = (int)strcspn(folders, ":");
        snprintf(path, size, "%.*s/photos/%s", length, folders, name);
        if (access(path, R_OK) == 0) return true;
        folders += length + (folders[length] == ':');
    }
    return false;
}

static int check_all(bool photos) {
    FILE *file = fopen("tests/golden/four_filters.txt", "r");
    fovea_context *context;
    static char line[LINE];
    int pictures = 0, height, width;
    assert_non_null(file);
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    while (fgets(line, sizeof line, file)) {
        char name[64], path[1024];
        if (sscanf(line, "@ %63s %d %d", name, &height, &width) != 3) continue;
        bool own = strcmp(name, "four_filters.ppm") == 0;
        snprintf(path, sizeof path, "tests/golden/%s", name);
        if (own == photos || (photos && !find_photo(name, path, sizeof path))) continue;
        check_picture(context, path, name, height, width, file);
        pictures++;
    }
    fovea_context_free(context);
    fclose(file);
    return pictures;
}

static void a_picture_by_formula_gives_pytorchs_numbers(void **state) {
    (void)state;
    assert_int_equal(check_all(false), 1);
}

static void the_photos_give_pytorchs_numbers(void **state) {
    (void)state;
    if (check_all(true) > 0) return;
    print_message("no photos in FOVEA_DATA\n");
    skip();
}

static void parameters_are_set_by_name(void **state) {
    (void)state;
    fovea_context *context;
    fovea_error error;
    const double numbers[] = {1, 2, 3, 4};
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_shape input = {3, {3, 4, 4}};
    fovea_model *model = edge_net(context, &input);
    fovea_graph *graph = fovea_model_graph(model);
    const float *weight =
        fovea_graph_parameter(graph, fovea_graph_find_value(graph, "edge.weight")).data;
    for (int i = 0; i < 27; i++) assert_true(weight[i] == i % 3 - 1);
    assert_int_equal(fovea_graph_set_parameter(graph, "edge.weight", numbers, 4, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.text, "edge.weight: 4 numbers cannot be repeated to fill 1×3×3×3");
    assert_int_equal(fovea_graph_set_parameter(graph, "edge.weight", numbers, 0, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_graph_set_parameter(graph, "edge.wieght", numbers, 3, &error),
                     FOVEA_INVALID_ARGUMENT);
    assert_string_equal(error.text,
                        "the net has no parameter 'edge.wieght'; did you mean 'edge.weight'?");
    assert_int_equal(fovea_graph_set_parameter(graph, "edge", numbers, 1, &error),
                     FOVEA_INVALID_ARGUMENT);
    for (int i = 0; i < 27; i++) assert_true(weight[i] == i % 3 - 1);
    fovea_model_free(model);
    fovea_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_picture_by_formula_gives_pytorchs_numbers),
        cmocka_unit_test(the_photos_give_pytorchs_numbers),
        cmocka_unit_test(parameters_are_set_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
