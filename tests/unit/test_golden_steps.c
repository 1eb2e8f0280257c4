// SPDX-License-Identifier: MIT
// Ten training steps against PyTorch's (tests/golden/training.txt): same start, same data, same
// losses and weights.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fovea.h"
#include "unit.h"

#define GOLDEN "tests/golden/training.txt"

static uint32_t noise(uint32_t salt, uint64_t i) {
    uint32_t h = (uint32_t)(i * 2654435761u + salt * 97u + 13u);
    h ^= h >> 15;
    h *= 0x85EBCA6Bu;
    h ^= h >> 13;
    h *= 0xC2B2AE35u;
    return h ^ (h >> 16);
}

static void store(fovea_view view, int64_t i, double value) {
    if (view.type == FOVEA_F32)
        ((float *)view.data)[i] = (float)value;
    else
        ((double *)view.data)[i] = value;
}

static double load(fovea_view view, int64_t i) {
    return view.type == FOVEA_F32 ? (double)((float *)view.data)[i] : ((double *)view.data)[i];
}

static void set_weights(fovea_graph *graph) {
    uint32_t ordinal = 0;
    double fan_in = 1;
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind != FOVEA_VALUE_PARAMETER) continue;
        uint32_t p = ordinal++;
        int64_t count = fovea_shape_count(&info.shape);
        if (info.shape.rank > 1)
            fan_in = (double)(count / info.shape.dim[0]);
        else if (strstr(info.name, "bn"))
            continue;
        double scale = pow(2, -nearbyint(log2(sqrt(fan_in))));
        for (int64_t i = 0; i < count; i++)
            store(fovea_graph_parameter(graph, v), i,
                  ((double)(noise(1000 + p, (uint64_t)i) % 2048) - 1024) / 1024 * scale);
    }
}

enum { MOST = 128, SIZE = 3 * 32 * 32 };

typedef struct {
    uint8_t pixels[MOST][SIZE];
    const uint8_t *picture[MOST];
    int32_t label[MOST];
} batch_t;

static void make_batch(batch_t *b, uint32_t step, int count, fovea_shape shape) {
    int64_t size = fovea_shape_count(&shape), plane = shape.dim[1] * shape.dim[2];
    for (int n = 0; n < count; n++) {
        b->picture[n] = b->pixels[n];
        b->label[n] = (int32_t)(noise(500 + step, (uint64_t)n) % 10);
        for (int64_t i = 0; i < size; i++) {
            uint32_t value = noise(step, (uint64_t)(n * size + i)) % 256;
            bool top = i % plane / shape.dim[2] < shape.dim[1] / 4;
            b->pixels[n][i] = (uint8_t)(top ? value / 16 + 16 * (uint32_t)b->label[n] : value);
        }
    }
}

typedef struct {
    const char *name, *arch, *precision;
    int count, channels, side, steps;
    fovea_optimizer optimizer;
    double rate, momentum, decay;
    int nesterov;
    double loss_tolerance, weight_relative, weight_absolute;
} case_t;

// Losses must agree relatively, numbers of tensors within absolute + relative*|PyTorch's|.
static void compare_line(const char *line, const case_t *c, fovea_graph *graph,
                         const double *losses, fovea_tensor *const *gradients) {
    char kind[16], name[128];
    long index;
    double want, got;
    if (sscanf(line, "loss %ld %lf", &index, &want) == 2) {
        got = losses[index];
        if (!(fabs(got - want) <= c->loss_tolerance * fabs(want)))
            fail_msg("%s: loss of step %ld is %.9g, PyTorch's %.9g", c->name, index, got, want);
        return;
    }
    assert_int_equal(sscanf(line, "%15s %127s %ld %lf", kind, name, &index, &want), 4);
    fovea_value v = fovea_graph_find_value(graph, name);
    if (v < 0) fail_msg("%s: no value is called %s", c->name, name);
    bool gradient = strcmp(kind, "gradient") == 0;
    got = load(gradient ? fovea_tensor_view(gradients[v]) : fovea_graph_parameter(graph, v), index);
    double allowed =
        gradient ? 1e-6 + 1e-3 * fabs(want) : c->weight_absolute + c->weight_relative * fabs(want);
    if (!(fabs(got - want) <= allowed))
        fail_msg("%s: %s %s[%ld] is %.9g, PyTorch's %.9g", c->name, kind, name, index, got, want);
}

