// SPDX-License-Identifier: MIT
// Error texts, notes and the nearest name for a misspelt one.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

fovea_status cli_fail(fovea_error *error, fovea_status status, const char *format, ...) {
    if (!error) return status;
    va_list arguments;
    va_start(arguments, format);
    error->status = status;
    error->offset = -1;
    error->where[0] = '\0';
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return status;
}

void cli_note(const cli_call *cli, const char *format, ...) {
    if (cli->quiet) return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

static int smallest(int a, int b, int c) {
    int least = a < b ? a : b;
    return least < c ? least : c;
}

enum { LONGEST_NAME = 63 };

// Letters to insert, delete or replace to get from one word to the other.
static int edit_distance(const char *a, const char *b) {
    int row[LONGEST_NAME + 1], columns = (int)strlen(b);
    for (int j = 0; j <= columns; j++) row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= columns; j++) {
            int above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[columns];
}

const char *cli_nearest(const char *word, const char *const *names, int count) {
    const char *nearest = NULL;
    size_t length = strlen(word);
    if (length == 0 || length > LONGEST_NAME) return NULL;
    int least = length < 4 ? 2 : (int)length / 3 + 2;  // this far is too far
    for (int i = 0; i < count; i++) {
        if (strlen(names[i]) > LONGEST_NAME) continue;
        int distance = edit_distance(word, names[i]);
        if (distance < least) {
            least = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
