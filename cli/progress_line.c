// SPDX-License-Identifier: MIT
#include "progress_line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "console.h"

void cli_progress_begin(const cli_call *cli, cli_progress_line *line) {
    *line = (cli_progress_line){.shown = cli_terminal_messages() && !cli->quiet,
                                .started = cli_seconds()};
}

// "04:31" or "1:04:31".
static void clock_text(char *text, size_t size, double seconds) {
    long whole = seconds > 0 && seconds < 1e8 ? (long)seconds : 0;
    if (whole >= 3600)
        snprintf(text, size, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
    else
        snprintf(text, size, "%02ld:%02ld", whole / 60, whole % 60);
}

enum { BAR = 20, LINE = 256 };

static void bar_text(char *text, double share) {
    const char *full = cli_terminal_utf8() ? "█" : "#";
    int filled = (int)(share * BAR);
    text[0] = '\0';
    for (int i = 0; i < BAR; i++) strcat(text, i < filled ? full : " ");
}

void cli_progress_draw(cli_progress_line *line, const fovea_progress *p) {
    double time = cli_seconds();
    if (p->epoch != line->epoch) line->started = time;
    line->epoch = p->epoch;
    if (!line->shown || time - line->last < 0.1) return;
    line->last = time;
    if (p->measuring) {
        fprintf(stderr, "\r\033[K%sepoch %d/%d measured %3d%%", line->head, (int)p->epoch,
                (int)p->epochs, (int)(100.0 * (double)p->step / (double)p->steps));
        fflush(stderr);
        line->drawn = true;
        return;
    }
    double share = p->steps > 0 ? (double)p->step / (double)p->steps : 0;
    char left[32], passed[32], bar[BAR * 4 + 1], head[LINE], text[LINE * 3], tail[LINE];
    clock_text(passed, sizeof passed, time - line->started);
    clock_text(left, sizeof left, p->seconds_left);
    bar_text(bar, share);
    snprintf(head, sizeof head, "%sepoch %d/%d %3d%%", line->head, (int)p->epoch, (int)p->epochs,
             (int)(100 * share));
    snprintf(tail, sizeof tail, "%lld/%lld [%s<%s, %.0f images/s] loss %.4f acc %.4f",
             (long long)p->step, (long long)p->steps, passed, left, p->images_per_second, p->loss,
             p->accuracy);
    int room = cli_terminal_columns(STDERR_FILENO) - 1;
    if ((int)strlen(head) + (int)strlen(tail) + BAR + 3 <= room)
        snprintf(text, sizeof text, "%s|%s| %s", head, bar, tail);
    else  // without its bar the line is plain ASCII and can be cut anywhere
        snprintf(text, (size_t)room < sizeof text ? (size_t)room + 1 : sizeof text, "%s %s", head,
                 tail);
    fprintf(stderr, "\r\033[K%s", text);
    fflush(stderr);
    line->drawn = true;
}

void cli_progress_tell(cli_progress_line *line, const char *format, ...) {
    char text[LINE];
    if (!line->shown) return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\r\033[K%.*s", cli_terminal_columns(STDERR_FILENO) - 1, text);
    fflush(stderr);
    line->drawn = true;
}

void cli_progress_clear(cli_progress_line *line) {
    if (line->drawn) fprintf(stderr, "\r\033[K");
    line->drawn = false;
}

// 0.001 as "1e-3", 0.00025 as "2.5e-4".
static void rate_text(char *text, size_t size, double rate) {
    char digits[32];
    snprintf(digits, sizeof digits, "%.3e", rate);
    char *e = strchr(digits, 'e');
    if (!e) {
        snprintf(text, size, "%s", digits);
        return;
    }
    int exponent = atoi(e + 1);
    char *end = e;
    while (end > digits && end[-1] == '0') end--;
    if (end > digits && end[-1] == '.') end--;
    snprintf(text, size, "%.*se%d", (int)(end - digits), digits, exponent);
}

static void print_score(const char *prefix, const fovea_score *score) {
    if (score->count > 0)
        printf(" %sloss %.4f %sacc %.4f", prefix, score->loss, prefix, score->accuracy);
}

void cli_print_epoch(const char *head, const fovea_epoch *epoch, int32_t epochs) {
    char rate[32];
    rate_text(rate, sizeof rate, epoch->learning_rate);
    if (!isatty(STDOUT_FILENO)) printf("%s ", epoch->time);
    printf("%sepoch %d/%d loss %.4f", head, (int)epoch->epoch, (int)epochs, epoch->loss);
    if (epoch->training.count > 0) printf(" acc %.4f", epoch->training.accuracy);
    print_score("val_", &epoch->validation);
    print_score("test_", &epoch->test);
    printf(" lr %s %.1fs\n", rate, epoch->seconds);
    fflush(stdout);
}
