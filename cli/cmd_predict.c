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
    {"logits", 0, NULL, NULL, "the net's own outputs beside the probabilities"},
    CLI_RESIZE_OPTION,
    CLI_DATA_OPTIONS,
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

static fovea_status rank(const double *logits, int count, guess **guesses, fovea_error *error) {
    double *probability = calloc((size_t)count, sizeof *probability);
    *guesses = calloc((size_t)count, sizeof **guesses);
    if (!probability || !*guesses) {
        free(probability);
        return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    }
    cli_softmax(logits, count, probability);
    for (int k = 0; k < count; k++) (*guesses)[k] = (guess){k, logits[k], probability[k]};
    free(probability);
    qsort(*guesses, (size_t)count, sizeof **guesses, by_probability);
    return FOVEA_OK;
}

static void write_image(cli_json *json, const fovea_model *model, const char *file,
                        const guess *guesses, int top) {
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
    cli_json_close(json);
}

static void print_bar(double share) {
    const char *block = cli_terminal_utf8() ? "█" : "#";
    int length = share > 0 ? (int)(share * 30 + 0.5) : 0;
    printf("  ");
    for (int i = 0; i < length; i++) printf("%s", block);
}

static void print_image(const cli_call *cli, const fovea_model *model, const cli_picture *picture,
                        const char *file, const guess *guesses, int top) {
    char text[256];
    printf("%s", cli_clean(text, sizeof text, file));
    if (picture->class_name[0]) printf("  (is %s)", picture->class_name);
    printf("\n");
    for (int k = 0; k < top; k++) {
        const char *name = fovea_model_class_name(model, guesses[k].index);
        cli_clean(text, sizeof text, name);
        int pad = 20 - cli_width(text);
        printf("  %.4f  %3d %s", guesses[k].probability, guesses[k].index, text);
        if (cli_flag(cli, "logits")) printf("%*s %10.5g", pad > 0 ? pad : 0, "", guesses[k].logit);
        if (cli_terminal_output()) {
            if (!cli_flag(cli, "logits")) printf("%*s", pad > 0 ? pad : 0, "");
            print_bar(guesses[k].probability);
        }
        printf("\n");
    }
}

static fovea_status predict_one(const cli_call *cli, const fovea_model *model, const char *file,
                                int64_t most, cli_json *json, fovea_error *error) {
    cli_picture picture;
    fovea_tensor *batch = NULL;
    double *logits = NULL;
    guess *guesses = NULL;
    int count = 0;
    CLI_TRY(cli_prepare_picture(cli, model, file, &picture, &batch, error));
    fovea_status status = cli_run_net(model, batch, &logits, &count, error);
    if (status == FOVEA_OK) status = rank(logits, count, &guesses, error);
    int top = most < count ? (int)most : count;
    if (status == FOVEA_OK && cli->json)
        write_image(json, model, file, guesses, top);
    else if (status == FOVEA_OK)
        print_image(cli, model, &picture, file, guesses, top);
    free(guesses);
    free(logits);
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
    if (cli->json) {
        cli_json_start(&json, stdout, "predict");
        cli_json_array(&json, "images");
    }
    fovea_status status = FOVEA_OK;
    for (int i = 1; i < cli->operands && status == FOVEA_OK; i++)
        status = predict_one(cli, model, cli->operand[i], most, &json, error);
    if (cli->json) {
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
    "Pictures become grey or colour as the net wants them.",
    "fovea predict runs/mnist digit.png --top 3\nfovea predict runs/mnist mnist:test#0\n",
    options,
    run};
