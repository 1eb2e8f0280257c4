// SPDX-License-Identifier: MIT
// Whole nets against PyTorch in double precision (tests/golden/make_net_gradients.py): outputs, and
// gradients with respect to the input. Ready-made nets with weights by formula are written as ONNX
// files and opened again; pretrained files, and what must come out of them, are looked for below
// FOVEA_DATA.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "fovea.h"
#include "unit/formula_weights.h"
#include "unit/onnx_case.h"
#include "unit/scratch.h"
#include "unit/shared_context.h"

enum { LINE = 16384, PICTURE = 1000, WEIGHTS = 2000, CLASSES = 1000 };

typedef struct net {
    const char *name;
    fovea_type type;
    fovea_model *model;
    fovea_tensor *input, *output, *gradient, *expected;
} net;

static void open_model(net *n, const char *path) {
    fovea_model_options options;
    fovea_error error;
    fovea_model_options_default(&options);
    options.precision = n->type == FOVEA_F64 ? "f64" : "f32";
    if (fovea_model_open(context, path, &options, &n->model, &error)) fail_msg("%s", error.text);
}

// The net goes through an ONNX file.
static void open_ready_made(net *n) {
    scratch folder;
    fovea_error error;
    fovea_model *made;
    assert_true(scratch_open(&folder));
    const char *path = scratch_name(&folder, "net.onnx");
    if (fovea_model_open(context, n->name, NULL, &made, &error)) fail_msg("%s", error.text);
    formula_fill(fovea_model_graph(made), n->name);
    if (fovea_model_save_onnx(made, path, NULL, &error)) fail_msg("%s", error.text);
    fovea_model_free(made);
    open_model(n, path);
    scratch_close(&folder);
    fovea_shape shape = fovea_shape_make(4, (int64_t[]){1, 3, 224, 224});
    assert_int_equal(fovea_tensor_create(context, n->type, &shape, &n->input, &error), FOVEA_OK);
    golden_fill(fovea_tensor_view(n->input), PICTURE, 1);
}

static fovea_tensor *read_tensor(const char *folder, const char *name, const char *file,
                                 fovea_type type) {
    char path[2048];
    fovea_tensor *read, *made;
    fovea_view view;
    fovea_error error;
    snprintf(path, sizeof path, "%s/models/expected/%s/%s", folder, name, file);
    if (fovea__onnx_read_tensor(context, path, &read, &error)) fail_msg("%s", error.text);
    assert_int_equal(onnx_as_type(context, fovea_tensor_view(read), type, &made, &view, &error),
                     FOVEA_OK);
    if (!made) return read;
    fovea_tensor_free(read);
    return made;
}

// The folder of FOVEA_DATA that has the pretrained nets; skips the test when none has.
static const char *data_folder(void) {
    static char folder[1024];
    for (const char *list = getenv("FOVEA_DATA"); list && *list; list += *list == ':') {
        size_t length = strcspn(list, ":");
        char path[1100];
        snprintf(folder, sizeof folder, "%.*s", (int)length, list);
        snprintf(path, sizeof path, "%s/models/expected", folder);
        if (fovea__folder_exists(path)) return folder;
        list += length;
    }
    print_message("    models/expected is in none of the folders of FOVEA_DATA: skipped\n");
    skip();
    return NULL;
}

static void open_file(net *n, const char *folder, const char *file) {
    char path[2048];
    snprintf(path, sizeof path, "%s/models/%s", folder, file);
    open_model(n, path);
    n->input = read_tensor(folder, n->name, "input_0.pb", n->type);
    n->expected = read_tensor(folder, n->name, "output_0.pb", n->type);
}

static void run_net(net *n) {
    fovea_session_options options;
    fovea_session *session;
    fovea_tensor *weights;
    fovea_error error;
    const fovea_graph *graph = fovea_model_graph(n->model);
    fovea_value output = fovea_graph_output(graph, 0);
    fovea_view x = fovea_tensor_view(n->input);
    fovea_session_options_default(&options);
    options.samples = x.shape.dim[0];
    options.gradients = options.fixed_parameters = 1;
    assert_int_equal(fovea_session_create(graph, &options, &session, &error), FOVEA_OK);
    if (fovea_session_forward(session, &x, 1, &error)) fail_msg("%s: %s", n->name, error.text);
    assert_int_equal(fovea_session_value(session, output, &n->output, &error), FOVEA_OK);
    fovea_shape shape = fovea_tensor_view(n->output).shape;
    assert_int_equal(fovea_tensor_create(context, n->type, &shape, &weights, &error), FOVEA_OK);
    fovea_view d_output = fovea_tensor_view(weights);
    golden_fill(d_output, WEIGHTS, 1);
    if (fovea_session_backward(session, output, &d_output, &error))
        fail_msg("%s: %s", n->name, error.text);
    assert_int_equal(
        fovea_session_gradient(session, fovea_graph_input(graph, 0), &n->gradient, &error),
        FOVEA_OK);
    fovea_tensor_free(weights);
    fovea_session_free(session);
}

