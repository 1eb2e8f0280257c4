// SPDX-License-Identifier: MIT
#include "explain_trust.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"

// Most maps whose trust is told without being asked for: each takes some fifty passes.
enum { FEW = 4 };

fovea_status cli_explain_check_trust(const cli_call *cli, fovea_error *error) {
    static const char *const known[] = {"none", "quick", "all"};
    const char *text = cli_text(cli, "trust");
    char shown[64];
    for (int i = 0; i < 3; i++)
        if (!text || strcmp(text, known[i]) == 0) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--trust %s: must be none, quick or all",
                    cli_clean(shown, sizeof shown, text));
}

void cli_explain_choose_trust(const cli_call *cli, int nets, cli_explain_request *request) {
    const char *text = cli_text(cli, "trust");
    int count = 0;
    for (int m = 0; m < request->methods; m++)
        count += nets * request->targets *
                 (request->method[m]->has_layer && request->layers ? request->layers : 1);
    request->trust = FOVEA_TRUST_QUICK;
    if (text && strcmp(text, "all") == 0) request->trust = FOVEA_TRUST_ALL;
    if (text ? strcmp(text, "none") == 0 : count > FEW) request->trust = 0;
    if (!text && count > FEW)
        cli_note(cli, "numbers of trust are left out of %d maps; --trust quick has them", count);
}

static fovea_status compute_trust(const cli_call *cli, const cli_explain_net *net, uint32_t which,
                                  const fovea_explain_options *how, cli_explained *explained,
                                  fovea_error *error) {
    fovea_trust_options options;
    fovea_explain_options at_layer = *how;
    fovea_view x = fovea_tensor_view(net->x);
    fovea_trust_options_default(&options);
    options.seed = cli->seed;
    options.which = which;
    // Asked for everything, everything it is, however long that takes.
    if (which == FOVEA_TRUST_ALL) options.most_passes = 0;
    at_layer.layer = explained->attribution->layer;
    explained->trust = calloc(1, sizeof *explained->trust);
    if (!explained->trust) return cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    return fovea_trust_compute(net->explainer, &x, &at_layer, explained->attribution, &options,
                               explained->trust, error);
}

static fovea_status compute_advice(const cli_explain_net *net, cli_explained *maps, int32_t count,
                                   fovea_error *error) {
    fovea_view x = fovea_tensor_view(net->x);
    fovea_layer_advice *advice = calloc((size_t)count, sizeof *advice);
    fovea_attribution **all = calloc((size_t)count, sizeof(fovea_attribution *));
    fovea_status status =
        advice && all ? FOVEA_OK : cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    for (int32_t l = 0; l < count && status == FOVEA_OK; l++) all[l] = maps[l].attribution;
    if (status == FOVEA_OK)
        status = fovea_layer_advise(net->explainer, &x, all, count, advice, error);
    for (int32_t l = 0; l < count && status == FOVEA_OK; l++) {
        maps[l].advice = malloc(sizeof *advice);
        if (maps[l].advice)
            *maps[l].advice = advice[l];
        else
            status = cli_fail(error, FOVEA_OUT_OF_MEMORY, "out of memory");
    }
    free(advice);
    free(all);
    return status;
}