static int compare_case(const case_t *c, fovea_graph *graph, const double *losses,
                        fovea_tensor *const *gradients) {
    FILE *file = fopen(GOLDEN, "r");
    assert_non_null(file);
    char line[256], wanted[64];
    int compared = 0;
    bool inside = false;
    snprintf(wanted, sizeof wanted, "case %s\n", c->name);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "case ", 5) == 0)
            inside = strcmp(line, wanted) == 0;
        else if (inside && ++compared)
            compare_line(line, c, graph, losses, gradients);
    }
    fclose(file);
    return compared;
}

static fovea_model *open_model(fovea_context *context, const case_t *c) {
    fovea_model_options options;
    fovea_model_options_default(&options);
    options.precision = c->precision;
    options.input = (fovea_shape){3, {c->channels, c->side, c->side}};
    fovea_model *model;
    fovea_error error;
    if (fovea_model_open(context, c->arch, &options, &model, &error)) fail_msg("%s", error.text);
    const double cifar_mean[] = {0.4914, 0.4822, 0.4465}, cifar_std[] = {0.247, 0.2435, 0.2616};
    const double mnist_mean[] = {0.1307}, mnist_std[] = {0.3081};
    bool colour = c->channels == 3;
    assert_int_equal(fovea_model_set_normalization(model, colour ? cifar_mean : mnist_mean,
                                                   colour ? cifar_std : mnist_std, NULL),
                     FOVEA_OK);
    set_weights(fovea_model_graph(model));
    return model;
}

static void run_case(const case_t *c, const char *plan) {
    static batch_t batch;
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model *model = open_model(context, c);
    fovea_train_options options;
    fovea_train_options_default(&options);
    options.batch = c->count;
    options.optimizer = c->optimizer;
    options.learning_rate = c->rate;
    options.momentum = c->momentum;
    options.weight_decay = c->decay;
    options.nesterov = c->nesterov;
    options.plan = plan;
    fovea_trainer *trainer;
    fovea_error error;
    if (fovea_trainer_create(model, NULL, NULL, NULL, &options, &trainer, &error))
        fail_msg("%s", error.text);
    double losses[10];
    for (int step = 0; step < c->steps; step++) {
        make_batch(&batch, (uint32_t)step, c->count, fovea_model_input(model));
        if (fovea_trainer_step(trainer, batch.picture, batch.label, c->count, &losses[step],
                               &error))
            fail_msg("%s", error.text);
    }
    assert_in_range(compare_case(c, fovea_model_graph(model), losses, NULL), 20, 10000);
    fovea_trainer_free(trainer);
    fovea_model_free(model);
    fovea_context_free(context);
}

#define MLP "flatten, linear 512 name=fc1, relu, linear 512 name=fc2, relu, linear 10 name=fc3"

static void tutorial_cifar_follows_pytorch(void **state) {
    (void)state;
    const case_t c = {"tutorial-cifar",
                      "tutorial-cifar",
                      "f32",
                      64,
                      3,
                      32,
                      10,
                      FOVEA_OPTIMIZER_SGD,
                      0.01,
                      0,
                      0,
                      0,
                      1e-5,
                      1e-4,
                      1e-6};
    run_case(&c, "n16");
}

static void tutorial_mnist_follows_pytorch(void **state) {
    (void)state;
    const case_t c = {"tutorial-mnist",
                      "tutorial-mnist",
                      "f32",
                      64,
                      1,
                      28,
                      10,
                      FOVEA_OPTIMIZER_ADAM,
                      0.001,
                      0,
                      0,
                      0,
                      1e-5,
                      1e-3,
                      1e-5};
    run_case(&c, "n16");
}

static void tutorial_mlp_follows_pytorch(void **state) {
    (void)state;
    const case_t c = {"tutorial-mlp", MLP, "f32", 128, 1,    28,   10,  FOVEA_OPTIMIZER_SGD,
                      0.01,           0.9, 0,     0,   1e-5, 1e-4, 1e-6};
    run_case(&c, "n16");
}

static void resnet20_follows_pytorch_in_double(void **state) {
    (void)state;
    const case_t c = {"resnet20-f64", "resnet20", "f64", 4, 3,    32,   10,  FOVEA_OPTIMIZER_SGD,
                      0.02,           0.9,        1e-4,  1, 1e-9, 1e-9, 1e-9};
    run_case(&c, "plain");
}