static void close_net(net *n) {
    fovea_tensor_free(n->input);
    fovea_tensor_free(n->output);
    fovea_tensor_free(n->gradient);
    fovea_tensor_free(n->expected);
    fovea_model_free(n->model);
}

// "STEP V0 VSTEP ...": each within `part` of the largest. Returns how far the worst is off.
static double check_samples(const net *n, const char *what, fovea_view view, char *at,
                            double largest, double part) {
    int64_t step = strtoll(at, &at, 10), count = fovea_shape_count(&view.shape);
    double worst = 0;
    for (int64_t i = 0; i < count; i += step) {
        double wanted = strtod(at, &at), got = golden_at(view, i);
        if (!(fabs(got - wanted) <= part * largest))
            fail_msg("%s: %s %lld is %.9g, PyTorch's %.9g, the largest %.9g", n->name, what,
                     (long long)i, got, wanted, largest);
        worst = fmax(worst, fabs(got - wanted) / largest);
    }
    return worst;
}

static void check_output(const net *n, char *line, double part) {
    double largest = strtod(line + strlen("output"), &line);
    check_samples(n, "output", fovea_tensor_view(n->output), line, largest, part);
    if (!n->expected) return;
    fovea_view got = fovea_tensor_view(n->output), wanted = fovea_tensor_view(n->expected);
    assert_true(fovea_shape_equal(&got.shape, &wanted.shape));
    for (int64_t i = 0; i < fovea_shape_count(&got.shape); i++)
        if (!(fabs(golden_at(got, i) - golden_at(wanted, i)) <= 1e-4 * largest))
            fail_msg("%s: output %lld is %.9g, ONNX Runtime's %.9g, the largest %.9g", n->name,
                     (long long)i, golden_at(got, i), golden_at(wanted, i), largest);
}

static void check_gradient(const net *n, char *line, double part) {
    double largest = strtod(line + strlen("gradient"), &line), wanted = strtod(line, &line);
    fovea_view view = fovea_tensor_view(n->gradient);
    double sum = 0, worst = check_samples(n, "gradient", view, line, largest, part);
    for (int64_t i = 0; i < fovea_shape_count(&view.shape); i++) sum += fabs(golden_at(view, i));
    if (!(fabs(sum - wanted) <= part * wanted))
        fail_msg("%s: gradients add up to %.9g, PyTorch's to %.9g", n->name, sum, wanted);
    print_message("    %s in %s: gradients within %.1e of the largest\n", n->name,
                  fovea_type_name(n->type), worst);
}

// Nets of the golden file that stand behind the word `kind`, in this type.
static int go_through(const char *kind, const char *folder, fovea_type type) {
    static char line[LINE];
    int nets = 0;
    FILE *file = fopen("tests/golden/net_gradients.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        char word[8], path[256] = "", name[64];
        int words = sscanf(line, "%7s %255s %63s", word, path, name);
        bool wanted = strcmp(word, kind) == 0;
        net n = {.name = words > 2 ? name : path, .type = type};
        if (!wanted) continue;
        folder ? open_file(&n, folder, path) : open_ready_made(&n);
        run_net(&n);
        assert_non_null(fgets(line, sizeof line, file));
        check_output(&n, line, type == FOVEA_F64 ? 1e-6 : 1e-4);
        assert_non_null(fgets(line, sizeof line, file));
        check_gradient(&n, line, type == FOVEA_F64 ? 1e-6 : 1e-3);
        close_net(&n);
        nets++;
    }
    fclose(file);
    return nets;
}

static void ready_made_nets_have_pytorchs_gradients(void **state) {
    (void)state;
    assert_int_equal(go_through("net", NULL, FOVEA_F32), 3);
}

static void ready_made_nets_in_double_have_them_to_the_last_digits(void **state) {
    (void)state;
    assert_int_equal(go_through("net", NULL, FOVEA_F64), 3);
}

static void pretrained_nets_have_their_outputs_and_gradients(void **state) {
    (void)state;
    assert_int_equal(go_through("file", data_folder(), FOVEA_F32), 8);
}

static void pretrained_nets_in_double_have_them_to_the_last_digits(void **state) {
    (void)state;
    assert_int_equal(go_through("file", data_folder(), FOVEA_F64), 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ready_made_nets_have_pytorchs_gradients),
        cmocka_unit_test(ready_made_nets_in_double_have_them_to_the_last_digits),
        cmocka_unit_test(pretrained_nets_have_their_outputs_and_gradients),
        cmocka_unit_test(pretrained_nets_in_double_have_them_to_the_last_digits),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