static void add_line(char *note, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_line(char *note, size_t size, const char *format, ...) {
    size_t used = strlen(note);
    va_list arguments;
    if (used && used + 1 < size) note[used++] = '\n';
    va_start(arguments, format);
    vsnprintf(note + used, size - used, format, arguments);
    va_end(arguments);
}

// What stands under the map in a figure.
static void note_advice(const fovea_layer_advice *advice, char *note, size_t size) {
    if (advice->field[0])
        add_line(note, size, "a cell sees %lld×%lld", (long long)advice->field[0],
                 (long long)advice->field[1]);
    add_line(note, size, "score %s%.3g%s", advice->score < 0 ? "−" : "", fabs(advice->score),
             advice->best ? ": read this" : "");
}

static void note_number(const char *name, double number, char *note, size_t size) {
    if (isfinite(number))
        add_line(note, size, "%s %s%.2f", name, number <= -0.005 ? "−" : "", fabs(number));
}

static void note_trust(const fovea_trust *trust, char *note, size_t size) {
    if (isfinite(trust->deletion))
        add_line(note, size, "deletion %.2f, random %.2f", trust->deletion, trust->random_deletion);
    if (isfinite(trust->insertion))
        add_line(note, size, "insertion %.2f, random %.2f", trust->insertion,
                 trust->random_insertion);
    note_number("ROAD", trust->road, note, size);
    note_number("sensitivity", trust->sensitivity, note, size);
    note_number("alike with random weights", trust->spearman, note, size);
}

static bool is_line(const char *line, size_t length, const char *text) {
    return text && strlen(text) == length && strncmp(line, text, length) == 0;
}

// Its remarks as one sentence; why a map is empty and what its method is known for stand in the figure
// anyway.
static void write_remark(cli_explained *explained) {
    const fovea_attribution *a = explained->attribution;
    char remarks[1024], *remark = explained->remark;
    fovea_trust_remarks(explained->trust, a, remarks, sizeof remarks);
    for (const char *at = remarks; *at;) {
        size_t length = strcspn(at, "\n"), used = strlen(remark);
        if (!is_line(at, length, a->method->warning) && !is_line(at, length, a->cause))
            snprintf(remark + used, sizeof explained->remark - used, "%s%.*s", used ? "; " : "",
                     (int)length, at);
        at += length + (at[length] == '\n');
    }
}

static void write_notes(cli_explained *explained) {
    if (explained->advice) note_advice(explained->advice, explained->note, sizeof explained->note);
    if (!explained->trust) return;
    note_trust(explained->trust, explained->note, sizeof explained->note);
    write_remark(explained);
}

fovea_status cli_explain_judge(const cli_call *cli, const cli_explain_net *net, uint32_t trust,
                               const fovea_explain_options *how, cli_explained *maps, int32_t count,
                               fovea_error *error) {
    for (int32_t l = 0; l < count && trust; l++)
        CLI_TRY(compute_trust(cli, net, trust, how, &maps[l], error));
    fovea_shape shape = fovea_tensor_view(maps[0].attribution->map).shape;
    if (count > 1 && shape.rank == 2) CLI_TRY(compute_advice(net, maps, count, error));
    for (int32_t l = 0; l < count; l++) write_notes(&maps[l]);
    return FOVEA_OK;
}

// JSON

static void write_depths(cli_json *json, const fovea_trust *trust) {
    cli_json_array(json, "randomised");
    for (int32_t d = 0; d < trust->depth_count; d++) {
        cli_json_object(json, NULL);
        cli_json_integer(json, "layers", trust->depth[d].layers);
        cli_json_text(json, "lowest", trust->depth[d].lowest);
        cli_json_real(json, "spearman", trust->depth[d].spearman);
        cli_json_real(json, "ssim", trust->depth[d].ssim);
        cli_json_close(json);
    }
    cli_json_close(json);
}

static void write_trust(cli_json *json, const cli_explained *explained) {
    const fovea_trust *trust = explained->trust;
    char remarks[1024];
    fovea_trust_remarks(trust, explained->attribution, remarks, sizeof remarks);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"residual", trust->residual},
                   {"deletion", trust->deletion},
                   {"insertion", trust->insertion},
                   {"deletion_logit", trust->deletion_logit},
                   {"insertion_logit", trust->insertion_logit},
                   {"random_deletion", trust->random_deletion},
                   {"random_insertion", trust->random_insertion},
                   {"road", trust->road},
                   {"sensitivity", trust->sensitivity},
                   {"spearman", trust->spearman},
                   {"ssim", trust->ssim},
                   {"sparseness", trust->sparseness}};
    cli_json_object(json, "trust");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cli_json_real(json, numbers[i].name, numbers[i].value);
    write_depths(json, trust);
    cli_json_integer(json, "passes", trust->passes);
    cli_json_real(json, "seconds", trust->seconds);
    cli_json_text(json, "remarks", remarks);
    cli_json_close(json);
}

