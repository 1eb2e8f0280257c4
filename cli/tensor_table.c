// SPDX-License-Identifier: MIT
#include "tensor_table.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "clean_text.h"
#include "json_output.h"

enum { NAME_COLUMNS = 40, MOST_PASSED = 12 };

bool cli_is_weights(const cli_call *cli, const char *name) {
    static const char *const endings[] = {".pth", ".pt", ".th", ".npz", ".npy", ".index.json"};
    size_t length = strlen(name);
    if (cli_text(cli, "arch") || access(name, F_OK) != 0) return false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t end = strlen(endings[i]);
        if (length > end && strcasecmp(name + length - end, endings[i]) == 0) return true;
    }
    return false;
}

fovea_status cli_open_tensors(const cli_call *cli, const char *name, fovea_status status,
                              fovea_tensor_file **file, fovea_error *error) {
    fovea_error why;
    char shown[1024];
    *file = NULL;
    if (cli_is_weights(cli, name)) return fovea_tensor_file_open(cli->context, name, file, error);
    if (status != FOVEA_UNSUPPORTED || access(name, F_OK) != 0) return status;
    if (fovea_tensor_file_open(cli->context, name, file, &why) != FOVEA_OK) return status;
    cli_note(cli, "%s\nno net can be made of it; its tensors:",
             cli_clean(shown, sizeof shown, error->text));
    return FOVEA_OK;
}

static void print_tensor(const fovea_named_tensor *tensor, const fovea_statistics *s) {
    char shape[160], name[300], bad[64] = "";
    fovea_shape_format(&tensor->view.shape, shape, sizeof shape);
    // "×" has two bytes and one column.
    int wide = 0;
    for (const char *c = shape; *c; c++) wide += ((unsigned char)*c & 0xC0) == 0x80;
    if (s->not_finite > 0) snprintf(bad, sizeof bad, "; %lld not finite", (long long)s->not_finite);
    printf("%-*s %-4s %-*s %12lld", NAME_COLUMNS, cli_clean(name, sizeof name, tensor->name),
           fovea_type_name(tensor->view.type), 18 + wide, shape, (long long)s->count);
    if (s->count > s->not_finite)
        printf("  %.4g … %.4g, mean %.4g%s\n", s->minimum, s->maximum, s->mean, bad);
    else
        printf("  %s\n", s->count ? "nothing finite" : "–");
}

static void print_passed(const fovea_tensor_file *file) {
    int32_t count = fovea_tensor_file_passed_count(file);
    if (count > 0) printf("\nPassed over, being no tensors of the net:\n");
    for (int32_t i = 0; i < count && i < MOST_PASSED; i++) {
        char name[300], text[100];
        fovea_named_text passed = fovea_tensor_file_passed(file, i);
        printf("%-*s %s\n", NAME_COLUMNS, cli_clean(name, sizeof name, passed.name),
               cli_clean(text, sizeof text, passed.text));
    }
    if (count > MOST_PASSED) printf("and %d more\n", count - MOST_PASSED);
}

static void write_tensor(cli_json *json, const fovea_named_tensor *tensor,
                         const fovea_statistics *s) {
    cli_json_object(json, NULL);
    cli_json_text(json, "name", tensor->name);
    cli_json_text(json, "type", fovea_type_name(tensor->view.type));
    cli_json_shape(json, "shape", &tensor->view.shape);
    cli_json_integer(json, "count", s->count);
    cli_json_real(json, "minimum", s->minimum);
    cli_json_real(json, "maximum", s->maximum);
    cli_json_real(json, "mean", s->mean);
    cli_json_integer(json, "zeros", s->zeros);
    cli_json_integer(json, "not_finite", s->not_finite);
    cli_json_close(json);
}

static void write_texts(cli_json *json, const char *name, const fovea_tensor_file *file,
                        int32_t count,
                        fovea_named_text (*get)(const fovea_tensor_file *file, int32_t index)) {
    cli_json_object(json, name);
    for (int32_t i = 0; i < count; i++) cli_json_text(json, get(file, i).name, get(file, i).text);
    cli_json_close(json);
}

static fovea_status print_json(const fovea_tensor_file *file, fovea_error *error) {
    cli_json json;
    int64_t numbers = 0;
    cli_json_start(&json, stdout, "summary");
    cli_json_text(&json, "format", fovea_tensor_file_format(file));
    cli_json_array(&json, "tensors");
    for (int32_t i = 0; i < fovea_tensor_file_count(file); i++) {
        fovea_named_tensor tensor = fovea_tensor_file_get(file, i);
        fovea_statistics s;
        CLI_TRY(fovea_view_statistics(&tensor.view, &s, error));
        write_tensor(&json, &tensor, &s);
        numbers += s.count;
    }
    cli_json_close(&json);
    cli_json_integer(&json, "numbers", numbers);
    write_texts(&json, "metadata", file, fovea_tensor_file_metadata_count(file),
                fovea_tensor_file_metadata);
    write_texts(&json, "passed_over", file, fovea_tensor_file_passed_count(file),
                fovea_tensor_file_passed);
    cli_json_end(&json);
    return FOVEA_OK;
}

fovea_status cli_print_tensors(const cli_call *cli, const char *name, const fovea_tensor_file *file,
                               fovea_error *error) {
    int64_t numbers = 0, bytes = 0;
    char shown[300];
    if (cli->json) return print_json(file, error);
    printf("%s (%s)\n", cli_clean(shown, sizeof shown, name), fovea_tensor_file_format(file));
    printf("%-*s %-4s %-18s %12s  range\n", NAME_COLUMNS, "tensor", "type", "shape", "numbers");
    for (int32_t i = 0; i < fovea_tensor_file_count(file); i++) {
        fovea_named_tensor tensor = fovea_tensor_file_get(file, i);
        fovea_statistics s;
        CLI_TRY(fovea_view_statistics(&tensor.view, &s, error));
        print_tensor(&tensor, &s);
        numbers += s.count;
        bytes += s.count * (int64_t)fovea_type_size(tensor.view.type);
    }
    printf("\n%d tensors, %lld numbers, %.3f MB\n", fovea_tensor_file_count(file),
           (long long)numbers, (double)bytes / 1e6);
    print_passed(file);
    return FOVEA_OK;
}
