// SPDX-License-Identifier: MIT
// Heat maps against Captum, pytorch-grad-cam, torch-cam, zennit and the definitions written out in
// PyTorch (tests/golden/make_explain_golden.py): small nets in both precisions, SqueezeNet in float
// where FOVEA_DATA has it. tests/golden/explain/README.md tells where libraries compute something else.
#include <math.h>

#include "base/file.h"
#include "fovea.h"
#include "unit/explain_case.h"
#include "unit/golden_tensor.h"
#include "unit/shared_context.h"
#include "unit/shared_data.h"

enum { LINE = 512, HEAD = 4 };
#define FOLDER "tests/golden/explain/"

typedef struct net {
    const char *name;
    fovea_model *model;
    fovea_explainer *explainer;
    fovea_tensor *x, *zero, *other;  // other: a baseline of numbers of both signs
    fovea_tensor *both;              // zero and other, as references
    fovea_tensor_file *maps;
    int compared, wrong;
} net;

static fovea_tensor *new_input(const net *n, int64_t samples) {
    const fovea_graph *graph = fovea_model_graph(n->model);
    fovea_value_info in = fovea_graph_value(graph, fovea_graph_input(graph, 0));
    fovea_tensor *made;
    in.shape.dim[0] = samples;
    assert_int_equal(fovea_tensor_create(context, in.type, &in.shape, &made, NULL), FOVEA_OK);
    return made;
}

static void open_net(net *n, const char *path, const char *precision, double baseline) {
    char maps[256];
    fovea_error error;
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.precision = precision;
    if (fovea_model_open(context, path, &options, &n->model, &error)) fail_msg("%s", error.text);
    if (fovea_explainer_create(n->model, NULL, &n->explainer, &error)) fail_msg("%s", error.text);
    n->x = new_input(n, 1);
    n->zero = new_input(n, 1);
    n->other = new_input(n, 1);
    n->both = new_input(n, 2);
    fovea_view other = fovea_tensor_view(n->other), both = fovea_tensor_view(n->both);
    size_t bytes = (size_t)fovea_shape_count(&other.shape) * fovea_type_size(other.type);
    golden_fill(other, 2, baseline);
    memcpy((uint8_t *)both.data + bytes, other.data, bytes);
    snprintf(maps, sizeof maps, FOLDER "%s.safetensors", n->name);
    if (fovea_tensor_file_open(context, maps, &n->maps, &error)) fail_msg("%s", error.text);
}

static void close_net(net *n) {
    fovea_tensor_free(n->x);
    fovea_tensor_free(n->zero);
    fovea_tensor_free(n->other);
    fovea_tensor_free(n->both);
    fovea_tensor_file_free(n->maps);
    fovea_explainer_free(n->explainer);
    fovea_model_free(n->model);
}

static double largest_of(fovea_view view) {
    double largest = 0;
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        largest = fmax(largest, fabs(golden_at(view, i)));
    return largest;
}

static bool is_finite(fovea_view view) {
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++)
        if (!isfinite(golden_at(view, i))) return false;
    return true;
}

// How far a map is from the golden one, as a share of its largest magnitude.
static double off_whole(fovea_view got, fovea_view wanted) {
    double worst = 0, largest = largest_of(wanted);
    if (fovea_shape_count(&got.shape) != fovea_shape_count(&wanted.shape)) return INFINITY;
    for (int64_t i = 0; i < fovea_shape_count(&got.shape); i++)
        worst = fmax(worst, fabs(golden_at(got, i) - golden_at(wanted, i)));
    return worst / (largest > 0 ? largest : 1);
}

// The same for sum, least, largest, STEP and every STEP-th number; the sum by that of the magnitudes.
static double off_digest(fovea_view got, fovea_view wanted) {
    int64_t count = fovea_shape_count(&got.shape), step = (int64_t)golden_at(wanted, 3), at = HEAD;
    double sum = 0, magnitudes = 0, least = INFINITY, most = -INFINITY, worst = 0;
    for (int64_t i = 0; i < count; i++) {
        double v = golden_at(got, i);
        sum += v, magnitudes += fabs(v), least = fmin(least, v), most = fmax(most, v);
    }
    double largest = fmax(fabs(golden_at(wanted, 1)), fabs(golden_at(wanted, 2)));
    if (fovea_shape_count(&wanted.shape) != HEAD + (count + step - 1) / step) return INFINITY;
    for (int64_t i = 0; i < count; i += step)
        worst = fmax(worst, fabs(golden_at(got, i) - golden_at(wanted, at++)));
    worst = fmax(worst, fabs(least - golden_at(wanted, 1)));
    worst = fmax(worst, fabs(most - golden_at(wanted, 2)));
    return fmax(worst / (largest > 0 ? largest : 1),
                fabs(sum - golden_at(wanted, 0)) / (magnitudes > 0 ? magnitudes : 1));
}

// The golden maps are from before the method's last relu.
static fovea_view map_before_relu(const fovea_attribution *made) {
    fovea_view map = fovea_tensor_view(made->map);
    if (!made->before_relu) return map;
    fovea_view before = fovea_tensor_view(made->before_relu);
    for (int64_t i = 0; i < fovea_shape_count(&map.shape); i++)
        assert_true(golden_at(map, i) == fmax(golden_at(before, i), 0));
    return before;
}

