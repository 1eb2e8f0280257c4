// SPDX-License-Identifier: MIT
// fovea describe: what operators do and take, from their own descriptions.
#include <stdio.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "json_output.h"

enum { MOST_OPERATORS = 256 };

static void write_parameter(cli_json *json, const fovea_operator_parameter *p) {
    cli_json_object(json, NULL);
    cli_json_text(json, "name", p->name);
    cli_json_text(json, "onnx_name", p->onnx_name);
    cli_json_text(json, "kind", p->kind);
    cli_json_flag(json, "required", p->required);
    if (p->required || p->standard < p->minimum)
        cli_json_null(json, "default");
    else
        cli_json_real(json, "default", p->standard);
    cli_json_real(json, "minimum", p->minimum);
    cli_json_real(json, "maximum", p->maximum);
    cli_json_text(json, "help", p->help);
    cli_json_close(json);
}

static void write_operator(cli_json *json, const fovea_operator_info *info) {
    cli_json_object(json, NULL);
    cli_json_text(json, "name", info->name);
    cli_json_text(json, "onnx_name", info->onnx_name);
    cli_json_integer(json, "since", info->since);
    cli_json_text(json, "help", info->help);
    cli_json_array(json, "inputs");
    for (int i = 0; i < info->inputs_maximum && i < 5 && info->input[i]; i++)
        cli_json_text(json, NULL, info->input[i]);
    cli_json_close(json);
    cli_json_integer(json, "outputs", info->outputs);
    cli_json_array(json, "parameters");
    for (int i = 0; i < info->parameter_count; i++) write_parameter(json, &info->parameter[i]);
    cli_json_close(json);
    cli_json_array(json, "traits");
    for (int i = 0; i < 8 && info->traits[i]; i++) cli_json_text(json, NULL, info->traits[i]);
    cli_json_close(json);
    cli_json_close(json);
}

static void print_number(char *text, size_t size, double value) {
    if (value >= INT32_MAX || value <= -1e30)
        snprintf(text, size, "any");
    else
        snprintf(text, size, "%.9g", value);
}

static void print_parameter(const fovea_operator_parameter *p) {
    char standard[32] = "required", low[32], high[32];
    if (!p->required && p->standard < p->minimum)
        snprintf(standard, sizeof standard, "-");
    else if (!p->required)
        print_number(standard, sizeof standard, p->standard);
    print_number(low, sizeof low, p->minimum);
    print_number(high, sizeof high, p->maximum);
    printf("  %-18s %-9s %-10s %8s %8s  %-20s %s\n", p->name ? p->name : "(ONNX only)", p->kind,
           standard, low, high, p->onnx_name && p->onnx_name[0] ? p->onnx_name : "-", p->help);
}

static void print_operator(const fovea_operator_info *info) {
    printf("%s - %s\nONNX %s, since opset %d\n", info->name, info->help, info->onnx_name,
           (int)info->since);
    printf("inputs");
    for (int i = 0; i < info->inputs_maximum && i < 5 && info->input[i]; i++)
        printf("%s %s%s", i ? "," : "", info->input[i],
               i >= info->inputs_required ? " (optional)" : "");
    printf("\n");
    if (info->traits[0]) {
        printf("traits");
        for (int i = 0; i < 8 && info->traits[i]; i++) printf(" %s", info->traits[i]);
        printf("\n");
    }
    if (info->parameter_count == 0) return;
    printf("\n  %-18s %-9s %-10s %8s %8s  %-20s %s\n", "parameter", "kind", "default", "minimum",
           "maximum", "ONNX", "meaning");
    for (int i = 0; i < info->parameter_count; i++) print_parameter(&info->parameter[i]);
}

static fovea_status list_operators(bool as_json, fovea_error *error) {
    cli_json json;
    int32_t count = fovea_operator_count();
    if (as_json) {
        cli_json_start(&json, stdout, "describe");
        cli_json_array(&json, "operators");
    } else {
        printf("%-18s %-22s %s\n", "operator", "ONNX", "what it does");
    }
    for (int32_t i = 0; i < count; i++) {
        fovea_operator_info info;
        CLI_TRY(fovea_operator_get(i, &info, error));
        if (as_json)
            write_operator(&json, &info);
        else
            printf("%-18s %-22s %s\n", info.name, info.onnx_name, info.help);
    }
    if (!as_json) return FOVEA_OK;
    cli_json_close(&json);
    cli_json_end(&json);
    return FOVEA_OK;
}

// By the name in architecture text, with or without a rank ("conv2d"), or ONNX's.
static bool is_called(const fovea_operator_info *info, const char *name) {
    static const char *const ranked[] = {"conv", "maxpool", "avgpool", "batchnorm"};
    size_t length = strlen(info->name);
    bool has_rank = false;
    if (strcmp(info->name, name) == 0 || strcmp(info->onnx_name, name) == 0) return true;
    for (int i = 0; i < 4; i++) has_rank |= strcmp(info->name, ranked[i]) == 0;
    return has_rank && strncmp(info->name, name, length) == 0 && name[length] >= '1' &&
           name[length] <= '3' && strcmp(name + length + 1, "d") == 0;
}

static fovea_status describe_named(const cli_call *cli, const char *name, fovea_error *error) {
    const char *names[MOST_OPERATORS];
    int32_t count = fovea_operator_count(), found = 0;
    cli_json json;
    if (count > MOST_OPERATORS) count = MOST_OPERATORS;
    for (int32_t i = 0; i < count; i++) {
        fovea_operator_info info;
        CLI_TRY(fovea_operator_get(i, &info, error));
        names[i] = info.name;
        if (!is_called(&info, name)) continue;
        if (cli->json && found == 0) {
            cli_json_start(&json, stdout, "describe");
            cli_json_array(&json, "operators");
        }
        if (cli->json)
            write_operator(&json, &info);
        else
            printf("%s", found ? "\n" : "");
        if (!cli->json) print_operator(&info);
        found++;
    }
    if (found && cli->json) {
        cli_json_close(&json);
        cli_json_end(&json);
    }
    if (found) return FOVEA_OK;
    char shown[128];
    const char *near = cli_nearest(name, names, count);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                    "unknown operator '%s'; %s%s%s'fovea describe' lists them",
                    cli_clean(shown, sizeof shown, name), near ? "did you mean '" : "",
                    near ? near : "", near ? "'? " : "");
}

static fovea_status run(cli_call *cli, fovea_error *error) {
    if (cli->operands == 0) return list_operators(cli->json, error);
    return describe_named(cli, cli->operand[0], error);
}

const cli_command cli_describe = {"describe",
                                  CLI_NETS,
                                  "[OPERATOR]",
                                  0,
                                  1,
                                  "what an operator does and takes; without a name, all of them",
                                  NULL,
                                  "fovea describe conv2d\n",
                                  NULL,
                                  run};
