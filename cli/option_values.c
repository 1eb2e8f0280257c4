// SPDX-License-Identifier: MIT
// Values of options: text, flags and numbers that are checked to the last character. The program
// never sets a locale, so the C library reads numbers with a point everywhere.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean_text.h"
#include "command.h"

static int find_option(const cli_call *cli, const char *name) {
    const cli_option *options = cli->command->options;
    for (int i = 0; options && options[i].name; i++)
        if (strcmp(options[i].name, name) == 0) return i;
    return -1;
}

const char *cli_text(const cli_call *cli, const char *name) {
    int i = find_option(cli, name);
    if (i < 0) return NULL;
    return cli->value[i] ? cli->value[i] : cli->command->options[i].standard;
}

bool cli_given(const cli_call *cli, const char *name) {
    int i = find_option(cli, name);
    return i >= 0 && cli->value[i];
}

const char *cli_text_again(const cli_call *cli, const char *name, int index) {
    int option = find_option(cli, name);
    for (int i = 0; i < cli->given_count; i++)
        if (cli->given[i].option == option && index-- == 0) return cli->given[i].text;
    return NULL;
}

bool cli_flag(const cli_call *cli, const char *name) {
    return cli_given(cli, name);
}

fovea_status cli_parse_integer(const char *what, const char *text, int64_t low, int64_t high,
                               int64_t *value, fovea_error *error) {
    char shown[64], *end;
    errno = 0;
    bool digit = text[text[0] == '-'] >= '0' && text[text[0] == '-'] <= '9';
    long long number = strtoll(text, &end, 10);
    if (digit && !*end && errno == 0 && number >= low && number <= high) {
        *value = number;
        return FOVEA_OK;
    }
    cli_clean(shown, sizeof shown, text);
    if (high == INT64_MAX)
        return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s %s: must be an integer of at least %lld",
                        what, shown, (long long)low);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s %s: must be an integer from %lld to %lld",
                    what, shown, (long long)low, (long long)high);
}

// Decimal digits, point, sign, exponent: strtod alone would take "inf", "nan" and "0x1p3" too.
static bool read_real(const char *text, double *value) {
    char *end;
    if (!text[0] || strspn(text, "0123456789+-.eE") != strlen(text)) return false;
    *value = strtod(text, &end);
    return !*end && isfinite(*value);
}

static void describe_range(char *text, size_t size, double low, double high, bool above) {
    if (isinf(high) && isinf(low))
        snprintf(text, size, "a finite number");
    else if (isinf(high))
        snprintf(text, size, "a finite number %s %g", above ? "above" : "of at least", low);
    else
        snprintf(text, size, "a number from %g to %g", low, high);
}

static fovea_status parse_real(const char *what, const char *text, double low, double high,
                               bool above, double *value, fovea_error *error) {
    double number;
    if (read_real(text, &number) && number >= low && number <= high && !(above && number == low)) {
        *value = number;
        return FOVEA_OK;
    }
    char shown[64], range[64];
    describe_range(range, sizeof range, low, high, above);
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s %s: must be %s", what,
                    cli_clean(shown, sizeof shown, text), range);
}

static fovea_status need(const cli_call *cli, const char *name, const char **text, char what[64],
                         fovea_error *error) {
    snprintf(what, 64, "--%s", name);
    *text = cli_text(cli, name);
    if (*text) return FOVEA_OK;
    return cli_fail(error, FOVEA_INVALID_ARGUMENT, "--%s is missing", name);
}

fovea_status cli_integer(const cli_call *cli, const char *name, int64_t low, int64_t high,
                         int64_t *value, fovea_error *error) {
    const char *text;
    char what[64];
    CLI_TRY(need(cli, name, &text, what, error));
    return cli_parse_integer(what, text, low, high, value, error);
}

fovea_status cli_real(const cli_call *cli, const char *name, double low, double high, double *value,
                      fovea_error *error) {
    const char *text;
    char what[64];
    CLI_TRY(need(cli, name, &text, what, error));
    return parse_real(what, text, low, high, false, value, error);
}

fovea_status cli_real_above(const cli_call *cli, const char *name, double low, double *value,
                            fovea_error *error) {
    const char *text;
    char what[64];
    CLI_TRY(need(cli, name, &text, what, error));
    return parse_real(what, text, low, INFINITY, true, value, error);
}

fovea_status cli_real_list(const cli_call *cli, const char *name, double low, double high, int most,
                           double *values, int *count, fovea_error *error) {
    const char *text;
    char what[64], item[64];
    CLI_TRY(need(cli, name, &text, what, error));
    for (*count = 0;; text++) {
        size_t length = strcspn(text, ",");
        if (*count == most)
            return cli_fail(error, FOVEA_INVALID_ARGUMENT, "%s: at most %d numbers are allowed",
                            what, most);
        snprintf(item, sizeof item, "%.*s", (int)(length < 63 ? length : 63), text);
        CLI_TRY(parse_real(what, item, low, high, false, &values[(*count)++], error));
        text += length;
        if (!*text) return FOVEA_OK;
    }
}

static fovea_status parse_pair(const char *what, const char *text, int64_t low, int64_t high,
                               int64_t pair[2], fovea_error *error) {
    char first[32];
    size_t length = strcspn(text, ",");
    const char *second = text[length] ? text + length + 1 : NULL;
    snprintf(first, sizeof first, "%.*s", (int)(length < 31 ? length : 31), text);
    CLI_TRY(cli_parse_integer(what, first, low, high, &pair[0], error));
    pair[1] = pair[0];
    return second ? cli_parse_integer(what, second, low, high, &pair[1], error) : FOVEA_OK;
}

fovea_status cli_integer_pair(const cli_call *cli, const char *name, int64_t low, int64_t high,
                              int64_t pair[2], fovea_error *error) {
    const char *text = cli_text(cli, name);
    char what[64];
    snprintf(what, sizeof what, "--%s", name);
    return text ? parse_pair(what, text, low, high, pair, error) : FOVEA_OK;
}

fovea_status cli_position(const cli_call *cli, int64_t at[2], fovea_error *error) {
    const char *text = cli_text(cli, "at");
    char shown[64];
    if (text && !strchr(text, ','))
        return cli_fail(error, FOVEA_INVALID_ARGUMENT,
                        "--at %s: must be a row and a column, as --at 2,3",
                        cli_clean(shown, sizeof shown, text));
    return cli_integer_pair(cli, "at", 0, INT32_MAX, at, error);
}