// Gradient of the mean cross entropy by hand: (softmax - one-hot) / N.
static void seed_gradient(fovea_view logits, const int32_t *label) {
    for (int64_t n = 0; n < logits.shape.dim[0]; n++) {
        float *row = (float *)logits.data + n * logits.shape.dim[1];
        double sum = 0;
        for (int64_t k = 0; k < logits.shape.dim[1]; k++) sum += exp(row[k]);
        for (int64_t k = 0; k < logits.shape.dim[1]; k++)
            row[k] = (float)((exp(row[k]) / sum - (k == label[n])) / (double)logits.shape.dim[0]);
    }
}

static double mean_loss(fovea_view logits, const int32_t *label) {
    double loss = 0;
    for (int64_t n = 0; n < logits.shape.dim[0]; n++) {
        const float *row = (float *)logits.data + n * logits.shape.dim[1];
        double sum = 0;
        for (int64_t k = 0; k < logits.shape.dim[1]; k++) sum += exp(row[k]);
        loss += log(sum) - row[label[n]];
    }
    return loss / (double)logits.shape.dim[0];
}

static void resnet20_gradients_follow_pytorch(void **state) {
    (void)state;
    static batch_t batch;
    const case_t c = {.name = "resnet20-f32",
                      .arch = "resnet20",
                      .precision = "f32",
                      .count = 4,
                      .channels = 3,
                      .side = 32,
                      .loss_tolerance = 1e-5};
    fovea_context *context;
    assert_int_equal(fovea_context_create(NULL, &context, NULL), FOVEA_OK);
    fovea_model *model = open_model(context, &c);
    fovea_graph *graph = fovea_model_graph(model);
    make_batch(&batch, 20, c.count, fovea_model_input(model));
    fovea_shape shape = fovea_model_input(model);
    fovea_tensor *x, *logits,
        **gradients = calloc((size_t)fovea_graph_value_count(graph), sizeof *gradients);
    assert_int_equal(fovea_model_prepare(model, batch.picture, c.count, &shape, &x, NULL),
                     FOVEA_OK);
    fovea_session_options options;
    fovea_session_options_default(&options);
    options.samples = c.count;
    options.gradients = options.training = 1;
    fovea_session *session;
    assert_int_equal(fovea_session_create(graph, &options, &session, NULL), FOVEA_OK);
    fovea_view view = fovea_tensor_view(x);
    assert_int_equal(fovea_session_forward(session, &view, 1, NULL), FOVEA_OK);
    assert_int_equal(fovea_session_value(session, fovea_graph_output(graph, 0), &logits, NULL),
                     FOVEA_OK);
    double loss = mean_loss(fovea_tensor_view(logits), batch.label);
    seed_gradient(fovea_tensor_view(logits), batch.label);
    view = fovea_tensor_view(logits);
    assert_int_equal(fovea_session_backward(session, fovea_graph_output(graph, 0), &view, NULL),
                     FOVEA_OK);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++)
        if (fovea_graph_value(graph, v).kind == FOVEA_VALUE_PARAMETER)
            assert_int_equal(fovea_session_gradient(session, v, &gradients[v], NULL), FOVEA_OK);
    fovea_session_free(session);
    // The golden file's weights are those after a step; only loss and gradients are compared here.
    FILE *file = fopen(GOLDEN, "r");
    assert_non_null(file);
    char line[256];
    bool inside = false;
    int compared = 0;
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "case ", 5) == 0) inside = strcmp(line, "case resnet20-f32\n") == 0;
        if (!inside || (strncmp(line, "gradient", 8) && strncmp(line, "loss", 4))) continue;
        compare_line(line, &c, graph, &loss, gradients);
        compared++;
    }
    fclose(file);
    assert_in_range(compared, 200, 10000);
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++)
        fovea_tensor_free(gradients[v]);
    free(gradients);
    fovea_tensor_free(logits);
    fovea_tensor_free(x);
    fovea_model_free(model);
    fovea_context_free(context);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tutorial_cifar_follows_pytorch),
        cmocka_unit_test(tutorial_mnist_follows_pytorch),
        cmocka_unit_test(tutorial_mlp_follows_pytorch),
        cmocka_unit_test(resnet20_follows_pytorch_in_double),
        cmocka_unit_test(resnet20_gradients_follow_pytorch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
