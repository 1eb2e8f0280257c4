// SPDX-License-Identifier: MIT
// fovea selftest: identities that must hold on the user's own net and picture.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "class_choice.h"
#include "clean_text.h"
#include "command.h"
#include "json_output.h"
#include "open_inputs.h"

static const cli_option options[] = {
    {"target", 0, "CLASS", NULL, "class whose logit is explained (default: the most probable)"},
    {"all", 0, NULL, NULL, "every layer, and identities that take long"},
    {"output", 'o', "N", "0", "output of the net that is explained, from 0"},
    CLI_PREPROCESSING_OPTIONS,
    {"data-dir", 0, "DIR", NULL, "look for the data set in DIR before all other places"},
    {"classes", 0, "FILE", NULL, "names of the classes, one a line; or classes A,B,C of a set"},
    {"planted-error", 0, NULL, NULL, "double the slope of every rectifier, to see the test fail"},
    CLI_MODEL_OPTIONS,
    CLI_END};

static const char *word_of(fovea_verdict verdict) {
    static const char *const words[] = {"holds", "does not apply", "FAILS"};
    return words[verdict];
}

static void print_identity(void *user, const fovea_identity *identity) {
    const cli_call *cli = user;
    char text[512];
    if (cli->json) return;
    cli_clean(text, sizeof text, identity->detail);
    if (identity->verdict == FOVEA_VERDICT_DOES_NOT_APPLY)
        printf("%-26s %-14s %s\n", identity->name, word_of(identity->verdict), text);
    else
        printf("%-26s %-14s error %-9.2g tolerance %-7.2g %5.1f s  %s\n", identity->name,
               word_of(identity->verdict), identity->error, identity->tolerance, identity->seconds,
               identity->verdict == FOVEA_VERDICT_FAILS || cli->verbose ? text : "");
    if (cli->verbose || identity->verdict == FOVEA_VERDICT_FAILS)
        printf("  %s\n", identity->formula);
    fflush(stdout);
}

static void print_json(const fovea_model *model, const fovea_selftest *selftest) {
    cli_json json;
    cli_json_start(&json, stdout, "selftest");
    cli_json_integer(&json, "target", selftest->target);
    cli_json_text(&json, "class", fovea_model_class_name(model, (int32_t)selftest->target));
    cli_json_real(&json, "logit", selftest->logit);
    cli_json_flag(&json, "in_double", selftest->in_double);
    cli_json_integer(&json, "held", selftest->held);
    cli_json_integer(&json, "failed", selftest->failed);
    cli_json_integer(&json, "does_not_apply", selftest->skipped);
    cli_json_array(&json, "identities");
    for (int32_t i = 0; i < selftest->count; i++) {
        const fovea_identity *identity = &selftest->identity[i];
        cli_json_object(&json, NULL);
        cli_json_text(&json, "name", identity->name);
        cli_json_text(&json, "formula", identity->formula);
        cli_json_text(&json, "verdict", word_of(identity->verdict));
        cli_json_real(&json, "error", identity->error);
        cli_json_real(&json, "tolerance", identity->tolerance);
        cli_json_integer(&json, "checked", identity->checked);
        cli_json_text(&json, "detail", identity->detail);
        cli_json_close(&json);
    }
    cli_json_close(&json);
    cli_json_end(&json);
}

static fovea_status report(const cli_call *cli, const fovea_model *model,
                           const fovea_selftest *selftest, fovea_error *error) {
    if (cli->json) {
        print_json(model, selftest);
    } else {
        printf("%d hold, %d do not apply, %d fail; %s precision, target %lld, logit %.6g, %.1f s\n",
               selftest->held, selftest->skipped, selftest->failed,
               selftest->in_double ? "double" : "single", (long long)selftest->target,
               selftest->logit, selftest->seconds);
        if (!selftest->in_double && selftest->reason[0])
            printf("not in double precision: %s\n", selftest->reason);
    }
    if (!selftest->failed) return FOVEA_OK;
    return cli_fail(error, FOVEA_FAILED, "%d of %d identities fail on this net", selftest->failed,
                    selftest->count);
}

