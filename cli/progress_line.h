// SPDX-License-Identifier: MIT
// How long work is told: a line that is rewritten on a terminal; of training a line for each epoch.
#ifndef FOVEA_CLI_PROGRESS_LINE_H
#define FOVEA_CLI_PROGRESS_LINE_H

#include "command.h"

typedef struct cli_progress_line {
    bool shown;      // standard error is a terminal and not -q
    bool drawn;      // something stands in the line
    double last;     // when it was drawn
    double started;  // the epoch
    int32_t epoch;
    char head[24];  // stands before it: "fold 2/5 "
} cli_progress_line;

void cli_progress_begin(const cli_call *cli, cli_progress_line *line);
// Draws, at most every 100 ms.
void cli_progress_draw(cli_progress_line *line, const fovea_progress *progress);
// The text instead, "3/27 occlusion", cut to the width of the terminal.
void cli_progress_tell(cli_progress_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void cli_progress_clear(cli_progress_line *line);

// "2026-01-31T12:00:00 epoch 3/10 loss 0.0641 acc 0.9803 val_loss … lr 1e-3 6.9s" on standard
// output; on a terminal without the time. `head` stands before "epoch".
void cli_print_epoch(const char *head, const fovea_epoch *epoch, int32_t epochs);

#endif
