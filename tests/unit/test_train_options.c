// SPDX-License-Identifier: MIT
// Losses, schedules and optimizers in double precision against PyTorch's
// (tests/golden/train_options.txt).
#include <math.h>

#include "kernels/loss/loss.h"
#include "train/trainer.h"
#include "unit/training.h"

#define GOLDEN "tests/golden/train_options.txt"
enum { CLASSES = 10, PIXELS = 20 };

static const double weights[CLASSES] = {0.5, 1, 2, 0, 1, 3, 1, 0.25, 1, 1.5};

static uint32_t noise(uint32_t salt, uint64_t i) {
    uint32_t h = (uint32_t)(i * 2654435761u + salt * 97u + 13u);
    h ^= h >> 15;
    h *= 0x85EBCA6Bu;
    h ^= h >> 13;
    h *= 0xC2B2AE35u;
    return h ^ (h >> 16);
}

static double real(uint32_t salt, uint64_t i) {
    return ((double)(noise(salt, i) % 2048) - 1024) / 1024;
}

// Calls `compare` for each line of the case; at least `least` there must be.
typedef void comparison(void *user, const char *line);
static void each_line(const char *name, comparison *compare, void *user, int least) {
    FILE *file = fopen(GOLDEN, "r");
    assert_non_null(file);
    char line[256], wanted[64];
    int lines = 0;
    bool inside = false;
    snprintf(wanted, sizeof wanted, "case %s\n", name);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "case ", 5) == 0) {
            inside = strcmp(line, wanted) == 0;
        } else if (inside) {
            compare(user, line);
            lines++;
        }
    }
    fclose(file);
    if (lines < least) fail_msg("%s: %d lines, wants %d", name, lines, least);
}

static void near(const char *name, const char *line, double got, double want, double tolerance) {
    if (!(fabs(got - want) <= tolerance * (1 + fabs(want))))
        fail_msg("%s: %s is %.17g, PyTorch's %.17g", name, line, got, want);
}

typedef struct {
    const char *name;
    fovea_train_options options;
    training t;
    double loss[5];
} run;

static void compare_run(void *user, const char *line) {
    const run *r = user;
    char name[128];
    long index;
    double want;
    if (sscanf(line, "loss %ld %lf", &index, &want) == 2) {
        near(r->name, line, r->loss[index], want, 1e-9);
        return;
    }
    assert_int_equal(sscanf(line, "weight %127s %ld %lf", name, &index, &want), 3);
    fovea_value v = fovea_graph_find_value(r->t.model->graph, name);
    assert_true(v >= 0);
    near(r->name, line, ((double *)fovea_graph_parameter(r->t.model->graph, v).data)[index], want,
         1e-9);
}

static void set_weights(fovea_graph *graph) {
    uint32_t p = 1000;
    for (fovea_value v = 0; v < fovea_graph_value_count(graph); v++) {
        fovea_value_info info = fovea_graph_value(graph, v);
        if (info.kind != FOVEA_VALUE_PARAMETER) continue;
        double *number = fovea_graph_parameter(graph, v).data;
        for (int64_t i = 0; i < fovea_shape_count(&info.shape); i++)
            number[i] = real(p, (uint64_t)i) / 4;
        p++;
    }
}

// Five steps, the third and the last with fewer samples.
static void train(run *r) {
    static const int sizes[5] = {18, 18, 5, 18, 7};
    static uint8_t pixels[18][PIXELS];
    const uint8_t *picture[18];
    int32_t label[18];
    training_wish wish = {.net = "flatten, linear 12 name=fc1, tanh, linear 10 name=fc2",
                          .precision = "f64",
                          .threads = 2};
    assert_true((r->t.context = training_context(&wish)) != NULL);
    r->t.model = training_model(r->t.context, &wish);
    set_weights(r->t.model->graph);
    fovea_error error;
    if (fovea_trainer_create(r->t.model, NULL, NULL, NULL, &r->options, &r->t.trainer, &error))
        fail_msg("%s", error.text);
    for (uint32_t step = 0; step < 5; step++) {
        for (int n = 0; n < sizes[step]; n++) {
            for (int i = 0; i < PIXELS; i++)
                pixels[n][i] = (uint8_t)noise(step, (uint64_t)(n * PIXELS + i));
            picture[n] = pixels[n];
            label[n] = (int32_t)(noise(500 + step, (uint64_t)n) % CLASSES);
        }
        if (fovea_trainer_step(r->t.trainer, picture, label, sizes[step], &r->loss[step], &error))
            fail_msg("%s", error.text);
    }
}

