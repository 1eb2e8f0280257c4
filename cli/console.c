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

static bool one_of(const char *value, const char *const *names) {
    for (; *names; names++)
        if (strcmp(value, *names) == 0) return true;
    return false;
}

// By what terminals say of themselves. A multiplexer between passes no pixels on.
static fovea_terminal_graphics graphics(void) {
    static const char *const kitty[] = {"WezTerm", "ghostty", NULL};
    static const char *const sixel[] = {"iTerm.app", "mintty", "contour", "rio", NULL};
    static const char *const sixel_terms[] = {"mlterm", "yaft-256color", "foot", "foot-extra",
                                              NULL};
    const char *term = environment("TERM"), *program = environment("TERM_PROGRAM");
    if (!fovea_terminal_has_graphics() || !isatty(STDOUT_FILENO) || environment("NO_COLOR")[0] ||
        environment("TMUX")[0] || strncmp(term, "screen", 6) == 0 || strncmp(term, "tmux", 4) == 0)
        return FOVEA_TERMINAL_CELLS;
    if (strcmp(term, "xterm-kitty") == 0 || strcmp(term, "xterm-ghostty") == 0 ||
        environment("KITTY_WINDOW_ID")[0] || one_of(program, kitty))
        return FOVEA_TERMINAL_KITTY;
    if (strstr(term, "sixel") || one_of(term, sixel_terms) || one_of(program, sixel))
        return FOVEA_TERMINAL_SIXEL;
    return FOVEA_TERMINAL_CELLS;
}

// Terminals that show pixels tell how many they have.
static void measure_cells(fovea_terminal_options *options) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_col || !size.ws_row) return;
    int width = size.ws_xpixel / size.ws_col, height = size.ws_ypixel / size.ws_row;
    if (width < 4 || width > 128 || height < 8 || height > 256) return;
    options->cell_width = width;
    options->cell_height = height;
}

// COLORFGBG is "15;0", foreground and background of the sixteen colours.
static fovea_theme theme(void) {
    const char *back = strrchr(environment("COLORFGBG"), ';');
    bool light = back && (strcmp(back, ";7") == 0 || strcmp(back, ";15") == 0);
    return light ? FOVEA_THEME_LIGHT : FOVEA_THEME_DARK;
}

void cli_terminal_options(fovea_terminal_options *options) {
    fovea_terminal_options_default(options);
    options->colours = colours();
    options->columns = cli_terminal_columns(STDOUT_FILENO);
    options->graphics = graphics();
    options->theme = theme();
    measure_cells(options);
}