static void compare(net *n, explain_case *c, const fovea_view *x, double tolerance) {
    fovea_explain_options options;
    fovea_attribution *made = NULL;
    fovea_error error;
    explain_case_options(c, &options);
    fovea_view baseline = fovea_tensor_view(strcmp(c->baseline, "other") ? n->zero : n->other);
    fovea_view both = fovea_tensor_view(n->both);
    if (c->baseline[0]) options.baseline = &baseline;
    if (!isnan(c->low[0])) options.lowest = c->low, options.highest = c->high;
    if (c->references) options.references = &both;
    if (strcmp(c->layer, "-") != 0) {
        options.layer = fovea_graph_find_value(fovea_model_graph(n->model), c->layer);
        assert_int_not_equal(options.layer, FOVEA_NO_VALUE);
    }
    if (fovea_explain(n->explainer, x, &options, &made, &error))
        fail_msg("%s, %s: %s", n->name, c->method, error.text);
    fovea_view wanted =
        fovea_tensor_file_get(n->maps, fovea_tensor_file_find(n->maps, c->key)).view;
    fovea_view got = map_before_relu(made);
    double off = strcmp(n->name, "squeezenet") ? off_whole(got, wanted) : off_digest(got, wanted);
    if (!is_finite(got)) off = INFINITY;
    n->compared++;
    if (!(off <= tolerance)) {
        print_message(
            "    %s: %s, layer %s, target %lld%s, is %.2g of the largest magnitude off %s\n",
            n->name, c->method, c->layer, c->target, c->options, off, c->sources);
        n->wrong++;
    }
    fovea_attribution_free(made);
}

// All cases of the net; `tolerance` 0: each its own.
static void compare_all(net *n, double tolerance) {
    char line[LINE];
    explain_case c;
    fovea_view x = fovea_tensor_view(n->x);
    FILE *file = fopen(FOLDER "cases.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        assert_true(explain_case_read(line, &c));
        if (strcmp(c.net, n->name) != 0 || !fovea_explain_method_find(c.method)) continue;
        compare(n, &c, &x, tolerance > 0 ? tolerance : c.tolerance);
    }
    fclose(file);
    print_message("    %s in %s: %d maps compared, %d off\n", n->name, fovea_type_name(x.type),
                  n->compared, n->wrong);
    assert_int_equal(n->wrong, 0);
}

static void compare_small(const char *name, const char *precision, double tolerance) {
    net n = {.name = name};
    char path[256];
    snprintf(path, sizeof path, FOLDER "%s.onnx", name);
    open_net(&n, path, precision, 0.5);
    golden_fill(fovea_tensor_view(n.x), 1, 2);
    compare_all(&n, tolerance);
    close_net(&n);
}

static void a_net_with_a_global_pool_has_the_libraries_maps(void **state) {
    (void)state;
    compare_small("gap", "f64", 0);
    compare_small("gap", "f32", 1e-4);
}

static void a_net_with_two_linear_layers_has_them(void **state) {
    (void)state;
    compare_small("mlp", "f64", 0);
    compare_small("mlp", "f32", 1e-4);
}

static void a_net_with_batch_normalisation_and_an_addition_has_them(void **state) {
    (void)state;
    compare_small("residual", "f64", 0);
    compare_small("residual", "f32", 1e-4);
}

// Rows and columns from 36 and 112 on, blue first, less Caffe's means.
static void fill_chelsea(const char *path, fovea_view x) {
    static const double mean[3] = {104, 117, 123};
    fovea_tensor *photo, *cropped;
    fovea_error error;
    if (fovea_picture_load_as(context, path, 3, &photo, &error)) fail_msg("%s", error.text);
    assert_int_equal(fovea_picture_crop(context, photo, 36, 112, 227, 227, &cropped, &error),
                     FOVEA_OK);
    const uint8_t *pixel = fovea_tensor_view(cropped).data;
    int64_t cells = 227 * 227;
    for (int64_t i = 0; i < 3 * cells; i++)
        ((float *)x.data)[i] =
            (float)(pixel[(2 - i / cells) * cells + i % cells] - mean[i / cells]);
    fovea_tensor_free(photo);
    fovea_tensor_free(cropped);
}

static void squeezenet_on_a_photo_of_a_cat_has_them(void **state) {
    (void)state;
    net n = {.name = "squeezenet"};
    char model[4096], photo[4096];
    snprintf(model, sizeof model, "%s",
             shared_data_path("models/converted/squeezenet1.0-deepcompression.onnx"));
    snprintf(photo, sizeof photo, "%s", shared_data_path("photos/chelsea.png"));
    open_net(&n, model, "f32", 64);
    fill_chelsea(photo, fovea_tensor_view(n.x));
    compare_all(&n, 0);
    close_net(&n);
}

// No method is left out here, and none is expected that there is not.
static void every_method_is_compared(void **state) {
    (void)state;
    char line[LINE], seen[4096] = " ", word[64];
    explain_case c;
    int missing = 0;
    FILE *file = fopen(FOLDER "cases.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        assert_true(explain_case_read(line, &c));
        snprintf(word, sizeof word, " %s ", c.method);
        if (strstr(seen, word)) continue;
        strcat(strcat(seen, c.method), " ");
        if (fovea_explain_method_find(c.method)) continue;
        print_message("    there is no method %s\n", c.method);
        missing++;
    }
    fclose(file);
    for (int32_t i = 0; i < fovea_explain_method_count(); i++) {
        snprintf(word, sizeof word, " %s ", fovea_explain_method_get(i)->name);
        if (strstr(seen, word)) continue;
        print_message("    %s is compared with nothing\n", word);
        missing++;
    }
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_net_with_a_global_pool_has_the_libraries_maps),
        cmocka_unit_test(a_net_with_two_linear_layers_has_them),
        cmocka_unit_test(a_net_with_batch_normalisation_and_an_addition_has_them),
        cmocka_unit_test(squeezenet_on_a_photo_of_a_cat_has_them),
        cmocka_unit_test(every_method_is_compared),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