static void optimizers_and_losses_follow_pytorch(void **state) {
    (void)state;
    const struct {
        const char *name;
        fovea_optimizer optimizer;
        double rate, momentum, decay;
        int nesterov;
        double beta1, beta2, epsilon;  // 0: default
        double smoothing;
        bool weighted, squared;
    } cases[] = {
        {"sgd", FOVEA_OPTIMIZER_SGD, .rate = 0.1},
        {"sgd-decay", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .decay = 0.01},
        {"sgd-momentum-decay", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .momentum = 0.9, .decay = 0.01},
        {"sgd-nesterov-decay", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .momentum = 0.9, .decay = 0.01,
         .nesterov = 1},
        {"adam", FOVEA_OPTIMIZER_ADAM, .rate = 0.01},
        {"adam-decay", FOVEA_OPTIMIZER_ADAM, .rate = 0.01, .decay = 0.1, .beta1 = 0.8,
         .beta2 = 0.99, .epsilon = 1e-6},
        {"adamw-decay", FOVEA_OPTIMIZER_ADAMW, .rate = 0.01, .decay = 0.1},
        {"smoothing", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .smoothing = 0.1},
        {"weights", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .weighted = true},
        {"smoothing-weights", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .smoothing = 0.2, .weighted = true},
        {"squared", FOVEA_OPTIMIZER_SGD, .rate = 0.1, .squared = true},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        run r = {.name = cases[c].name};
        fovea_train_options_default(&r.options);
        r.options.batch = 18;
        r.options.optimizer = cases[c].optimizer;
        r.options.learning_rate = cases[c].rate;
        r.options.momentum = cases[c].momentum;
        r.options.weight_decay = cases[c].decay;
        r.options.nesterov = cases[c].nesterov;
        if (cases[c].beta1 > 0) r.options.beta1 = cases[c].beta1;
        if (cases[c].beta2 > 0) r.options.beta2 = cases[c].beta2;
        if (cases[c].epsilon > 0) r.options.epsilon = cases[c].epsilon;
        r.options.label_smoothing = cases[c].smoothing;
        r.options.class_weight = cases[c].weighted ? weights : NULL;
        r.options.class_weight_count = cases[c].weighted ? CLASSES : 0;
        r.options.loss = cases[c].squared ? FOVEA_LOSS_SQUARED : FOVEA_LOSS_CROSS_ENTROPY;
        train(&r);
        each_line(r.name, compare_run, &r, 20);
        training_close(&r.t);
    }
}

typedef struct {
    const char *name;
    fovea_train_options options;
    int64_t steps_per_epoch;
} rates;

static void compare_rate(void *user, const char *line) {
    const rates *r = user;
    long step;
    double want;
    assert_int_equal(sscanf(line, "rate %ld %lf", &step, &want), 2);
    double got = fovea__learning_rate(&r->options, step, r->steps_per_epoch);
    // PyTorch computes some of them step from step.
    if (!(fabs(got - want) <= 1e-12 * fabs(want) + 1e-15))
        fail_msg("%s: %s is %.17g, PyTorch's %.17g", r->name, line, got, want);
}

static void schedules_follow_pytorch(void **state) {
    (void)state;
    const struct {
        const char *name;
        fovea_schedule schedule;
        int64_t warmup;
    } cases[] = {{"one-cycle", FOVEA_SCHEDULE_ONE_CYCLE, 0},
                 {"cosine", FOVEA_SCHEDULE_COSINE, 0},
                 {"step", FOVEA_SCHEDULE_STEP, 0},
                 {"warm-constant", FOVEA_SCHEDULE_CONSTANT, 20},
                 {"warm-cosine", FOVEA_SCHEDULE_COSINE, 20}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        rates r = {.name = cases[c].name, .steps_per_epoch = 5};
        fovea_train_options_default(&r.options);
        r.options.learning_rate = 0.1;
        r.options.schedule = cases[c].schedule;
        r.options.warmup = cases[c].warmup;
        r.options.epochs = 40;
        r.options.step_gamma = 0.3;
        r.options.step_epochs = 7;
        each_line(r.name, compare_rate, &r, 200);
    }
}

// Own loops may step on past the end, tiny runs have no room for a cycle.
static void rates_stay_in_bounds(void **state) {
    (void)state;
    fovea_train_options o;
    fovea_train_options_default(&o);
    o.learning_rate = 0.1;
    for (int s = FOVEA_SCHEDULE_CONSTANT; s <= FOVEA_SCHEDULE_ONE_CYCLE; s++)
        for (int64_t steps = 1; steps < 6; steps++)
            for (o.epochs = 1; o.epochs < 4; o.epochs++)
                for (o.warmup = 0; o.warmup < 12; o.warmup += 4)
                    for (int64_t update = 0; update < 40; update++) {
                        o.schedule = (fovea_schedule)s;
                        double rate = fovea__learning_rate(&o, update, steps);
                        if (!(rate >= 0 && rate <= 0.1 * (1 + 1e-12)))
                            fail_msg("schedule %d, update %lld of %lld*%d: %g", s,
                                     (long long)update, (long long)steps, o.epochs, rate);
                    }
    o.warmup = 0;
    o.epochs = 4;
    o.schedule = FOVEA_SCHEDULE_COSINE;
    assert_true(fovea__learning_rate(&o, 1000, 5) == 0);
    o.schedule = FOVEA_SCHEDULE_ONE_CYCLE;
    assert_true(fovea__learning_rate(&o, 1000, 5) == fovea__learning_rate(&o, 19, 5));
}

