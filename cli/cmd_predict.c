// SPDX-License-Identifier: MIT
// fovea predict: what a net takes pictures for.
#include <stdio.h>
#include <stdlib.h>

#include "clean_text.h"
#include "command.h"
#include "console.h"
#include "json_output.h"
#include "open_inputs.h"
#include "run_net.h"

static const cli_option options[] = {
    {"top", 0, "K", "5", "the K most probable classes"},
    {"logits", 0, NULL, NULL, "all raw outputs of the net, in the order of the classes"},
    CLI_PREPROCESSING_OPTIONS,
    {"data-dir", 0, "DIR", NULL, "look for the data set in DIR before all other places"},
    {"classes", 0, "FILE", NULL,
     "names of the classes, one a line (lines of ImageNet's synsets, too); or classes A,B,C of a "
     "set"},
    CLI_MODEL_OPTIONS,
    CLI_END};

typedef struct {
    int index;
    double logit, probability;
} guess;

// Falling probability; equal ones by index. A logit that is not a number comes last.
static int by_probability(const void *a, const void *b) {
    const guess *x = a, *y = b;
    if (x->logit > y->logit) return -1;
    if (x->logit < y->logit) return 1;
    if ((x->logit != x->logit) != (y->logit != y->logit)) return x->logit != x->logit ? 1 : -1;
    return x->index - y->index;
}

static fovea_status rank(const cli_answers *answers, guess **guesses, fovea_error *error) {
    *guesses = calloc((size_t)answers->count, sizeof **guesses);
    if (!*guesses) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (int k = 0; k < answers->count; k++)
        (*guesses)[k] = (guess){k, answers->logit[k], answers->probability[k]};
    qsort(*guesses, (size_t)answers->count, sizeof **guesses, by_probability);
    return FOVEA_OK;
}

// `logits` is NULL unless they were asked for.
static void write_image(cli_json *json, const fovea_model *model, const char *file,
                        const guess *guesses, int top, const double *logits, int count) {
    cli_json_object(json, NULL);
    cli_json_text(json, "file", file);
    cli_json_array(json, "top");
    for (int k = 0; k < top; k++) {
        cli_json_object(json, NULL);
        cli_json_integer(json, "index", guesses[k].index);
        cli_json_text(json, "class", fovea_model_class_name(model, guesses[k].index));
        cli_json_real(json, "probability", guesses[k].probability);
        cli_json_real(json, "logit", guesses[k].logit);
        cli_json_close(json);
    }
    cli_json_close(json);
    if (logits) cli_json_reals(json, "logits", logits, count);
    cli_json_close(json);
}

static void print_bar(double share) {
    const char *block = cli_terminal_utf8() ? "█" : "#";
    int length = share > 0 ? (int)(share * 30 + 0.5) : 0;
    printf("  ");
    for (int i = 0; i < length; i++) printf("%s", block);
}

static void print_file(const cli_picture *picture, const char *file) {
    char text[256];
    printf("%s", cli_clean(text, sizeof text, file));
    if (picture->class_name[0]) printf("  (is %s)", picture->class_name);
    printf("\n");
}

// Every output, in the order of the classes.
static void print_logits(const fovea_model *model, const double *logits, int count) {
    char text[256];
    printf("  %12s  output\n", "logit");
    for (int k = 0; k < count; k++) {
        const char *name = cli_clean(text, sizeof text, fovea_model_class_name(model, k));
        bool long_one = !(logits[k] > -1e5 && logits[k] < 1e5);
        printf(long_one ? "  %12.6g  %3d%s%s\n" : "  %12.6f  %3d%s%s\n", logits[k], k,
               *name ? " " : "", name);
    }
    printf("  probability\n");
}

static void print_guesses(const fovea_model *model, const guess *guesses, int top) {
    char text[256];
    int widest = 18;
    for (int k = 0; k < top; k++) {
        const char *name = fovea_model_class_name(model, guesses[k].index);
        int width = cli_width(cli_clean(text, sizeof text, name));
        if (width > widest) widest = width < 40 ? width : 40;
    }
    for (int k = 0; k < top; k++) {
        const char *name = fovea_model_class_name(model, guesses[k].index);
        cli_clean(text, sizeof text, name);
        int pad = widest + 2 - cli_width(text);
        printf("  %.4f  %3d%s%s", guesses[k].probability, guesses[k].index, *text ? " " : "", text);
        if (cli_terminal_output()) {
            printf("%*s", pad > 0 ? pad : 0, "");
            print_bar(guesses[k].probability);
        }
        printf("\n");
    }
}

static fovea_status predict_one(const cli_call *cli, const fovea_model *model, const char *file,
                                int64_t most, cli_json *json, fovea_error *error) {
    cli_picture picture;
    fovea_tensor *batch = NULL;
    cli_answers answers = {.count = 0};
    guess *guesses = NULL;
    CLI_TRY(cli_prepare_picture(cli, model, file, &picture, &batch, error));
    fovea_status status = cli_run_net(model, batch, &answers, error);
    if (status == FOVEA_OK) status = rank(&answers, &guesses, error);
    const double *logits = answers.logit;
    int count = answers.count;
    int top = most < count ? (int)most : count;
    if (status == FOVEA_OK && cli->json)
        write_image(json, model, file, guesses, top, cli_flag(cli, "logits") ? logits : NULL,
                    count);
    if (status == FOVEA_OK && !cli->json) {
        print_file(&picture, file);
        if (cli_flag(cli, "logits")) print_logits(model, logits, count);
        print_guesses(model, guesses, top);
    }
    free(guesses);
    cli_answers_free(&answers);
    fovea_tensor_free(batch);
    fovea_tensor_free(picture.picture);
    return status;
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    fovea_model *model = NULL;
    int64_t most;
    cli_json json;
    CLI_TRY(cli_integer(cli, "top", 1, 1 << 24, &most, error));
    CLI_TRY(cli_open_model(cli, cli->operand[0], NULL, &model, error));
    fovea_status status = cli_set_preprocessing(cli, model, error);
    if (status == FOVEA_OK) cli_tell_of_colours(cli, model);
    bool json_begun = status == FOVEA_OK && cli->json;
    if (json_begun) {
        cli_json_start(&json, stdout, "predict");
        cli_json_array(&json, "images");
    }
    for (int i = 1; i < cli->operands && status == FOVEA_OK; i++)
        status = predict_one(cli, model, cli->operand[i], most, &json, error);
    if (json_begun) {
        cli_json_close(&json);
        cli_json_end(&json);
    }
    fovea_model_free(model);
    return status;
}

const cli_command cli_predict = {
    "predict",
    CLI_NETS,
    "MODEL IMAGE|SET[:PART]#INDEX...",
    2,
    -1,
    "what a net takes pictures for, with probabilities",
    "Pictures become grey or colour as the net wants them. --logits prints what the net itself "
    "puts "
    "out, before softmax makes probabilities of it; a net that ends in softmax has its own. A "
    "photo is "
    "prepared as the model's file says, else as --preprocess, --resize, --crop, --mean and --std "
    "do.",
    "fovea predict runs/mnist digit.png --top 3\nfovea predict runs/mnist mnist:test#0 --logits\n"
    "fovea predict squeezenet.onnx cat.jpg --preprocess imagenet --classes synset.txt\n",
    options,
    run};