static fovea_status find_target(const cli_call *cli, const fovea_explainer *explainer,
                                int64_t *target, fovea_error *error) {
    const fovea_model *model = fovea_explainer_model(explainer);
    const char *text = cli_text(cli, "target");
    int32_t outputs = (int32_t)fovea_explainer_outputs(explainer), count, index;
    if (!text) return FOVEA_OK;
    const char **names = cli_class_names(model, outputs, &count);
    if (!names) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    fovea_status status = cli_find_class("--target", text, names, count, outputs, &index, error);
    free(names);
    if (status == FOVEA_OK) *target = index;
    return status;
}

// What is tested: a net and what it is shown.
typedef struct {
    fovea_model *model, *resized;  // for the picture's size; NULL: it fits
    fovea_explainer *explainer;
    fovea_tensor *x;
} subject;

static void close_subject(subject *s) {
    fovea_tensor_free(s->x);
    fovea_explainer_free(s->explainer);
    fovea_model_free(s->resized);
    fovea_model_free(s->model);
}

// The picture as it is where the net takes any size, or noise where there is none.
static fovea_status open_subject(const cli_call *cli, const fovea_explainer_options *how,
                                 subject *s, fovea_error *error) {
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &s->model, error));
    CLI_TRY(cli_set_preprocessing(cli, s->model, error));
    if (cli->operands < 2) {
        CLI_TRY(fovea_explainer_create(s->model, how, &s->explainer, error));
        return fovea_explain_baseline(s->explainer, "noise", NULL, cli->seed, &s->x, error);
    }
    CLI_TRY(cli_prepare_picture(cli, s->model, cli->operand[1], NULL, &s->x, error));
    fovea_shape wanted = fovea_model_input(s->model), shape = fovea_tensor_view(s->x).shape;
    fovea_shape size = fovea_shape_make(shape.rank - 1, shape.dim + 1);
    if (!fovea_shape_equal(&wanted, &size))
        CLI_TRY(fovea_model_resized(s->model, &size, &s->resized, error));
    return fovea_explainer_create(s->resized ? s->resized : s->model, how, &s->explainer, error);
}

static fovea_status test(const cli_call *cli, const subject *s, fovea_error *error) {
    fovea_selftest_options how;
    fovea_selftest *selftest = NULL;
    fovea_selftest_options_default(&how);
    how.all = cli_flag(cli, "all");
    how.seed = cli->seed;
    how.each = print_identity;
    how.user = (void *)cli;
    CLI_TRY(find_target(cli, s->explainer, &how.target, error));
    fovea_view view = fovea_tensor_view(s->x);
    fovea_status status = fovea_selftest_run(s->explainer, &view, &how, &selftest, error);
    if (status == FOVEA_OK) status = report(cli, s->model, selftest, error);
    fovea_selftest_free(selftest);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    subject s = {.model = NULL};
    fovea_explainer_options how;
    int64_t output;
    fovea_explainer_options_default(&how);
    CLI_TRY(cli_integer(cli, "output", 0, INT32_MAX, &output, error));
    how.output = (int32_t)output;
    how.planted_error = cli_flag(cli, "planted-error");
    fovea_status status = open_subject(cli, &how, &s, error);
    if (status == FOVEA_OK) status = test(cli, &s, error);
    close_subject(&s);
    return status;
}

const cli_command cli_selftest = {
    "selftest",
    CLI_LOOK,
    "MODEL [IMAGE]",
    1,
    2,
    "identities that must hold on a net, checked on yours",
    "Gradients are slopes, convolutions and their gradients are adjoint, sums of maps are what "
    "they "
    "must be, pixels outside a receptive field change nothing, chunks and threads change no bit: "
    "each with its error, its tolerance and a verdict. Sums and slopes are checked on a copy of "
    "the "
    "net in double precision where there can be one. -v prints formulas and where the largest "
    "error "
    "is. Without IMAGE the net sees noise. Ends with 1 where an identity fails.",
    "fovea selftest squeezenet.onnx cat.jpg --preprocess imagenet\nfovea selftest runs/mnist "
    "mnist:test#0\n",
    options,
    run};