typedef struct {
    const char *name;
    double loss, tolerance;
    double gradient[3 * CLASSES];
} loss_result;

static void compare_loss(void *user, const char *line) {
    const loss_result *r = user;
    long index;
    double want;
    if (sscanf(line, "loss 0 %lf", &want) == 1) {
        near(r->name, line, r->loss, want, r->tolerance);
        return;
    }
    assert_int_equal(sscanf(line, "gradient logits %ld %lf", &index, &want), 2);
    near(r->name, line, r->gradient[index], want, r->tolerance);
}

static void sum_loss(loss_result *r, const double *loss, double factor) {
    r->loss = (loss[0] + loss[1] + loss[2]) * factor;
}

static void make_cross_entropy(loss_result *r, const fovea__cross_entropy *options, double scale,
                               bool wide) {
    double x[3 * CLASSES], loss[3];
    float y[3 * CLASSES], d[3 * CLASSES];
    int32_t label[3];
    for (int i = 0; i < 3 * CLASSES; i++) y[i] = (float)(x[i] = real(7, (uint64_t)i) * scale);
    for (int n = 0; n < 3; n++) label[n] = (int32_t)(noise(507, (uint64_t)n) % CLASSES);
    fovea__cross_entropy own = *options;
    double sum = 0;
    for (int n = 0; n < 3; n++) sum += own.weight ? own.weight[label[n]] : 1;
    own.factor = 1 / sum;
    if (wide) {
        fovea__loss_cross_entropy_f64(&own, 3, x, label, loss, r->gradient);
    } else {
        fovea__loss_cross_entropy_f32(&own, FOVEA__LAYOUT_NCHW, 3, y, label, loss, d);
        for (int i = 0; i < 3 * CLASSES; i++) r->gradient[i] = (double)d[i];
    }
    sum_loss(r, loss, own.factor);
}

// Logits up to ten thousand: no overflow, and exact.
static void losses_follow_pytorch_at_any_size(void **state) {
    (void)state;
    const double scales[] = {1, 30, 1e4}, smoothings[] = {0, 0.1};
    for (int s = 0; s < 3; s++)
        for (int k = 0; k < 8; k++) {
            char name[64];
            bool weighted = k & 1, smooth = k >> 1 & 1, wide = k >> 2 & 1;
            snprintf(name, sizeof name, "loss-%g-%g-%d", scales[s], smoothings[smooth], weighted);
            loss_result r = {.name = name, .tolerance = wide ? 1e-12 : 2e-6};
            fovea__cross_entropy options = {.classes = CLASSES,
                                            .weight = weighted ? weights : NULL,
                                            .smoothing = smoothings[smooth]};
            make_cross_entropy(&r, &options, scales[s], wide);
            each_line(name, compare_loss, &r, 31);
        }
}

static void squared_losses_follow_pytorch(void **state) {
    (void)state;
    const double scales[] = {1, 30, 1e4};
    for (int s = 0; s < 3; s++) {
        char name[64];
        snprintf(name, sizeof name, "squared-%g", scales[s]);
        loss_result r = {.name = name, .tolerance = 1e-12};
        double x[3 * CLASSES], target[3 * CLASSES] = {0}, loss[3], factor = 1.0 / (3 * CLASSES);
        for (int i = 0; i < 3 * CLASSES; i++) x[i] = real(9, (uint64_t)i) * scales[s];
        for (int n = 0; n < 3; n++)
            target[(uint32_t)n * CLASSES + noise(509, (uint64_t)n) % CLASSES] = 1;
        fovea__loss_squared_f64(3, CLASSES, x, target, factor, loss, r.gradient);
        sum_loss(&r, loss, factor);
        each_line(name, compare_loss, &r, 31);
    }
}

static void names_are_found_or_guessed(void **state) {
    (void)state;
    fovea_optimizer optimizer;
    fovea_schedule schedule;
    fovea_error error;
    assert_int_equal(fovea_optimizer_find("adamw", &optimizer, NULL), FOVEA_OK);
    assert_int_equal(optimizer, FOVEA_OPTIMIZER_ADAMW);
    assert_int_equal(fovea_schedule_find("one-cycle", &schedule, NULL), FOVEA_OK);
    assert_int_equal(schedule, FOVEA_SCHEDULE_ONE_CYCLE);
    assert_int_equal(fovea_optimizer_find("adma", &optimizer, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "did you mean 'adam'?"));
    assert_int_equal(fovea_schedule_find("", &schedule, &error), FOVEA_INVALID_ARGUMENT);
    assert_int_equal(fovea_schedule_find("cosin", &schedule, &error), FOVEA_INVALID_ARGUMENT);
    assert_non_null(strstr(error.text, "did you mean 'cosine'?"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(optimizers_and_losses_follow_pytorch),
        cmocka_unit_test(schedules_follow_pytorch),
        cmocka_unit_test(rates_stay_in_bounds),
        cmocka_unit_test(losses_follow_pytorch_at_any_size),
        cmocka_unit_test(squared_losses_follow_pytorch),
        cmocka_unit_test(names_are_found_or_guessed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
