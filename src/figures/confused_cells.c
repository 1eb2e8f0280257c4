// SPDX-License-Identifier: MIT
#include "figures/confused_cells.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

// Puts a cell where its count belongs among those found so far.
static void insert(fovea__confused *cells, int32_t most, int32_t *count, fovea__confused cell) {
    int32_t at = *count;
    while (at > 0 && cells[at - 1].count < cell.count) at--;
    if (at >= most) return;
    int32_t kept = *count < most ? *count : most - 1;
    memmove(cells + at + 1, cells + at, (size_t)(kept - at) * sizeof *cells);
    cells[at] = cell;
    *count = kept + 1;
}

fovea_status fovea__confused_cells(fovea_context *context, const fovea_answers *answers,
                                   const fovea_dataset *dataset, int32_t most,
                                   fovea__confused *cells, int32_t *count, fovea_error *error) {
    int32_t outputs = fovea_answers_outputs(answers);
    int32_t classes = fovea_confusion_classes(answers, dataset);
    int64_t *matrix = fovea__new(context, (size_t)outputs * (size_t)outputs, sizeof *matrix, error);
    *count = 0;
    if (!matrix) return FOVEA_OUT_OF_MEMORY;
    if (most > FOVEA__MOST_CONFUSED) most = FOVEA__MOST_CONFUSED;
    fovea_answers_confusion(answers, matrix);
    for (int32_t t = 0; t < classes; t++)
        for (int32_t said = 0; said < classes && most > 0; said++) {
            fovea__confused cell = {t, said, matrix[(int64_t)t * outputs + said], ""};
            snprintf(cell.place, sizeof cell.place, "confused-%d-%d", t, said);
            if (t != said && cell.count) insert(cells, most, count, cell);
        }
    fovea__free(context, matrix);
    return FOVEA_OK;
}
