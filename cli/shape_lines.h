// SPDX-License-Identifier: MIT
// Text files of shapes to measure, one a line: the batch, one sample, and a layer or a net of it as
// architecture text. Blank lines and what follows a # are passed over.
//
//   16 3x32x32 conv 16 3 pad=1     # first convolution of tutorial-cifar
#ifndef FOVEA_CLI_SHAPE_LINES_H
#define FOVEA_CLI_SHAPE_LINES_H

#include <stdio.h>

#include "fovea.h"

typedef struct shape_line {
    int number;          // of the line, from 1
    char words[512];     // as in the file, single blanks, without the comment
    int64_t batch;       // 1 to 4096
    fovea_shape sample;  // C×L, C×H×W or C×D×H×W
    const char *net;     // in words
} shape_line;

// Reads on to the next shape. *found is 0 at the end of the file. `path` is for errors: BAD_FILE
// with the number of the line.
fovea_status shape_line_read(FILE *file, const char *path, shape_line *line, int *found,
                             fovea_error *error);

#endif