static void write_advice(cli_json *json, const fovea_layer_advice *advice) {
    cli_json_object(json, "advice");
    cli_json_integers(json, "cells", advice->cells, 2);
    cli_json_integers(json, "stride", advice->stride, 2);
    cli_json_integers(json, "receptive_field", advice->field, 2);
    cli_json_real(json, "positive", advice->positive);
    cli_json_real(json, "drop", advice->drop);
    cli_json_real(json, "kept", advice->kept);
    cli_json_real(json, "score", advice->score);
    cli_json_flag(json, "best", advice->best);
    cli_json_close(json);
}

void cli_explain_judge_json(cli_json *json, const cli_explained *explained) {
    if (explained->trust) write_trust(json, explained);
    if (explained->advice) write_advice(json, explained->advice);
}

// Text

static void print_left_out(const cli_explained *explained) {
    const uint32_t again = FOVEA_TRUST_SENSITIVITY | FOVEA_TRUST_RANDOMISED;
    const fovea_attribution *a = explained->attribution;
    if ((explained->trust->left_out & again) == again)
        printf(
            "  sensitivity and random weights left out: they make the map of %lld passes again; "
            "--trust all\n",
            (long long)(a->forward_passes + a->backward_passes));
}

static bool print_number(const char *name, double number) {
    if (isfinite(number)) printf("  %s %.4f", name, number);
    return isfinite(number);
}

// Those that there are.
static void print_numbers(const fovea_trust *t) {
    if (isfinite(t->deletion))
        printf("  deletion %.4f (random order %.4f)  insertion %.4f (random order %.4f)\n",
               t->deletion, t->random_deletion, t->insertion, t->random_insertion);
    bool any = print_number("sensitivity", t->sensitivity);
    if (isfinite(t->spearman)) {
        printf("  weights at random: Spearman %.4f SSIM %.4f", t->spearman, t->ssim);
        any = true;
    }
    any |= print_number("sparseness", t->sparseness);
    any |= print_number("ROAD", t->road);
    if (any) printf("\n");
}

void cli_explain_judge_print(const cli_explained *explained) {
    const fovea_trust *t = explained->trust;
    char remarks[1024];
    if (!t) return;
    print_numbers(t);
    print_left_out(explained);
    for (int32_t d = 0; d < t->depth_count; d++)
        printf("  weights of the last %d layers at random, down to %s: Spearman %.4f SSIM %.4f\n",
               t->depth[d].layers, t->depth[d].lowest, t->depth[d].spearman, t->depth[d].ssim);
    fovea_trust_remarks(t, explained->attribution, remarks, sizeof remarks);
    for (char *at = remarks; *at;) {
        size_t length = strcspn(at, "\n");
        // Why a map is empty is said with its state.
        if (!is_line(at, length, explained->attribution->cause))
            printf("  %.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
}

static void print_pair(const int64_t pair[2]) {
    char text[48] = "-";
    if (pair[0]) snprintf(text, sizeof text, "%lldx%lld", (long long)pair[0], (long long)pair[1]);
    printf(" %9s", text);
}

void cli_explain_print_advice(const cli_explain_maps *maps) {
    bool head = false;
    for (int i = 0; i < maps->count; i++) {
        const fovea_layer_advice *advice = maps->item[i].advice;
        const fovea_attribution *a = maps->item[i].attribution;
        char shown[256];
        if (!advice) continue;
        if (!head)
            printf("%-14s %-24s %9s %9s %9s %9s %9s\n", "method", "layer", "cells", "stride",
                   "sees", "positive", "score");
        head = true;
        printf("%-14s %-24s", a->method->name, cli_clean(shown, sizeof shown, a->layer_name));
        print_pair(advice->cells);
        print_pair(advice->stride);
        print_pair(advice->field);
        printf(" %7.1f %% %9.4g%s\n", 100 * advice->positive, advice->score,
               advice->best ? "  read this" : "");
    }
}
