// SPDX-License-Identifier: MIT
#include "console.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *environment(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static bool dumb(void) {
    return strcmp(environment("TERM"), "dumb") == 0;
}

static bool forced(void) {
    const char *force = environment("CLICOLOR_FORCE");
    return force[0] && strcmp(force, "0") != 0;
}

bool cli_terminal_output(void) {
    return forced() || (isatty(STDOUT_FILENO) && !dumb());
}

bool cli_terminal_messages(void) {
    return isatty(STDERR_FILENO) && !dumb();
}

// The first variable that is set decides, as for setlocale.
bool cli_terminal_utf8(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = environment(names[i]);
        if (value[0]) return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
    }
    return false;
}

static fovea_terminal_colours colours(void) {
    if (!cli_terminal_utf8()) return FOVEA_TERMINAL_ASCII;
    if (environment("NO_COLOR")[0] || (dumb() && !forced())) return FOVEA_TERMINAL_PLAIN;
    const char *colorterm = environment("COLORTERM"), *term = environment("TERM");
    if (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0 ||
        strstr(term, "direct"))
        return FOVEA_TERMINAL_TRUE;
    return strstr(term, "256") ? FOVEA_TERMINAL_256 : FOVEA_TERMINAL_16;
}

int cli_terminal_columns(int file) {
    struct winsize size;
    char *end;
    const char *given = environment("COLUMNS");
    long columns = strtol(given, &end, 10);
    if (!given[0] || *end) columns = 0;
    if (columns <= 0 && ioctl(file, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
    if (columns <= 0) return 80;
    return columns < 20 ? 20 : columns > 1000 ? 1000 : (int)columns;
}

void cli_terminal_options(fovea_terminal_options *options) {
    fovea_terminal_options_default(options);
    options->colours = colours();
    options->columns = cli_terminal_columns(STDOUT_FILENO);
}
