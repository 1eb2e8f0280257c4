// SPDX-License-Identifier: MIT
#include "shape_lines.h"

#include <string.h>

#include "clean_text.h"
#include "command.h"
#include "open_inputs.h"

// Cuts the comment and makes every run of blanks one.
static void tidy(char *text) {
    char *to = text;
    text[strcspn(text, "#")] = '\0';
    for (const char *from = text; *from; from++) {
        int blank = strchr(" \t\r\n", *from) != NULL;
        if (!blank) *to++ = *from;
        if (blank && to > text && to[-1] != ' ') *to++ = ' ';
    }
    if (to > text && to[-1] == ' ') to--;
    *to = '\0';
}

static fovea_status parse(shape_line *line, fovea_error *error) {
    char batch[16] = "", sample[64] = "";
    int rest = 0;
    sscanf(line->words, "%15s %63s %n", batch, sample, &rest);
    if (rest == 0 || !line->words[rest])
        return cli_fail(error, FOVEA_BAD_FILE,
                        "must be BATCH SAMPLE LAYERS, as: 16 3x32x32 conv 16 3 pad=1");
    line->net = line->words + rest;
    CLI_TRY(cli_parse_integer("the batch", batch, 1, 4096, &line->batch, error));
    return cli_parse_sample("the sample", sample, &line->sample, error);
}

static fovea_status fail_line(const shape_line *line, const char *path, const char *text,
                              fovea_error *error) {
    char why[256], shown[128];
    snprintf(why, sizeof why, "%.255s", text);
    return cli_fail(error, FOVEA_BAD_FILE, "%s: line %d: %s", cli_clean(shown, sizeof shown, path),
                    line->number, why);
}

fovea_status shape_line_read(FILE *file, const char *path, shape_line *line, int *found,
                             fovea_error *error) {
    *found = 0;
    while (fgets(line->words, sizeof line->words, file)) {
        line->number++;
        if (!strchr(line->words, '\n') && !feof(file))
            return fail_line(line, path, "is longer than 510 characters", error);
        tidy(line->words);
        if (!line->words[0]) continue;
        fovea_error wrong = {0};
        if (parse(line, &wrong) != FOVEA_OK) return fail_line(line, path, wrong.text, error);
        *found = 1;
        return FOVEA_OK;
    }
    return ferror(file) ? fail_line(line, path, "cannot be read", error) : FOVEA_OK;
}
